"""The words by which a model says how it is built, each once, for its file and for the engine.

A word that is an equation states it in its docstring. Symbols: ``cl``, ``vc``, ``q``, ``vp``, ``q2``, ``vp2``
(disposition), ``vmax``, ``km`` (Michaelis and Menten), ``rclf``, ``ic50``, ``kic`` (auto-inhibition), ``emax``,
``ec50``, ``kenz`` (auto-induction).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

__all__ = [
    "ABSORPTIONS",
    "COMPARTMENTS",
    "DERIVED_FORMS",
    "DISPOSITION",
    "DRIFTING",
    "ELAPSED",
    "ELIMINATION",
    "ENGINE_COVARIATES",
    "FACTS_OF_FORMULA",
    "FORMULAS",
    "PRINTED",
    "RELATION_FORMS",
    "SMOOTH_RELATIONS",
    "STEPPED_RELATIONS",
    "USES",
    "ComputedForm",
    "Elimination",
    "ErrorKind",
    "LinkKind",
    "RelationKind",
    "Transform",
]

ELAPSED = "elapsed_h"
"""Covariate that is the time since a subject's first dose, h, from moment to moment: it changes within a stretch."""

ENGINE_COVARIATES: Final[Mapping[str, str]] = {
    "dose": "dose_mg", "days_on_treatment": "treatment_day", "hours_on_treatment": "treatment_day",
}  # fmt: skip
"""Formulas whose value no patient's record gives, because the engine knows it, each with the engine's covariate."""


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


USES = ("simulate", "estimate", "advise")
"""What a model may be used for."""

PRINTED = ("sd", "variance", "percent_sd", "percent_cv")
"""What a printed spread is: ``percent_sd`` is 100 SD of the logarithm, ``percent_cv`` 100 sqrt(exp(variance) - 1)."""

ABSORPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "first_order": ("ka",), "transit": ("ka", "mtt", "n_transit"), "chain": ("mtt",), "infusion": (), "by_site": (),
}  # fmt: skip
"""How drug enters, with the parameters that each cannot do without; ``by_site`` names them row by row."""

COMPARTMENTS = ("central", "vp", "vp2")
"""Where a dose may enter; the peripherals are named by their volumes."""

DISPOSITION: Final[Mapping[int, tuple[str, ...]]] = {
    1: ("vc",), 2: ("vc", "q", "vp"), 3: ("vc", "q", "vp", "q2", "vp2"),
}  # fmt: skip
"""Parameters of a number of compartments."""

ELIMINATION: Final[Mapping[str, tuple[str, ...]]] = {
    Elimination.LINEAR: ("cl",),
    Elimination.MICHAELIS_MENTEN: ("vmax", "km"),
    Elimination.AUTO_INHIBITION: ("cl", "rclf", "ic50", "kic"),
    Elimination.AUTO_INDUCTION: ("cl", "emax", "ec50", "kenz"),
    Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION: ("vmax", "km", "emax", "ec50", "kenz"),
}
"""Parameters of a way in which drug leaves."""

DRIFTING = ("vmax", "km", "cl")
"""Parameters that a relation with ``ELAPSED`` may change, where elimination is ``michaelis_menten``."""

SMOOTH_RELATIONS = (RelationKind.LINEAR, RelationKind.EXPONENTIAL, RelationKind.EMAX)
"""Relations by which a parameter may drift from moment to moment."""

STEPPED_RELATIONS = ("from", "above", "step")
"""Forms of a row that change at a time. Two are the file's alone: ``above`` is times ``coefficient`` strictly above
``reference``, ``step`` is plus ``coefficient`` from ``reference`` on, in the first row of its parameter."""

RELATION_FORMS = tuple(dict.fromkeys((*map(str, RelationKind), *STEPPED_RELATIONS)))
"""Forms of a row that relates a parameter to a covariate."""

DERIVED_FORMS = (*map(str, ComputedForm), "same")
"""Forms of a row of a parameter computed from others; ``same`` takes another's value."""

FORMULAS: Final[Mapping[str, str]] = {
    "weight": "mass", "height": "length", "age": "time", "female": "number", "creatinine": "", "albumin": "mass/volume",
    "bilirubin": "", "fat_free_mass": "mass", "normal_fat_mass": "mass", "cockcroft_gault": "volume/time",
    "cockcroft_gault_fixed": "volume/time", "mdrd": "volume/time/area", "constant": "number", "fact": "",
    "taking": "number", "dose": "mass", "days_on_treatment": "time", "hours_on_treatment": "time", "given": "",
}  # fmt: skip
"""How a covariate is found for a patient, with the dimension of what is found; empty where it may be any."""

FACTS_OF_FORMULA: Final[Mapping[str, tuple[str, ...]]] = {
    **{name: (name,) for name in ("weight", "height", "age", "creatinine", "albumin", "bilirubin")},
    "female": ("sex",),
    "fat_free_mass": ("weight", "height", "sex"),
    "normal_fat_mass": ("weight", "height", "sex"),
    "cockcroft_gault": ("age", "weight", "creatinine", "sex"),
    "cockcroft_gault_fixed": ("age", "creatinine"),
    "mdrd": ("age", "creatinine", "sex"),
}
"""Facts that each formula reads; a formula that is not here reads none, or the fact its row names."""
