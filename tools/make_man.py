"""Writes the man page from the commands themselves: ``docs/man/fullcourse.1``, which the wheel installs."""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import click

from fullcourse import __version__
from fullcourse.interfaces.cli.main import fullcourse
from fullcourse.interfaces.exit_codes import DONE, INTERNAL, KNOWLEDGE, REACHED, USAGE

sys.path.insert(0, str(Path(__file__).parent))

from site_pages.commands import walk

MAN = Path(__file__).parents[1] / "docs" / "man" / "fullcourse.1"

_EXITS = (
    (DONE, "Done."),
    (REACHED, "A severity of --fail-on was reached."),
    (USAGE, "The command, or what it was given, cannot be used; the message says what, where, why and what to do."),
    (KNOWLEDGE, "The knowledge files are wrong."),
    (INTERNAL, "Nothing was decided: the numerics of a level did not settle, or an error of the program."),
)


def man_page() -> str:
    """Return the page in roff."""
    lines = [
        f'.TH FULLCOURSE 1 "" "fullcourse {__version__}" "User Commands"',
        ".SH NAME",
        r"fullcourse \- sees a person with tuberculosis safely through the full course of treatment",
        ".SH SYNOPSIS",
        r".B fullcourse",
        r"[\-\-version] [\-\-help] COMMAND [ARGUMENTS]",
        ".SH DESCRIPTION",
        *_paragraphs(fullcourse.help or ""),
        ".SH COMMANDS",
    ]
    for words, command in walk():
        lines += _command(words, command)
    lines.append(".SH EXIT STATUS")
    for code, says in _EXITS:
        lines += [".TP", f".B {code}", _text(says)]
    lines += [
        ".SH SEE ALSO",
        _text("fullcourse COMMAND --help; fullcourse completion SHELL; fullcourse examples DIR writes files to try."),
    ]
    return "\n".join(lines) + "\n"


def _command(words: tuple[str, ...], command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=" ".join(("fullcourse", *words)))
    yield f'.SS "{_escaped(context.info_name or "")}"'
    yield ".B " + _escaped(context.info_name or "")
    yield _text(" ".join(command.collect_usage_pieces(context)))
    yield ".PP"
    yield from _paragraphs(command.help or command.short_help or "")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[1] and "--help" not in parameter.opts:
            yield from (".TP", f".B {_escaped(record[0])}", _text(record[1]))
    if command.epilog:
        yield ".PP"
        yield from _paragraphs(command.epilog)


def _paragraphs(text: str) -> Iterator[str]:
    r"""Yield the paragraphs of a help; one that begins with \b keeps its lines."""
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        if number:
            yield ".PP"
        if paragraph.lstrip(" ").startswith("\b"):
            kept = [line for line in paragraph.replace("\b", "").splitlines() if line.strip()]
            # From Python 3.13 on a docstring comes without its indentation: the page is the same by every version.
            yield from (".nf", *map(_text, dedent("\n".join(kept)).splitlines()), ".fi")
        else:
            yield _text(" ".join(paragraph.split()))


def _text(line: str) -> str:
    """Return a line that roff takes for words, whatever it begins with."""
    escaped = _escaped(line)
    return f"\\&{escaped}" if escaped.startswith((".", "'", " ")) else escaped


def _escaped(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")


def main() -> None:
    """Write the page, or print it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=MAN, help="Where to.")
    out: Path = options.parse_args().out
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(man_page(), "utf-8")


if __name__ == "__main__":
    main()
