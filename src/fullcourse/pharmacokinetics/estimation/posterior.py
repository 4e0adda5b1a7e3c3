"""Sample a subject's posterior by importance sampling, and say whether the sample may be trusted.

The proposal is a mixture of multivariate Student t with 5 degrees of freedom about every optimum that was found, each
with its conditional covariance, and of the prior. The weights are judged by effective sample size and by Vehtari's
Pareto k (arXiv 1507.02646); above 0.7, or where fewer than a tenth of the draws count, a proposal is refitted to the
weighted draws, half of it from the prior's shape; above 0.7 still, a Markov chain takes over.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.estimation.chain import Chain, walk
from fullcourse.pharmacokinetics.estimation.likelihood import WORTHLESS, Problem, objective
from fullcourse.pharmacokinetics.estimation.map_estimate import MapEstimate, Optimum, estimate
from fullcourse.pharmacokinetics.estimation.misfit import misfit
from fullcourse.pharmacokinetics.estimation.pareto import pareto_k, smoothed_log_weights
from fullcourse.pharmacokinetics.model import F64, Bool

TRUSTED_K = 0.7
_WORTH = 0.1
"""Effective share of the draws below which the proposal is refitted: k alone passes one that misses a corner."""

_DEGREES = 5.0
_BLOCK = 4_000
_OF_PRIOR, _LEAST_SHARE = 0.15, 0.1
"""Share of draws from the prior; and the least of an optimum, of what the one that holds most has."""

_NOTHING, _BETTER_AT_MOST = 25.0, 20.0
"""Logarithm of a weight that is nothing; by how much the objective of the levels may still be below the best's."""


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Weighted draws of one subject's effects.

    Attributes:
        effects: ``(D, P)``.
        weights: ``(D,)``, sum 1.
        ess: Effective sample size.
        khat: Pareto k of the importance weights; below 0.7 the sample is trusted. For a chain: of the last proposal.
        method: ``importance``, ``importance, refitted`` or ``chain``.
        log_evidence: Logarithm of the marginal likelihood of the levels, up to a constant that depends on the levels
            alone; comparable between models of the same levels. For a chain: by Laplace's formula.
        map: The most probable effects.
    """

    effects: F64
    weights: F64
    ess: float
    khat: float
    method: str
    log_evidence: float
    map: MapEstimate

    def quantiles(self, values: F64, probabilities: F64) -> F64:
        """Return weighted quantiles of ``(D,)`` or ``(D, n)`` values, ``(len(probabilities),)`` or ``(..., n)``."""
        return weighted_quantiles(values, self.weights, probabilities)

    def resampled(self, size: int, seed: int) -> F64:
        """Return ``(size, P)`` equally weighted draws (systematic resampling)."""
        generator = np.random.Generator(np.random.PCG64(seed))
        places = (np.arange(size) + generator.random()) / size
        index = np.searchsorted(np.cumsum(self.weights), places)
        return self.effects[np.minimum(index, self.weights.size - 1)]


def sample_posterior(
    problem: Problem,
    *,
    draws: int = 4000,
    seed: int = 0,
    found: MapEstimate | None = None,
    trusted_k: float = TRUSTED_K,
) -> Posterior:
    """Return draws from the posterior of one subject.

    Args:
        problem: Of exactly one subject.
        draws: Number of draws, at least 100.
        seed: Of the generator (PCG64).
        found: The estimate, if it is known already.
        trusted_k: Pareto k above which weights are not trusted.

    Returns:
        The weighted draws. Without any level these are draws from the prior.

    Raises:
        SolverStopped: Nothing can be predicted for this subject, or the draws do not settle.
    """
    best = found or estimate(problem)
    if best.objective[0] >= WORTHLESS:
        raise SolverStopped(
            f"model '{problem.model.name}' could predict no level of this subject, not even for a typical patient, so "
            "nothing can be learnt from the levels: check doses, intervals and durations of input"
        )
    generator = np.random.Generator(np.random.PCG64(seed))
    effects, target, proposed = _draw(problem, generator, _about(best, problem), draws, best)
    raw = target - proposed
    khat = pareto_k(raw)
    method = "importance"
    for _ in range(2):
        weights = _normalised(smoothed_log_weights(raw))
        if khat <= trusted_k and weights.size * float(np.sum(weights**2)) <= 1.0 / _WORTH:
            break
        method = "importance, refitted"
        centre = weights @ effects
        offset = effects - centre
        spread = (offset * weights[:, None]).T @ offset * 1.2 + 0.05 * best.covariance[0]
        fitted = [
            _Part(centre, spread, 0.5, normal=False),
            _Part(0.0 * centre, problem.covariance[0], 0.5, normal=False),
        ]
        effects, target, proposed = _draw(problem, generator, fitted, 2 * draws, best)
        raw = target - proposed
        khat = pareto_k(raw)
    if khat > trusted_k:
        chain = _walked(problem, best, draws, generator)
        weights = np.full(draws, 1.0 / draws)
        _, logdet = np.linalg.slogdet(best.covariance[0])
        evidence = -0.5 * float(best.objective[0]) + 0.5 * logdet - 0.5 * _prior_logdet(problem)
        return Posterior(chain.effects, weights, chain.ess, khat, "chain", evidence, best)
    smooth = smoothed_log_weights(raw)
    weights = _normalised(smooth)
    size = problem.n_effects
    top = float(raw.max())
    evidence = top + float(np.log(np.mean(np.exp(raw - top))))
    evidence += -0.5 * size * np.log(2.0 * np.pi) - 0.5 * _prior_logdet(problem)
    ess = 1.0 / float(np.sum(weights**2))
    return Posterior(effects, weights, ess, khat, method, evidence, best)


def _walked(problem: Problem, best: MapEstimate, draws: int, generator: np.random.Generator) -> Chain:
    """Return draws of a chain.

    Raises:
        SolverStopped: It does not settle; the reason is said that is true of these levels.
    """
    try:
        return walk(lambda x: -0.5 * objective(problem, x), best.effects[0], best.covariance[0], draws, generator)
    except SolverStopped as error:
        if misfit(problem, best.effects).excluded[0]:
            reason = "no patient of the model has these levels: check sampling times, dose times and units"
        elif best.others:
            reason = (
                f"the levels leave {len(best.others) + 1} explanations open that lie far apart, and the walk does not "
                "pass between them: one more sample would tell them apart"
            )
        else:
            reason = "the levels say too little of some parameter: one more sample would help"
        raise SolverStopped(f"{error}; {reason}") from None


def _prior_logdet(problem: Problem) -> float:
    """Return the logarithm of the determinant of the prior covariance."""
    return float(np.linalg.slogdet(problem.covariance[0])[1]) if problem.n_effects else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A part of a proposal: where it lies, how wide, its share of the draws, and whether normal or Student's t."""

    centre: F64
    spread: F64
    share: float
    normal: bool


