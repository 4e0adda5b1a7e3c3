"""Which treatment a record speaks of, for whoever monitors it."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.patient import Record
from fullcourse.journey.course import RIFAMYCINS
from fullcourse.knowledge.library import Knowledge
from fullcourse.monitoring.treatment import Treatment

__all__ = ["is_for_susceptible", "treatment_on_record"]

_STARTS: Final = "treatment_start"


def treatment_on_record(record: Record, knowledge: Knowledge, at: date) -> Treatment:
    """Return the treatment that a record speaks of: the covered drugs that are taken, since its recorded start.

    A medicine is of the treatment only where the record says that it is taken now; no dose is read from it.
    """
    taken = [
        name
        for entry in record.medicines
        if entry.taken is Taken.NOW and entry.route is not Route.LOCAL and _has_begun(entry, at)
        for name in entry.ingredients
        if name in knowledge.drugs
    ]
    drugs = tuple(dict.fromkeys(taken))
    said = (_day(piece) for piece in record.evidence.get(_STARTS, ()))
    begun = [day for day in said if day is not None and day <= at]
    start = max(begun) if begun else None
    return Treatment(drugs, starts_on=start, as_susceptible=is_for_susceptible(drugs))


def is_for_susceptible(drugs: Sequence[str]) -> bool:
    """Return whether drugs are for disease that rifamycins cure: one of them is a rifamycin."""
    return not RIFAMYCINS.isdisjoint(drugs)


def _day(piece: Evidence) -> date | None:
    """Return the day that a record states as a date; None where it states none, or a part of one."""
    try:
        return date.fromisoformat(piece.value) if isinstance(piece.value, str) else None
    except ValueError:
        return None


def _has_begun(entry: Medicine, at: date) -> bool:
    return entry.since is None or entry.since.first_day <= at
