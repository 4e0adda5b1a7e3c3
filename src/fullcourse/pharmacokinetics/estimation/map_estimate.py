"""Find each subject's most probable random effects, all subjects at once.

Fisher scoring with Levenberg and Marquardt's damping, from several starts; sensitivities are exact. Every estimate
says how good it is: the norm of the gradient, how many starts agree, the objective.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from fullcourse.pharmacokinetics.estimation.likelihood import (
    WORTHLESS,
    Evaluation,
    Problem,
    evaluate,
    objective,
    subset,
)
from fullcourse.pharmacokinetics.estimation.polish import along_valleys, curvature_by_differences, into_kinks
from fullcourse.pharmacokinetics.model import F64, I64, Bool

_MOST_ITERATIONS = 60
_GRADIENT = 2e-7
_STEP = 1e-9
_SLOW_AFTER = 8
_SAME = 1e-2
_SMALL = 8
_CONVERGED = 1e-3
_LINE, _FINE_LINE = np.linspace(-3.0, 3.0, 13), np.linspace(-3.0, 3.0, 121)
"""Places looked at along an effect, in prior standard deviations; fine where the effect moves a lag or a duration."""
_APART = 0.3
_FAR_ABOVE, _MOST_OTHERS = 14.0, 6
"""An optimum so far above the best holds less than a thousandth of what the best holds."""
_NEIGHBOURS = 1.0
"""Distance of starting points, in prior standard deviations, below which one of them is enough."""
_LONGEST_STEP = 4.0
"""In prior standard deviations: beyond, the local curvature says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """A place where the objective of one subject has a bottom: effects ``(P,)``, objective, covariance ``(P, P)``."""

    effects: F64
    objective: float
    covariance: F64


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
        converged: ``(S,)``; True at a flat place, or at the bottom of a kink, where there is no gradient; False also
            where no prediction was possible at all.
        others: Of one subject alone: further optima that are no neighbours and not far above the best, lowest first.
    """

    effects: F64
    objective: F64
    gradient_norm: F64
    starts_agreed: I64
    starts: int
    covariance: F64
    converged: Bool
    others: tuple[Optimum, ...] = ()


def estimate(problem: Problem, *, starts: int = 4, candidates: int = 0) -> MapEstimate:
    """Return the maximum a posteriori estimate of every subject.

    Args:
        problem: Levels and doses of S subjects.
        starts: Number of starting points, at least 1: zero, then points spread over the prior.
        candidates: How many points of the prior are looked at for each subject; the starts after zero are then the
            best of them that are not neighbours, and a linear model's best is left again along each effect where a
            line through it has another low place. 0: the same starts for every subject.

    Returns:
        The best optimum of each subject. Subjects without levels stay at zero.

    Source:
        Levenberg (1944), Marquardt (1963); expected information as in Fisher scoring.
    """
    subjects, size = problem.n_subjects, problem.n_effects
    root = np.asarray(np.linalg.cholesky(problem.covariance)) if size else problem.covariance
    begin = _starts(problem, root, starts, candidates)
    count = begin.shape[0]
    subject = np.arange(subjects)
    first = _climb(problem, np.ascontiguousarray(begin[0]), subject, None)
    ends = [first]
    if count > 1:
        index = np.tile(subject, count - 1)
        ends.append(_climb(problem, begin[1:].reshape(-1, size), index, first))
    reached = np.concatenate([end.at.objective for end in ends]).reshape(count, subjects)
    best = reached.argmin(axis=0) * subjects + subject
    end = _End(
        np.concatenate([end.effects for end in ends])[best],
        Evaluation(*(np.concatenate(parts)[best] for parts in zip(*(e.at.columns() for e in ends), strict=True))),
    )
    scale = np.sqrt(np.diagonal(problem.covariance, axis1=1, axis2=2))
    if candidates and problem.model.is_linear:
        ends += _next_valleys(problem, end, scale)
    in_kink = _finish(problem, end, scale)
    value = end.at.objective
    norm = np.where(value < WORTHLESS, _norm(end.at.gradient, scale), np.inf)
    agreed = (reached <= value + 1e-4).sum(axis=0).astype(np.int64)
    return MapEstimate(
        effects=end.effects,
        objective=value,
        gradient_norm=norm,
        starts_agreed=np.maximum(agreed, 1),
        starts=count,
        covariance=conditional_covariance(end.at.curvature),
        converged=(norm < _CONVERGED) | in_kink,
        others=_others(ends, end, scale) if subjects == 1 else (),
    )


def _others(ends: list[_End], best: _End, scale: F64) -> tuple[Optimum, ...]:
    """Return where else starts of one subject ended, and are no neighbours of one another."""
    found = [
        Optimum(end.effects[k], float(end.at.objective[k]), conditional_covariance(end.at.curvature[[k]])[0])
        for end in ends
        for k in range(end.effects.shape[0])
        if end.at.objective[k] < best.at.objective[0] + _FAR_ABOVE
    ]
    kept = [best.effects[0]]
    others = []
    for optimum in sorted(found, key=lambda one: one.objective):
        if all(np.abs((optimum.effects - other) / scale[0]).max() > _APART for other in kept):
            kept.append(optimum.effects)
            others.append(optimum)
    return tuple(others[:_MOST_OTHERS])


def _starts(problem: Problem, root: F64, starts: int, candidates: int) -> F64:
    """Return starting points, ``(starts, S, P)``."""
    size = problem.n_effects
    if candidates < starts or starts < 2 or size == 0:
        return np.asarray(np.einsum("sij,kj->ksi", root, starting_points(size, starts)))
    spread = starting_points(size, candidates)
    points = np.einsum("sij,kj->ksi", root, spread)
    height = _heights(problem, points)
    apart = np.sqrt(((spread[:, None] - spread) ** 2).sum(axis=2))
    chosen = np.zeros((starts, problem.n_subjects), dtype=np.int64)
    for k in range(1, starts):
        height = np.where(apart[chosen[k - 1]] < _NEIGHBOURS, np.inf, height)
        chosen[k] = height.argmin(axis=1)
    return np.asarray(points[chosen, np.arange(problem.n_subjects)])


def _heights(problem: Problem, points: F64) -> F64:
    """Return the objective of every subject at points ``(K, S, P)``, ``(S, K)``."""
    if problem.n_subjects == 1:
        return objective(problem, points[:, 0])[None]
    return np.stack([objective(problem, point) for point in points], axis=1)


def _next_valleys(problem: Problem, end: _End, scale: F64) -> list[_End]:
    """Go down again from other low places on a line through the best along each effect; keep what is lower.

    Where a sample lies before or after the end of a lag or of an input, the objective has a valley for each. Returns
    where the ways down ended, and what they took the place of.
    """
    subjects, moving = np.arange(problem.n_subjects), _moves_a_kink(problem)
    valleys = [_End(end.effects.copy(), Evaluation(*(np.array(rows) for rows in end.at.columns())))]
    for j in range(problem.n_effects):
        line = _FINE_LINE if moving[j] else _LINE
        along = np.repeat(end.effects[:, None, :], line.size, axis=1)
        along[:, :, j] = line * scale[:, [j]]
        height = _heights(problem, along.transpose(1, 0, 2))
        around = np.pad(height, ((0, 0), (1, 1)), constant_values=np.inf)
        low = (height <= around[:, :-2]) & (height <= around[:, 2:])
        low &= np.abs(along[:, :, j] - end.effects[:, [j]]) > _APART * scale[:, [j]]
        place = np.where(low, height, np.inf).argmin(axis=1)
        rows = np.flatnonzero(low.any(axis=1))
        if rows.size == 0:
            continue
        climbed = _climb(problem, along[subjects, place][rows], rows, None)
        valleys.append(climbed)
        lower = climbed.at.objective < end.at.objective[rows] - 1e-9
        end.keep(rows[lower], climbed.effects[lower], climbed.at.pick(np.flatnonzero(lower)))
    return valleys


def _moves_a_kink(problem: Problem) -> list[bool]:
    """Return which effects act on a lag or a duration of input."""
    model = problem.model
    timed = {name for site in model.sites for name in (site.lag, site.duration) if name}
    for computed in reversed(model.computed):
        timed |= set(computed.of) if computed.name in timed else set()
    levels = (model.between_subjects, *(model.between_occasions,) * problem.history.n_occasions)
    known = [
        any(link.effect == i and link.parameter in timed for link in effects.links)
        for effects in levels
        for i in range(effects.count)
    ]
    return [*known, *(True,) * (problem.n_effects - len(known))]  # the rest are shifts of doses


def _finish(problem: Problem, end: _End, scale: F64) -> Bool:
    """Go on where scoring has not settled, along valleys and then into kinks; return which ended in one, ``(S,)``."""
    in_kink = np.zeros(problem.n_subjects, dtype=bool)
    rows = np.flatnonzero((_norm(end.at.gradient, scale) >= _CONVERGED) & (end.at.objective < WORTHLESS))
    if rows.size:
        effects, at = along_valleys(subset(problem, rows), end.effects[rows], scale[rows])
        end.keep(rows, effects, at)
        rows = rows[_norm(at.gradient, scale[rows]) >= _CONVERGED]
    if rows.size:
        part = subset(problem, rows)
        effects, closed = into_kinks(part, end.effects[rows], end.at.curvature[rows])
        end.keep(rows, effects, evaluate(part, effects))
        in_kink[rows] = closed
    return in_kink


def conditional_covariance(curvature: F64) -> F64:
    """Return the covariance of the effects given the levels, ``2 inv(curvature)``, ``(S, P, P)``."""
    return curvature if curvature.shape[1] == 0 else np.asarray(2.0 * np.linalg.inv(curvature))


def starting_points(size: int, count: int) -> F64:
    """Return standardised starting points: zero, then a spread that looks the same in every run, ``(count, P)``."""
    points = np.zeros((max(count, 1), size))
    if count > 1 and size:
        generator = np.random.Generator(np.random.PCG64(20190301))
        directions = generator.standard_normal((count - 1, size))
        points[1:] = np.clip(directions, -2.0, 2.0)
    return points


@dataclass(slots=True, eq=False)
class _End:
    """Where starts ended, ``(starts, P)``, and what the levels say there."""

    effects: F64
    at: Evaluation

    def keep(self, rows: I64, effects: F64, at: Evaluation) -> None:
        """Write down some starts."""
        self.effects[rows] = effects
        for name in ("objective", "gradient", "curvature"):
            getattr(self.at, name)[rows] = getattr(at, name)


def _climb(problem: Problem, effects: F64, index: I64, known: _End | None) -> _End:
    """Return where each start ends.

    Args:
        problem: Of all subjects.
        effects: Starts, ``(starts, P)``.
        index: The subject of each.
        known: An optimum of each subject. A start that has come within a hundredth of a prior standard deviation of
            it, and no higher, is taken to end there.
    """
    active = np.arange(effects.shape[0])
    part = subset(problem, index)
    damping = np.full(effects.shape[0], 1e-3)
    x = effects.copy()
    here = evaluate(part, x)
    end = _End(effects.copy(), Evaluation(*(np.array(rows) for rows in here.columns())))
    scale = np.sqrt(np.diagonal(part.covariance, axis1=1, axis2=2))
    for iteration in range(_MOST_ITERATIONS):
        if iteration >= _SLOW_AFTER:
            here = _with_true_curvature(part, x, here, scale)
        step = _damped_step(here, damping)
        step /= np.maximum(np.abs(step / scale).max(axis=1, initial=0.0) / _LONGEST_STEP, 1.0)[:, None]
        trial = x + step
        there = evaluate(part, trial)
        flat = there.objective <= here.objective + 1e-9
        flat &= _norm(there.gradient, scale) < _norm(here.gradient, scale)
        better = (there.objective < here.objective) | flat
        damping = np.where(better, np.maximum(damping * 0.1, 1e-12), np.maximum(damping * 8.0, 1e-4))
        x = np.where(better[:, None], trial, x)
        here = here.replaced(better, there)
        done = (_norm(here.gradient, scale) < _GRADIENT) | (np.abs(step / scale).max(axis=1, initial=0.0) < _STEP)
        if known is not None:
            subject = index[active]
            near = np.abs((x - known.effects[subject]) / scale).max(axis=1, initial=0.0) < _SAME
            near &= here.objective < known.at.objective[subject] + 1e-2
            x = np.where(near[:, None], known.effects[subject], x)
            here = here.replaced(near, known.at.pick(subject))
            done |= near
        if done.all():
            break
        if done.sum() * 4 > done.size:
            over, keep = np.flatnonzero(done), np.flatnonzero(~done)
            end.keep(active[over], x[over], here.pick(over))
            active, x, damping, scale = active[keep], x[keep], damping[keep], scale[keep]
            part, here = subset(part, keep), here.pick(keep)
    end.keep(active, x, here)
    return end


def _norm(gradient: F64, scale: F64) -> F64:
    """Return the largest absolute gradient of each member, in units of the prior's standard deviations."""
    return np.asarray(np.abs(gradient * scale).max(axis=1, initial=0.0))


