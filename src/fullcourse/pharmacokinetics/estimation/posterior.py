"""Sample a subject's posterior by importance sampling, and say whether the sample may be trusted.

The proposal is a multivariate Student t with 5 degrees of freedom about the most probable effects, with their
conditional covariance. The weights are judged by effective sample size and by Vehtari's Pareto k (arXiv 1507.02646);
above 0.7 more draws are taken from the prior and a proposal refitted to the weighted draws, then a Markov chain takes
over.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.estimation.chain import walk
from fullcourse.pharmacokinetics.estimation.likelihood import WORTHLESS, Problem, objective
from fullcourse.pharmacokinetics.estimation.map_estimate import MapEstimate, estimate
from fullcourse.pharmacokinetics.estimation.pareto import pareto_k, smoothed_log_weights
from fullcourse.pharmacokinetics.model import F64

TRUSTED_K = 0.7
_DEGREES = 5.0
_BLOCK = 4_000


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
    centre, spread = best.effects[0], best.covariance[0]
    effects, target, proposed = _draw(problem, generator, centre, spread, draws)
    raw = target - proposed
    khat = pareto_k(raw)
    method = "importance"
    for _ in range(2):
        if khat <= trusted_k:
            break
        method = "importance, refitted"
        weights = _normalised(smoothed_log_weights(raw))
        centre = weights @ effects
        offset = effects - centre
        spread = (offset * weights[:, None]).T @ offset * 1.2 + 0.05 * best.covariance[0]
        effects, target, proposed = _draw(problem, generator, centre, spread, 2 * draws, defended=True)
        raw = target - proposed
        khat = pareto_k(raw)
    if khat > trusted_k:
        chain = walk(lambda x: -0.5 * objective(problem, x), best.effects[0], best.covariance[0], draws, generator)
        weights = np.full(draws, 1.0 / draws)
        _, logdet = np.linalg.slogdet(best.covariance[0])
        evidence = -0.5 * float(best.objective[0]) + 0.5 * logdet - 0.5 * _prior_logdet(problem)
        return Posterior(chain.effects, weights, chain.ess, khat, "chain", evidence, best)
    smooth = smoothed_log_weights(raw)
    weights = _normalised(smooth)
    size = centre.size
    top = float(raw.max())
    evidence = top + float(np.log(np.mean(np.exp(raw - top))))
    evidence += -0.5 * size * np.log(2.0 * np.pi) - 0.5 * _prior_logdet(problem)
    ess = 1.0 / float(np.sum(weights**2))
    return Posterior(effects, weights, ess, khat, method, evidence, best)


def _prior_logdet(problem: Problem) -> float:
    """Return the logarithm of the determinant of the prior covariance."""
    return float(np.linalg.slogdet(problem.covariance[0])[1]) if problem.n_effects else 0.0


def _draw(
    problem: Problem, generator: np.random.Generator, centre: F64, spread: F64, draws: int, *, defended: bool = False
) -> tuple[F64, F64, F64]:
    """Return draws of the proposal, the log target and the log proposal density at them.

    A defended proposal takes half of the draws from the prior's own shape: weights are then bounded by the likelihood,
    whatever the levels leave open (defensive mixture: Hesterberg, Technometrics 37:185, 1995).
    """
    size = centre.size
    effects = _student(generator, centre, spread, draws)
    proposed = _student_log_density(effects, centre, spread)
    if defended:
        prior = problem.covariance[0]
        effects[::2] = _student(generator, np.zeros(size), prior, effects[::2].shape[0])
        proposed = _student_log_density(effects, centre, spread)
        proposed = np.logaddexp(proposed, _student_log_density(effects, np.zeros(size), prior)) - math.log(2.0)
    target = np.concatenate([
        -0.5 * objective(problem, effects[begin : begin + _BLOCK]) for begin in range(0, draws, _BLOCK)
    ])  # fmt: skip
    return effects, target, proposed


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
