"""One patient under several models: what each weighs, and draws of all of them together."""

from collections.abc import Sequence

import numpy as np

from fullcourse.pharmacokinetics.advice.exposure import Draws
from fullcourse.pharmacokinetics.advice.patient_estimate import PatientEstimate

__all__ = ["averaged_draws", "model_weights"]


def averaged_draws(estimates: Sequence[PatientEstimate]) -> tuple[Draws, ...]:
    """Return draws under several models, as many of each as it weighs, from posteriors with equally many draws.

    Source:
        Bayesian model averaging by marginal likelihood (Hoeting et al., Statistical Science 14:382, 1999).
    """
    count = max(estimate.draws.count for estimate in estimates)
    shares = np.round(np.cumsum((0.0, *model_weights(estimates))) * count).astype(int)
    return tuple(estimate.draws.part(slice(most)) for estimate, most in zip(estimates, np.diff(shares), strict=True))


def model_weights(estimates: Sequence[PatientEstimate]) -> tuple[float, ...]:
    """Return the posterior weight of each model, from equal prior weights and the evidence of the levels."""
    evidence = np.array([estimate.log_evidence for estimate in estimates])
    weight = np.exp(evidence - evidence.max())
    return tuple(float(value) for value in weight / weight.sum())
