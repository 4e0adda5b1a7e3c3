"""The days of a course: which of them are complete, which hold no dose, and which nobody can tell."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fullcourse.course.course import Course
from fullcourse.course.standing import SlotStanding, Standing, standings_of

__all__ = ["Lapse", "TreatmentDay", "all_standings", "days_of", "lapses_of", "watched_until"]

_TAKEN, _PARTLY, _VOMITED, _SKIPPED, _HELD, _DUE, _UNKNOWN = 1, 2, 4, 8, 16, 32, 64
_KINDS = {
    Standing.TAKEN: _TAKEN,
    Standing.LATE: _TAKEN,
    Standing.PARTLY: _PARTLY,
    Standing.VOMITED: _VOMITED,
    Standing.SKIPPED: _SKIPPED,
    Standing.HELD: _HELD,
    Standing.DUE: _DUE,
    Standing.DISPUTED: _UNKNOWN,
    Standing.UNKNOWN: _UNKNOWN,
}
"""What became of the doses of a day, as bits: a day is looked at by which of them it has, and not dose by dose."""


@dataclass(frozen=True, slots=True)
class TreatmentDay:
    """One of the patient's days on which doses were due.

    Attributes:
        day: By the patient's clock; it ends at 03:00.
        complete: Whether every dose that was not held was taken; None where nobody can tell, or while one is still due.
        without: Whether no dose at all was taken; None where nobody can tell.
        held_for_side_effects: Whether a dose of it was held because of side effects.
    """

    day: date
    complete: bool | None
    without: bool | None
    held_for_side_effects: bool = False


@dataclass(frozen=True, slots=True)
class Lapse:
    """Days in a row without a dose of any drug.

    Attributes:
        first: The first day.
        ends: The day of the next dose; None while there was none.
        days_low: So many days in a row are known to be without a dose.
        days_high: So many may be.
        for_side_effects: Whether doses in it were held because of side effects.
    """

    first: date
    ends: date | None
    days_low: int
    days_high: int
    for_side_effects: bool


def all_standings(course: Course, now: datetime, late_after_h: float) -> tuple[SlotStanding, ...]:
    """Return what became of every planned dose of every drug until now, in order of time."""
    if not course.timeline:
        return ()
    begins = course.timeline[0].begins
    drugs = dict.fromkeys(drug.drug for plan in course.timeline for drug in plan.plan.drugs)
    standings = [
        one
        for drug in drugs
        for one in standings_of(course.state, course.timeline, drug, (begins, now), now, late_after_h)[0]
    ]
    return tuple(sorted(standings, key=lambda one: (one.slot.due, one.slot.drug)))


def days_of(course: Course, standings: Iterable[SlotStanding]) -> tuple[TreatmentDay, ...]:
    """Return the days on which doses were due, in order."""
    if not course.timeline:
        return ()
    day_of = course.timeline[-1].zone.day_of
    effects = [
        event.occurred_at
        for event in course.state.of_kind("held")
        if getattr(event.body, "reason", "") == "side effects"
    ]
    first_effect = min(effects, default=None)
    by_day: dict[date, int] = {}
    held_for_effects: set[date] = set()
    for one in standings:
        due, standing = one.slot.due, one.standing
        day = day_of(due)
        by_day[day] = by_day.get(day, 0) | _KINDS[standing]
        if standing is Standing.HELD and first_effect is not None and due >= first_effect:
            held_for_effects.add(day)
    return tuple([_day(day, kinds, day in held_for_effects) for day, kinds in sorted(by_day.items())])


def watched_until(course: Course, today: date) -> date:
    """Return the day until which a dose that is not taken interrupts: today, or the end of treatment.

    Who died, ended treatment or came to the end of the plan interrupts nothing after it.
    """
    if not course.timeline:
        return today
    last, closing = course.timeline[-1], course.closing
    ends = today if last.plan.days is None else last.plan.starts_on + timedelta(days=last.plan.days)
    closed = today if closing is None else last.zone.local(closing.at).date()
    return min(today, ends, closed)


def lapses_of(days: Sequence[TreatmentDay], today: date) -> tuple[Lapse, ...]:
    """Return every stretch of days that may be without a dose, in order.

    A stretch ends on the day of a dose that is known to be taken. Days between on which nothing was due count with it.
    """
    return tuple(_lapses(days, today))


def _lapses(days: Sequence[TreatmentDay], today: date) -> Iterator[Lapse]:
    stretch: list[TreatmentDay] = []
    for day in days:
        if day.without is False:
            if stretch:
                yield _lapse(stretch, day.day, day.day)
            stretch = []
        elif day.day < today or day.without is True:
            stretch.append(day)
    if stretch:
        yield _lapse(stretch, None, today if stretch[-1].day < today else today + timedelta(days=1))


def _lapse(stretch: Sequence[TreatmentDay], ends: date | None, until: date) -> Lapse:
    longest = 0
    since: date | None = None
    following = [*(day.day for day in stretch[1:]), until]
    for day, after in zip(stretch, following, strict=True):
        since = (since or day.day) if day.without else None
        if since is not None:
            longest = max(longest, (after - since).days)
    for_effects = any(day.held_for_side_effects for day in stretch)
    return Lapse(stretch[0].day, ends, longest, (until - stretch[0].day).days, for_effects)


def _day(day: date, kinds: int, held_for_effects: bool) -> TreatmentDay:
    """Return a day whose doses came to these kinds."""
    needed = kinds & ~_HELD
    complete: bool | None = None
    if needed == _TAKEN:
        complete = True
    elif not needed or needed & (_SKIPPED | _PARTLY):
        complete = False
    without: bool | None = None
    if kinds & (_TAKEN | _PARTLY | _VOMITED):
        without = False
    elif not kinds & (_DUE | _UNKNOWN):
        without = True
    return TreatmentDay(day, complete, without, held_for_effects)
