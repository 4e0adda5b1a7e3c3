"""Each test once for the whole treatment: the shortest interval that a source gives leads, and every source is shown.

Tests that fall on one day are one visit. A test whose sources give no interval is told without a date: nobody may make
one up.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from fullcourse.monitoring.asked import Asked

__all__ = ["BEFORE_START", "PlannedTest", "Visit", "days_of", "plan_tests", "visits"]

BEFORE_START: Final = "before start"
"""The occasion of a test that is done before the first dose."""

_DAYS_PER_WEEK: Final = 7


class PlannedTest(NamedTuple):
    """One test of a treatment.

    Attributes:
        test: Which.
        certain: Whether some source asks for it in this patient; else one may, and a fact is open.
        before_start: Whether it is done before the first dose.
        every_days: The shortest interval that asks for certain, days; None where no source that asks gives one.
        from_day: Day of treatment from which that interval holds.
        weeks: Weeks of treatment in which it is done besides.
        when: Other occasions, in words: ``when anaemia appears``.
        visits: What it is done beside, in words: ``clinical review``.
        hours_after_dose: When samples are drawn, h after a dose.
        without_interval: Whether a source follows it without saying how often, and none says so.
        drugs: The drugs that it watches, in the order of the treatment.
        asked: Everything that asks for it, or may.
    """

    test: str
    certain: bool
    before_start: bool
    every_days: int | None
    from_day: int
    weeks: tuple[int, ...]
    when: tuple[str, ...]
    visits: tuple[str, ...]
    hours_after_dose: tuple[int, ...]
    without_interval: bool
    drugs: tuple[str, ...]
    asked: tuple[Asked, ...]


class Visit(NamedTuple):
    """The tests of one day.

    Attributes:
        day: Day of treatment; 0 is before the first dose.
        on: The date; None while the treatment has no start.
        tests: Which, in the order of the plan.
    """

    day: int
    on: date | None
    tests: tuple[str, ...]


def plan_tests(asked: Iterable[Asked]) -> tuple[PlannedTest, ...]:
    """Return each test once: before the first dose first, then by how often, those that may be asked for last.

    Args:
        asked: Of all drugs of the treatment, in its order.
    """
    by_test: dict[str, list[Asked]] = {}
    for it in asked:
        by_test.setdefault(it.then.value, []).append(it)
    return tuple(sorted((_planned(test, them) for test, them in by_test.items()), key=_order))


def visits(tests: Sequence[PlannedTest], days: int, start: date | None = None) -> tuple[Visit, ...]:
    """Return the visits of a treatment, in order; a test is due on the day its interval ends.

    Args:
        tests: As planned; only what is certain gets a day.
        days: Length of the treatment, days, above 0.
        start: Day of the first dose.
    """
    by_day: dict[int, list[str]] = {}
    for planned in tests:
        for day in sorted(days_of(planned, days)) if planned.certain else ():
            by_day.setdefault(day, []).append(planned.test)
    return tuple(
        Visit(day, None if start is None else start + timedelta(days=max(day - 1, 0)), tuple(by_day[day]))
        for day in sorted(by_day)
    )


def _planned(test: str, asked: Sequence[Asked]) -> PlannedTest:
    certain = [it for it in asked if it.certain]
    counted = certain or asked
    repeated = [it for it in counted if it.then.every_days is not None]
    leading = min(repeated, key=lambda it: (it.then.every_days or 0, it.from_day), default=None)
    weeks = sorted({week for it in counted for week in it.then.on_weeks})
    return PlannedTest(
        test=test,
        certain=bool(certain),
        before_start=any(it.then.at == BEFORE_START for it in counted),
        every_days=leading.then.every_days if leading else None,
        from_day=leading.from_day if leading else min(it.from_day for it in counted),
        weeks=tuple(weeks),
        when=_once(it.then.at for it in counted if it.then.at != BEFORE_START),
        visits=_once(it.then.beside for it in counted),
        hours_after_dose=tuple(sorted({hour for it in counted for hour in it.then.hours_after_dose})),
        without_interval=leading is None and not weeks and any(it.then.interval for it in counted),
        drugs=_once(it.drug for it in counted),
        asked=tuple(asked),
    )


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def _order(planned: PlannedTest) -> tuple[bool, bool, float, str]:
    often = float("inf") if planned.every_days is None else planned.every_days
    return not planned.certain, not planned.before_start, often, planned.test


def days_of(planned: PlannedTest, days: int) -> set[int]:
    """Return the days of treatment on which a test is due, 0 for before the first dose.

    Of a test that several sources repeat, each holds from its own day: an interval that a higher dose brings does not
    move the tests before it.
    """
    due = {0} if planned.before_start else set()
    for it in planned.asked:
        if it.certain and it.then.every_days is not None:
            due.update(range(it.from_day + it.then.every_days, days + 1, it.then.every_days))
    shortest = planned.every_days
    if shortest is not None:
        due = {day for day in due if day < planned.from_day + shortest or (day - planned.from_day) % shortest == 0}
    return due | {week * _DAYS_PER_WEEK for week in planned.weeks if week * _DAYS_PER_WEEK <= days}
