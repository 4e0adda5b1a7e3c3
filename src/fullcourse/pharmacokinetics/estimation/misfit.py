"""Ask whether levels can be from one patient of the model, all of them together.

At the most probable effects the squares of the residuals, each in standard deviations, and the square of the effects in
the prior's own measure add up to a quantity that over people of the model is distributed as chi-square with as many
degrees of freedom as there are levels (exactly where predictions are linear in the effects). A single residual is
judged beside it, because among many levels one bad one is lost in the sum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.estimation.likelihood import Problem, parameters_of
from fullcourse.pharmacokinetics.estimation.residual_errors import error_of, variance
from fullcourse.pharmacokinetics.kernels.dual import value_of
from fullcourse.pharmacokinetics.model import F64, ErrorKind

__all__ = ["EXCLUDED", "OUTERMOST", "Misfit", "chi_square_tail", "misfit"]

EXCLUDED = 0.001
"""Below this probability the levels are not taken for those of one patient of the model (I-1601)."""

OUTERMOST = 0.01
"""Below this probability the levels get a line that asks for a check."""


@dataclass(frozen=True, slots=True, eq=False)
class Misfit:
    """How probable it is that people of the model have levels as far from what the model allows.

    Attributes:
        together: All levels of a subject together, ``(S,)``; 1 without a level.
        worst: The level that fits worst, for as many levels as the subject has, ``(S,)``.
    """

    together: F64
    worst: F64

    @property
    def excluded(self) -> np.ndarray:
        """Which subjects have levels that the model excludes, ``(S,)``."""
        return np.asarray(np.minimum(self.together, self.worst) < EXCLUDED)


def misfit(problem: Problem, effects: F64) -> Misfit:
    """Return how well effects explain the levels of every subject.

    Args:
        problem: Of S subjects.
        effects: The most probable ones, ``(S, P)``.
    """
    with np.errstate(all="ignore"):
        outputs = predict(problem.model, problem.history, parameters_of(problem, effects, sensitivities=False))
        squares = np.zeros(problem.used.shape)
        for index, output in enumerate(problem.model.outputs):
            here = problem.used & (problem.history.point_output == index)
            if not here.any():
                continue
            error = error_of(output)
            f = np.where(here, np.maximum(np.asarray(value_of(outputs[index])), 1e-12), 1.0)
            predicted = np.log(f) if error.kind is ErrorKind.LOG_NORMAL else f
            residual = problem.level - predicted
            residual = np.where(problem.below, np.minimum(residual, 0.0), residual)
            squares = np.where(here, residual * residual / np.maximum(variance(error, f)[0], 1e-24), squares)
        prior = np.einsum("si,sij,sj->s", effects, problem.precision, effects)
    many = problem.used.sum(axis=1)
    largest = np.sqrt(np.where(problem.used, squares, 0.0).max(axis=1, initial=0.0))
    total = np.where(problem.used, squares, 0.0).sum(axis=1) + prior
    pairs = list(zip(total.tolist(), largest.tolist(), many.tolist(), strict=True))
    together = [chi_square_tail(square, count) for square, _, count in pairs]
    worst = [min(count * math.erfc(size / math.sqrt(2.0)), 1.0) if count else 1.0 for _, size, count in pairs]
    return Misfit(np.array(together), np.array(worst))


def chi_square_tail(square: float, degrees: int) -> float:
    """Return the probability that a chi-square variable exceeds a value; 1 without degrees of freedom.

    Args:
        square: The value; 0 where it is not a number, so that what could not be computed excludes everything.
        degrees: Degrees of freedom, a whole number.

    Example:
        >>> [round(chi_square_tail(square, n), 3) for n, square in enumerate((3.841, 5.991, 7.815), start=1)]
        [0.05, 0.05, 0.05]
    """
    if degrees < 1:
        return 1.0
    if not square < 1400.0:  # beyond the range of the exponential, or not a number
        return 0.0
    half = 0.5 * max(square, 0.0)
    odd = degrees % 2 == 1
    result = math.erfc(math.sqrt(half)) if odd else 0.0
    term = math.exp(-half) * (math.sqrt(half) / math.gamma(1.5) if odd else 1.0)
    for k in range(degrees // 2):
        result += term
        term *= half / (k + (1.5 if odd else 1.0))
    return result
