"""Judge and smooth importance weights by the tail of their distribution.

Pareto smoothed importance sampling: Vehtari, Simpson, Gelman, Yao and Gabry (arXiv 1507.02646). The shape of the
generalised Pareto distribution is estimated as Zhang and Stephens propose (Technometrics 51:316, 2009).
"""

from __future__ import annotations

import numpy as np

from fullcourse.pharmacokinetics.model import F64, I64

_FEWEST_IN_TAIL = 5


def _tail_size(count: int) -> int:
    """Return how many of the largest weights make up the tail."""
    return int(np.ceil(min(0.2 * count, 3.0 * np.sqrt(count))))


def pareto_k(log_weights: F64) -> float:
    """Return the Pareto k of the largest weights; below 0.7 the estimates they give can be trusted.

    Args:
        log_weights: ``(D,)``, unnormalised.

    Returns:
        k; infinity when there are too few draws to tell, minus infinity when all weights are equal.
    """
    excess, _ = _excesses(log_weights)
    if excess.size < _FEWEST_IN_TAIL:
        return float("inf")
    if excess[-1] <= 0.0:
        return float("-inf")
    return _fit(excess)[0]


def smoothed_log_weights(log_weights: F64) -> F64:
    """Return the weights with the tail replaced by quantiles of the fitted distribution, never above the largest."""
    excess, order = _excesses(log_weights)
    if excess.size < _FEWEST_IN_TAIL or excess[-1] <= 0.0:
        return log_weights
    k, sigma = _fit(excess)
    top = float(log_weights.max())
    cut = float(np.exp(log_weights[order[-1]] - top) - excess[-1])
    level = (np.arange(excess.size) + 0.5) / excess.size
    spread = sigma / k * np.expm1(-k * np.log1p(-level)) if abs(k) > 1e-8 else -sigma * np.log1p(-level)
    result = log_weights.copy()
    result[order] = np.minimum(np.log(cut + spread), 0.0) + top
    return result


def _excesses(log_weights: F64) -> tuple[F64, I64]:
    """Return the tail's excesses over its threshold, ascending, and where they stand."""
    size = _tail_size(log_weights.size)
    top = log_weights.max()
    if log_weights.size <= size:
        order = np.argsort(log_weights)
        return np.exp(log_weights[order] - top), order
    place = np.argpartition(log_weights, log_weights.size - size - 1)[-size - 1 :]
    place = place[np.argsort(log_weights[place])]
    order = place[1:]
    return np.exp(log_weights[order] - top) - np.exp(log_weights[place[0]] - top), order


def _fit(excess: F64) -> tuple[float, float]:
    """Return shape k and scale sigma of the generalised Pareto distribution of ascending excesses."""
    count = excess.size
    points = 30 + int(np.sqrt(count))
    quarter = max(float(excess[int(np.floor(count / 4 + 0.5)) - 1]), 1e-300)
    j = np.arange(1, points + 1)
    theta = 1.0 / float(excess[-1]) + (1.0 - np.sqrt(points / (j - 0.5))) / (3.0 * quarter)
    with np.errstate(all="ignore"):
        k = np.mean(np.log1p(-theta[:, None] * excess), axis=1)
        profile = count * (np.log(-theta / k) - k - 1.0)
        profile = np.where(np.isfinite(profile), profile, -np.inf)
        weight = 1.0 / np.sum(np.exp(profile - profile[:, None]), axis=1)
    weight = np.where(np.isfinite(weight), weight, 0.0)
    best = float(np.sum(theta * weight) / np.sum(weight))
    shape = float(np.mean(np.log1p(-best * excess)))
    sigma = -shape / best
    shape = (count * shape + 10.0 * 0.5) / (count + 10.0)  # the weak prior of the paper's appendix
    return shape, sigma
