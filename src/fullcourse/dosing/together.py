"""The doses of one regimen laid beside each other: a combination holds several drugs, and each is taken once.

Each drug is dosed for itself, so that one could be proposed in a combination and another, which the combination holds too,
by its own tablets on the same days: it would be taken twice. Such a regimen has no plan that anybody may follow.
"""

from collections.abc import Mapping, Sequence

from fullcourse.dosing.answer import PlannedStep

__all__ = ["at_odds"]


def at_odds(plans: Mapping[str, Sequence[PlannedStep]]) -> tuple[str, ...]:
    """Return the drugs that a combination holds and that are given otherwise on the same days, or are not meant at all.

    Args:
        plans: By INN: the steps in which each drug of one regimen is given; none where it has no dose yet.
    """
    found = {
        held
        for drug, steps in plans.items()
        for step in steps
        for held, _ in step.holds_mg
        if held != drug and (held not in plans or any(_differs(step, it) for it in plans[held]))
    }
    return tuple(sorted(found))


def _differs(step: PlannedStep, other: PlannedStep) -> bool:
    """Return whether two steps fall on the same days and are not the same intake of the same combination."""
    return _meet(step, other) and (step.step, step.holds_mg) != (other.step, other.holds_mg)


def _meet(step: PlannedStep, other: PlannedStep) -> bool:
    if step.phase and other.phase and step.phase != other.phase:
        return False
    first, second = (it.step.to_day if it.step.to_day is not None else float("inf") for it in (step, other))
    return step.step.from_day <= second and other.step.from_day <= first
