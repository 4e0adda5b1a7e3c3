"""Average several models of one drug by what their levels say about each, each model's own answer kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.estimation.posterior import Posterior, weighted_quantiles
from fullcourse.pharmacokinetics.model import F64


@dataclass(frozen=True, slots=True, eq=False)
class ModelAverage:
    """Several posteriors of one subject with the probability of each model, ``(n,)``, sum 1."""

    names: tuple[str, ...]
    probabilities: F64
    posteriors: tuple[Posterior, ...]

    def quantiles(self, values: Sequence[F64], probabilities: F64) -> F64:
        """Return quantiles of a quantity over all models.

        Args:
            values: For each model the quantity at its draws, ``(D,)`` or ``(D, n)``.
            probabilities: ``(q,)``.
        """
        weights = [p * posterior.weights for p, posterior in zip(self.probabilities, self.posteriors, strict=True)]
        return weighted_quantiles(np.concatenate(list(values)), np.concatenate(weights), probabilities)

    def probability(self, events: Sequence[F64]) -> float:
        """Return the probability of an event given, for each model, whether it holds at each draw."""
        parts = [
            p * float(np.sum(posterior.weights * event))
            for p, posterior, event in zip(self.probabilities, self.posteriors, events, strict=True)
        ]
        return float(np.sum(parts))


def average_models(
    names: Sequence[str], posteriors: Sequence[Posterior], prior: Sequence[float] | None = None
) -> ModelAverage:
    """Return the average of models whose posteriors come from the same levels.

    Args:
        names: Of the models (or hidden classes).
        posteriors: One for each.
        prior: Probability of each model before the levels; None: equal.

    Raises:
        InputError: Numbers of names, posteriors and probabilities differ, or there are none.

    Source:
        Bayesian model averaging by marginal likelihood (Hoeting et al., Statistical Science 14:382, 1999).
    """
    count = len(posteriors)
    before = np.full(count, 1.0 / max(count, 1)) if prior is None else np.asarray(prior, dtype=np.float64)
    if count == 0 or len(names) != count or before.size != count or np.any(before < 0.0) or before.sum() <= 0.0:
        raise InputError("model averaging needs one name, one posterior and one prior probability a model")
    with np.errstate(divide="ignore"):
        log_weight = np.array([posterior.log_evidence for posterior in posteriors]) + np.log(before)
    weight = np.exp(log_weight - log_weight.max())
    return ModelAverage(tuple(names), weight / weight.sum(), tuple(posteriors))
