"""The numbers of a curve of levels: of a patient's own levels, or of a population."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import planned_doses
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.journey.levels.estimates import Estimates
from fullcourse.journey.levels.patient import LevelPatient
from fullcourse.knowledge.pk.targets import LevelTargets, Target
from fullcourse.pharmacokinetics.advice.history_table import hours_since, output_of
from fullcourse.pharmacokinetics.advice.own_course import own_course
from fullcourse.pharmacokinetics.advice.patient_estimate import PatientEstimate
from fullcourse.pharmacokinetics.estimation.posterior import weighted_quantiles
from fullcourse.pharmacokinetics.model import ErrorKind, Model, ResidualError

__all__ = [
    "QUANTILES",
    "LevelCurve",
    "MeasuredPoint",
    "aimed_peak",
    "averaged_curve",
    "curve_by_other_doses",
    "lowest_ceiling",
    "metabolites_of",
    "patient_curve",
    "plan_doses",
]

_COURSE_DRAWS: Final = 100
"""Draws of a curve from the first dose on, of which a picture shows quantiles alone."""

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
        zero_is: What that moment is.
        metabolites: The median of each metabolite by its name, mg/L, as long as ``time_h``.
    """

    time_h: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]
    doses: tuple[tuple[float, float], ...]
    measured: tuple[MeasuredPoint, ...] = ()
    zero: datetime | None = None
    zero_is: str = "last known dose"
    metabolites: tuple[tuple[str, tuple[float, ...]], ...] = ()


def metabolites_of(model: Model) -> dict[str, str]:
    """Return the metabolites of a model in blood: the name of each output, and what it is called beside the drug.

    Example:
        ``bedaquiline-M2`` is called M2; levels of the drug itself in saliva are no metabolite.
    """
    drug = model.outputs[0].name
    others = [output.name for output in model.outputs[1:] if output.matrix == model.outputs[0].matrix]
    return {name: name.removeprefix(f"{drug}-") for name in others if not name.startswith(f"{drug} in ")}


def averaged_curve(estimates: Estimates, patient: LevelPatient) -> LevelCurve:
    """Return the patient's own curve averaged over models, as the levels weigh them; of one model, its own."""
    best = patient_curve(estimates.best, patient)
    if len(estimates.of_models) < 2:
        return best
    courses = [own.course for own in estimates.of_models]
    if any(course.time_h.shape != courses[0].time_h.shape for course in courses):
        raise TypeError("own courses of one patient have one grid, whatever the model")
    levels = [own.course.mg_per_l[own.draws.model.outputs[0].name] for own in estimates.of_models]
    shares = zip(levels, estimates.weights, strict=True)
    weights = [np.full(part.shape[0], weight / part.shape[0]) for part, weight in shares]
    drawn = weighted_quantiles(np.concatenate(levels), np.concatenate(weights), np.array(QUANTILES))
    return replace(best, quantiles=tuple(tuple(row) for row in drawn.tolist()), metabolites=())


def patient_curve(estimate: PatientEstimate, patient: LevelPatient, *, whole: bool = False) -> LevelCurve:
    """Return the patient's own curve about the last visit, which the table of levels reads too; hour 0: last dose.

    Args:
        estimate: Of the patient.
        patient: Whose doses and levels.
        whole: From the first dose on instead, in longer steps.
    """
    course, output = estimate.course, estimate.draws.model.outputs[0]
    if whole:
        some, begin = estimate.own.part(_COURSE_DRAWS), estimate.start
        course = own_course(some, estimate.covariates, patient.doses, patient.levels, begin, whole=True)
    taken = [hours_since(estimate.start, dose.at) for dose in patient.doses]
    zero, first = min(taken) if whole else max(taken), float(course.time_h[0])
    return LevelCurve(
        tuple((course.time_h - zero).tolist()),
        tuple(tuple(row) for row in course.quantiles(output.name, QUANTILES).tolist()),
        tuple((hour - zero, dose.mg) for hour, dose in zip(taken, patient.doses, strict=True) if hour >= first),
        tuple(
            MeasuredPoint(
                hours_since(estimate.start, level.at) - zero, level.mg_per_l, _sd(output.residual, level.mg_per_l)
            )
            for level in patient.levels
            if output_of(estimate.draws.model, level) == output.cmt
        ),
        (min if whole else max)(dose.at for dose in patient.doses),
        "first known dose" if whole else "last known dose",
        tuple(
            (called, tuple(course.quantiles(name, (0.5,))[0].tolist()))
            for name, called in metabolites_of(estimate.draws.model).items()
        ),
    )


def curve_by_other_doses(
    estimate: PatientEstimate, patient: LevelPatient, doses: Sequence[TakenDose], curve: LevelCurve
) -> tuple[float, ...]:
    """Return the median of the patient's own levels by other doses than those taken, at the hours of a curve.

    Args:
        estimate: Of the patient, by what was taken and measured.
        patient: Whose levels.
        doses: What would have been taken instead; at least one.
        curve: As `patient_curve` returns it of the same estimate.
    """
    course = own_course(estimate.own, estimate.covariates, doses, patient.levels, estimate.start)
    zero = max(hours_since(estimate.start, dose.at) for dose in patient.doses)
    median = course.quantiles(estimate.draws.model.outputs[0].name, (0.5,))[0]
    return tuple(np.interp(curve.time_h, course.time_h - zero, median).tolist())


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
