"""What follows from levels, as JSON: plans ranked, the next samples, a late dose."""

from fullcourse.adapters.published.citation import citation_json
from fullcourse.adapters.published.numbers import rounded
from fullcourse.adapters.published.target import target_json
from fullcourse.journey.levels.advice import Advice, LateDose, PlanAdvice
from fullcourse.journey.levels.sampling import Sampling

__all__ = ["advice_json", "late_json", "sampling_json"]


def advice_json(advice: Advice, override: str | None) -> dict[str, object]:
    """Return a decision with its plans ranked, and the reason given for going on in spite of a hold."""
    return {
        "decision": advice.decision,
        "says": advice.says,
        "aim": target_json(advice.aim),
        "lead_line": target_json(advice.lead_line) if advice.lead_line else None,
        "override": override,
        "holds": [
            {
                "id": hold.id,
                "says": hold.says,
                "interpretation": hold.interpretation or None,
                "citation": citation_json(hold.citation),
            }
            for hold in advice.holds
        ],
        "left_out": [{"plan": name, "because": why} for name, why in advice.left_out],
        "spread": None if advice.spread is None else rounded(advice.spread),
        "plans": [_plan(plan) for plan in advice.plans],
    }


def _plan(plan: PlanAdvice) -> dict[str, object]:
    missed = plan.missed
    return {
        "id": plan.plan.id,
        "form": plan.plan.step.form,
        "doses": [{"at": dose.at, "mg": dose.mg, "units": dose.units} for dose in plan.plan.step.doses],
        "over_h": plan.plan.step.over_h,
        "days_of_week": list(plan.plan.step.days_of_week),
        "mg_per_dosing_day": plan.plan.greatest_mg_per_day,
        "says": plan.plan.says,
        "citation": citation_json(plan.plan.citation),
        "score": rounded(plan.score),
        "peak": [rounded(value) for value in plan.peak],
        "trough": [rounded(value) for value in plan.trough],
        "auc24": [rounded(value) for value in plan.auc24],
        "peak_in_range": rounded(plan.peak_in_range),
        "peak_below": rounded(plan.peak_below),
        "trough_in_range": None if plan.trough_in_range is None else rounded(plan.trough_in_range),
        "risks": [
            {"above": risk.target.high, "probability": rounded(risk.probability), "target": risk.target.id}
            for risk in plan.risks
        ],
        "attainment": [
            {"target": reached.target.id, "probability": rounded(reached.probability)} for reached in plan.attainments
        ],
        "days_to_arrive": None if plan.days_to_arrive is None else [rounded(value) for value in plan.days_to_arrive],
        "missed": None if missed is None else {
            "lowest": [rounded(value) for value in missed.lowest], "hours_below": missed.hours_below,
        },
    }  # fmt: skip


def late_json(weighed: LateDose) -> dict[str, object]:
    """Return what taking a late dose, and skipping it, do to levels."""
    return {
        "mg": weighed.mg,
        "late_h": weighed.late_h,
        "hours_to_next": rounded(weighed.hours_to_next),
        **{
            name: {
                "peak": [rounded(value) for value in outcome.peak],
                "lowest": [rounded(value) for value in outcome.lowest],
                "risks": {key: rounded(value) for key, value in outcome.risks.items()},
            }
            for name, outcome in (("taken_now", weighed.taken_now), ("skipped", weighed.skipped))
        },
    }


def sampling_json(times: Sampling) -> dict[str, object]:
    """Return when the next samples are best drawn, as stated and as computed."""
    stated = [
        {"hours_after_dose": list(row.hours_after_dose), "says": row.says, "citation": citation_json(row.citation)}
        for row in times.stated
    ]
    computed = [
        {
            "at": [at.isoformat() for at in row.at],
            "hours_after_dose": [rounded(hours, 3) for hours in row.hours_after_dose],
            "gain": rounded(row.gain, 4),
        }
        for row in times.computed
    ]
    return {"stated": stated, "computed": computed}
