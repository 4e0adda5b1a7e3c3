"""Describe one population pharmacokinetic model as plain values, so that every engine reads the same model.

A model here is arrays and names, nothing else: where a number was published, for whom it holds and which unit
it was printed in are the concern of the reader that builds this object. The module computes nothing; it only
refuses a description that contradicts itself.

Units, everywhere in this package: amount mg, volume L, time h, concentration mg/L (times ``Output.factor``).

Parameter names are fixed: ``cl``, ``vc``, ``q``, ``vp``, ``q2``, ``vp2`` (disposition), ``vmax``, ``km``
(Michaelis and Menten), ``rclf``, ``ic50``, ``kic`` (auto-inhibition), ``emax``, ``ec50``, ``kenz``
(auto-induction). Absorption sites and linked compartments name their own parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from fullcourse.clinical.errors import Fault, KnowledgeError

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


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
    """Formed at ``fraction * elimination rate of the source``; leaves with ``clearance / volume`` or ``rate_out``."""
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


@dataclass(frozen=True, slots=True)
class CovariateRelation:
    """One row: this covariate changes this parameter so.

    Two covariates need not be given, because the engine knows them: ``dose_mg`` (the amount of the dose record)
    and ``treatment_day`` (1 on the day of the first dose).
    """

    parameter: str
    covariate: str
    kind: RelationKind
    coefficient: float
    reference: float = 0.0
    half: float = 0.0
    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True, slots=True)
class EffectLink:
    """One random effect acts on one parameter; an effect may have several links (scale -1 for an inverse)."""

    effect: int
    parameter: str
    transform: Transform = Transform.LOG_NORMAL
    scale: float = 1.0
    shape: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class RandomEffects:
    """Random effects of one level (between subjects, or between occasions) and their covariance.

    ``unobserved_sd_factor`` multiplies the standard deviation of each effect on occasions whose dose nobody saw;
    it has meaning for occasion effects only.
    """

    names: tuple[str, ...] = ()
    links: tuple[EffectLink, ...] = ()
    covariance: F64 = field(default_factory=lambda: np.zeros((0, 0)))
    unobserved_sd_factor: F64 | None = None

    @property
    def count(self) -> int:
        """Number of effects."""
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Transit:
    """A chain of transit compartments as one gamma-shaped delay; both counts may be real numbers.

    The delay has shape ``n + shape_plus`` and rate ``ktr = (n + rate_plus) / mtt``. Savic's form, with a depot that
    follows, is ``shape_plus = 1, rate_plus = 1``; a chain of exactly ``n`` steps with ``ktr = n / mtt`` is 0, 0.
    """

    n: str
    mtt: str
    shape_plus: float = 1.0
    rate_plus: float = 1.0


@dataclass(frozen=True, slots=True)
class Site:
    """One place where a dose given to compartment number ``cmt`` enters; several sites share a dose.

    Every field but ``name`` and ``cmt`` names a parameter, or is None. The amount that enters is
    ``amount * bioavailability * (fraction, or 1 - fraction when complement)``.

    Attributes:
        name: For messages.
        cmt: Compartment number in the event table.
        ka: First-order rate constant into central; None: drug enters ``target`` directly.
        lag: Lag time, h.
        duration: Modelled duration of input, h; used when the record has rate -2, and for every dose without a
            rate of its own when ``always_modelled``.
        rate: Modelled rate of input, mg/h; used when the record has rate -1.
        bioavailability: Fraction absorbed (may exceed 1 in a relative sense).
        fraction: Share of the dose that takes this site.
        complement: The share is ``1 - fraction``.
        transit: A gamma-shaped delay before ``ka`` (or before central).
        target: ``central``, or ``vp``/``vp2`` for a dose straight into a peripheral compartment.
        always_modelled: Doses with rate 0 also take the modelled duration.
    """

    name: str
    cmt: int
    ka: str | None = None
    lag: str | None = None
    duration: str | None = None
    rate: str | None = None
    bioavailability: str | None = None
    fraction: str | None = None
    complement: bool = False
    transit: Transit | None = None
    target: str = "central"
    always_modelled: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A compartment fed by the central one or by an earlier link; fields name parameters (see ``LinkKind``)."""

    name: str
    kind: LinkKind
    source: str = "central"
    fraction: str | None = None
    clearance: str | None = None
    volume: str | None = None
    rate_in: str | None = None
    rate_out: str | None = None


