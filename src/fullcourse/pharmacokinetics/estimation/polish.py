"""Finish the few estimates on which damped scoring does not settle: curved valleys, and minima at a kink.

A valley is followed by Newton's method in a region of trust, with the curvature from differences of the exact gradient.
A kink is where a sample falls together with the end of an input or of a lag: there the objective has no gradient, and a
simplex closes in on it without one.
"""

from __future__ import annotations

import numpy as np

from fullcourse.pharmacokinetics.estimation.likelihood import Evaluation, Problem, evaluate, objective, subset
from fullcourse.pharmacokinetics.model import F64, Bool

_DIFFERENCE = 1e-5
_MOST_STEPS, _FLAT, _SMALLEST_REGION = 120, 1e-8, 1e-9
_SIMPLEX_STEPS, _SIMPLEX_SIZES = 400, (1e-1, 1e-2, 1e-3)
_SAME_OBJECTIVE = 1e-11


def curvature_by_differences(problem: Problem, effects: F64, scale: F64) -> F64:
    """Return the second slopes of the objective in the effects, from differences of its gradient, ``(S, P, P)``."""
    count, size = effects.shape
    step = _DIFFERENCE * scale
    moved = effects[:, None, None, :] + np.array([1.0, -1.0])[:, None, None] * np.eye(size) * step[:, None, None, :]
    around = evaluate(subset(problem, np.repeat(np.arange(count), 2 * size)), moved.reshape(-1, size))
    gradient = around.gradient.reshape(count, 2, size, size)
    slopes = (gradient[:, 0] - gradient[:, 1]) / (2.0 * step[:, :, None])
    return np.asarray(0.5 * (slopes + slopes.transpose(0, 2, 1)))


def along_valleys(problem: Problem, effects: F64, scale: F64) -> tuple[F64, Evaluation]:
    """Return where Newton's method in a region of trust ends, ``(S, P)``, and what the levels say there.

    Args:
        problem: Of S subjects.
        effects: Starts, ``(S, P)``.
        scale: Standard deviation of each effect in the prior, ``(S, P)``.

    Source:
        Conn, Gould and Toint, Trust-region methods, 2000.
    """
    x, here = effects.copy(), evaluate(problem, effects)
    region = np.full(x.shape[0], 0.5)
    for _ in range(_MOST_STEPS):
        live = np.flatnonzero((np.abs(here.gradient * scale).max(axis=1) > _FLAT) & (region > _SMALLEST_REGION))
        if live.size == 0:
            break
        part, s = subset(problem, live), scale[live]
        slopes = curvature_by_differences(part, x[live], s) * s[:, :, None] * s[:, None, :]
        gradient = here.gradient[live] * s
        step = _within(np.where(np.isfinite(slopes), slopes, 0.0), gradient, region[live])
        promised = (gradient * step).sum(axis=1) + 0.5 * np.einsum("bi,bij,bj->b", step, slopes, step)
        there = evaluate(part, x[live] + step * s)
        won = there.objective - here.objective[live]
        kept = np.where(np.abs(promised) < 1e-10, won <= 1e-10, won < 1e-4 * promised)
        good, length = won < 0.75 * promised, np.sqrt((step * step).sum(axis=1))
        region[live] = np.where(
            kept, np.where(good, np.maximum(region[live], 2.0 * length), region[live]), 0.25 * length
        )
        x[live] = np.where(kept[:, None], x[live] + step * s, x[live])
        columns = [np.array(values) for values in here.columns()]
        for values, moved in zip(columns, here.pick(live).replaced(kept, there).columns(), strict=True):
            values[live] = moved
        here = Evaluation(*columns)
    return x, here


