"""Groups of commands: one names what was meant by a misspelt command, one imports a command when it is called."""

import copy
import importlib
import os
from collections.abc import Mapping
from typing import Final

import click

from fullcourse.interfaces.cli.help_examples import EXAMPLES_OF

__all__ = ["COMPLETE", "Commands", "LazyCommands"]

COMPLETE: Final = "_FULLCOURSE_COMPLETE"
"""The variable by which click knows that a shell asks."""


class Commands(click.Group):
    """Names what was likely meant by a name that is none, and gives the help of its commands an example."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command with its example; None when there is none of that name."""
        return with_example(ctx, cmd_name, super().get_command(ctx, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first word.

        Raises:
            UsageError: There is none of that name.
        """
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches  # only a command that is not known needs it

            near = get_close_matches(args[0].casefold(), self.list_commands(ctx), n=3)
            meant = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
            raise click.UsageError(f"{error.message}{meant}", ctx) from None


class LazyCommands(Commands):
    """Finds its commands by name in a table, and prints their help from it."""

    def __init__(self, table: Mapping[str, tuple[str, str]], **settings: object) -> None:
        """Take the table of commands.

        Args:
            table: For each command where it is (``package.module:function``), and its help in a line.
            settings: As click's own.
        """
        super().__init__(**settings)  # type: ignore[arg-type]
        self._table = table

    def list_commands(self, ctx: click.Context | None) -> list[str]:
        """Return the names, in the order of the table."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None when there is none of that name."""
        if cmd_name not in self._table:
            return None
        module, name = self._table[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return with_example(ctx, cmd_name, command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._table.items()])


def with_example(ctx: click.Context, name: str, command: click.Command | None) -> click.Command | None:
    """Return a command whose help ends with its example, where the table has one.

    Args:
        ctx: Of the group.
        name: Of the command in the group.
        command: The command; None for none.
    """
    if command is None:
        return None
    words = [name]
    while ctx.parent is not None:
        words.insert(0, ctx.info_name or "")
        ctx = ctx.parent
    if os.environ.get(COMPLETE):
        from fullcourse.interfaces.cli.completed import let_complete  # only a shell that asks waits for it

        let_complete(command, " ".join(words))
    example = EXAMPLES_OF.get(" ".join(words))
    if example is None or command.epilog is not None:
        return command
    shown = copy.copy(
        command
    )  # a group that is called by itself has other words, and must not leave them in the command
    shown.epilog = f"\b\nExample:\n  fullcourse {example}"
    return shown
