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

import numpy as np
import numpy.typing as npt

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.pharmacokinetics.model_faults import model_faults
from fullcourse.pharmacokinetics.model_words import (
    ELAPSED,
    ComputedForm,
    Elimination,
    ErrorKind,
    LinkKind,
    RelationKind,
    Transform,
)

__all__ = [
    "ELAPSED",
    "F64",
    "I64",
    "Bool",
    "Computed",
    "ComputedForm",
    "CovariateRelation",
    "EffectLink",
    "Elimination",
    "ErrorKind",
    "Link",
    "LinkKind",
    "Mixture",
    "Model",
    "Output",
    "RandomEffects",
    "RelationKind",
    "ResidualError",
    "Site",
    "Transform",
    "Transit",
]

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CovariateRelation:
    """One row: this covariate changes this parameter so.

    Some covariates need not be given, because the engine knows them: ``dose_mg`` (the amount of the dose record),
    ``treatment_day`` (1 on the day of the first dose) and ``elapsed_h`` (``ELAPSED``), by which ``vmax``, ``km`` and
    ``cl`` of a saturable elimination may drift; that relation multiplies what effects have made of the parameter.
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
class Computed:
    """A parameter that follows from others of the same individual, after covariates and effects acted on those."""

    name: str
    form: ComputedForm
    of: tuple[str, ...]


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
        target: ``central``, ``vp``/``vp2`` for a dose straight into a peripheral compartment, or the name of a
            metabolite: what is formed from the drug before it reaches central.
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
    """A compartment fed by the central one or by an earlier link; fields name parameters (see ``LinkKind``).

    ``q`` and ``vp`` are of a metabolite's own peripheral compartment: clearance between the two, and its volume.
    """

    name: str
    kind: LinkKind
    source: str = "central"
    fraction: str | None = None
    clearance: str | None = None
    volume: str | None = None
    rate_in: str | None = None
    rate_out: str | None = None
    q: str | None = None
    vp: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """Return the parameters that the link names."""
        names = (self.fraction, self.clearance, self.volume, self.rate_in, self.rate_out, self.q, self.vp)
        return tuple(name for name in names if name)


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
        computed: Parameters that follow from others, in the order in which they are computed.
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
    computed: tuple[Computed, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a model that contradicts itself, all faults at once."""
        faults = model_faults(self)
        if faults:
            raise KnowledgeError([Fault("pk_models", self.name, what, "Correct the model") for what in faults])

    @property
    def is_linear(self) -> bool:
        """Whether the structure has a closed form."""
        return self.elimination is Elimination.LINEAR

    @property
    def covariates(self) -> tuple[str, ...]:
        """Names of the covariates that a caller must give, in order of first use."""
        known = ("dose_mg", "treatment_day", "time_h", ELAPSED)
        names = dict.fromkeys(r.covariate for r in self.relations if r.covariate not in known)
        return tuple(names)