def _with_true_curvature(problem: Problem, effects: F64, at: Evaluation, scale: F64) -> Evaluation:
    """Return the evaluation with the curvature taken from differences of the exact gradient, where it is convex.

    Only the last few subjects come here: those whose levels the model explains badly, for which Fisher scoring
    is slow.
    """
    hessian = curvature_by_differences(problem, effects, scale)
    lowest = np.linalg.eigvalsh(hessian * scale[:, :, None] * scale[:, None, :])[:, 0]
    working = np.where((lowest > 1e-6)[:, None, None], hessian, at.working)
    return dataclasses.replace(at, working=working)


def _damped_step(at: Evaluation, damping: F64) -> F64:
    """Return the step of each member, ``(batch, P)``."""
    size = at.gradient.shape[1]
    if size > _SMALL:
        matrix = at.working.copy()
        diagonal = np.einsum("bii->bi", matrix)
        diagonal *= 1.0 + damping[:, None]
        return np.asarray(-np.linalg.solve(matrix, at.gradient[:, :, None])[:, :, 0])
    matrix = np.array(at.working.transpose(1, 2, 0), order="C")
    for i in range(size):
        matrix[i, i] *= 1.0 + damping
    return _solve_small(matrix, -at.gradient.T).T


def _solve_small(matrix: F64, right: F64) -> F64:
    """Solve small positive definite systems ``(P, P, batch)`` for ``(P, batch)``, all members at every step.

    A library of matrices goes from one member to the next, which takes several times as long.
    """
    size = right.shape[0]
    result = right.copy()
    for i in range(size):
        for j in range(i + 1, size):
            factor = matrix[j, i] / matrix[i, i]
            matrix[j, i + 1 :] -= factor * matrix[i, i + 1 :]
            result[j] -= factor * result[i]
    for i in reversed(range(size)):
        for j in range(i + 1, size):
            result[i] -= matrix[i, j] * result[j]
        result[i] /= matrix[i, i]
    return result
