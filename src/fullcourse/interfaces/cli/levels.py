"""The commands ``fullcourse levels ...``: what serum levels say, and what dose follows.

Commands are imported when they are called; the engine's numerical library would otherwise slow every ``--help``.
"""

import importlib
from typing import Final

import click

__all__ = ["levels"]

_COMMANDS: Final = {
    "models": ("models:models", "List the published models and whom they hold for."),
    "show": ("models:show", "Show one model as a table with its sources."),
    "simulate": ("simulate:simulate", "Simulate levels under a dose plan."),
    "attainment": ("simulate:attainment", "How often a dose plan reaches what sources aim at."),
    "estimate": ("estimate:estimate", "What a patient's levels say about that patient."),
    "advise": ("advise:advise", "Which dose plan suits the patient's levels."),
    "sampling": ("advise:sampling", "When the next samples would tell most."),
    "late": ("advise:late", "What a late dose does to this patient's levels."),
    "fit": ("fit:fit", "Estimate every subject of a NONMEM data file."),
}


class _Commands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(
            importlib.import_module(f"fullcourse.interfaces.cli.level_commands.{module}"), name
        )
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_Commands)
def levels() -> None:
    """Serum levels: simulate, estimate, advise.

    Concentrations are in mg/L, which is the same as mcg/mL. Models are published ones; none has been reviewed by a
    clinician for this software.
    """
