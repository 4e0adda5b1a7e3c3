"""What other sources give otherwise, with both figures: shown beside the dose that leads, and never dropped."""

from collections.abc import Iterable, Iterator

from fullcourse.clinical.dose import WEEKDAYS
from fullcourse.dosing.answer import Conflict, DosePlan, Offer, PlannedStep

__all__ = ["amount_words", "disagreements"]


def disagreements(leading: Offer, plan: DosePlan, offers: Iterable[Offer], weight_kg: float) -> Iterator[Conflict]:
    """Yield each other claim that speaks of this patient and gives another amount, or another range per kilogram."""
    said: set[tuple[str, tuple[float, float]]] = set()
    for offer in offers:
        if offer.claim == leading.claim or offer.optional:
            continue
        if not offer.plans:
            if offer.why_none:
                yield Conflict(
                    "dose",
                    f"{offer.why_none[:1].upper()}{offer.why_none[1:]}. {offer.says}",
                    offer.claim,
                    offer.citation,
                )
            continue
        other = offer.plans[0]
        most = max(plan.steps, key=lambda planned: planned.step.mg_per_dosing_day)
        if other.range_mg is not None and _same_rhythm(most, other.steps[0]):
            low, high = other.range_mg
            mg = plan.most_mg_per_day
            if low <= mg <= high:
                continue
            side = "below" if mg < low else "above"
            its = f"its {low:.4g} mg" if low == high else f"its range of {low:.4g} to {high:.4g} mg"
            says = (
                f"{_amount(most)} ({mg / weight_kg:.3g} mg/kg) are {side} {its} {_rhythm(other.steps[0])}; "
                f"in whole units it gives {_either(offer)}."
            )
            yield Conflict("range", f"{says} {offer.says}", offer.claim, offer.citation)
        elif _figures(other) != _figures(plan) and (offer.citation.source, _figures(other)) not in said:
            said.add((offer.citation.source, _figures(other)))  # a source that says it in two places says it once
            yield Conflict("dose", f"It gives {_either(offer)}. {offer.says}", offer.claim, offer.citation)


def _figures(plan: DosePlan) -> tuple[float, float]:
    return round(plan.average_mg_per_day, 6), round(plan.first_mg_per_day, 6)


def _either(offer: Offer) -> str:
    return " or ".join(dict.fromkeys(amount_words(plan) for plan in offer.plans[:2]))


def amount_words(plan: DosePlan) -> str:
    """Return the amounts of a plan in a few words: ``500 mg a day, then 750 mg a day (13.9 mg/kg)``."""
    parts = dict.fromkeys(_amount(planned) for planned in plan.steps)
    last = plan.steps[-1].mg_per_kg_per_day
    return ", then ".join(parts) + ("" if last is None else f" ({last:.3g} mg/kg)")


def _amount(planned: PlannedStep) -> str:
    return f"{planned.step.mg_per_dosing_day:g} mg {_rhythm(planned)}"


def _rhythm(planned: PlannedStep) -> str:
    if planned.step.every_h is not None:
        return f"every {planned.step.every_h} h"
    every_day = planned.days_per_week >= len(WEEKDAYS)
    return "a day" if every_day else f"on {planned.days_per_week:g} days a week"


def _same_rhythm(mine: PlannedStep, other: PlannedStep) -> bool:
    """Whether amounts of a dosing day may be held against each other: three days a week are no seven."""
    return (mine.step.every_h, mine.days_per_week) == (other.step.every_h, other.days_per_week)
