"""Test whether levels are at all what the model has seen, before anybody believes an estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fullcourse.pharmacokinetics.engine.prediction import predict
from fullcourse.pharmacokinetics.estimation.likelihood import Problem, parameters_of
from fullcourse.pharmacokinetics.estimation.residual_errors import error_of, variance
from fullcourse.pharmacokinetics.kernels.dual import value_of
from fullcourse.pharmacokinetics.model import F64, ErrorKind

SAYS = "this level is outside what the model has seen: check sampling time, dose times, units"
LIMIT = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """How surprising each level of a subject is before its levels are used.

    Attributes:
        probability: Two-sided prior predictive probability of a level at least as extreme, ``(M,)``; nan where the
            point is not a level.
        joint: Smallest of them after Bonferroni's correction.
        conflict: Whether ``joint`` is below 0.01.
        says: What to tell, or an empty string.
    """

    probability: F64
    joint: float
    conflict: bool
    says: str


def prior_conflict(problem: Problem, *, draws: int = 2000, seed: int = 0) -> Conflict:
    """Return how the levels of one subject compare with what the population would give.

    Args:
        problem: Of exactly one subject.
        draws: Individuals drawn from the prior.
        seed: Of the generator.

    Source:
        Prior predictive check: Box, Journal of the Royal Statistical Society A 143:383 (1980).
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    root = np.linalg.cholesky(problem.covariance[0]) if problem.n_effects else problem.covariance[0]
    effects = generator.standard_normal((draws, problem.n_effects)) @ root.T
    with np.errstate(all="ignore"):
        outputs = predict(problem.model, problem.history, parameters_of(problem, effects, sensitivities=False))
    probability = np.full(problem.level.shape[1], np.nan)
    for index, output in enumerate(problem.model.outputs):
        here = problem.used[0] & (problem.history.point_output[0] == index)
        if not here.any():
            continue
        error = error_of(output)
        f = np.asarray(value_of(outputs[index]))
        f = np.broadcast_to(f, (draws, problem.level.shape[1]))
        v, _ = variance(error, np.maximum(f, 1e-12))
        noise = np.sqrt(v) * generator.standard_normal(f.shape)
        simulated = np.log(np.maximum(f, 1e-12)) if error.kind is ErrorKind.LOG_NORMAL else f
        simulated = simulated + noise
        for j in np.flatnonzero(here):
            probability[j] = _two_sided(simulated[:, j], float(problem.level[0, j]), bool(problem.below[0, j]))
    known = probability[~np.isnan(probability)]
    joint = min(1.0, float(known.min()) * known.size) if known.size else 1.0
    conflict = joint < LIMIT
    return Conflict(probability, joint, conflict, SAYS if conflict else "")


def _two_sided(simulated: F64, level: float, below: bool) -> float:
    """Return the two-sided tail probability, smoothed by a normal tail beyond the draws."""
    lower = (np.count_nonzero(simulated <= level) + 0.5) / (simulated.size + 1.0)
    if below:
        return float(min(1.0, 2.0 * lower))
    upper = (np.count_nonzero(simulated >= level) + 0.5) / (simulated.size + 1.0)
    return float(min(1.0, 2.0 * min(lower, upper)))