def _about(best: MapEstimate, problem: Problem) -> list[_Part]:
    """Return the proposal: Student's t about every optimum that was found, by what each holds, and the prior.

    Draws of the prior bound the weights by the likelihood, whatever the levels leave open (defensive mixture:
    Hesterberg, Technometrics 37:185, 1995).
    """
    optima = [Optimum(best.effects[0], float(best.objective[0]), best.covariance[0]), *best.others]
    held = np.array([-0.5 * one.objective + 0.5 * np.linalg.slogdet(one.covariance)[1] for one in optima])
    share = np.maximum(np.exp(held - held.max()), _LEAST_SHARE)
    share *= (1.0 - _OF_PRIOR) / share.sum()
    parts = [
        _Part(one.effects, one.covariance, float(part), normal=False) for one, part in zip(optima, share, strict=True)
    ]
    return [*parts, _Part(np.zeros(problem.n_effects), problem.covariance[0], _OF_PRIOR, normal=True)]


def _draw(
    problem: Problem, generator: np.random.Generator, parts: Sequence[_Part], draws: int, best: MapEstimate
) -> tuple[F64, F64, F64]:
    """Return draws of the proposal in the order of its parts, the log target and the log proposal density at them."""
    ends = np.round(np.cumsum([0.0, *(part.share for part in parts)]) * draws).astype(int)
    drawn = [
        _normal(generator, part, many) if part.normal else _student(generator, part.centre, part.spread, many)
        for part, many in zip(parts, np.diff(ends).tolist(), strict=True)
    ]
    effects = np.concatenate(drawn)
    proposed = _log_proposal(parts, effects)
    target = np.full(draws, -np.inf)
    at_best = -0.5 * float(best.objective[0]) - float(_log_proposal(parts, best.effects)[0])
    rows = np.flatnonzero(~_negligible(problem, effects, proposed + at_best, best))
    for begin in range(0, rows.size, _BLOCK):
        block = rows[begin : begin + _BLOCK]
        target[block] = -0.5 * objective(problem, effects[block])
    return effects, target, proposed


def _log_proposal(parts: Sequence[_Part], effects: F64) -> F64:
    """Return the logarithm of the density of a proposal, ``(draws,)``."""
    densities = []
    for part in parts:
        density = _normal_log_density(effects, part) if part.normal else (
            _student_log_density(effects, part.centre, part.spread)
        )  # fmt: skip
        densities.append(math.log(part.share) + density)
    return np.asarray(np.logaddexp.reduce(densities))


