"""The only way in which a command prints: lines for people, values as JSON, and files that others wrote the form of.

What people wrote may stand in any line and any value, so that each is cleaned here of what nobody sees; styles are put
on after that. A file of another form (a calendar, a page, a table, a message of E2B) is printed as it is.
"""

from typing import Any

import click

from fullcourse.adapters.seen_text import seen_json, seen_lines

__all__ = ["echo", "echo_file", "print_json"]


def echo(text: object = "", *, err: bool = False, **style: Any) -> None:
    """Print lines.

    Args:
        text: What is said.
        err: Whether it goes to standard error.
        style: As ``click.style`` takes it; what is no terminal gets none.
    """
    click.secho(seen_lines(str(text)), err=err, **style)


def echo_file(content: str | bytes) -> None:
    """Print a file whose form is not ours, as it is and with no line added; its writer guards what stands in it."""
    click.echo(content, nl=False)


def print_json(value: object) -> None:
    """Print plain values as indented JSON.

    Args:
        value: Dictionaries, lists, texts, numbers and flags.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    click.echo(seen_json(value, indent=2))
