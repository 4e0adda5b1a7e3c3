"""Turn typical values, covariates and random effects into the parameters of each subject.

Everything is elementwise over (subject, parameter state), where a state is a stretch of a history with constant
covariates and occasion. With effects given as duals the parameters carry their exact sensitivities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.kernels.dual import Real, exp, log, value_of
from fullcourse.pharmacokinetics.model import (
    ELAPSED,
    F64,
    Computed,
    ComputedForm,
    CovariateRelation,
    EffectLink,
    Model,
    RelationKind,
    Transform,
)

Parameters = dict[str, Any]
"""Parameter name to array or dual, broadcastable over (batch, states)."""


def individual_parameters(
    model: Model,
    covariates: Mapping[str, F64],
    eta: Sequence[Real] = (),
    kappa: Sequence[Real] = (),
) -> Parameters:
    """Return every parameter of every subject and state.

    Args:
        model: The population model.
        covariates: Name to values of shape ``(subjects, states)``.
        eta: Effects between subjects, each of shape ``(batch, 1)``; empty: all zero.
        kappa: Effects between occasions, each of shape ``(batch, states)``; empty: all zero.

    Returns:
        Name to array or dual; a parameter that nothing changes stays a scalar array.

    Raises:
        InputError: A covariate that the model needs is missing, or its value makes a relation meaningless.

    Source:
        The relations and transforms are those defined in ``fullcourse.pharmacokinetics.model``.
    """
    result: Parameters = {name: np.full((1, 1), value) for name, value in model.parameters.items()}
    for relation in model.relations:
        if relation.covariate == ELAPSED:
            continue  # within a stretch, by the solver
        if relation.covariate not in covariates:
            raise InputError(
                f"model '{model.name}' needs the covariate '{relation.covariate}' (for '{relation.parameter}'), which "
                "was not given; without it the prediction would be for another patient: record it"
            )
        result[relation.parameter] = _related(result[relation.parameter], relation, covariates[relation.covariate])
    for effects, values in ((model.between_subjects, eta), (model.between_occasions, kappa)):
        for link in effects.links if values else ():
            result[link.parameter] = _transformed(result[link.parameter], link, values[link.effect])
    for computed in model.computed:
        result[computed.name] = _computed(computed, [result[name] for name in computed.of])
    return result


def _computed(computed: Computed, parts: Sequence[Real]) -> Any:
    """Return a parameter that follows from others."""
    result: Any = parts[0]
    for part in parts[1:]:
        match computed.form:
            case ComputedForm.SUM:
                result = result + part
            case ComputedForm.PRODUCT:
                result = result * part
            case ComputedForm.RATIO:
                result = result / part
    return result


def _related(p: Real, relation: CovariateRelation, covariate: F64) -> Any:
    """Return the parameter after one covariate relation."""
    c = np.clip(covariate, relation.low, relation.high)
    beyond = c - relation.reference
    match relation.kind:
        case RelationKind.POWER:
            if np.any(c <= 0.0):
                raise InputError(
                    f"covariate '{relation.covariate}' must be above 0, because '{relation.parameter}' scales with a "
                    "power of it: check the value and its unit"
                )
            return p * (c / relation.reference) ** relation.coefficient
        case RelationKind.LINEAR:
            return p * (1.0 + relation.coefficient * beyond)
        case RelationKind.ADDED:
            return p + relation.coefficient * beyond
        case RelationKind.EXPONENTIAL:
            return p * np.exp(relation.coefficient * beyond)
        case RelationKind.FRACTIONAL:
            return p * np.where(c == relation.reference, 1.0 + relation.coefficient, 1.0)
        case RelationKind.INDICATOR:
            return p * np.where(c == relation.reference, relation.coefficient, 1.0)
        case RelationKind.FROM:
            return p * np.where(c >= relation.reference, relation.coefficient, 1.0)
        case RelationKind.EMAX:
            return p * (1.0 + relation.coefficient * beyond / (relation.half + beyond))


def _transformed(p: Real, link: EffectLink, effect: Real) -> Any:
    """Return the parameter after one random effect."""
    x = effect * link.scale
    match link.transform:
        case Transform.LOG_NORMAL:
            return exp(x) * p
        case Transform.LOGIT_NORMAL:
            logit = log(p) - log(1.0 - p)
            return 1.0 / (1.0 + exp(-(logit + x)))
        case Transform.BOX_COX:
            return exp((exp(x * link.shape) - 1.0) / link.shape) * p
        case Transform.LOGIT_BOX_COX:
            logit = log(p) - log(1.0 - p)
            return 1.0 / (1.0 + exp(-(logit + (exp(x * link.shape) - 1.0) / link.shape)))
        case Transform.ADDITIVE:
            return p + x
        case Transform.PROPORTIONAL:
            return p * (1.0 + x)


def check_parameters(model: Model, parameters: Parameters) -> None:
    """Raise unless every parameter is finite and not negative, and of a sane size where a division needs it.

    Raises:
        InputError: Names the parameter; covariates or random effects far outside the model's range cause this.
    """
    divisors = (
        _DIVISORS | {site.ka for site in model.sites} | {site.transit.mtt for site in model.sites if site.transit}
    )
    for name, parameter in parameters.items():
        value = np.asarray(value_of(parameter))
        lowest, highest = float(np.min(value)), float(np.max(value))
        least = _SMALLEST if name in divisors else 0.0
        if not (least <= lowest and highest <= _LARGEST):
            wrong = highest if lowest >= least else lowest
            raise InputError(
                f"model '{model.name}': parameter '{name}' is {wrong:.6g} for these covariates and random effects; it "
                f"must lie from {least:g} to {_LARGEST:g}, or no concentration can be computed: check the values and "
                "units of covariates and parameters"
            )


_DIVISORS: frozenset[str | None] = frozenset({"cl", "vc", "vp", "vp2", "q", "q2", "km", "vmax"})
_SMALLEST, _LARGEST = 1e-9, 1e9
