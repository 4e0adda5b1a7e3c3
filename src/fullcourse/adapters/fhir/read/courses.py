"""How long a medicine is taken by what its entry says: the end of a course, a supply with its repeats, a completed act.

A completed act is not a completed course: a dose was given, a pack handed out, an order issued. And how long a
prescription may be handed out (``validityPeriod``) is not how long its medicine is taken.
"""

import math
from datetime import date, timedelta

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.elements import Element, child, children, moment_at, number, text
from fullcourse.clinical.medicine import Taken
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.knowledge.vocabulary import Lasting

__all__ = ["Course", "course_of"]

_TAKEN = {"now": Taken.NOW, "stated": Taken.NOW, "past": Taken.PAST, "done": Taken.SUPPLIED}
_DAYS = {"d": 1, "day": 1, "days": 1, "wk": 7, "mo": 31, "a": 366}  # the longest that each can last
_LONGEST_DAYS = 36_600

Course = tuple[Taken, Moment | None, tuple[int, int]]
"""Whether it is taken, its end or when it was supplied, and how long it lasts after that, as `Medicine` has them."""


def course_of(entry: Entry, word: str, lasting: Lasting | None) -> Course:
    """Return whether a medicine is taken by its entry, and until when.

    Args:
        entry: MedicationRequest, MedicationStatement, MedicationAdministration or MedicationDispense.
        word: What its status elements come to.
        lasting: How long a completed act of this type is read to last.

    Raises:
        InputError: An element has another type than in FHIR R4.
    """
    taken = _TAKEN.get(word, Taken.MAYBE)
    surely, perhaps, late = (
        (lasting.surely_days, lasting.perhaps_days, lasting.after_supply_days) if lasting else (0, 0, 0)
    )
    resource, place = entry.resource, entry.origin
    match entry.kind:
        case "MedicationStatement":
            end = moment_at(resource, "effectivePeriod.end", place) or _end_of_dosage(resource, "dosage", place)
            return taken, end, (0, 0)
        case "MedicationAdministration":
            end = moment_at(resource, "effectivePeriod.end", place) or moment_at(resource, "effectiveDateTime", place)
            if taken is not Taken.SUPPLIED:
                return taken, end, (0, 0)
            return taken, end or moment_at(resource, "effectivePeriod.start", place), (surely, perhaps)
        case "MedicationDispense":
            start = moment_at(resource, "whenHandedOver", place) or moment_at(resource, "whenPrepared", place)
            supply = _days(child(resource, "daysSupply", place), f"{place}.daysSupply")
            if taken is not Taken.SUPPLIED:
                return (taken, None, (0, 0)) if supply is None else (taken, start, (0, supply))
            return taken, start, (surely, perhaps) if supply is None else (supply, supply + late)
    return _ordered(entry, taken, perhaps, late)


def _ordered(entry: Entry, taken: Taken, perhaps: int, late: int) -> Course:
    """Return the course of an order: to the end that it gives, else for its supply with every repeat."""
    resource, place = entry.resource, entry.origin
    end = _end_of_dosage(resource, "dosageInstruction", place)
    if end is not None:
        return Taken.MAYBE if taken is Taken.SUPPLIED else taken, end, (0, 0)
    if taken in (Taken.PAST, Taken.MAYBE):
        return taken, None, (0, 0)
    supply = _supply_of(resource, place)
    # What is handed out on the last day on which the prescription is valid is taken from then on.
    start = moment_at(resource, "dispenseRequest.validityPeriod.end", place) or moment_at(resource, "authoredOn", place)
    if taken is Taken.NOW:
        return (taken, None, (0, 0)) if supply is None else (taken, start, (0, supply))
    return taken, start, (0, perhaps if supply is None else supply + late)


def _supply_of(resource: Element, place: str) -> int | None:
    """Return for how many days all that an order allows to be handed out can last; None where that is not said."""
    dispense = child(resource, "dispenseRequest", place)
    if dispense is None:
        return None
    where = f"{place}.dispenseRequest"
    each = _days(child(dispense, "expectedSupplyDuration", where), f"{where}.expectedSupplyDuration")
    # More repeats than days would be a number for "no limit": they are as many as can matter, never none.
    repeats = min(max(number(dispense, "numberOfRepeatsAllowed", where) or 0, 0), _LONGEST_DAYS)
    return None if each is None else min(int(each * (1 + repeats)), _LONGEST_DAYS)


def _end_of_dosage(resource: Element, name: str, place: str) -> Moment | None:
    """Return the latest end that the dosages give; None where any of them is open."""
    ends: list[Moment] = []
    for dosage in children(resource, name, place):
        where = f"{place}.{name}.timing.repeat"
        timing = child(dosage, "timing", f"{place}.{name}")
        repeat = child(timing, "repeat", f"{place}.{name}.timing") if timing else None
        if repeat is None:
            return None
        end = moment_at(repeat, "boundsPeriod.end", where)
        if end is None and (length := child(repeat, "boundsDuration", where)) is not None:
            start = moment_at(resource, "authoredOn", place) or moment_at(resource, "effectiveDateTime", place)
            end = _after(start, length, where)
        if end is None:
            return None
        ends.append(end)
    return max(ends, key=lambda end: end.end_s, default=None)


def _after(start: Moment | None, length: Element | None, place: str) -> Moment | None:
    """Return the day so long after the last day of a start; None where either is not known."""
    days = _days(length, place)
    if start is None or days is None:
        return None
    try:
        day: date = start.last_day + timedelta(days=days)
    except OverflowError:
        return None
    return parse_moment(day.isoformat(), place)


def _days(length: Element | None, place: str) -> int | None:
    """Return the most whole days that a length can be; None where it is not understood."""
    if length is None:
        return None
    value = number(length, "value", place)
    unit = text(length, "code", place) or text(length, "unit", place)
    if value is None or unit not in _DAYS or not 0 <= value <= _LONGEST_DAYS:
        return None
    return math.ceil(value * _DAYS[unit])
