"""The doses of one regimen laid beside each other: a combination holds several drugs, and each is taken once.

Each drug is dosed for itself, so that one could be proposed in a combination and another, which the combination holds
too, by its own tablets on the same days: it would be taken twice. Such a regimen has no plan that anybody may follow.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from fullcourse.dosing.answer import PlannedStep

__all__ = ["at_odds"]


def at_odds(plans: Mapping[str, Sequence[PlannedStep]], phases: Mapping[str, AbstractSet[str]] = {}) -> tuple[str, ...]:
    """Return the drugs that a combination holds and that are given otherwise on the same days, or are not meant at all.

    Args:
        plans: By INN: the steps in which each drug of one regimen is given; none where it has no dose yet.
        phases: By INN: the phases of the regimen in which it is taken; a step that names none is in all of them.
    """
    steps = [(drug, step, _phases(step, phases.get(drug))) for drug, them in plans.items() for step in them]
    found = set()
    for drug, step, mine in steps:
        for held, _ in step.holds_mg:
            if held == drug:
                continue
            others = [(it, its) for other, it, its in steps if other == held]
            if held not in plans or any(
                _meet(step, mine, it, its) and _taken(step) != _taken(it) for it, its in others
            ):
                found.add(held)
    return tuple(sorted(found))


def _phases(step: PlannedStep, of_drug: AbstractSet[str] | None) -> AbstractSet[str] | None:
    """Return the phases that a step is in; None where nobody said."""
    return {step.phase} if step.phase else of_drug or None


def _meet(step: PlannedStep, mine: AbstractSet[str] | None, other: PlannedStep, its: AbstractSet[str] | None) -> bool:
    """Return whether two steps have a day in common."""
    if mine is not None and its is not None and mine.isdisjoint(its):
        return False
    first, second = (it.step.to_day if it.step.to_day is not None else float("inf") for it in (step, other))
    return step.step.from_day <= second and other.step.from_day <= first


def _taken(planned: PlannedStep) -> tuple[object, ...]:
    """Return what is taken and when, whichever of its drugs the amount is counted in."""
    step = planned.step
    intakes = tuple((dose.at, dose.units) for dose in step.doses)
    return step.form, intakes, step.days_of_week, step.every_days, step.every_h, planned.holds_mg
