"""A patient's own curve over the visits that were sampled: the posterior's draws, each visit with its own effects.

The effects of an occasion that was sampled are known from its levels and stay with it; only an occasion to come has new
ones (``Draws.kappa``). Table, JSON and picture all read this one curve.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.pharmacokinetics.advice.history_table import DAY_H, history_table, hours_since
from fullcourse.pharmacokinetics.engine.history import compile_history
from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.estimation.likelihood import Problem, parameters_of
from fullcourse.pharmacokinetics.inputs.covariates import Covariates
from fullcourse.pharmacokinetics.model import F64

__all__ = ["OwnCourse", "OwnDraws", "own_course"]

_STEP_H: Final = 0.25
_MOST_STEPS: Final = 1000
"""Points of a curve from the first dose on, beside those of levels and doses of the last day."""

_STEPS_OF_A_DAY: Final = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0)
"""Hours: steps that meet each day at the same hours after the dose, so that days can be compared."""

_BEFORE_H: Final = 36.0
_AFTER_H: Final = 24.0
_FULL_DAY_H: Final = 23.5
"""Doses less than this apart make up one day."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnDraws:
    """Equally weighted draws of everything that the levels say of one patient.

    Attributes:
        problem: The levels, as they were weighed.
        effects: In the order of ``Problem``: between subjects, of each visit, shifts of doses; ``(D, P)``.
        settings: Covariates that differ between draws (a hidden class), ``(D,)`` each.
    """

    problem: Problem
    effects: F64
    settings: Mapping[str, F64]

    def part(self, count: int) -> "OwnDraws":
        """Return so many of the draws, at the most."""
        settings = {name: values[:count] for name, values in self.settings.items()}
        return OwnDraws(self.problem, self.effects[:count], settings)


@dataclass(frozen=True, slots=True, eq=False)
class OwnCourse:
    """Levels of every draw at points in time.

    Attributes:
        day: When each dose of the last day before the last level was taken; hours since ``PatientEstimate.start``.
        time_h: Hours since ``PatientEstimate.start``, ascending, ``(M,)``.
        mg_per_l: Of each output of the model, in mg/L, by its name; ``(D, M)`` each.
    """

    day: tuple[float, ...]
    time_h: F64
    mg_per_l: Mapping[str, F64]

    def quantiles(self, output: str, probabilities: Sequence[float]) -> F64:
        """Return quantiles over the draws at every point, ``(len(probabilities), M)``."""
        return np.asarray(np.quantile(self.mg_per_l[output], probabilities, axis=0))

    def median_at(self, output: str, time_h: float) -> float:
        """Return the middle of the draws at one of the points."""
        return float(np.median(self.mg_per_l[output][:, int(np.argmin(np.abs(self.time_h - time_h)))]))


def _day_before(taken: Sequence[float], sampled: float) -> tuple[float, ...]:
    """Return the doses of the last day before a sample, hours; a daily dose counts once."""
    before = [hour for hour in taken if hour <= sampled]
    return tuple(hour for hour in before if before[-1] - hour < _FULL_DAY_H)


def own_course(
    own: OwnDraws,
    covariates: Covariates,
    doses: Sequence[TakenDose],
    levels: Sequence[Level],
    start: datetime,
    *,
    whole: bool = False,
) -> OwnCourse:
    """Return the curve from a day and a half before the last level to a day after it, and at every level.

    Args:
        own: Draws of the patient's effects.
        covariates: Of the patient.
        doses: As taken.
        levels: As measured.
        start: Hours count from here.
        whole: From the first dose on instead, in steps of whole hours.
    """
    model = own.problem.model
    drawn = [hours_since(start, level.at) for level in levels]
    taken = sorted(hours_since(start, dose.at) for dose in doses)
    day = _day_before(taken, max(drawn))
    first = max(min(day[0], max(drawn) - _BEFORE_H), min(taken), 0.0)
    over = max(dose.over_h for dose in doses)
    turns = [*drawn, *day, *(hour + over for hour in day), day[0] + DAY_H]
    step = _STEP_H
    if whole:
        first = min(taken)
        needed = (max(drawn) + _AFTER_H - first) / _MOST_STEPS
        step = next((hours for hours in _STEPS_OF_A_DAY if hours >= needed), _STEPS_OF_A_DAY[-1])
    begin = first if whole else np.floor(first / step) * step
    grid = np.arange(begin, max(drawn) + _AFTER_H, step)
    grid = grid[grid >= min(taken)]  # before the first dose there is no visit, and a point would make one of its own
    points = np.unique(np.round([*grid.tolist(), *turns], 9))
    settings = {name: float(values[0]) for name, values in own.settings.items()}
    known = {**covariates.values, **settings}
    table = history_table(model, known, doses, levels, start, points.tolist(), covariates.over_time)
    history = compile_history(model, table, (table.evid == 0) & np.isnan(table.dv) & ~table.blq)
    by_draw = {**history.covariates, **{name: values[:, None] for name, values in own.settings.items()}}
    history = dataclasses.replace(history, covariates=by_draw)
    parameters = parameters_of(dataclasses.replace(own.problem, history=history), own.effects, sensitivities=False)
    with np.errstate(all="ignore"):
        predicted = predict(model, history, parameters)
    shape = (own.effects.shape[0], points.size)
    return OwnCourse(
        day,
        points,
        {
            output.name: np.broadcast_to(np.asarray(levels), shape) / output.factor
            for output, levels in zip(model.outputs, predicted, strict=True)
        },
    )
