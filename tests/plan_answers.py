"""Plans of made-up patients, for tests of cases: the harmless patient with some facts changed."""

from datetime import date

from fullcourse.journey.dose import DoseAnswer
from fullcourse.journey.plan import PlanAnswer
from need_cases import plan_of

__all__ = ["amounts_of", "days_per_week_of", "ends_of", "planned_case", "units_of_day"]


def planned_case(case: dict) -> PlanAnswer:
    """Return the plan of a case: ``profile``, and optionally ``facts``, ``start`` and the regimen that is ``asked``."""
    facts = case.get("facts", {})
    without = tuple(name for name, value in facts.items() if value == "unknown")
    start = date.fromisoformat(case["start"]) if "start" in case else None
    return plan_of(facts, start, without, case["profile"], case.get("asked", ""))


def amounts_of(answer: DoseAnswer) -> list[float]:
    """Return the amounts of a dosing day in the order of the steps, alike ones once."""
    return list(dict.fromkeys(it.step.mg_per_dosing_day for it in answer.worked_out))


def days_per_week_of(answer: DoseAnswer) -> set[float]:
    """Return the dosing days a week of the steps."""
    return {it.days_per_week for it in answer.worked_out}


def units_of_day(answer: DoseAnswer) -> set[float | None]:
    """Return how many units are taken on a dosing day, of each step."""
    return {sum(dose.units or 0 for dose in it.step.doses) or None for it in answer.worked_out}


def ends_of(answer: PlanAnswer) -> list[str]:
    """Return the last days of the phases."""
    return [phase.ends.isoformat() for phase in answer.regimen.phases if phase.ends] if answer.regimen else []
