"""Walk through a posterior when importance sampling cannot be trusted.

Random-walk Metropolis with many parallel walkers, the step being the usual 2.4 / sqrt(P) of the spread (Roberts,
Gelman and Gilks, Annals of Applied Probability 7:110, 1997). Convergence is judged by the split R-hat of the walkers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.model import F64

_WALKERS = 200
_WARM_UP = 400
_MOST_ROUNDS = 8
_MIXED = 1.05


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Equally weighted draws ``(D, P)``, their effective number, and the largest split R-hat."""

    effects: F64
    ess: float
    rhat: float


def walk(
    log_density: Callable[[F64], F64], start: F64, covariance: F64, draws: int, generator: np.random.Generator
) -> Chain:
    """Return draws from a density known up to a factor.

    Args:
        log_density: Maps ``(n, P)`` to ``(n,)``.
        start: The mode, ``(P,)``.
        covariance: About the mode, ``(P, P)``.
        draws: Number of draws.
        generator: Source of chance.

    Raises:
        SolverStopped: The walkers still disagree after several rounds.
    """
    size = start.size
    root = np.linalg.cholesky(covariance)
    x = start + 1.5 * generator.standard_normal((_WALKERS, size)) @ root.T
    value = log_density(x)
    length = max(100, int(np.ceil(2.0 * draws / _WALKERS)))
    rhat = np.inf
    for round_number in range(_MOST_ROUNDS):
        kept = np.empty((length, _WALKERS, size))
        for step in range(-_WARM_UP if round_number == 0 else -length, length):
            trial = x + 2.4 / np.sqrt(size) * generator.standard_normal((_WALKERS, size)) @ root.T
            there = log_density(trial)
            accept = np.log(generator.random(_WALKERS)) < there - value
            x, value = np.where(accept[:, None], trial, x), np.where(accept, there, value)
            if step >= 0:
                kept[step] = x
            if step == -1:
                root = np.linalg.cholesky(np.cov(x.T).reshape(size, size) + 1e-9 * covariance)
        rhat, ess = _mixing(kept)
        if rhat < _MIXED:
            pool = kept.reshape(-1, size)
            chosen = generator.choice(pool.shape[0], size=draws, replace=pool.shape[0] < draws)
            return Chain(pool[chosen], min(ess, float(draws)), rhat)
        length *= 2
    raise SolverStopped(f"the posterior could not be sampled (R-hat {rhat:.2f} after {_MOST_ROUNDS} rounds)")


def _mixing(kept: F64) -> tuple[float, float]:
    """Return the largest split R-hat and the smallest effective number of draws."""
    half = kept.shape[0] // 2
    parts = np.concatenate([kept[:half], kept[half : 2 * half]], axis=1)
    within = parts.var(axis=0, ddof=1).mean(axis=0)
    between = half * parts.mean(axis=0).var(axis=0, ddof=1)
    pooled = (half - 1) / half * within + between / half
    rhat = np.sqrt(pooled / np.maximum(within, 1e-300))
    ess = parts.shape[1] * half * np.minimum(pooled / np.maximum(between, 1e-300), 1.0)
    return float(rhat.max()), float(ess.min())
