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
        if other.range_mg is not None:
            low, high = other.range_mg
            mg = plan.most_mg_per_day
            if low <= mg <= high:
                continue
            side = "below" if mg < low else "above"
            says = (
                f"{mg:g} mg a day ({mg / weight_kg:.3g} mg/kg) are {side} its range of {low:.4g} to {high:.4g} mg "
                f"a day; in whole units it gives {_either(offer)}."
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
    mg = f"{planned.step.mg_per_dosing_day:g} mg"
    if planned.step.every_h is not None:
        return f"{mg} every {planned.step.every_h} h"
    every_day = planned.days_per_week >= len(WEEKDAYS)
    return f"{mg} a day" if every_day else f"{mg} on {planned.days_per_week:g} days a week"
