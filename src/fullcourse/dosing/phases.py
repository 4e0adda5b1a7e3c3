"""One plan through the phases of a regimen, where its source gives each phase a dose of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fullcourse.dosing.answer import DosePlan, Offer, PlannedStep
from fullcourse.dosing.limits import Limits

__all__ = ["PhaseLength", "through_phases"]


@dataclass(frozen=True, slots=True)
class PhaseLength:
    """A phase in which a drug is taken, with how long it is taken in it: a number and ``wk`` or ``mo``."""

    name: str
    value: int
    unit: str


def through_phases(
    offer: Offer, plan: DosePlan, usable: Sequence[Offer], limits: Limits, phases: Sequence[PhaseLength]
) -> tuple[Offer, DosePlan]:
    """Return the leading offer of the first phase, and the plan through all phases that its source gives.

    Args:
        offer: The one that leads.
        plan: How it is given.
        usable: Every offer that may lead, in the order of the files.
        limits: What blocks a plan.
        phases: Of the regimen; empty where none is asked for.
    """
    if not offer.phases:
        return offer, replace(plan, steps=_lasting(plan, phases))
    parts = {offer.phases[0]: (offer, plan)}
    for other in usable:
        new = other.phases and not set(other.phases) & {name for it, _ in parts.values() for name in it.phases}
        if new and other.lead == offer.lead and set(other.regimens) & set(offer.regimens):
            allowed, _ = limits.first_allowed(other)
            if allowed is not None:
                parts[other.phases[0]] = (other, allowed)
    order = [it.name for it in phases] or list(parts)
    named = [name for name in order if name in parts] or list(parts)
    steps = [
        replace(step, phase=name)
        for name in named
        for step in _lasting(parts[name][1], [it for it in phases if it.name == name])
    ]
    return parts[named[0]][0], replace(plan, steps=tuple(steps))


def _lasting(plan: DosePlan, phases: Iterable[PhaseLength]) -> tuple[PlannedStep, ...]:
    """Return the steps of a plan, the last with the length of its phases where they are counted alike."""
    lengths = list(phases)
    units = {it.unit for it in lengths}
    if len(units) != 1:
        return plan.steps
    total = sum(it.value for it in lengths), units.pop()
    *first, last = plan.steps
    return (*first, replace(last, lasts=total) if last.step.to_day is None else last)