@dataclass(frozen=True, slots=True)
class ResidualError:
    """Residual error of one output: ``a`` = proportional (or log-scale) SD, ``b`` = additive SD, ``c`` = power."""

    kind: ErrorKind
    a: float = 0.0
    b: float = 0.0
    c: float = 1.0


@dataclass(frozen=True, slots=True)
class Output:
    """Something that can be measured: the amount in a compartment over a volume, times ``factor``.

    ``source`` is ``central`` or the name of a link; ``volume`` names a parameter (None for an ``EFFECT`` link,
    whose state already is a concentration). ``cmt`` is the number by which a record says what was measured. Without a
    residual error (the paper prints none) an output can be simulated; its levels cannot be weighed.
    """

    name: str
    cmt: int
    residual: ResidualError | None
    source: str = "central"
    volume: str | None = "vc"
    factor: float = 1.0
    matrix: str = "serum"


@dataclass(frozen=True, slots=True)
class Mixture:
    """A hidden class of subjects (for example fast acetylators), as values of one covariate with probabilities."""

    covariate: str
    values: tuple[float, ...]
    probabilities: tuple[float, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One population model, complete for simulation and estimation.

    Attributes:
        name: Identifier, for example ``cycloserine-alghamdi-2019``.
        compartments: 1 to 3 (central and peripherals).
        parameters: Typical values in the units above.
        sites: Where doses enter.
        outputs: What can be measured; the first is the main analyte.
        elimination: Linear or not.
        links: Metabolites, effect compartments, saliva.
        relations: Covariate rows.
        between_subjects: Random effects of a person.
        between_occasions: Random effects of an occasion.
        mixture: A hidden class, or None.
    """

    name: str
    compartments: int
    parameters: Mapping[str, float]
    sites: tuple[Site, ...]
    outputs: tuple[Output, ...]
    elimination: Elimination = Elimination.LINEAR
    links: tuple[Link, ...] = ()
    relations: tuple[CovariateRelation, ...] = ()
    between_subjects: RandomEffects = field(default_factory=RandomEffects)
    between_occasions: RandomEffects = field(default_factory=RandomEffects)
    mixture: Mixture | None = None

    def __post_init__(self) -> None:
        """Refuse a model that contradicts itself, all faults at once."""
        faults = [*_name_faults(self), *_number_faults(self)]
        for level, effects in (("subjects", self.between_subjects), ("occasions", self.between_occasions)):
            faults += _effect_faults(level, effects, set(self.parameters))
        if faults:
            raise KnowledgeError([Fault("pk_models", self.name, what, "Correct the model") for what in faults])

    @property
    def is_linear(self) -> bool:
        """Whether the structure has a closed form."""
        return self.elimination is Elimination.LINEAR

    @property
    def covariates(self) -> tuple[str, ...]:
        """Names of the covariates that a caller must give, in order of first use."""
        known = ("dose_mg", "treatment_day", "time_h")
        names = dict.fromkeys(r.covariate for r in self.relations if r.covariate not in known)
        return tuple(names)


_DISPOSITION = {1: ("vc",), 2: ("vc", "q", "vp"), 3: ("vc", "q", "vp", "q2", "vp2")}
_ELIMINATION = {
    Elimination.LINEAR: ("cl",),
    Elimination.MICHAELIS_MENTEN: ("vmax", "km"),
    Elimination.AUTO_INHIBITION: ("cl", "rclf", "ic50", "kic"),
    Elimination.AUTO_INDUCTION: ("cl", "emax", "ec50", "kenz"),
    Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION: ("vmax", "km", "emax", "ec50", "kenz"),
}


def _references(model: Model) -> list[tuple[str, str]]:
    """Return every (where, parameter name) that the model's parts refer to."""
    found: list[tuple[str, str]] = []
    for name in (*_DISPOSITION.get(model.compartments, ()), *_ELIMINATION[model.elimination]):
        found.append(("structure", name))
    for site in model.sites:
        names = [site.ka, site.lag, site.duration, site.rate, site.bioavailability, site.fraction]
        if site.transit:
            names += [site.transit.n, site.transit.mtt]
        found += [(f"site '{site.name}'", name) for name in names if name]
    for link in model.links:
        names = [link.fraction, link.clearance, link.volume, link.rate_in, link.rate_out]
        found += [(f"link '{link.name}'", name) for name in names if name]
    found += [(f"output '{output.name}'", output.volume) for output in model.outputs if output.volume]
    found += [("covariate relation", relation.parameter) for relation in model.relations]
    return found


def _name_faults(model: Model) -> list[str]:
    """Return faults in names: a parameter, a source or a covariate that does not exist."""
    faults = [] if model.compartments in _DISPOSITION else ["compartments must be 1, 2 or 3"]
    for where, name in _references(model):
        if name not in model.parameters:
            faults.append(f"{where} needs a parameter '{name}', which has no value")
    sources = {"central"}
    for link in model.links:
        if link.source not in sources:
            faults.append(f"link '{link.name}' follows '{link.source}', which is not defined before it")
        sources.add(link.name)
    faults += [f"output '{o.name}' measures '{o.source}'" for o in model.outputs if o.source not in sources]
    if not model.sites:
        faults.append("no site where a dose can enter")
    if not model.outputs:
        faults.append("no output that can be measured")
    return faults


def _number_faults(model: Model) -> list[str]:
    """Return faults in numbers: typical values and residual errors."""
    faults = []
    for name, value in model.parameters.items():
        if not np.isfinite(value) or value < 0.0:
            faults.append(f"parameter '{name}' is {value}, which must be finite and not negative")
    for output in model.outputs:
        error = output.residual
        if error is None:
            continue
        if min(error.a, error.b) < 0.0 or not np.isfinite([error.a, error.b, error.c]).all():
            faults.append(f"residual error of '{output.name}' is negative or not finite")
        elif error.a + error.b == 0.0:
            faults.append(f"residual error of '{output.name}' is zero, so no level could be weighed")
    if model.mixture and abs(sum(model.mixture.probabilities) - 1.0) > 1e-9:
        faults.append("mixture probabilities do not sum to 1")
    return faults


def _effect_faults(level: str, effects: RandomEffects, parameters: set[str]) -> list[str]:
    """Return faults of one level of random effects: shapes, names, and a covariance that is not one."""
    where = f"random effects between {level}"
    count = effects.count
    matrix = np.asarray(effects.covariance, dtype=np.float64)
    if matrix.shape != (count, count):
        return [f"{where}: covariance has shape {matrix.shape}, expected {(count, count)}"]
    faults = []
    for link in effects.links:
        if link.parameter not in parameters:
            faults.append(f"{where}: no parameter '{link.parameter}'")
        if not 0 <= link.effect < count:
            faults.append(f"{where}: link to effect {link.effect}, but there are {count}")
        if link.transform is Transform.BOX_COX and link.shape == 0.0:
            faults.append(f"{where}: Box-Cox shape of '{link.parameter}' must not be 0")
    if count:
        symmetric = np.isfinite(matrix).all() and np.allclose(matrix, matrix.T, rtol=1e-9, atol=0.0)
        if not symmetric or np.linalg.eigvalsh(matrix).min() <= 0.0:
            faults.append(f"{where}: covariance is not positive definite")
    factor = effects.unobserved_sd_factor
    if factor is not None and (np.shape(factor) != (count,) or np.any(np.asarray(factor) <= 0.0)):
        faults.append(f"{where}: unobserved_sd_factor needs {count} positive values")
    return faults
