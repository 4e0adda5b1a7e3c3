"""Time between a dose and a reaction, in days, as a range where a date is known to the month or the year alone."""

from collections.abc import Iterable
from itertools import pairwise

from fullcourse.clinical.moment import Moment
from fullcourse.clinical.quantity import Interval
from fullcourse.pharmacovigilance.reported_drug import Dosage, ReportedDrug

__all__ = ["change_before", "days_between", "first_of", "may_agree", "said_when"]


def days_between(first: Moment | None, later: Moment | None) -> Interval | None:
    """Return the calendar days from one moment to another, below 0 where it lies before; None without both.

    Example:
        >>> from fullcourse.clinical.moment import parse_moment
        >>> str(days_between(parse_moment("2026-11-01", "first"), parse_moment("2026-11-15", "later")))
        '14'
        >>> str(days_between(parse_moment("2026-11", "first"), parse_moment("2026-12-01", "later")))
        '1 to 30'
    """
    if first is None or later is None:
        return None
    least, most = (later.first_day - first.last_day).days, (later.last_day - first.first_day).days
    return Interval(float(least), float(most))


def said_when(moment: Moment) -> str:
    """Return a date as exact as it was written, a time apart from its day.

    Example:
        >>> from fullcourse.clinical.moment import parse_moment
        >>> said_when(parse_moment("2026-11-03T21:30:00+02:00", "at")), said_when(parse_moment("2026-11", "at"))
        ('2026-11-03 21:30 +02:00', '2026-11')
    """
    day, _, clock = moment.text.partition("T")
    if not clock:
        return day
    zone = "+00:00" if clock.endswith("Z") else clock[-6:] if clock[-6] in "+-" else ""
    return f"{day} {clock[:5]} {zone}".strip()


def may_agree(one: Moment, other: Moment) -> bool:
    """Return whether two moments may be the same: a month agrees with each of its days."""
    return one.first_day <= other.last_day and other.first_day <= one.last_day


def change_before(drug: ReportedDrug, onset: Moment | None) -> tuple[Moment, str] | None:
    """Return the last change of a drug's dose that surely began no later than an onset, and its words.

    None where there was none, and where the dosages or their days are not known.
    """
    if onset is None:
        return None
    begun = [it for it in drug.dosages if it.start is not None and it.start.last_day <= onset.first_day]
    ordered = sorted(begun, key=lambda it: (it.start.first_day, it.start.start_s) if it.start else ())
    changes = [(later, before) for before, later in pairwise(ordered) if _differ(before, later)]
    if not changes:
        return None
    later, before = changes[-1]
    return (later.start, f"{_said(before)}, then {_said(later)}") if later.start is not None else None


def _differ(one: Dosage, other: Dosage) -> bool:
    ours, theirs = ((it.amount, it.unit, it.every, it.interval) for it in (one, other))
    return ours != theirs or (one.amount is None and one.text != other.text)


def _said(dosage: Dosage) -> str:
    if dosage.amount is None:
        return dosage.text or "not known"
    every = f" every {dosage.every:g} {dosage.interval}" if dosage.every is not None else ""
    return f"{dosage.amount:g} {dosage.unit}{every}"


def first_of(moments: Iterable[Moment | None]) -> Moment | None:
    """Return the earliest of the moments that are known; None where none is."""
    known = [it for it in moments if it is not None]
    return min(known, key=lambda it: (it.first_day, it.start_s), default=None)
