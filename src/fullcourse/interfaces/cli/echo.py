"""The only way in which a command prints: lines for people, values as JSON, and files that others wrote the form of.

What people wrote may stand in any line and any value, so that each is cleaned here of what nobody sees; styles are put
on after that. A file of another form (a calendar, a page, a table, a message of E2B) is printed as it is.
"""

from typing import Any, Final

import click

from fullcourse.adapters.seen_text import seen_json, seen_lines

__all__ = ["ZONE_OF_TODAY", "echo", "echo_file", "print_json"]

ZONE_OF_TODAY: Final = "fullcourse.zone_of_today"
"""Where a command keeps whose today it took, when nobody named a day: an answer in JSON says it beside the day."""


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
    """Print plain values as indented JSON; an answer for today says by which zone it is today, as ``at_zone``.

    Args:
        value: Dictionaries, lists, texts, numbers and flags.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    context = click.get_current_context(silent=True)
    zone = context.meta.get(ZONE_OF_TODAY) if context is not None else None
    if zone is not None and isinstance(value, dict) and "at" in value:
        value = {
            key: inner
            for name, given in value.items()
            for key, inner in ((name, given), *((("at_zone", zone),) if name == "at" else ()))
        }
    click.echo(seen_json(value, indent=2))
