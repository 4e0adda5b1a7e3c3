"""Which test is due, overdue or done: results close what they answer.

A result belongs to the occasion nearest to it, so that one result never closes two. How far from the day it was due it
still counts is a statement (``monitoring.window``). An occasion that passed before a later result is over: what is due
next counts from the plan, never from today.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.patient import Patient
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import MonitoringTest

__all__ = ["Due", "DueStanding", "day_of", "due_of", "results_of"]


class DueStanding(Enum):
    """How a test stands today."""

    OVERDUE = "overdue"
    DUE = "due"
    DONE = "done"
    COMING = "coming"
    NO_DATE = "no date"
    """Asked for, and no source says when or how often."""
    UNDATED = "undated"
    """The treatment has no first day."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a test is done next, and how it stands.

    Attributes:
        test: Which.
        standing: How it stands today.
        next_on: The day of the occasion that is open: in the past where it is overdue; None where there is none.
        last_done: The newest result, or the newest day on which it was done; None for never.
        missed: How many occasions passed before a later result.
        lacks: Facts that the newest result leaves out, where a test has several.
    """

    test: str
    standing: DueStanding
    next_on: date | None
    last_done: date | None
    missed: int
    lacks: tuple[str, ...]


def day_of(start: date, day: int) -> date:
    """Return the date of a day of treatment: 1 is the first, 0 the day before it."""
    return start + timedelta(days=day - 1)


def results_of(
    test: str, patient: Patient, done: Mapping[str, Sequence[date]], tests: Mapping[str, MonitoringTest]
) -> tuple[tuple[date, ...], ...]:
    """Return the days of results for each group of facts that a test needs; one group where it has none.

    Args:
        test: A single test.
        patient: Its record holds the results.
        done: Days on which tests were done whose result is no number.
        tests: What answers each test.
    """
    by_hand = tuple(day for day in done.get(test, ()) if day <= patient.at)
    definition = tests.get(test)
    groups = definition.answered_by if definition is not None else ()
    days = [_days(patient.record.evidence, group, patient.at) for group in groups] or [set()]
    return tuple(tuple(sorted({*by_hand, *found})) for found in days)


def due_of(
    test: str,
    occasions: Sequence[date],
    results: Sequence[Sequence[date]],
    at: date,
    counts: Callable[[int], bool],
    baseline: date | None,
    knowledge: Knowledge,
) -> Due:
    """Return how a test stands on a day.

    Args:
        test: A single test.
        occasions: Days on which it is done, in order.
        results: Days of results for each group of facts that it needs.
        at: Today.
        counts: Whether a result so many days from an occasion answers it.
        baseline: The day before the first dose, where it is done then: answered by any result still valid there.
        knowledge: Says how long a result before the first dose stays valid.
    """
    closed = [_closed(occasions, group, counts, baseline, _valid_days(test, place, knowledge)) for place, group in
              enumerate(results)]  # fmt: skip
    settled = frozenset.intersection(*closed) if closed else frozenset()
    last = min((group[-1] for group in results if group), default=None) if all(results) else None
    # an occasion before the newest whole result is over, whether anything fell into its window or not
    waiting = [day for day in occasions if day not in settled and (last is None or day > last)]
    late = [day for day in waiting if day < at]
    newest = max((group[-1] for group in results if group), default=None)
    if not occasions:
        standing, next_on = DueStanding.NO_DATE, None
    elif late:
        standing, next_on = DueStanding.OVERDUE, late[0]
    elif at in waiting:
        standing, next_on = DueStanding.DUE, at
    else:
        standing = DueStanding.DONE if newest is not None else DueStanding.COMING
        next_on = waiting[0] if waiting else None
    missed = sum(day not in settled and last is not None and day <= last for day in occasions)
    return Due(test, standing, next_on, newest, missed, _lacks(test, results, newest, knowledge))


def _days(evidence: Mapping[str, tuple[Evidence, ...]], group: Iterable[str], at: date) -> set[date]:
    """Return the days of usable results of a group of facts up to today."""
    return {
        piece.on.first_day
        for name in group
        for piece in evidence.get(name, ())
        if piece.standing is Standing.STATED
        and piece.value is not None
        and piece.on is not None
        and piece.on.is_exact_day
        and piece.on.first_day <= at
    }


def _closed(
    occasions: Sequence[date],
    results: Sequence[date],
    counts: Callable[[int], bool],
    baseline: date | None,
    valid_days: int | None,
) -> frozenset[date]:
    closed: set[date] = set()
    for result in results:
        place = bisect_left(occasions, result)
        beside = occasions[max(place - 1, 0) : place + 1]  # the nearest is the one before it or the one after it
        nearest = min(beside, key=lambda day: (abs((result - day).days), day), default=None)
        if nearest is not None and counts(abs((result - nearest).days)):
            closed.add(nearest)
        if baseline is not None and result <= baseline + timedelta(days=1):
            age = (baseline - result).days
            if valid_days is None or age <= valid_days:
                closed.add(baseline)
    return frozenset(closed)


def _valid_days(test: str, group: int, knowledge: Knowledge) -> int | None:
    definition = knowledge.tests.get(test)
    if definition is None or not definition.answered_by:
        return None
    limits = [knowledge.facts[name].valid_days for name in definition.answered_by[group]]
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def _lacks(test: str, results: Sequence[Sequence[date]], newest: date | None, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the first fact of each group without a result of the newest day."""
    definition = knowledge.tests.get(test)
    if definition is None or newest is None:
        return ()
    pairs = zip(definition.answered_by, results, strict=False)
    return tuple(group[0] for group, days in pairs if newest not in days)
