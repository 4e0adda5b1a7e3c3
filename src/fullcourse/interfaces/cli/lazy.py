"""A group of commands that are imported when they are called, so that ``--help`` waits for none of them."""

import importlib
from collections.abc import Mapping

import click

__all__ = ["LazyCommands"]


class LazyCommands(click.Group):
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
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._table.items()])
