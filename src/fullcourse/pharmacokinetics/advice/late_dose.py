"""A dose that is late, in this patient's own numbers: taken now and the next on time, or skipped.

It answers what would happen to levels, not whether the dose may be taken: that is what the label's rule on missed
doses says, and two doses are never taken together.
"""

from dataclasses import dataclass

from fullcourse.clinical.dose import DoseStep
from fullcourse.knowledge.pk.targets import LevelTargets
from fullcourse.pharmacokinetics.advice.attainment import interval
from fullcourse.pharmacokinetics.advice.disturbances import late_dose, missed_dose
from fullcourse.pharmacokinetics.advice.exposure import Draws
from fullcourse.pharmacokinetics.advice.unit_response import can_superpose, largest_dose, unit_response
from fullcourse.pharmacokinetics.model import F64

__all__ = ["LateDose", "Outcome", "weigh_late_dose"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Levels if it is done.

    Attributes:
        peak: Highest level until six hours after the next dose, mg/L, at 5, 25, 50, 75 and 95 per cent.
        lowest: Lowest level until the next dose, mg/L.
        risks: Line of level (target id) to the probability that the peak passes it.
    """

    peak: tuple[float, ...]
    lowest: tuple[float, ...]
    risks: dict[str, float]


@dataclass(frozen=True, slots=True)
class LateDose:
    """Both ways, and the hours that would lie between the late dose and the next."""

    mg: float
    late_h: float
    hours_to_next: float
    taken_now: Outcome
    skipped: Outcome


def weigh_late_dose(draws: Draws, step: DoseStep, late_h: float, targets: LevelTargets) -> LateDose:
    """Return what taking or skipping the largest dose of a day does, hours after it was due.

    Args:
        draws: Draws of the patient's own effects.
        step: The daily plan, at steady state.
        late_h: Hours late, above 0 and below the hours to the next dose.
        targets: For the lines of level.

    Raises:
        InputError: The plan is not the same every day, or ``late_h`` is out of that range.
    """
    _, mg, gap = largest_dose(step)
    if not 0.0 < late_h < gap or not can_superpose(draws, [step]):
        now, skip = late_dose(draws, step, late_h), missed_dose(draws, step)
        return LateDose(
            mg, late_h, gap - late_h, _outcome(now.peak, now.lowest, targets), _outcome(skip.peak, skip.lowest, targets)
        )
    unit = unit_response(draws)
    outcomes = []
    for hours in (late_h, None):
        time_h, levels, _ = unit.disturbed(step, hours)
        outcomes.append(_outcome(levels.max(axis=1), levels[:, time_h <= gap].min(axis=1), targets))
    return LateDose(mg, late_h, gap - late_h, outcomes[0], outcomes[1])


def _outcome(peak: F64, lowest: F64, targets: LevelTargets) -> Outcome:
    risks = {target.id: float((peak >= (target.high or 0.0)).mean()) for target in targets.ceilings}
    return Outcome(interval(peak), interval(lowest), risks)
