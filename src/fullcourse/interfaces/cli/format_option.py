"""The option ``--format``, which every command that answers has."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["format_option"]

Command = TypeVar("Command", bound=Callable[..., Any])


def format_option(
    *forms: str, name: str = "form", says: str = "How the answer is written."
) -> Callable[[Command], Command]:
    """Return the option of a command.

    Args:
        forms: What may be asked for; the first is written without the option.
        name: Of the argument that the command takes it by.
        says: Its help.
    """
    return click.option("--format", name, type=click.Choice(forms), default=forms[0], show_default=True, help=says)