def _within(matrix: F64, gradient: F64, region: F64) -> F64:
    """Return the step that lowers a quadratic most within a region, ``(S, P)``."""
    roots, vectors = np.linalg.eigh(matrix)
    turned = np.einsum("bij,bi->bj", vectors, gradient)
    steepest = np.sqrt((turned * turned).sum(axis=1))
    low = np.maximum(1e-12 - roots[:, 0], 0.0)
    high = low + steepest / region + np.abs(roots).max(axis=1)
    inside = np.sqrt(((turned / np.maximum(roots, 1e-12)) ** 2).sum(axis=1)) <= region
    inside &= roots[:, 0] > 0.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        length = np.sqrt(((turned / np.maximum(roots + middle[:, None], 1e-300)) ** 2).sum(axis=1))
        low, high = np.where(length > region, middle, low), np.where(length > region, high, middle)
    shift = np.where(inside, 0.0, high)
    return np.asarray(-np.einsum("bij,bj->bi", vectors, turned / np.maximum(roots + shift[:, None], 1e-300)))


def into_kinks(problem: Problem, effects: F64, curvature: F64) -> tuple[F64, Bool]:
    """Return where a simplex ends that needs no gradient, ``(S, P)``, and whether it closed on a point, ``(S,)``.

    Args:
        problem: Of S subjects.
        effects: Starts, ``(S, P)``.
        curvature: By which the first simplexes are shaped, ``(S, P, P)``.

    Source:
        Nelder and Mead, Computer Journal 1965;7:308-313, begun anew around the best point at three sizes.
    """
    size = effects.shape[1]
    shape = np.linalg.cholesky(2.0 * np.linalg.inv(curvature))
    best, value = effects.copy(), objective(problem, effects)
    for reach in _SIMPLEX_SIZES:
        corners = np.concatenate([best[:, None, :], best[:, None, :] + reach * shape.transpose(0, 2, 1)], axis=1)
        heights = np.stack([value, *(objective(problem, corners[:, i + 1]) for i in range(size))], axis=1)
        corners, heights = _closed_in(problem, corners, heights)
        lowest = heights.argmin(axis=1)
        height = np.take_along_axis(heights, lowest[:, None], 1)[:, 0]
        better = height < value
        best = np.where(better[:, None], corners[np.arange(len(best)), lowest], best)
        value = np.where(better, height, value)
    return best, np.asarray(heights.max(axis=1) - heights.min(axis=1) <= _SAME_OBJECTIVE)


def _closed_in(problem: Problem, corners: F64, heights: F64) -> tuple[F64, F64]:
    """Return the simplexes after Nelder and Mead's steps, all subjects at once."""
    rows = np.arange(corners.shape[0])
    for _ in range(_SIMPLEX_STEPS):
        order = np.argsort(heights, axis=1, kind="stable")
        corners, heights = corners[rows[:, None], order], np.take_along_axis(heights, order, 1)
        live = np.flatnonzero(heights[:, -1] - heights[:, 0] > _SAME_OBJECTIVE)
        if live.size == 0:
            break
        part, x, h = subset(problem, live), corners[live], heights[live]
        centre, worst = x[:, :-1].mean(axis=1), x[:, -1]
        mirrored = centre + (centre - worst)
        at_mirror = objective(part, mirrored)
        far = at_mirror < h[:, 0]
        near = ~far & (at_mirror >= h[:, -2])
        pull = np.where(far, 2.0, np.where(at_mirror < h[:, -1], 0.5, -0.5))[:, None]
        other = centre + pull * (centre - worst)
        at_other = np.where(far | near, objective(part, other), np.inf)
        use_other = at_other < np.where(near, np.minimum(at_mirror, h[:, -1]), at_mirror)
        use_mirror = ~use_other & ~near
        x[:, -1] = np.where(use_other[:, None], other, np.where(use_mirror[:, None], mirrored, worst))
        h[:, -1] = np.where(use_other, at_other, np.where(use_mirror, at_mirror, h[:, -1]))
        shrunk = np.flatnonzero(~use_other & ~use_mirror)
        if shrunk.size:
            x[shrunk, 1:] = 0.5 * (x[shrunk, 1:] + x[shrunk, :1])
            small = subset(part, shrunk)
            for i in range(1, x.shape[1]):
                h[shrunk, i] = objective(small, x[shrunk, i])
        corners[live], heights[live] = x, h
    return corners, heights
