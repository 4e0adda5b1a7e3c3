"""How long each drug of the plan in force lasts."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from fullcourse.course.course import Course
from fullcourse.course.days import all_standings
from fullcourse.course.drug_rules import Rule, rule_of
from fullcourse.course.schedule import slots_of
from fullcourse.course.standing import SlotStanding, Standing
from fullcourse.course.supply import Supply, order_days, supply_of
from fullcourse.course.timeline import plan_at
from fullcourse.knowledge.consequences import Action
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.walk import facts_of, thens_of

__all__ = ["order_ahead_days", "supplies_of"]

_SUPPLY_FACT: Final = "supply_days_left"
_DAYS_LOOKED_AT: Final = 400


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
    for drug in current.plan.drugs:
        own = [one for one in standings if one.slot.drug == drug.drug]
        coming = [
            slot
            for plan in course.timeline
            for slot in slots_of(plan, drug.drug, now - timedelta(days=1), now + timedelta(days=days))
            if slot.due > now or any(one.slot.id == slot.id and one.standing is Standing.DUE for one in own)
        ]
        supplies.append(supply_of(course, drug.drug, own, coming, now, zone, rules, knowledge, is_working_day))
    return tuple(supplies)


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
