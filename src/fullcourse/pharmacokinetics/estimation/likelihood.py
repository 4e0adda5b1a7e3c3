"""Say how well random effects explain the levels: the objective, its gradient and its expected curvature.

The objective is NONMEM's for one subject, without constants: ``sum((y - f)^2 / v + ln v) + eta' inv(Omega) eta``,
with Beal's M3 term ``-2 ln Phi((lloq - f) / sd)`` for a level below the limit of quantification (Beal, Journal of
Pharmacokinetics and Pharmacodynamics 28:481, 2001). The curvature is Fisher's expected information.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.clinical.errors import InputError, SolverStopped
from fullcourse.pharmacokinetics.engine.history import History, compile_history, pick
from fullcourse.pharmacokinetics.engine.individual import Parameters, individual_parameters
from fullcourse.pharmacokinetics.engine.inputs import DOSE_SHIFT, at_state
from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.estimation.residual_errors import error_of, level_terms
from fullcourse.pharmacokinetics.events import EventTable
from fullcourse.pharmacokinetics.kernels.dual import Dual, tangent_of, value_of, variables
from fullcourse.pharmacokinetics.model import F64, I64, Bool, ErrorKind, Model

WORTHLESS = 1e30
"""Objective of effects with which nothing can be predicted."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Levels of S subjects, ready for estimation.

    The effects of a subject stand in one vector: between subjects first, then those of each occasion, then one
    shift for each dose train whose time is uncertain.

    Attributes:
        model: The population model.
        history: Doses, and the levels as points.
        level: ``(S, M)``, in the output's unit (log scale where the residual error is log-normal).
        used: Which points are levels, ``(S, M)``.
        below: Which of them are below quantification; ``level`` then holds the limit.
        precision: Inverse prior covariance, ``(S, P, P)``.
        covariance: Prior covariance, ``(S, P, P)``.
        shifts: Columns of dose trains with uncertain times.
    """

    model: Model
    history: History
    level: F64
    used: Bool
    below: Bool
    precision: F64
    covariance: F64
    shifts: I64

    @property
    def n_effects(self) -> int:
        """Length of the vector of effects."""
        return int(self.precision.shape[1])

    @property
    def n_subjects(self) -> int:
        """Number of subjects."""
        return self.history.n_subjects


def estimation_problem(model: Model, table: EventTable, *, logged: bool = False) -> Problem:
    """Return the problem that an event table poses for a model.

    Args:
        model: The population model.
        table: Doses and levels of one or many subjects.
        logged: The levels of log-normal outputs are given as logarithms already.

    Raises:
        InputError: A level cannot be used: it is zero under a log-normal error, or its output has no residual error.
    """
    usable = (table.evid == 0) & ~table.mdv
    history = compile_history(model, table, usable)
    record, used = history.point_record, history.point_valid
    below = used & record.column("blq")
    level = np.where(below, record.column("lloq"), np.where(used, record.column("dv"), 1.0))
    errors = [error_of(o) if np.any(used & (history.point_output == i)) else None for i, o in enumerate(model.outputs)]
    log_normal = np.array([e is not None and e.kind is ErrorKind.LOG_NORMAL for e in errors])[history.point_output]
    if not logged:
        if np.any(used & log_normal & (level <= 0.0)):
            raise InputError(
                f"model '{model.name}' has a log-normal residual error, under which a level of zero cannot occur: give "
                "it as below the limit of quantification, with that limit"
            )
        level = np.where(log_normal, np.log(np.where(level > 0.0, level, 1.0)), level)
    shifts = _uncertain_times(history)
    covariance = _prior(model, history, shifts)
    precision = np.asarray(np.linalg.inv(covariance), dtype=np.float64) if covariance.shape[1] else covariance
    return Problem(model, history, level, used, below, precision, covariance, shifts)


def subset(problem: Problem, index: I64) -> Problem:
    """Return the problem of chosen subjects, in that order, repeats allowed."""
    return dataclasses.replace(
        problem,
        history=pick(problem.history, index),
        level=problem.level[index],
        used=problem.used[index],
        below=problem.below[index],
        precision=problem.precision[index],
        covariance=problem.covariance[index],
    )


def _uncertain_times(history: History) -> I64:
    """Return the dose columns of which any subject's time is uncertain."""
    return np.flatnonzero((_time_sd(history) > 0.0).any(axis=0))


def _time_sd(history: History) -> F64:
    """Return the standard deviation of each dose time, ``(S, K)``."""
    return np.where(history.dose_amount > 0.0, history.dose_record.column("time_sd_h"), 0.0)


