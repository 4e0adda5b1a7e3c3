"""When each drug of a regimen is taken, by the calendar: as long as is usual, or as long as its source allows.

A phase that may be longer moves what follows it by as many days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from fullcourse.regimens.composed import Composed, DatedPhase

__all__ = ["Stretch", "stretches_of"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of days on which a drug belongs to a regimen.

    Attributes:
        phase: Name of the phase.
        first: Its first day.
        last: Its last day, included.
    """

    phase: str
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Return whether a day lies in it."""
        return self.first <= day <= self.last


def stretches_of(regimen: Composed, *, longest: bool = False) -> dict[str, tuple[Stretch, ...]]:
    """Return the stretches of each drug of a regimen, in order of time; none of phases without dates.

    Args:
        regimen: With dates.
        longest: Whether every phase is as long as its source ever makes it; else as is usual.
    """
    found: dict[str, tuple[Stretch, ...]] = {}
    later = timedelta()
    for phase in regimen.phases:
        more = _more(phase) if longest else timedelta()
        for drug, stretch in _stretches(phase, later, more):
            found[drug] = (*found.get(drug, ()), stretch)
        later += more
    return found


def _stretches(phase: DatedPhase, later: timedelta, more: timedelta) -> Iterator[tuple[str, Stretch]]:
    for drug in phase.drugs:
        if drug.starts is None or drug.ends is None:
            continue
        # A drug that is taken to the end of the phase is taken longer with it; one with months of its own is not.
        last = drug.ends + more if drug.ends == phase.ends else drug.ends
        yield drug.drug, Stretch(phase.name, drug.starts + later, last + later)


def _more(phase: DatedPhase) -> timedelta:
    """Return by how much a phase may be longer than is usual."""
    ends = phase.ends
    if ends is None:
        return timedelta()
    return max(day for day in (ends, phase.ends_at_latest, phase.extends_to) if day is not None) - ends
