"""What is predicted of a plan: AUC of 24 hours, peak and trough of every draw, as for a single patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fullcourse.clinical.dose import DoseStep
from fullcourse.pharmacokinetics.advice.exposure import Draws, steady_exposure
from fullcourse.pharmacokinetics.advice.plan_curves import plan_curves
from fullcourse.pharmacokinetics.model import F64

__all__ = ["Measures", "exposures"]

CHUNK: Final = 250
"""Draws worked out at once by a solver."""

LINEAR_CHUNK: Final = 1000
"""Draws worked out at once in closed form, where few at once cost as much as many."""

DAY_H: Final = 24.0
EVERY_H: Final = 0.25
"""Levels of the last day are read so often, as ``levels simulate`` does."""


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """Exposures, of any common shape.

    Attributes:
        auc24: AUC of 24 hours, mg.h/L.
        peak: Highest level, mg/L.
        trough: Lowest level, mg/L.
    """

    auc24: F64
    peak: F64
    trough: F64


def exposures(draws: Draws, steps: Sequence[DoseStep], days: int | None) -> Measures:
    """Return the exposures of every draw, ``(N,)``.

    Args:
        draws: N draws of one person.
        steps: The plan.
        days: None for one cycle at steady state, which takes one step; else the last of so many days.
    """
    chunk = LINEAR_CHUNK if draws.model.is_linear else CHUNK
    parts = [draws.part(slice(first, first + chunk)) for first in range(0, draws.count, chunk)]
    summaries = [_steady(part, steps[-1]) if days is None else _last_day(part, steps, days) for part in parts]
    return Measures(
        np.concatenate([exposure.auc24 for exposure in summaries]),
        np.concatenate([exposure.peak for exposure in summaries]),
        np.concatenate([exposure.trough for exposure in summaries]),
    )


def _steady(draws: Draws, step: DoseStep) -> Measures:
    exposure = steady_exposure(draws, step)
    return Measures(exposure.auc24, exposure.peak, exposure.trough)


def _last_day(draws: Draws, steps: Sequence[DoseStep], days: int) -> Measures:
    every = plan_curves(draws, steps, days, np.arange((days - 1) * DAY_H, days * DAY_H + 1e-9, EVERY_H))
    levels = every[draws.model.outputs[0].name]
    return Measures(_area(levels, EVERY_H), levels.max(axis=1), levels.min(axis=1))


def _area(levels: F64, every_h: float) -> F64:
    """Return the area under evenly spaced levels: straight lines up, logarithmic down, mg.h/L."""
    left, right = levels[:, :-1], levels[:, 1:]
    falling = (right < left) & (right > 0.0)
    ratio = np.where(falling, left / np.where(falling, right, 1.0), np.e)
    return np.asarray((np.where(falling, (left - right) / np.log(ratio), 0.5 * (left + right)) * every_h).sum(axis=1))
