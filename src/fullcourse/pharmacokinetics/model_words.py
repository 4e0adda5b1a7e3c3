"""The words by which a model says how it is built: each is one equation, which its docstring states."""

from enum import StrEnum

__all__ = ["ELAPSED", "ComputedForm", "Elimination", "ErrorKind", "LinkKind", "RelationKind", "Transform"]

ELAPSED = "elapsed_h"
"""Covariate that is the time since a subject's first dose, h, from moment to moment: it changes within a stretch."""


class Elimination(StrEnum):
    """How drug leaves the central compartment; only ``LINEAR`` has a closed form."""

    LINEAR = "linear"
    """Rate ``cl / vc`` times the amount."""
    MICHAELIS_MENTEN = "michaelis_menten"
    """``vmax * C / (km + C)``, plus ``cl * C`` when the model has a ``cl``."""
    AUTO_INHIBITION = "auto_inhibition"
    """``cl * (rclf + (1 - rclf) * ic50 / (ic50 + Ci)) * C`` with ``dCi/dt = kic * (C - Ci)``."""
    AUTO_INDUCTION = "auto_induction"
    """``cl * E * C`` with ``dE/dt = kenz * (1 + emax * C / (ec50 + C)) - kenz * E``, ``E(0) = 1``."""
    MICHAELIS_MENTEN_AUTO_INDUCTION = "michaelis_menten_auto_induction"
    """``E * vmax * C / (km + C)`` with the enzyme ``E`` as in ``AUTO_INDUCTION``."""


class LinkKind(StrEnum):
    """What a compartment that follows the central one means."""

    METABOLITE = "metabolite"
    """Formed at ``fraction * elimination rate of the source``; leaves with ``clearance / volume`` or ``rate_out``.
    With ``q`` and ``vp`` it has a peripheral compartment of its own."""
    EFFECT = "effect"
    """A concentration: ``dCe/dt = rate_out * (fraction * C_source - Ce)``; takes no mass (CSF, effect site)."""
    TRANSFER = "transfer"
    """``dS/dt = rate_in * A_source - rate_out * S``; takes no mass from the source (saliva)."""


class Transform(StrEnum):
    """How a random effect ``x = scale * eta`` changes a parameter whose value without it is ``p``."""

    LOG_NORMAL = "log_normal"
    """``p * exp(x)``."""
    LOGIT_NORMAL = "logit_normal"
    """``expit(logit(p) + x)``; ``p`` lies between 0 and 1."""
    BOX_COX = "box_cox"
    """``p * exp((exp(x) ** shape - 1) / shape)``."""
    ADDITIVE = "additive"
    """``p + x``."""
    PROPORTIONAL = "proportional"
    """``p * (1 + x)``."""
    LOGIT_BOX_COX = "logit_box_cox"
    """``expit(logit(p) + (exp(x) ** shape - 1) / shape)``."""


class RelationKind(StrEnum):
    """How a covariate ``c`` (clipped to ``[low, high]``) changes a parameter ``p``; rows apply in order."""

    POWER = "power"
    """``p * (c / reference) ** coefficient``."""
    LINEAR = "linear"
    """``p * (1 + coefficient * (c - reference))``."""
    ADDED = "added"
    """``p + coefficient * (c - reference)``; for sums such as non-renal plus renal clearance."""
    EXPONENTIAL = "exponential"
    """``p * exp(coefficient * (c - reference))``."""
    FRACTIONAL = "fractional"
    """``p * (1 + coefficient)`` where ``c == reference``."""
    INDICATOR = "indicator"
    """``p * coefficient`` where ``c == reference``."""
    FROM = "from"
    """``p * coefficient`` where ``c >= reference`` (a step, for example from the fifth day on)."""
    EMAX = "emax"
    """``p * (1 + coefficient * (c - reference) / (half + c - reference))``."""


class ComputedForm(StrEnum):
    """How one parameter of an individual follows from others."""

    SUM = "sum"
    """All added."""
    PRODUCT = "product"
    """All multiplied."""
    RATIO = "ratio"
    """The first over all others."""


class ErrorKind(StrEnum):
    """Variance of a measured level about the prediction ``f``."""

    PROPORTIONAL = "proportional"
    """``(a f)^2``."""
    ADDITIVE = "additive"
    """``b^2``."""
    COMBINED_1 = "combined1"
    """``(a f + b)^2``: standard deviations are added."""
    COMBINED_2 = "combined2"
    """``(a f)^2 + b^2``: variances are added."""
    LOG_NORMAL = "log_normal"
    """``ln y`` is normal about ``ln f`` with standard deviation ``a``."""
    POWER = "power"
    """``(a f^c)^2 + b^2``: variances are added."""
