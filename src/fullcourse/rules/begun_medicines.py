"""Which entries of a medicine list a check at a date looks at: those that have begun, and none that is surely over."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.clinical.patient import Record, Unrecognised
from fullcourse.rules.medicine_list import begins_later, taken_within

__all__ = ["begun", "is_over", "without_what_is_over"]


def without_what_is_over(record: Record, at: date) -> Record:
    """Return the record without the products that were not understood and are certainly no longer taken."""
    if not any(entry.kind == "medicine" for entry in record.unrecognised):
        return record
    over = {medicine.origin for medicine in record.medicines if is_over(medicine, at)}
    kept = (entry for entry in record.unrecognised if entry.kind != "medicine" or entry.origin not in over)
    return replace(record, unrecognised=tuple(kept))


def is_over(medicine: Medicine, at: date) -> bool:
    """Return whether an entry is certainly no longer taken; what has not begun is not over."""
    return taken_within(medicine, at, None) is Taken.PAST and not begins_later(medicine, at)


def begun(medicines: Iterable[Medicine], at: date) -> tuple[tuple[Medicine, ...], tuple[Unrecognised, ...]]:
    """Return the medicines that may count, and those dated after the check: nobody knows whether they are taken."""
    counted: list[Medicine] = []
    later: list[Unrecognised] = []
    for medicine in medicines:
        if not begins_later(medicine, at):
            counted.append(medicine)
        elif medicine.taken is not Taken.PAST:
            on = medicine.since.text if medicine.since else ""
            why = f"it is dated after the check ({on})"
            # Of one that was not understood either it is asked what it is.
            later.append(Unrecognised("medicine", medicine.name, medicine.origin, why, bool(medicine.ingredients)))
    return tuple(counted), tuple(later)
