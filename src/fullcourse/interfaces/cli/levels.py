"""The commands ``fullcourse levels ...``: what serum levels say, and what dose follows.

Commands are imported when they are called; the engine's numerical library would otherwise slow every ``--help``.
"""

from typing import Final

import click

from fullcourse.interfaces.cli.lazy import LazyCommands

__all__ = ["levels"]

_HERE: Final = "fullcourse.interfaces.cli.level_commands"
_COMMANDS: Final = {
    "models": (f"{_HERE}.models:models", "List the published models and whom they hold for."),
    "show": (f"{_HERE}.models:show", "Show one model as a table with its sources."),
    "simulate": (f"{_HERE}.simulate:simulate", "Simulate levels under a dose plan."),
    "attainment": (f"{_HERE}.simulate:attainment", "How often a dose plan reaches what sources aim at."),
    "estimate": (f"{_HERE}.estimate:estimate", "What a patient's levels say about that patient."),
    "advise": (f"{_HERE}.advise:advise", "Which dose plan suits the patient's levels."),
    "sampling": (f"{_HERE}.advise:sampling", "When the next samples would tell most."),
    "late": (f"{_HERE}.advise:late", "What a late dose does to this patient's levels."),
    "fit": (f"{_HERE}.fit:fit", "Estimate every subject of a NONMEM data file."),
    "predict": (f"{_HERE}.fit:predict", "Predict every record of a NONMEM data file."),
}


@click.group(cls=LazyCommands, table=_COMMANDS)
def levels() -> None:
    """Serum levels: simulate, estimate, advise.

    Concentrations are in mg/L, which is the same as mcg/mL. Models are published ones; none has been reviewed by a
    clinician for this software.
    """
