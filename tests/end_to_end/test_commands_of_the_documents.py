"""Every command that a document shows is one; those for each kind of reader are run on the files that ship."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from fullcourse.interfaces.cli.examples import EXAMPLES
from fullcourse.interfaces.cli.main import fullcourse

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_BLOCK = re.compile(r"^```(?:sh|\{picture\} )(.*?)^```", re.MULTILINE | re.DOTALL)
_NEEDS_A_REGISTER = re.compile(r"\bexport/|\bprogramme\b")
_PLACEHOLDER = re.compile(r"\[--|\.\.\.|\b[A-Z]{3,}\b(?!\w)|\||<|>|\$|\[")


def commands(path: Path) -> list[str]:
    """Return every line of a document that calls fullcourse, without its comment; no usage with placeholders."""
    text = path.read_text("utf-8")
    lines = [line for block in _BLOCK.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    called = [re.split(r"  #| > ", line)[0].strip() for line in lines if line.strip().startswith("fullcourse ")]
    return [line for line in called if not _PLACEHOLDER.search(line)]


SHOWN = [
    (path.relative_to(ROOT).as_posix(), line)
    for path in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    for line in commands(path)
]
RUN = [(page, line) for page, line in SHOWN if page.startswith("docs/for/") and not _NEEDS_A_REGISTER.search(line)]


def test_there_are_commands_to_look_at() -> None:
    assert len(SHOWN) > 100
    assert len(RUN) >= 20


@pytest.mark.parametrize(("page", "line"), SHOWN)
def test_a_command_that_is_shown_is_one(page: str, line: str) -> None:
    words = shlex.split(line)[1:]
    command: click.Command | None = fullcourse
    context = click.Context(fullcourse, info_name="fullcourse")
    while isinstance(command, click.Group):
        name = words.pop(0)
        if name in {"--version", "--help"}:
            assert words == [], (page, line)
            return
        command = command.get_command(context, name)
        assert command is not None, (page, name)
        context = click.Context(command, info_name=name, parent=context)
    assert command is not None
    command.make_parser(context).parse_args(words)


@pytest.mark.parametrize(("page", "line"), RUN)
def test_a_command_for_a_reader_does_what_the_page_shows(page: str, line: str, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "tried")
    call = [sys.executable, "-m", "fullcourse", *shlex.split(line)[1:]]
    done = subprocess.run(  # noqa: S603 - our own command on our own files
        call, cwd=tmp_path / "tried", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (page, done.stderr)
    assert done.stdout or "--out" in line, page
