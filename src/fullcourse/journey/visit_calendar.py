"""What a calendar is told of tests: one entry for the tests of one day, and what became of an entry told before.

An entry's id is made from the course and the day, so that a later export finds it again. What is told depends on the
whole log, so the log is gone through as it grew, and each day is told what it was told before: a test that was done
early, or that another plan takes away, leaves an entry that is cancelled, with a higher number, and never one that goes
on ringing.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import PlanActivated, PlanChanged
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.patient import Record
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course, course_of
from fullcourse.course.fold import fold
from fullcourse.journey.course_calendar import MOST_DAYS
from fullcourse.journey.monitor import Monitor, day_of
from fullcourse.journey.monitor_course import course_as_monitored
from fullcourse.knowledge.library import Knowledge

__all__ = ["VisitEntry", "open_tests", "visit_entries"]

_BACK: Final = timedelta(days=7)
_TOGETHER_S: Final = 300.0
"""Results written down within so many seconds are looked at once: nobody exports in between."""

_BEARING: Final = frozenset(
    (
        "plan_activated", "plan_changed", "plan_stopped", "outcome", "transfer", "result", "symptom", "visit",
        "held", "resumed",
    )
)  # fmt: skip
_FOLLOWED_UP: Final = frozenset(("cured", "completed"))
"""The outcomes after whose day tests that are done after the end stay."""


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """The tests of one day.

    Attributes:
        uid: Made from the course and the day.
        day: The patient's day; nobody said an hour.
        tests: Those that are not answered yet; empty where the entry is cancelled.
        revision: How often the entry changed since it was first told.
        revised_at: When what changed it last was written down.
    """

    uid: str
    day: date
    tests: tuple[str, ...]
    revision: int
    revised_at: datetime

    @property
    def is_cancelled(self) -> bool:
        """Whether nothing is to be done on the day any more."""
        return not self.tests


def visit_entries(
    course: Course,
    patient: str,
    beside: Record,
    monitor: Monitor,
    zone_of: Callable[[str], Zone],
    now: datetime,
    days: int,
) -> tuple[VisitEntry, ...]:
    """Return the entries of tests that a calendar is told of, in order of their days.

    Args:
        course: The course.
        patient: Its random id, from which ids of entries are made.
        beside: What is known beside the log; it is taken to have been known all the time.
        monitor: With the knowledge and the profile.
        zone_of: Returns a zone by its IANA name.
        now: The moment.
        days: How far ahead, 1 to `MOST_DAYS`.

    Raises:
        InputError: The log holds no plan.
    """
    if not course.timeline:
        raise InputError("the log holds no plan, so no test is planned. Start one with 'course start'.")
    told: dict[date, VisitEntry] = {}
    for seen, moment in _as_it_grew(course, beside, monitor.knowledge, zone_of, now):
        if not seen.timeline:
            continue
        today = seen.timeline[-1].zone.day_of(moment)
        tests = open_tests(seen, beside, monitor, moment, today)
        for day in sorted({*tests, *told}):
            if day >= today:
                _tell(told, patient, day, tests.get(day, ()), moment)
    today = course.timeline[-1].zone.day_of(now)
    first, until = today - _BACK, today + timedelta(days=days)
    furthest = until + timedelta(days=MOST_DAYS)
    return tuple(
        told[day]
        for day in sorted(told)
        if first <= day < (furthest if told[day].revision else until)
    )  # fmt: skip


def _tell(told: dict[date, VisitEntry], patient: str, day: date, tests: tuple[str, ...], moment: datetime) -> None:
    known = told.get(day)
    if known is None:
        if tests:
            told[day] = VisitEntry(
                str(uuid5(NAMESPACE_OID, f"{patient} tests {day.isoformat()}")), day, tests, 0, moment
            )
    elif known.tests != tests:
        told[day] = replace(known, tests=tests, revision=known.revision + 1, revised_at=moment)


def _as_it_grew(
    course: Course, beside: Record, knowledge: Knowledge, zone_of: Callable[[str], Zone], now: datetime
) -> Iterator[tuple[Course, datetime]]:
    """Yield the course at each moment since which other tests may be asked for, the last of them now.

    That is when an event that bears on tests was written down, when a plan began, and when a result grew too old.
    """
    events = sorted((it for it in course.state.events() if it.occurred_at <= now), key=lambda it: it.recorded_s)
    bearing = [it for it in events if it.kind in _BEARING or it.supersedes]
    moments = {_whole(it.recorded_at) for it in bearing}
    moments |= {_begins(it.body.plan, zone_of) for it in bearing if isinstance(it.body, PlanActivated | PlanChanged)}
    pieces = [piece for found in beside.evidence.values() for piece in found]
    pieces += [piece for found in course_as_monitored(course, knowledge, now)[0].evidence.values() for piece in found]
    zone = course.timeline[-1].zone
    moments |= {zone.instant(day, time()) for piece in pieces if (day := _too_old_on(piece, knowledge)) is not None}
    first = min((it.recorded_at for it in bearing), default=now)
    for moment in sorted(it for it in moments if first <= it < now):
        seen = fold(it for it in bearing if it.recorded_at <= moment and it.occurred_at <= moment)
        yield course_of(seen, zone_of, {}, ()), moment
    yield course, now


def _whole(moment: datetime) -> datetime:
    """Return the moment up to which results that came together were written down."""
    return datetime.fromtimestamp(math.ceil(moment.timestamp() / _TOGETHER_S) * _TOGETHER_S, UTC)


def _begins(plan: CoursePlan, zone_of: Callable[[str], Zone]) -> datetime:
    return zone_of(plan.zone).instant(plan.starts_on, time())


def _too_old_on(piece: Evidence, knowledge: Knowledge) -> date | None:
    """Return the first day on which a result no longer counts; None where it has none."""
    definition = knowledge.facts.get(piece.fact)
    if definition is None or definition.valid_days is None or piece.on is None:
        return None
    return piece.on.first_day + timedelta(days=definition.valid_days + 1)


def open_tests(
    course: Course, beside: Record, monitor: Monitor, moment: datetime, today: date
) -> Mapping[date, tuple[str, ...]]:
    """Return the tests of each day from today on that no result has answered yet.

    Args:
        course: The course.
        beside: What is known beside the log.
        monitor: With the knowledge and the profile.
        moment: At which it is asked.
        today: The patient's day of it.
    """
    record, treatment = course_as_monitored(course, monitor.knowledge, moment)
    watched = monitor.watched(beside.plus(record), today, treatment)
    closed = course.closing if course.closing is not None and course.closing.at <= moment else None
    found: dict[date, list[str]] = {}
    start = treatment.starts_on
    for it in watched if start is not None else ():
        if not it.watch.certain or it.due.next_on is None:
            continue
        for day in it.days:
            on = day_of(start, day) if start is not None else today
            after_end = treatment.ends_on is not None and on > treatment.ends_on
            goes_on = closed is None or (closed.why in _FOLLOWED_UP and after_end)
            if on >= max(today, it.due.next_on) and goes_on:
                found.setdefault(on, []).append(it.watch.test)
    return {day: tuple(tests) for day, tests in found.items()}
