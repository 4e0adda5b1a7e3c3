"""The numbers of a curve of levels: of a patient's own levels, or of a population."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import planned_doses
from fullcourse.journey.levels.patient import LevelPatient
from fullcourse.knowledge.pk.targets import LevelTargets, Target
from fullcourse.pharmacokinetics.advice.history_table import hours_since
from fullcourse.pharmacokinetics.advice.patient_estimate import PatientEstimate
from fullcourse.pharmacokinetics.model import ErrorKind, ResidualError

__all__ = ["QUANTILES", "LevelCurve", "MeasuredPoint", "aimed_peak", "lowest_ceiling", "patient_curve", "plan_doses"]

QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The quantiles of every curve."""


@dataclass(frozen=True, slots=True)
class MeasuredPoint:
    """A level on a curve: hour, mg/L, and the standard deviation of its measurement by the model, mg/L."""

    time_h: float
    mg_per_l: float
    sd: float


@dataclass(frozen=True, slots=True)
class LevelCurve:
    """A curve of levels.

    Attributes:
        time_h: Hours, ascending.
        quantiles: mg/L for each of `QUANTILES`, each as long as ``time_h``.
        doses: Hour and amount, mg.
        measured: Levels that were measured.
        zero: The moment of hour 0; None in a simulation.
    """

    time_h: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]
    doses: tuple[tuple[float, float], ...]
    measured: tuple[MeasuredPoint, ...] = ()
    zero: datetime | None = None


def patient_curve(estimate: PatientEstimate, patient: LevelPatient) -> LevelCurve:
    """Return the patient's own curve about the last visit, which the table of levels reads too; hour 0: last dose."""
    course, output = estimate.course, estimate.draws.model.outputs[0]
    taken = [hours_since(estimate.start, dose.at) for dose in patient.doses]
    zero, first = max(taken), float(course.time_h[0])
    return LevelCurve(
        tuple((course.time_h - zero).tolist()),
        tuple(tuple(row) for row in course.quantiles(output.name, QUANTILES).tolist()),
        tuple((hour - zero, dose.mg) for hour, dose in zip(taken, patient.doses, strict=True) if hour >= first),
        tuple(
            MeasuredPoint(
                hours_since(estimate.start, level.at) - zero, level.mg_per_l, _sd(output.residual, level.mg_per_l)
            )
            for level in patient.levels
        ),
        max(dose.at for dose in patient.doses),
    )


def _sd(error: ResidualError | None, mg_per_l: float) -> float:
    """Return the standard deviation of a level by its model; none where the model prints no residual error."""
    if error is None:
        return 0.0
    if error.kind is ErrorKind.COMBINED_2:
        return float(np.hypot(error.a * mg_per_l, error.b))
    return float(error.a * mg_per_l + (error.b if error.kind is ErrorKind.COMBINED_1 else 0.0))


def aimed_peak(targets: LevelTargets) -> tuple[float, float] | None:
    """Return the range of the peak that is aimed at, mg/L; None where the aim is none."""
    aim = targets.aim
    if aim is None or aim.measure != "peak" or aim.low is None or aim.high is None:
        return None
    return aim.low, aim.high


def lowest_ceiling(targets: LevelTargets) -> Target | None:
    """Return the line of level that a curve shows: the lowest of those that sources give."""
    return next((target for target in targets.ceilings if target.high), None)


def plan_doses(steps: Sequence[DoseStep], days: int) -> tuple[tuple[float, float], ...]:
    """Return hour and amount, mg, of every dose of a plan."""
    return tuple((dose.time_h, dose.mg) for dose in planned_doses(steps, days))
