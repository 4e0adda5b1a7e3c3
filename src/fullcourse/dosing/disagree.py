"""What other sources give otherwise, with both figures: shown beside the dose that leads, and never silently dropped."""

from collections.abc import Iterable, Iterator

from fullcourse.dosing.answer import Conflict, DosePlan, Offer

__all__ = ["amount_words", "disagreements"]


def disagreements(leading: Offer, plan: DosePlan, offers: Iterable[Offer], weight_kg: float) -> Iterator[Conflict]:
    """Yield each other claim that speaks of this patient and gives another amount or another range for each kilogram."""
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
                f"{mg:g} mg a day ({mg / weight_kg:.3g} mg/kg) are {side} its range of {low:.4g} to {high:.4g} mg a day; "
                f"in whole units it gives {_either(offer)}."
            )
            yield Conflict("range", f"{says} {offer.says}", offer.claim, offer.citation)
        elif _figures(other) != _figures(plan):
            yield Conflict("dose", f"It gives {_either(offer)}. {offer.says}", offer.claim, offer.citation)


def _figures(plan: DosePlan) -> tuple[float, float]:
    return round(plan.average_mg_per_day, 6), round(plan.first_mg_per_day, 6)


def _either(offer: Offer) -> str:
    return " or ".join(dict.fromkeys(amount_words(plan) for plan in offer.plans[:2]))


def amount_words(plan: DosePlan) -> str:
    """Return the amount of a plan in a few words, for example ``750 mg a day (13.9 mg/kg)``."""
    least, most = plan.steps[0].step.mg_per_dosing_day, plan.most_mg_per_day
    amount = f"{most:g} mg" if least == most else f"{least:g} mg, later {plan.steps[-1].step.mg_per_dosing_day:g} mg"
    last = plan.steps[-1]
    per_kg = "" if last.mg_per_kg_per_day is None else f" ({last.mg_per_kg_per_day:.3g} mg/kg)"
    if last.step.every_h is not None:
        return f"{amount}{per_kg} every {last.step.every_h} h"
    if last.days_per_week < 7:
        return f"{amount}{per_kg} on {last.days_per_week:g} days a week"
    return f"{amount} a day{per_kg}"
