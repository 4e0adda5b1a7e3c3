"""How long each drug of the plan in force lasts."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final, final

from fullcourse.course.course import Course
from fullcourse.course.days import all_standings
from fullcourse.course.drug_rules import Rule, rule_of
from fullcourse.course.schedule import Slot, slots_of
from fullcourse.course.standing import SlotStanding, Standing
from fullcourse.course.supply import Supply, order_days, supply_of
from fullcourse.course.timeline import plan_at
from fullcourse.knowledge.consequences import Action
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.walk import facts_of, thens_of

__all__ = ["order_ahead_days", "supplies_of"]

_SUPPLY_FACT: Final = "supply_days_left"
_DAYS_LOOKED_AT: Final = 400
_LOOKED_AT_ONCE: Final = timedelta(days=50)


def supplies_of(
    course: Course,
    knowledge: Knowledge,
    now: datetime,
    is_working_day: Callable[[date], bool],
    until: date | None = None,
    standings: Sequence[SlotStanding] | None = None,
) -> tuple[Supply, ...]:
    """Return how long each drug of the plan in force lasts.

    Args:
        course: The course.
        knowledge: What the sources say.
        now: The moment.
        is_working_day: Whether something can be ordered on a day.
        until: A day that planned doses are looked at up to, where it lies further ahead than others.
        standings: What became of every planned dose until then, where somebody worked it out already.
    """
    current = plan_at(course.timeline, now)
    if current is None:
        return ()
    days = _DAYS_LOOKED_AT
    if until is not None:
        days = max(days, (until - current.zone.day_of(now)).days + 2)
    rules = _supply_rules(knowledge)
    zone, supplies = current.zone, []
    if standings is None:
        standings = all_standings(course, now, course.late_after_h)
    until_then = now + timedelta(days=days)
    of_drug: dict[str, list[SlotStanding]] = {}
    for one in standings:
        of_drug.setdefault(one.slot.drug, []).append(one)
    for drug in current.plan.drugs:
        own = of_drug.get(drug.drug, [])
        due = frozenset(one.slot.id for one in own if one.standing is Standing.DUE)
        coming = _Coming(course, drug.drug, now, until_then, due)
        supplies.append(supply_of(course, drug.drug, own, coming, now, zone, rules, knowledge, is_working_day))
    return tuple(supplies)


@final
class _Coming:
    """Planned doses of a drug still to be taken, made as far as somebody looks: most stocks end long before."""

    def __init__(self, course: Course, drug: str, now: datetime, until: datetime, due: frozenset[str]) -> None:
        self._course, self._drug, self._now, self._due = course, drug, now, due
        first, self._spans = now - timedelta(days=1), list[tuple[datetime, datetime]]()
        while first < until:
            last = min(first + _LOOKED_AT_ONCE, until)
            self._spans.append((first, last))
            first = last

    def __iter__(self) -> Iterator[Slot]:
        for span in self._spans:
            yield from self._within(*span)

    def last(self) -> Slot | None:
        return next((slots[-1] for span in reversed(self._spans) if (slots := self._within(*span))), None)

    def _within(self, first: datetime, last: datetime) -> list[Slot]:
        return [
            slot
            for plan in self._course.timeline
            for slot in slots_of(plan, self._drug, first, last)
            if slot.due > self._now or slot.id in self._due
        ]


def order_ahead_days(knowledge: Knowledge) -> int:
    """Return how many days before the medicine runs out the first source speaks of a refill; 0 where none does."""
    return int(max(order_days(_supply_rules(knowledge)), default=0.0))


@cache
def _supply_rules(knowledge: Knowledge) -> tuple[Rule, ...]:
    return tuple(
        rule_of(statement, knowledge)
        for statement in knowledge.statements.values()
        if _SUPPLY_FACT in facts_of(statement.body)
        and any(isinstance(then, Action) for then in thens_of(statement.body))
    )
