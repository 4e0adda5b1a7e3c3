"""What a patient's own levels come to, each measure with its interval, for text, JSON and picture alike."""

from dataclasses import dataclass

import numpy as np

from fullcourse.journey.levels.estimates import PatientEstimate
from fullcourse.knowledge.pk.targets import LevelTargets
from fullcourse.pharmacokinetics.model import F64

__all__ = ["Measure", "own_measures"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its name, what it is of, its unit, the middle of the draws and their 90 per cent interval."""

    name: str
    of: str
    unit: str
    own: float
    low: float
    high: float


def own_measures(own: PatientEstimate, targets: LevelTargets, mic: float | None) -> tuple[Measure, ...]:
    """Return AUC24, peak, trough and half-life of the day that was sampled, and the time above an MIC that is known.

    Args:
        own: The estimate.
        targets: What sources say of the drug: a published MIC where the patient's own is not given.
        mic: Of the patient's own strain, mg/L.
    """
    day = own.exposure
    rows = [
        _measure("auc24", "AUC over 24 h", "mg.h/L", day.auc24),
        _measure("peak", "highest level", "mg/L", day.peak),
        _measure("trough", "lowest level before a dose", "mg/L", day.trough),
        _measure("half_life", "half-life of the fall before the next dose", "h", day.half_life_h),
    ]
    published = targets.mics[0].median if targets.mics else None
    at = published if mic is None else mic
    if at is not None:
        whose = "own strain" if mic is not None else f"published median, {targets.mics[0].citation.source}"
        rows.append(_measure("time_above_mic", f"time above MIC {at:g} mg/L ({whose})", "%", day.percent_above(at)))
    return tuple(rows)


def _measure(name: str, of: str, unit: str, values: F64) -> Measure:
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), method="lower")
    return Measure(name, of, unit, float(middle), float(low), float(high))
