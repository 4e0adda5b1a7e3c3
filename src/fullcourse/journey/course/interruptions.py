"""What the sources say of a course's interruptions: the longest one, those of one drug, and all together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from fullcourse.clinical.quantity import Interval
from fullcourse.course.completion import Completion
from fullcourse.course.course import Course
from fullcourse.course.days import Lapse
from fullcourse.course.drug_rules import Rule
from fullcourse.course.interruption import (
    BEDAQUILINE_OFF,
    Interrupted,
    InterruptionAnswer,
    Owed,
    interruption_answers,
    interruption_rules,
    months_between,
    owed_in_all,
)
from fullcourse.knowledge.library import Knowledge
from fullcourse.outcomes.definitions import is_other_lost

__all__ = ["RIFAMYCINS", "WhatIsKnown", "interruptions_of", "longest_in_months", "treated_as_susceptible"]

RIFAMYCINS: Final = frozenset(("rifampin", "rifapentine", "rifabutin"))
"""One of them is in every regimen for drug-susceptible disease, and in none for disease that resists rifampicin."""
_FLUOROQUINOLONES: Final = frozenset(("levofloxacin", "moxifloxacin"))
"""Beside a rifamycin: disease that resists isoniazid, or the regimen of four months: the tables speak of neither."""


@dataclass(frozen=True, slots=True)
class WhatIsKnown:
    """What a person knows about an interruption and no log says; None where nobody knows.

    Attributes:
        phase: ``intensive`` or ``continuation``.
        smear_positive_at_start: Whether the first smear was positive.
        can_finish_in_time: Whether all doses still fit into the time of the source.
    """

    phase: str = ""
    smear_positive_at_start: bool | None = None
    can_finish_in_time: bool | None = None


def interruptions_of(
    course: Course,
    knowledge: Knowledge,
    lapses: Sequence[Lapse],
    bedaquiline: Sequence[Lapse],
    known: WhatIsKnown,
    completion: Sequence[Completion],
    profile: str,
) -> tuple[tuple[InterruptionAnswer, ...], Mapping[str, Owed]]:
    """Return what the sources say of the longest interruption, and what each of them owes for all together.

    Args:
        course: The course; it has a plan.
        knowledge: What the sources say.
        lapses: Stretches of days without a dose of any drug.
        bedaquiline: Stretches of days without bedaquiline, of which a source has a rule of its own.
        known: What a person knows and no log says.
        completion: How far the phases have come.
        profile: Which sources lead: lost to follow-up is defined by one edition at a time.
    """
    rules = [it for it in interruption_rules(knowledge) if not is_other_lost(it.statement, knowledge, profile)]
    last_plan = course.timeline[-1].plan
    ends = last_plan.starts_on + timedelta(days=last_plan.days - 1) if last_plan.days else None
    answers: list[InterruptionAnswer] = []
    owed: dict[str, Owed] = {}
    if lapses:
        whole = [rule for rule in rules if BEDAQUILINE_OFF not in rule.facts]
        interrupted = [_interrupted(course, lapse, lapses, known, _share(completion, known.phase)) for lapse in lapses]
        answers += interruption_answers(whole, knowledge, interrupted[_longest(lapses)], ends)
        owed = owed_in_all(whole, knowledge, interrupted, ends)
    if bedaquiline:
        own: list[Rule] = [rule for rule in rules if BEDAQUILINE_OFF in rule.facts]
        lapse = bedaquiline[_longest(bedaquiline)]
        off = _interrupted(course, lapse, bedaquiline, known, None)
        answers += interruption_answers(own, knowledge, replace(off, bedaquiline_days=off.days), ends)
    return tuple(answers), owed


def longest_in_months(lapses: Sequence[Lapse]) -> Interval:
    """Return how long the longest interruption is, in months of the calendar, the least and the most."""
    months = [_months(lapse.first, lapse.days_low, lapse.days_high) for lapse in lapses]
    return Interval(max((it.low for it in months), default=0.0), max((it.high for it in months), default=0.0))


def _longest(lapses: Sequence[Lapse]) -> int:
    return max(range(len(lapses)), key=lambda it: (lapses[it].days_high, lapses[it].first))


def _interrupted(
    course: Course, lapse: Lapse, lapses: Sequence[Lapse], known: WhatIsKnown, share: Interval | None
) -> Interrupted:
    first_plan, last_plan = course.timeline[0].plan, course.timeline[-1].plan
    started = first_plan.starts_on - timedelta(days=first_plan.treatment_day - 1)
    before = months_between(started, lapse.first)
    total = Interval(float(sum(it.days_low for it in lapses)), float(sum(it.days_high for it in lapses)))
    return Interrupted(
        days=Interval(float(lapse.days_low), float(lapse.days_high)),
        months=_months(lapse.first, lapse.days_low, lapse.days_high),
        total_days=total,
        total_months=_months(lapse.first, int(total.low), int(total.high)),
        months_before=Interval(before, before),
        treatment_day=(lapse.first - started).days + 1,
        as_susceptible=treated_as_susceptible([drug.drug for drug in last_plan.drugs]),
        has_pretomanid=last_plan.drug("pretomanid") is not None,
        regimen=last_plan.regimen,
        phase=known.phase,
        share_taken=share,
        smear_positive_at_start=known.smear_positive_at_start,
        can_finish_in_time=known.can_finish_in_time,
        for_side_effects=lapse.for_side_effects,
    )


def treated_as_susceptible(drugs: Collection[str]) -> bool | None:
    """Return whether the disease is treated as drug-susceptible; None where the drugs do not tell."""
    if RIFAMYCINS.isdisjoint(drugs):
        return False
    return True if _FLUOROQUINOLONES.isdisjoint(drugs) else None


def _months(first: date, low: int, high: int) -> Interval:
    return Interval(
        months_between(first, first + timedelta(days=low)), months_between(first, first + timedelta(days=high))
    )


def _share(completion: Sequence[Completion], phase: str) -> Interval | None:
    """Return the share of a phase's doses that were taken; None where nobody counts them."""
    for one in completion:
        if one.phase.name == phase and one.phase.doses:
            return Interval(one.taken_low / one.phase.doses, one.taken_high / one.phase.doses)
    return None
