"""Where answers are printed: a terminal gets colour and lines of its width, a pipe gets whole lines and nothing else.

Styles are named by what they mean and stand here alone. Text keeps the colours that its reader has chosen, and is never
dimmed: no colour on an unknown background can be read on light and dark alike. Only badges are coloured, with text and
background together from the 256 colours that no palette moves; where a terminal has fewer, they are the reader's own
colours the other way round.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TextIO

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from fullcourse.adapters.seen_text import seen_lines

__all__ = ["BADGES", "STYLES", "Hanging", "gives_whole_lines", "hanging", "page"]

_REVERSED: Final = "bold reverse"
BADGES: Final[Mapping[str, str]] = {
    "forbids": "bold color(231) on color(124)",
    "unsettled": "bold color(231) on color(18)",
    "caution": "bold color(16) on color(220)",
    "clear": "bold color(231) on color(22)",
}
"""Text on a background of its own: white on dark red, dark blue and dark green, black on yellow."""

STYLES: Final[Mapping[str, str]] = {
    "grave": "bold",
    "warning": "bold",
    "good": "bold",
    "notice": "none",
    "quiet": "none",
}
"""Text in the reader's own colours: words and marks say what it is."""

_MANY_COLOURS: Final = frozenset({"256", "truecolor"})
_WHOLE_LINES: Final = 100_000
_INDENT: Final = 4
_PADDING: Final = re.compile(r"[ \t]+(?=\n|$)")


class _Unpadded:
    """A file whose lines end where their text does: tables fill their last column with spaces."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.encoding = file.encoding

    def write(self, text: str) -> int:
        """Write whole lines, without the spaces at their ends."""
        return self._file.write(_PADDING.sub("", seen_lines(text)))

    def flush(self) -> None:
        """Hand on what was written."""
        self._file.flush()

    def isatty(self) -> bool:
        """Return that nobody reads it in a terminal."""
        return False


class _Seen(RenderHook):
    """Lets no character of what people wrote reach a terminal as a command; colours are the library's own."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Return what is printed, each text in it as it may be seen."""
        return [_SeenRenderable(it) for it in renderables]


@dataclass(frozen=True, slots=True)
class _SeenRenderable:
    inner: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in console.render(self.inner, options):
            yield part if part.control else Segment(seen_lines(part.text), part.style)


def page(file: TextIO | None = None) -> Console:
    """Return where an answer is printed.

    Args:
        file: Where to; standard output without it.
    """
    out = sys.stdout if file is None else file
    console = Console(file=out, highlight=False, emoji=False)
    if not console.is_terminal:
        return Console(
            file=_Unpadded(out),  # type: ignore[arg-type]  # rich asks for no more of a file than this
            highlight=False,
            emoji=False,
            width=_WHOLE_LINES,
            theme=Theme(dict(STYLES) | dict.fromkeys(BADGES, "none")),
            color_system=None,
        )
    badges = BADGES if console.color_system in _MANY_COLOURS else dict.fromkeys(BADGES, _REVERSED)
    console.push_theme(Theme({**STYLES, **badges}))
    console.push_render_hook(_Seen())
    return console


def gives_whole_lines(console: Console) -> bool:
    """Whether nothing is wrapped and nothing set in columns: the answer goes into a file or another program."""
    return console.width >= _WHOLE_LINES


@dataclass(frozen=True, slots=True)
class Hanging:
    """A text whose lines all begin behind its mark.

    Attributes:
        mark: What stands before it.
        text: What is wrapped by words.
        width: Columns of the mark; a space follows.
    """

    mark: str | Text
    text: Text
    width: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield it in two columns, or as one whole line where nothing is wrapped."""
        mark = Text(self.mark, "bold") if isinstance(self.mark, str) else self.mark
        if gives_whole_lines(console):
            before = f"{mark.plain.rstrip()} " if mark.plain.strip() else " " * min(self.width, _INDENT)
            yield Text(before).append_text(self.text)
            return
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=self.width)
        grid.add_column(overflow="fold")
        grid.add_row(mark, self.text)
        yield grid


def hanging(mark: str | Text, text: Text, width: int = 4) -> Hanging:
    """Return a text whose lines all begin behind its mark."""
    return Hanging(mark, text, width)
