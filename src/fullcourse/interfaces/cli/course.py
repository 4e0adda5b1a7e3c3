"""The commands ``fullcourse course ...``: a course from its plan to its end, in a store or a file of events."""

from typing import Final

import click

from fullcourse.interfaces.cli.lazy import LazyCommands

__all__ = ["course"]

_HERE: Final = "fullcourse.interfaces.cli.course_commands"
_COMMANDS: Final = {
    "start": (f"{_HERE}.start:start", "Begin a course with a plan that a clinician confirms."),
    "change": (f"{_HERE}.start:change", "Put another plan in the place of the one in force."),
    "log": (f"{_HERE}.log:log", "Add what happened: a dose, a symptom, a result, a delivery."),
    "show": (f"{_HERE}.show:show", "Show adherence, interruptions, completion, and what is to be asked."),
    "recheck": (f"{_HERE}.show:recheck", "Say what today's knowledge says beside the plan's."),
    "move": (f"{_HERE}.show:move", "Propose other times of day: a night shift, a fasting month."),
    "backup": (f"{_HERE}.backup:backup", "Copy a store while it runs."),
    "restore": (f"{_HERE}.backup:restore", "Make a store of a backup, checked and compared first."),
    "duplicates": (f"{_HERE}.duplicates:duplicates", "Show who may be there twice; nothing is put together."),
    "export": (f"{_HERE}.carry:export", "Write one person's course into one file."),
    "import": (f"{_HERE}.carry:import_", "Take one person's course from a file: all of it, or nothing."),
    "transfer": (f"{_HERE}.transfer:transfer", "Send a course to another facility; take one in; close it."),
    "travel": (f"{_HERE}.show:travel", "Propose the doses on the way to another time zone."),
    "verify": (f"{_HERE}.keeping:verify", "Check every course of the store; name those that are damaged."),
    "unheard": (f"{_HERE}.keeping:unheard", "List courses of which nothing was received for so many days."),
    "erase": (f"{_HERE}.keeping:erase", "Destroy the key of one course, so that nobody can read it again."),
}


@click.group(cls=LazyCommands, table=_COMMANDS)
def course() -> None:
    """A course of treatment: its plan, its log, and what they come to."""