def _prior(model: Model, history: History, shifts: I64) -> F64:
    """Return the prior covariance of every subject's effects, ``(S, P, P)``."""
    between, within = model.between_subjects, model.between_occasions
    n, m, occasions = between.count, within.count, history.n_occasions if within.count else 0
    size = n + m * occasions + shifts.size
    result = np.zeros((history.n_subjects, size, size))
    result[:, :n, :n] = between.covariance
    factor = np.ones(m) if within.unobserved_sd_factor is None else np.asarray(within.unobserved_sd_factor)
    for k in range(occasions):
        at = n + k * m
        scale = np.where(history.occasion_observed[:, k, None], 1.0, factor)
        result[:, at : at + m, at : at + m] = within.covariance * scale[:, :, None] * scale[:, None, :]
    spread = _time_sd(history)[:, shifts]
    for k in range(shifts.size):
        at = n + m * occasions + k
        result[:, at, at] = np.where(spread[:, k] > 0.0, spread[:, k] ** 2, 1.0)
    return result


def parameters_of(problem: Problem, effects: F64, *, sensitivities: bool) -> Parameters:
    """Return individual parameters for given effects.

    Args:
        problem: Of S subjects.
        effects: ``(batch, P)``; the batch equals S, or S is 1.
        sensitivities: Whether the parameters carry their slopes in the effects.
    """
    model, history = problem.model, problem.history
    n, m = model.between_subjects.count, model.between_occasions.count
    occasions = history.n_occasions if m else 0
    size = problem.n_effects
    columns: list[Any] = [effects[:, [i]] for i in range(size)]
    if sensitivities:
        columns = variables(effects, size)
    kappa: list[Any] = []
    for j in range(m):
        chosen = [columns[n + k * m + j] for k in range(occasions)]
        kappa.append(_joined(chosen, size) if occasions > 1 else chosen[0])
    kappa = [at_state(x, history.occasion) for x in kappa]
    result = individual_parameters(model, history.covariates, columns[:n], kappa)
    if problem.shifts.size:
        result[DOSE_SHIFT] = _shift(problem, columns[n + m * occasions :])
    return result


def _joined(columns: list[Any], size: int) -> Any:
    """Return columns ``(batch, 1)`` side by side."""
    value = np.concatenate([value_of(c) for c in columns], axis=1)
    if not isinstance(columns[0], Dual):
        return value
    return Dual(value, np.concatenate([c.tangent for c in columns], axis=2))


def _shift(problem: Problem, columns: list[Any]) -> Any:
    """Return the shift of every dose train, ``(batch, K)``."""
    history = problem.history
    width = history.dose_time.shape[1]
    place = np.zeros((problem.shifts.size, width))
    place[np.arange(problem.shifts.size), problem.shifts] = 1.0
    result: Any = 0.0
    for column, mask in zip(columns, place, strict=True):
        result = column * mask[None, :] + result
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What the levels say about effects.

    Attributes:
        objective: ``(batch,)``.
        gradient: ``(batch, P)``.
        curvature: Expected (Fisher) curvature, ``(batch, P, P)``; its inverse, doubled, is NONMEM's ETC.
        working: Positive definite approximation of the curvature at these levels, for steps, ``(batch, P, P)``.
    """

    objective: F64
    gradient: F64
    curvature: F64
    working: F64

    def columns(self) -> tuple[F64, F64, F64, F64]:
        """Return its arrays."""
        return self.objective, self.gradient, self.curvature, self.working

    def pick(self, rows: I64) -> Evaluation:
        """Return the chosen members of the batch."""
        return Evaluation(self.objective[rows], self.gradient[rows], self.curvature[rows], self.working[rows])

    def replaced(self, where: Bool, other: Evaluation) -> Evaluation:
        """Return this evaluation with another's in the chosen rows."""
        return Evaluation(
            np.where(where, other.objective, self.objective),
            np.where(where[:, None], other.gradient, self.gradient),
            np.where(where[:, None, None], other.curvature, self.curvature),
            np.where(where[:, None, None], other.working, self.working),
        )


def objective(problem: Problem, effects: F64) -> F64:
    """Return the objective of each member of the batch, ``(batch,)``; 1e30 where a prediction has no meaning."""
    try:
        return _objective(problem, effects)
    except SolverStopped:
        if effects.shape[0] == 1:
            return np.array([WORTHLESS])
        return np.concatenate([objective(part, some) for part, some in _halves(problem, effects)])


