"""The one way in which a command prints JSON."""

import click

from fullcourse.adapters.seen_text import seen_json

__all__ = ["print_json"]


def print_json(value: object) -> None:
    """Print plain values as indented JSON, without characters that nobody sees.

    Args:
        value: Dictionaries, lists, texts, numbers and flags.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    click.echo(seen_json(value, indent=2))
