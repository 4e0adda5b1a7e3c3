"""Which dose plan a patient takes now."""

from collections.abc import Sequence
from dataclasses import replace

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.clinical.taken_dose import TakenDose

__all__ = ["FULL_DAY_H", "current_step"]

FULL_DAY_H = 23.5
"""Hours before the last dose that are still its day: half an hour short of a day, so that a daily dose counts once."""


def current_step(plan: Sequence[DoseStep], doses: Sequence[TakenDose]) -> DoseStep | None:
    """Return the plan taken now: the last step prescribed, else the doses of the last full day.

    Args:
        plan: As prescribed, in order; empty where none was given.
        doses: As taken, in order.

    Returns:
        The step, from its day 1, or none where neither a plan nor a dose is known.
    """
    if plan:
        return replace(plan[-1], from_day=1)
    if not doses:
        return None
    last = doses[-1].at
    day = [dose for dose in doses if 0.0 <= (last - dose.at).total_seconds() < FULL_DAY_H * 3600.0]
    quarter = [Dose(f"{dose.at.hour:02d}:{dose.at.minute // 15 * 15:02d}", dose.mg) for dose in day]
    return DoseStep(1, tuple(sorted(quarter, key=lambda dose: dose.at)), over_h=doses[-1].over_h or None)
