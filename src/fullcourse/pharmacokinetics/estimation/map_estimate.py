"""Find each subject's most probable random effects, all subjects at once.

Fisher scoring with Levenberg and Marquardt's damping, from several starts; sensitivities are exact. Every estimate
says how good it is: the norm of the gradient, how many starts agree, the objective.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from fullcourse.pharmacokinetics.estimation.likelihood import WORTHLESS, Evaluation, Problem, evaluate, subset
from fullcourse.pharmacokinetics.model import F64, I64, Bool

_MOST_ITERATIONS = 60
_GRADIENT = 2e-7
_STEP = 1e-9
_SLOW_AFTER = 8
_SAME = 1e-2
_DIFFERENCE = 1e-5
_LONGEST_STEP = 4.0
"""In prior standard deviations: beyond, the local curvature says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class MapEstimate:
    """Most probable effects of S subjects.

    Attributes:
        effects: ``(S, P)``, in the order of ``Problem``.
        objective: ``(S,)``; NONMEM's, without constants.
        gradient_norm: ``(S,)``; largest absolute gradient, each effect in units of its prior standard deviation.
        starts_agreed: ``(S,)``; how many starts ended within 1e-4 of the best objective.
        starts: Number of starts.
        covariance: Conditional covariance of the effects from the expected information, ``(S, P, P)``.
        converged: ``(S,)``; False where no start found a flat place, or no prediction was possible at all.
    """

    effects: F64
    objective: F64
    gradient_norm: F64
    starts_agreed: I64
    starts: int
    covariance: F64
    converged: Bool


def estimate(problem: Problem, *, starts: int = 4) -> MapEstimate:
    """Return the maximum a posteriori estimate of every subject.

    Args:
        problem: Levels and doses of S subjects.
        starts: Number of starting points, at least 1: zero, then points spread over the prior.

    Returns:
        The best optimum of each subject. Subjects without levels stay at zero.

    Source:
        Levenberg (1944), Marquardt (1963); expected information as in Fisher scoring.
    """
    subjects, size = problem.n_subjects, problem.n_effects
    points = starting_points(size, starts)
    root = np.linalg.cholesky(problem.covariance) if size else problem.covariance
    begin = np.einsum("sij,kj->ski", root, points).reshape(-1, size)
    index = np.repeat(np.arange(subjects), len(points))
    first = np.arange(0, begin.shape[0], len(points))
    ended, reached = begin.copy(), np.full(begin.shape[0], np.inf)
    ended[first], reached[first] = _climb(problem, begin[first], index[first], None)
    if len(points) > 1:
        others = np.setdiff1d(np.arange(begin.shape[0]), first)
        known = (ended[first][index[others]], reached[first][index[others]])
        ended[others], reached[others] = _climb(problem, begin[others], index[others], known)
    ended = ended.reshape(subjects, -1, size)
    reached = reached.reshape(subjects, -1)
    best = reached.argmin(axis=1)
    at = np.arange(subjects)
    effects = ended[at, best]
    final = evaluate(problem, effects)
    scale = np.sqrt(np.diagonal(problem.covariance, axis1=1, axis2=2))
    norm = np.where(final.objective < WORTHLESS, _norm(final, scale), np.inf)
    agreed = (reached <= reached.min(axis=1, keepdims=True) + 1e-4).sum(axis=1)
    return MapEstimate(
        effects=effects,
        objective=final.objective,
        gradient_norm=norm,
        starts_agreed=agreed.astype(np.int64),
        starts=len(points),
        covariance=conditional_covariance(final),
        converged=norm < 1e-3,
    )


def conditional_covariance(at: Evaluation) -> F64:
    """Return the covariance of the effects given the levels, ``2 inv(curvature)``, ``(S, P, P)``."""
    if at.curvature.shape[1] == 0:
        return at.curvature
    return np.asarray(2.0 * np.linalg.inv(at.curvature))


def starting_points(size: int, count: int) -> F64:
    """Return standardised starting points: zero, then a spread that looks the same in every run, ``(count, P)``."""
    points = np.zeros((max(count, 1), size))
    if count > 1 and size:
        generator = np.random.Generator(np.random.PCG64(20190301))
        directions = generator.standard_normal((count - 1, size))
        points[1:] = np.clip(directions, -2.0, 2.0)
    return points


