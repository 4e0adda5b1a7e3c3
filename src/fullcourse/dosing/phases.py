"""One plan through the phases of a regimen, where its source gives each phase a dose of its own."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fullcourse.dosing.answer import DosePlan, Offer, PlannedStep
from fullcourse.dosing.limits import Limits

__all__ = ["PhaseLength", "through_phases"]

_ORDER: Final = {"intensive": 0, "first part": 0, "continuation": 1}
"""In which order phases follow one another, where no regimen says it."""


@dataclass(frozen=True, slots=True)
class PhaseLength:
    """A phase in which a drug is taken: how long, as a number and ``wk`` or ``mo``, and on how many days a week."""

    name: str
    value: int
    unit: str
    days_per_week: int = 7


def through_phases(
    chosen: tuple[Offer, DosePlan], ordered: Sequence[Offer], limits: Limits, phases: Sequence[PhaseLength]
) -> tuple[DosePlan, tuple[Offer, ...]]:
    """Return the plan through all phases that have a dose, and the offers that it is made of, the first phase's first.

    Args:
        chosen: The offer that leads, and how it is given.
        ordered: Every offer that may lead, in the order in which they do.
        limits: What blocks a plan.
        phases: Of the regimen, those in which the drug is taken; empty where no regimen is asked for.
    """
    offer, plan = chosen
    if all(_fits(offer, phase) for phase in phases) and not (offer.phases and not phases):
        return replace(plan, steps=_lasting(plan, phases)), (offer,)
    parts = dict(_parts(chosen, ordered, limits, phases) if phases else _of_its_source(chosen, ordered, limits))
    steps = [
        replace(step, phase=name)
        for name, (_, part) in parts.items()
        for step in _lasting(part, [it for it in phases if it.name == name])
    ]
    return replace(plan, steps=tuple(steps)), tuple(dict.fromkeys(of for of, _ in parts.values()))


def _fits(offer: Offer, phase: PhaseLength) -> bool:
    in_phase = not offer.phases or phase.name in offer.phases
    return in_phase and offer.days_per_week in (None, phase.days_per_week)


_Part = tuple[str, tuple[Offer, DosePlan]]


def _parts(
    chosen: tuple[Offer, DosePlan], ordered: Sequence[Offer], limits: Limits, phases: Sequence[PhaseLength]
) -> Iterator[_Part]:
    """Yield the dose of each phase: the leading one where it belongs to it, else the first that does."""
    found = False
    for phase in phases:
        part = chosen if _fits(chosen[0], phase) else _first_of((it for it in ordered if _fits(it, phase)), limits)
        if part is not None:
            found = True
            yield phase.name, part
    if not found:
        yield "", chosen


def _of_its_source(chosen: tuple[Offer, DosePlan], ordered: Sequence[Offer], limits: Limits) -> Iterator[_Part]:
    """Yield the dose of each phase that the leading source gives one for, where nobody names the regimen."""
    offer, _ = chosen
    parts = {offer.phases[0]: chosen}
    for other in ordered:
        known = {name for it, _ in parts.values() for name in it.phases}
        if other.phases and not set(other.phases) & known and set(other.regimens) & set(offer.regimens):
            part = _first_of([other], limits) if other.lead == offer.lead else None
            if part is not None:
                parts[other.phases[0]] = part
    yield from sorted(parts.items(), key=lambda it: _ORDER.get(it[0], len(_ORDER)))


def _first_of(offers: Iterable[Offer], limits: Limits) -> tuple[Offer, DosePlan] | None:
    for offer in offers:
        plan, _ = limits.first_allowed(offer)
        if plan is not None:
            return offer, plan
    return None


def _lasting(plan: DosePlan, phases: Iterable[PhaseLength]) -> tuple[PlannedStep, ...]:
    """Return the steps of a plan, the last with the length of its phases where they are counted alike."""
    lengths = list(phases)
    units = {it.unit for it in lengths}
    if len(units) != 1:
        return plan.steps
    total = sum(it.value for it in lengths), units.pop()
    *first, last = plan.steps
    return (*first, replace(last, lasts=total) if last.step.to_day is None else last)
