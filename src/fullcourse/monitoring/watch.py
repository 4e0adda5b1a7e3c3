"""Each single test of a treatment with everything that asks for it, and the days on which it falls.

A test that is made of several is taken apart, so that cycloserine's "blood count, vitamin B12, folic acid" and
linezolid's "blood count" are one blood test. What no source gives an interval for has no date; a test that a caution
makes closer is done at each visit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fullcourse.knowledge.vocabulary import MonitoringTest
from fullcourse.monitoring.asked import Asked
from fullcourse.monitoring.planned import PlannedTest, days_of, plan_tests
from fullcourse.monitoring.tightened import Tightened

__all__ = ["DAYS_PER_MONTH", "VISIT", "Watch", "occasions_of", "watches_of"]

VISIT: Final = "clinical review"
"""The visit to the clinician, beside which other tests are done."""

_DAYS_PER_WEEK: Final = 7
DAYS_PER_MONTH: Final = 30
"""A month of a plan of tests (I-0203)."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One test of a treatment.

    Attributes:
        planned: When statements ask for it, with each of them.
        tightened: Cautions that make it closer, or may.
        months: Months of treatment at whose end it is done.
        at_end: Whether it is done at the end of treatment.
        months_after_end: Months after the end in which it is done.
        at_visits: Whether it is done at each visit.
    """

    planned: PlannedTest
    tightened: tuple[Tightened, ...]
    months: tuple[int, ...]
    at_end: bool
    months_after_end: tuple[int, ...]
    at_visits: bool

    @property
    def test(self) -> str:
        """Its name."""
        return self.planned.test

    @property
    def certain(self) -> bool:
        """Whether a source asks for it for certain, or a caution that applies makes it closer."""
        return self.planned.certain or self.is_tightened

    @property
    def is_tightened(self) -> bool:
        """Whether a caution that applies makes it closer."""
        return any(it.certain for it in self.tightened)

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs that it watches, each once."""
        named = (*self.planned.drugs, *(it.drug for it in self.tightened if it.certain or not self.certain))
        return tuple(dict.fromkeys(drug for drug in named if drug))


def watches_of(
    asked: Iterable[Asked], tightened: Iterable[Tightened], tests: Mapping[str, MonitoringTest]
) -> tuple[Watch, ...]:
    """Return each single test once: what is asked for certain first.

    Args:
        asked: Of all drugs, in the order of the treatment, and of the treatment as a whole.
        tightened: Likewise.
        tests: What each test is made of.
    """
    single = [_with_test(it, part) for it in asked for part in _parts(it.then.value, tests)]
    closer: dict[str, list[Tightened]] = {}
    for it in tightened:
        for part in _parts(it.test, tests):
            closer.setdefault(part, []).append(it._replace(test=part))
    watches = [_watch(planned, closer.pop(planned.test, [])) for planned in plan_tests(single)]
    watches += [_watch(_unplanned(test), cautions) for test, cautions in closer.items()]
    return tuple(sorted(watches, key=lambda watch: not watch.certain))


def _with_test(asked: Asked, test: str) -> Asked:
    """Return what asks for a test with another name of it."""
    return asked if asked.then.value == test else asked._replace(then=replace(asked.then, value=test))


def occasions_of(watch: Watch, days: int, visit_days: Sequence[int], window: int) -> tuple[int, ...]:
    """Return the days of treatment on which a test is done; 0 is before the first dose.

    A day that an interval gives is left out where a named one (a week, a month, the end) lies so near that its result
    answers both: week 4 stands for the first of "every month".

    Args:
        watch: The test.
        days: Length of the treatment, days; what comes after the end is counted from its last day.
        visit_days: Days of visits, for what is done at each of them.
        window: Days from an occasion within which a result answers it.
    """
    due = days_of(watch.planned, days) if watch.planned.certain else set()
    named = {week * _DAYS_PER_WEEK for week in watch.planned.weeks}
    named |= {month * DAYS_PER_MONTH for month in watch.months}
    named = {day for day in named if day <= days} | ({days} if watch.at_end else set())
    every = watch.planned.every_days
    if every is not None and every > 2 * window:
        due = {day for day in due if day in named or day == 0 or all(abs(day - it) > window for it in named)}
    due |= named
    due |= {days + month * DAYS_PER_MONTH for month in watch.months_after_end}
    if watch.at_visits and watch.certain:
        due.update(visit_days)
    return tuple(sorted(due))


def _parts(test: str, tests: Mapping[str, MonitoringTest]) -> tuple[str, ...]:
    definition = tests.get(test)
    return definition.parts if definition is not None and definition.parts else (test,)


def _watch(planned: PlannedTest, cautions: Sequence[Tightened]) -> Watch:
    certain = [it for it in planned.asked if it.certain]
    counted = certain or planned.asked
    months = {month for it in counted for month in it.then.on_months}
    after = {month for it in counted for month in it.then.months_after_end}
    closer = any(it.certain for it in cautions) and planned.test != VISIT
    return Watch(
        planned=planned,
        tightened=tuple(cautions),
        months=tuple(sorted(months)),
        at_end=any(it.then.at_end for it in counted),
        months_after_end=tuple(sorted(after)),
        at_visits=closer or VISIT in planned.visits,
    )


def _unplanned(test: str) -> PlannedTest:
    """Return a test that only a caution asks for."""
    return PlannedTest(test, False, False, None, 1, (), (), (), (), False, (), ())