def _objective(problem: Problem, effects: F64) -> F64:
    """Return the objective of a batch; raises where the solver stops for any member."""
    with np.errstate(all="ignore"):
        outputs = _predictions(problem, effects, sensitivities=False)
        result = np.zeros(effects.shape[0])
        for index, output in enumerate(problem.model.outputs):
            here = problem.used & (problem.history.point_output == index)
            if here.any():
                f = np.asarray(value_of(outputs[index]))
                terms, _, _, _ = level_terms(error_of(output), problem.level, np.where(here, f, 1.0), problem.below)
                result = result + np.where(here, terms, 0.0).sum(axis=1)
        result = result + _quadratic(problem.precision, effects)
    return np.where(np.isfinite(result), result, WORTHLESS)


def _quadratic(matrix: F64, x: F64) -> F64:
    """Return ``x' matrix x`` for matrices ``(S or 1, P, P)`` and ``(batch, P)``, without a temporary of P columns."""
    result = np.zeros(x.shape[0])
    for i in range(x.shape[1]):
        result += matrix[:, i, i] * x[:, i] * x[:, i]
        for j in range(i):
            if matrix[:, i, j].any():
                result += 2.0 * matrix[:, i, j] * x[:, i] * x[:, j]
    return result


def evaluate(problem: Problem, effects: F64) -> Evaluation:
    """Return objective, gradient and expected curvature of each subject's effects ``(S, P)``.

    Effects so far out that the solver stops count as worthless, with no slope.
    """
    try:
        return _evaluate(problem, effects)
    except SolverStopped:
        if effects.shape[0] == 1:
            eye = np.eye(problem.n_effects)[None]
            return Evaluation(np.array([WORTHLESS]), np.zeros_like(effects), eye, eye)
        parts = [evaluate(part, some) for part, some in _halves(problem, effects)]
        return Evaluation(*map(np.concatenate, zip(*(part.columns() for part in parts), strict=True)))


def _halves(problem: Problem, effects: F64) -> list[tuple[Problem, F64]]:
    """Return a batch cut in two, so that the member for which the solver stops is found."""
    parts = np.array_split(np.arange(effects.shape[0]), 2)
    return [(problem if problem.n_subjects == 1 else subset(problem, rows), effects[rows]) for rows in parts]


def _evaluate(problem: Problem, effects: F64) -> Evaluation:
    """Return the evaluation of a batch; raises where the solver stops for any member."""
    size = problem.n_effects
    with np.errstate(all="ignore"):
        outputs = _predictions(problem, effects, sensitivities=True)
        prior = np.einsum("bij,bj->bi", problem.precision, effects)
        value = np.einsum("bi,bi->b", effects, prior)
        gradient = 2.0 * prior
        curvature = working = np.broadcast_to(2.0 * problem.precision, (effects.shape[0], size, size))
        for index, output in enumerate(problem.model.outputs):
            here = problem.used & (problem.history.point_output == index)
            if not here.any():
                continue
            f = np.where(here, np.asarray(value_of(outputs[index])), 1.0)
            slope = np.where(here, tangent_of(outputs[index], size), 0.0)
            terms, first, expected, observed = level_terms(error_of(output), problem.level, f, problem.below)
            value = value + np.where(here, terms, 0.0).sum(axis=1)
            slope = np.moveaxis(slope, 0, -1)  # (batch, M, P)
            weight = np.where(here, first, 0.0)
            gradient = gradient + np.einsum("bm,bmp->bp", weight, slope)
            turned = slope.transpose(0, 2, 1)
            curvature = curvature + np.matmul(turned * np.where(here, expected, 0.0)[:, None, :], slope)
            working = working + np.matmul(turned * np.where(here, observed, 0.0)[:, None, :], slope)
    bad = ~np.isfinite(value) | ~np.isfinite(gradient).all(axis=1) | ~np.isfinite(working).all(axis=(1, 2))
    if not bad.any():
        return Evaluation(value, gradient, curvature, working)
    result = Evaluation(value, gradient, np.array(curvature), working)
    eye = np.broadcast_to(np.eye(size), working.shape)
    return result.replaced(bad, Evaluation(np.full_like(value, WORTHLESS), np.zeros_like(gradient), eye, eye))


def _predictions(problem: Problem, effects: F64, *, sensitivities: bool) -> list[Any]:
    """Return predictions of every output at the levels."""
    parameters = parameters_of(problem, effects, sensitivities=sensitivities)
    return predict(problem.model, problem.history, parameters)