def _climb(problem: Problem, effects: F64, index: I64, known: tuple[F64, F64] | None) -> tuple[F64, F64]:
    """Return where each start ends, and its objective.

    A start that has come within a hundredth of a prior standard deviation of an optimum already known, and no higher,
    is taken to end there.
    """
    effects = effects.copy()
    count = effects.shape[0]
    reached = np.full(count, np.inf)
    active = np.arange(count)
    part = subset(problem, index)
    damping = np.full(count, 1e-3)
    here = evaluate(part, effects)
    x = effects.copy()
    scale = np.sqrt(np.diagonal(part.covariance, axis1=1, axis2=2))
    for iteration in range(_MOST_ITERATIONS):
        if iteration >= _SLOW_AFTER:
            here = _with_true_curvature(part, x, here, scale)
        step = _damped_step(here, damping)
        step /= np.maximum(np.abs(step / scale).max(axis=1, initial=0.0) / _LONGEST_STEP, 1.0)[:, None]
        trial = x + step
        there = evaluate(part, trial)
        flat = (there.objective <= here.objective + 1e-9) & (_norm(there, scale) < _norm(here, scale))
        better = (there.objective < here.objective) | flat
        damping = np.where(better, np.maximum(damping * 0.1, 1e-12), np.maximum(damping * 8.0, 1e-4))
        x = np.where(better[:, None], trial, x)
        here = here.replaced(better, there)
        done = (_norm(here, scale) < _GRADIENT) | (np.abs(step / scale).max(axis=1, initial=0.0) < _STEP)
        effects[active], reached[active] = x, here.objective
        if known is not None:
            there_known = np.abs((x - known[0][active]) / scale).max(axis=1, initial=0.0) < _SAME
            arrived = there_known & (here.objective < known[1][active] + 1e-2)
            effects[active[arrived]], reached[active[arrived]] = known[0][active[arrived]], known[1][active[arrived]]
            done |= arrived
        if done.all():
            break
        if done.sum() * 4 > done.size:
            keep = np.flatnonzero(~done)
            active, x, damping, scale = active[keep], x[keep], damping[keep], scale[keep]
            part = subset(part, keep)
            here = here.pick(keep)
    return effects, reached


def _norm(at: Evaluation, scale: F64) -> F64:
    """Return the largest absolute gradient of each member, in units of the prior's standard deviations."""
    return np.asarray(np.abs(at.gradient * scale).max(axis=1, initial=0.0))


def _with_true_curvature(problem: Problem, effects: F64, at: Evaluation, scale: F64) -> Evaluation:
    """Return the evaluation with the curvature taken from differences of the exact gradient, where it is convex.

    Only the last few subjects come here: those whose levels the model explains badly, for which Fisher scoring
    is slow.
    """
    count, size = effects.shape
    step = _DIFFERENCE * scale
    moved = effects[:, None, None, :] + np.array([1.0, -1.0])[:, None, None] * np.eye(size) * step[:, None, None, :]
    around = evaluate(subset(problem, np.repeat(np.arange(count), 2 * size)), moved.reshape(-1, size))
    gradient = around.gradient.reshape(count, 2, size, size)
    hessian = (gradient[:, 0] - gradient[:, 1]) / (2.0 * step[:, :, None])
    hessian = 0.5 * (hessian + hessian.transpose(0, 2, 1))
    lowest = np.linalg.eigvalsh(hessian * scale[:, :, None] * scale[:, None, :])[:, 0]
    working = np.where((lowest > 1e-6)[:, None, None], hessian, at.working)
    return dataclasses.replace(at, working=working)


def _damped_step(at: Evaluation, damping: F64) -> F64:
    """Return the step of each member, ``(batch, P)``."""
    if at.gradient.shape[1] == 0:
        return at.gradient
    matrix = at.working.copy()
    diagonal = np.einsum("bii->bi", matrix)
    diagonal *= 1.0 + damping[:, None]
    return np.asarray(-np.linalg.solve(matrix, at.gradient[:, :, None])[:, :, 0])
