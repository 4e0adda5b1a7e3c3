"""What is on file and was not used, as a busy clinician reads it, and the line on what no statement speaks against."""

from collections.abc import Sequence
from typing import Final, Protocol

from rich.console import Console
from rich.text import Text

from fullcourse.clinical.finding import Decision
from fullcourse.clinical.on_file import NotCleared, OnFile
from fullcourse.clinical.patient import Unrecognised
from fullcourse.interfaces.cli.terminal import Hanging, hanging
from fullcourse.journey.check import DrugCheck, value_of

__all__ = ["clearance_line", "print_entries", "print_not_checked", "print_on_file"]

_MOST: Final = 12
_MOST_NOT_CHECKED: Final = 200
_WORDS: Final = {
    NotCleared.ON_FILE: "evidence that is on file could not be used",
    NotCleared.NOT_UNDERSTOOD: "an entry of the record was not understood",
    NotCleared.NOT_READ: "a part of the record was not read",
}


class _Answer(Protocol):
    """An answer about a record of which something was not used."""

    @property
    def on_file(self) -> tuple[OnFile, ...]:
        """What was not used."""


def clearance_line(check: DrugCheck) -> str:
    """Return what may be said of a drug about which no statement applies that counts.

    That nothing speaks against it is said with no objection alone: not while a statement is open, or an entry unused.
    """
    if check.decision is Decision.NO_OBJECTION:
        return "Nothing in the record speaks against it."
    if not check.not_cleared:
        return "No statement applies so far."
    return f"Not cleared: {'; '.join(_WORDS[reason] for reason in check.not_cleared)}."


def print_on_file(result: _Answer, console: Console) -> None:
    """Print what is on file and was not used, with its value, the reason and the mend."""
    if result.on_file:
        print_entries(result.on_file, _MOST, "--format json has them all", console)


def print_entries(entries: Sequence[OnFile], most: int, elsewhere: str, console: Console) -> None:
    """Print the first entries that were not used; of the rest how many there are, and where they stand."""
    console.print(Text("ON FILE, NOT USED", "warning"))
    for entry in entries[:most]:
        console.print(_entry(entry))
    if len(entries) > most:
        console.print(Text(f"     and {len(entries) - most} more; {elsewhere}", "quiet"))


def print_not_checked(entries: Sequence[Unrecognised], console: Console) -> None:
    """Print the entries that were not understood, and so not checked; a flood of them is counted."""
    for entry in entries[:_MOST_NOT_CHECKED]:
        says = Text("NOT CHECKED ", "warning")
        says.append(f"{entry.kind} “{entry.text}” ({entry.origin}): {entry.why}", "not bold")
        console.print(hanging("  !", says, 3))
    if len(entries) > _MOST_NOT_CHECKED:
        more = f"NOT CHECKED: {len(entries) - _MOST_NOT_CHECKED:,} entries more; --format json has them all"
        console.print(hanging("  !", Text(more, "warning"), 3))


def _entry(entry: OnFile) -> Hanging:
    line = Text(value_of(entry), "bold")
    line.append(f" [{entry.origin}]: {entry.why}; {entry.mend}.", "not bold")
    return hanging("  ·", line, 3)
