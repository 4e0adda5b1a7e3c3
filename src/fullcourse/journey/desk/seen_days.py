"""The days of a course one by one, and the doses behind each: what was planned, what is said of it, and by whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course
from fullcourse.course.days import TreatmentDay, days_of
from fullcourse.course.standing import SlotStanding, Standing

__all__ = ["CourseDay", "DayStanding", "SeenDose", "doses_between", "seen_days", "share_taken"]

_TAKEN: Final = frozenset((Standing.TAKEN, Standing.LATE))


class DayStanding(Enum):
    """What became of the doses of a day."""

    ALL = "all"
    """Every dose that was not held was taken."""
    SOME = "some"
    NONE = "none"
    UNKNOWN = "not known"
    HELD = "held"
    """Every dose of it was held by a clinician."""
    OPEN = "due"
    """A dose of it is still due."""


@dataclass(frozen=True, slots=True)
class CourseDay:
    """One of the patient's days on which doses were due.

    Attributes:
        on: The day.
        standing: What became of its doses.
        taken: How many were taken.
        planned: How many were planned, without those that were held or are still due.
        unknown: How many may count or not: nobody said anything, people say different things, or they were vomited.
        disputed: Whether people say different things of one of them.
    """

    on: date
    standing: DayStanding
    taken: int
    planned: int
    unknown: int
    disputed: bool


@dataclass(frozen=True, slots=True)
class SeenDose:
    """One planned dose as it is looked at.

    Attributes:
        due: When it was due, by the patient's clock.
        drug: INN in lower case.
        mg: Amount planned, mg.
        standing: What became of it, in a word.
        disputed: Whether people say different things of it.
        back_entered: Whether something was written down more than a day after the fact.
        claims: Every event about it, in order of time.
    """

    due: datetime
    drug: str
    mg: float
    standing: str
    disputed: bool
    back_entered: bool
    claims: tuple[Event, ...]


def seen_days(course: Course, standings: Sequence[SlotStanding]) -> tuple[CourseDay, ...]:
    """Return the days on which doses were due, in order."""
    if not course.timeline:
        return ()
    by_day: dict[date, list[Standing]] = {}
    day_of = course.timeline[-1].zone.day_of
    for one in standings:
        by_day.setdefault(day_of(one.slot.due), []).append(one.standing)
    return tuple(_seen(day, by_day[day.day]) for day in days_of(course, standings))


def _seen(day: TreatmentDay, of_day: Sequence[Standing]) -> CourseDay:
    held = of_day.count(Standing.HELD)
    disputed = of_day.count(Standing.DISPUTED)
    taken = sum(one in _TAKEN for one in of_day)
    unknown = of_day.count(Standing.UNKNOWN) + of_day.count(Standing.VOMITED) + disputed
    planned = len(of_day) - held - of_day.count(Standing.DUE)
    return CourseDay(day.day, _standing(day, of_day, held), taken, planned, unknown, disputed > 0)


def _standing(day: TreatmentDay, of_day: Sequence[Standing], held: int) -> DayStanding:
    if held == len(of_day):
        return DayStanding.HELD
    if day.complete:
        return DayStanding.ALL
    if day.complete is False:
        return DayStanding.NONE if day.without else DayStanding.SOME
    return DayStanding.OPEN if Standing.DUE in of_day else DayStanding.UNKNOWN


def share_taken(days: Iterable[CourseDay]) -> tuple[float, float] | None:
    """Return the least and greatest share of doses that were taken on some days, 0 to 1; None where none was due."""
    listed = tuple(days)
    planned, taken = sum(day.planned for day in listed), sum(day.taken for day in listed)
    return (taken / planned, (taken + sum(day.unknown for day in listed)) / planned) if planned else None


def doses_between(standings: Iterable[SlotStanding], zone: Zone, first: date, last: date) -> tuple[SeenDose, ...]:
    """Return the planned doses of the patient's days from one to another, both included, in order of time."""
    return tuple(
        SeenDose(
            zone.local(one.slot.due),
            one.slot.drug,
            one.slot.mg,
            one.standing.value,
            one.standing is Standing.DISPUTED,
            one.is_back_entered,
            one.claims,
        )
        for one in standings
        if first <= zone.day_of(one.slot.due) <= last
    )