def _negligible(problem: Problem, effects: F64, bar: F64, best: MapEstimate) -> Bool:
    """Return which draws cannot weigh anything beside the best, however well they would explain the levels.

    Far out a solver takes longest, and the prior alone says that nothing comes of it.

    Args:
        problem: Of one subject.
        effects: The draws, ``(draws, P)``.
        bar: Logarithm of the density of the proposal, plus that of the weight of the best effects, ``(draws,)``.
        best: The most probable effects.
    """
    if problem.model.is_linear or not problem.n_effects:
        return np.zeros(effects.shape[0], dtype=bool)
    precision = problem.precision[0]
    prior = np.einsum("bi,ij,bj->b", effects, precision, effects)
    at_best = best.effects[0]
    explained = float(best.objective[0]) - float(at_best @ precision @ at_best) - _BETTER_AT_MOST
    return np.asarray(-0.5 * (explained + prior) < bar - _NOTHING)


def _normal(generator: np.random.Generator, part: _Part, draws: int) -> F64:
    """Return draws of the multivariate normal distribution, ``(draws, P)``."""
    size = part.centre.size
    root = np.linalg.cholesky(part.spread) if size else part.spread
    return np.asarray(part.centre + generator.standard_normal((draws, size)) @ root.T)


def _normal_log_density(effects: F64, part: _Part) -> F64:
    """Return the logarithm of the density of the multivariate normal distribution, ``(draws,)``."""
    size = part.centre.size
    root = np.linalg.cholesky(part.spread) if size else part.spread
    standard = np.linalg.solve(root, (effects - part.centre).T) if size else effects.T
    constant = -0.5 * size * math.log(2.0 * math.pi) - float(np.sum(np.log(np.diagonal(root))))
    return np.asarray(constant - 0.5 * (standard * standard).sum(axis=0))


def _student(generator: np.random.Generator, centre: F64, spread: F64, draws: int) -> F64:
    """Return draws of the multivariate t distribution, ``(draws, P)``, column by column in memory."""
    size = centre.size
    root = np.linalg.cholesky(spread) if size else spread
    normal = generator.standard_normal((size, draws))
    normal *= np.sqrt(_DEGREES / generator.chisquare(_DEGREES, draws))
    result = np.empty((size, draws))
    for i in range(size):  # a product of a tall and a small matrix is slower in a library of matrices
        result[i] = centre[i]
        for j in range(i + 1):
            result[i] += root[i, j] * normal[j]
    return result.T


def _student_log_density(effects: F64, centre: F64, spread: F64) -> F64:
    """Return the logarithm of the density of the multivariate t distribution, ``(draws,)``."""
    size = centre.size
    root = np.linalg.cholesky(spread) if size else spread
    squared = np.zeros(effects.shape[0])
    standard = np.empty((size, effects.shape[0]))
    for i in range(size):
        np.subtract(effects[:, i], centre[i], out=standard[i])
        for j in range(i):
            standard[i] -= root[i, j] * standard[j]
        standard[i] /= root[i, i]
        squared += standard[i] * standard[i]
    constant = _log_constant(size) - float(np.sum(np.log(np.diagonal(root))))
    return np.asarray(constant - 0.5 * (_DEGREES + size) * np.log1p(squared / _DEGREES))


def _log_constant(size: int) -> float:
    """Return the logarithm of the constant of the multivariate t density."""
    half = 0.5 * (_DEGREES + size)
    return math.lgamma(half) - math.lgamma(0.5 * _DEGREES) - 0.5 * size * math.log(_DEGREES * math.pi)


def _normalised(log_weights: F64) -> F64:
    """Return weights that sum to 1."""
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())


def weighted_quantiles(values: F64, weights: F64, probabilities: F64) -> F64:
    """Return weighted quantiles along the first axis, interpolated between draws.

    Args:
        values: ``(D,)`` or ``(D, n)``.
        weights: ``(D,)``, sum 1.
        probabilities: ``(q,)``, between 0 and 1.

    Returns:
        ``(q,)`` or ``(q, n)``.
    """
    table = values[:, None] if values.ndim == 1 else values
    order = np.argsort(table, axis=0)
    sorted_values = np.take_along_axis(table, order, 0)
    sorted_weights = weights[order]
    position = np.cumsum(sorted_weights, axis=0) - 0.5 * sorted_weights
    result = np.stack([np.interp(probabilities, position[:, i], sorted_values[:, i]) for i in range(table.shape[1])], 1)
    return result[:, 0] if values.ndim == 1 else result
