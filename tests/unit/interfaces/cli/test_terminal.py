"""Where answers are printed: contrast in the common palettes, whole lines in a pipe, nothing padded."""

import ast
import io
import re
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet
from rich.console import Console
from rich.errors import StyleSyntaxError
from rich.style import Style
from rich.table import Table
from rich.terminal_theme import TerminalTheme
from rich.text import Text
from rich.theme import Theme

import fullcourse.interfaces.cli as cli
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.terminal import BADGES, STYLES, gives_whole_lines, hanging, page
from fullcourse.interfaces.cli.verdict_text import print_verdict
from fullcourse.journey.check import check
from patients import AT, evidence, knowledge

LEAST = 4.5
"""Of text against its background, by WCAG 2 (1.4.3)."""
# Text and background as terminals are delivered with them, light and dark.
PALETTES = {
    "xterm": ("#000000", "#ffffff"),
    "xterm, reversed": ("#e5e5e5", "#000000"),
    "VGA console": ("#aaaaaa", "#000000"),
    "Windows Campbell": ("#cccccc", "#0c0c0c"),
    "Windows One Half Light": ("#383a42", "#fafafa"),
    "GNOME light": ("#171421", "#ffffff"),
    "GNOME dark": ("#d0cfcc", "#171421"),
    "macOS Basic": ("#000000", "#ffffff"),
    "macOS Pro": ("#f2f2f2", "#000000"),
    "VS Code light": ("#333333", "#ffffff"),
    "VS Code dark": ("#cccccc", "#1e1e1e"),
    "GitHub light": ("#24292f", "#ffffff"),
    "Solarized dark": ("#839496", "#002b36"),
    "Solarized light": ("#657b83", "#fdf6e3"),
    "Gruvbox dark": ("#ebdbb2", "#282828"),
    "Gruvbox light": ("#3c3836", "#fbf1c7"),
    "Dracula": ("#f8f8f2", "#282a36"),
    "Nord": ("#d8dee9", "#2e3440"),
}


def triplet(hexadecimal: str) -> ColorTriplet:
    return Color.parse(hexadecimal).get_truecolor()


def luminance(colour: ColorTriplet) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(text: ColorTriplet, background: ColorTriplet) -> float:
    lighter, darker = sorted((luminance(text), luminance(background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shown(style: Style, palette: str) -> tuple[ColorTriplet, ColorTriplet]:
    """Text and background of a style in a terminal of 256 colours; what has no colour is the reader's own."""
    own_text, own_background = map(triplet, PALETTES[palette])
    theme = TerminalTheme(tuple(own_background), tuple(own_text), [(0, 0, 0)] * 16)
    text = style.color.get_truecolor(theme) if style.color else own_text
    background = style.bgcolor.get_truecolor(theme) if style.bgcolor else own_background
    return (background, text) if style.reverse else (text, background)


def test_contrast_is_computed_as_wcag_does_it() -> None:
    assert contrast(triplet("#000000"), triplet("#ffffff")) == pytest.approx(21.0)
    assert contrast(triplet("#767676"), triplet("#ffffff")) == pytest.approx(4.54, abs=0.01)
    assert contrast(triplet("#777777"), triplet("#ffffff")) < LEAST


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("name", [*BADGES, *STYLES])
def test_every_style_is_read_in_light_and_dark(name: str, palette: str) -> None:
    style = Style.parse({**BADGES, **STYLES}[name])
    own = contrast(*map(triplet, PALETTES[palette]))
    # Solarized light has 4.1 for plain text: no style of ours goes below what the reader has chosen.
    assert contrast(*shown(style, palette)) >= min(LEAST, own)
    assert not style.dim


def test_badges_bring_text_and_background_from_the_colours_that_no_palette_moves() -> None:
    for name, written in BADGES.items():
        style = Style.parse(written)
        assert style.color is not None and style.bgcolor is not None, name
        assert min(style.color.number or 0, style.bgcolor.number or 0) >= 16, name
        assert contrast(style.color.get_truecolor(), style.bgcolor.get_truecolor()) >= LEAST, name


def test_no_screen_has_a_colour_of_its_own() -> None:
    found = []
    for path in sorted(Path(cli.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg in {"fg", "bg", "dim"}:
                found.append((path.name, node.arg))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and path.name != "terminal.py":
                if len(node.value) < 3:
                    continue  # rich has letters for styles, which mean other things elsewhere
                try:
                    style = Style.parse(node.value)
                except StyleSyntaxError:
                    continue
                if style.color or style.bgcolor or style.dim:
                    found.append((path.name, node.value))
    assert found == []


def test_a_terminal_of_few_colours_shows_badges_in_its_own_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    for term, is_reversed in (("linux", True), ("xterm-256color", False)):
        monkeypatch.setenv("TERM", term)
        for name in ("NO_COLOR", "COLORTERM", "FORCE_COLOR"):
            monkeypatch.delenv(name, raising=False)
        screen = Screen()
        page(screen).print(Text("AVOID", "forbids"))
        assert ("\x1b[1;7m" in screen.getvalue()) is is_reversed, term
        assert ("48;5;124" in screen.getvalue()) is not is_reversed, term
    assert ColorSystem.STANDARD is not ColorSystem.EIGHT_BIT


def test_a_pipe_gets_whole_lines_without_padding_or_escape_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    pipe = io.StringIO()
    console = page(pipe)
    assert gives_whole_lines(console)
    console.print(hanging("  ▲", Text("many words " * 20, "grave"), 3))
    table = Table.grid()
    table.add_row("a", "b")
    table.add_row("a", "longer")
    console.print(table)
    lines = pipe.getvalue().splitlines()
    assert lines[0] == "  ▲ " + ("many words " * 20).rstrip()
    assert [line for line in lines if line != line.rstrip()] == []
    assert "\x1b" not in pipe.getvalue()


def test_a_badge_colours_its_own_words_alone() -> None:
    """What stands behind the decision is in the reader's own colours."""
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="256", theme=Theme(dict(BADGES)))
    known = knowledge()
    record = Record({"epilepsy": (evidence("epilepsy", True),)})
    print_verdict(check(record, known, known.profile("us"), AT, [known.drug("cycloserine")]), known, console)
    badge, said = re.findall(r"\x1b\[[0-9;]*48;5;124m([^\x1b]*)\x1b\[0m(.*)", console.file.getvalue())[0]
    assert badge == " ✖ CONTRAINDICATED "
    assert "epilepsy" in said
    assert "\x1b[" not in said
