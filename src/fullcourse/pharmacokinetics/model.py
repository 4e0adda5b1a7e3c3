"""Describe one population pharmacokinetic model as plain values, so that every engine reads the same model.

A model here is arrays and names, nothing else: where a number was published, for whom it holds and in which unit are
the concern of the reader that builds it. Nothing is computed; a description that contradicts itself is refused.

Units, everywhere in this package: amount mg, volume L, time h, concentration mg/L (times ``Output.factor``). The fixed
names of parameters stand in ``knowledge.pk.model_words``; absorption sites and linked compartments name their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.pk import model_checks as checks
from fullcourse.knowledge.pk.model_checks import Found
from fullcourse.knowledge.pk.model_words import (
    COMPARTMENTS,
    DRIFTING,
    ELAPSED,
    ENGINE_COVARIATES,
    SMOOTH_RELATIONS,
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

    @property
    def named(self) -> tuple[str, ...]:
        """Return the parameters that the site names."""
        transit = (self.transit.n, self.transit.mtt) if self.transit else ()
        names = (self.ka, self.lag, self.bioavailability, self.duration, self.rate, self.fraction, *transit)
        return tuple(name for name in names if name)


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
        faults = [Fault("pk_models", self.name, what, mend) for what, mend in _faults(self)]
        if faults:
            raise KnowledgeError(faults)

    @property
    def is_linear(self) -> bool:
        """Whether the structure has a closed form."""
        return self.elimination is Elimination.LINEAR

    @property
    def covariates(self) -> tuple[str, ...]:
        """Names of the covariates that a caller must give, in order of first use."""
        known = (*ENGINE_COVARIATES.values(), "time_h", ELAPSED)
        names = dict.fromkeys(r.covariate for r in self.relations if r.covariate not in known)
        return tuple(names)


def _faults(model: Model) -> Found:
    """Yield everything by which a model contradicts itself."""
    yield from checks.structure_faults(model.compartments, model.elimination, _named(model), model.parameters)
    yield from checks.value_faults(model.parameters)
    yield from _parts(model)
    yield from _computed(model)
    yield from _drifts(model)
    yield from _residuals(model)
    if model.mixture:
        yield from checks.probability_faults(model.mixture.probabilities)
    for kind, effects in (("subject", model.between_subjects), ("occasion", model.between_occasions)):
        yield from _spreads(f"random effects between {kind}s", effects, model.parameters)


def _named(model: Model) -> Iterator[str]:
    """Yield every parameter that the model's parts name."""
    parts: tuple[Site | Link, ...] = (*model.sites, *model.links)
    for part in parts:
        yield from part.named
    yield from (output.volume for output in model.outputs if output.volume)
    yield from (relation.parameter for relation in model.relations)


def _parts(model: Model) -> Found:
    """Yield faults of sites, links and outputs: a source or a target that does not exist."""
    sources = {"central"}
    for link in model.links:
        if link.source not in sources:
            yield f"link '{link.name}' follows '{link.source}', which is not defined before it", "Order the links."
        sources.add(link.name)
        peripheral = f"link '{link.name}' has a peripheral compartment"
        if (link.q or link.vp) and not (link.q and link.vp and link.volume and link.kind is LinkKind.METABOLITE):
            yield peripheral, "It needs 'volume', 'q', 'vp', and to be a metabolite."
        elif link.q and not model.is_linear:
            yield peripheral, f"It is solved after a linear elimination alone, not after {model.elimination}."
    formed = [link.name for link in model.links if link.kind is LinkKind.METABOLITE]
    for site in model.sites:
        if site.target not in (*COMPARTMENTS, *formed):
            mend = f"Use one of: {', '.join((*COMPARTMENTS, *formed))}."
            yield f"site '{site.name}' enters '{site.target}', which is no compartment and no metabolite", mend
    for output in model.outputs:
        if output.source not in sources:
            yield f"output '{output.name}' measures '{output.source}'", f"Use one of: {', '.join(sorted(sources))}."
    if not model.sites:
        yield "no site where a dose can enter", "Add one."
    if not model.outputs:
        yield "no output that can be measured", "Add one."


def _computed(model: Model) -> Found:
    """Yield faults of parameters that follow from others."""
    known = set(model.parameters) - {computed.name for computed in model.computed}
    levels = (model.between_subjects, model.between_occasions)
    changed = {relation.parameter for relation in model.relations}
    changed |= {link.parameter for effects in levels for link in effects.links}
    for computed in model.computed:
        for name in computed.of:
            if name not in known:
                yield f"computed '{computed.name}' needs '{name}', which is not known before it", "Order the rows."
        if computed.name not in model.parameters:
            yield f"computed '{computed.name}' has no typical value", "Add it."
        if computed.name in changed:
            what = f"computed '{computed.name}' has a relation or a random effect: put it on what it is made of"
            yield what, f"These are {', '.join(computed.of)}."
        known.add(computed.name)


def _drifts(model: Model) -> Found:
    """Yield faults of relations with the time that passes."""
    for relation in model.relations:
        if relation.covariate != ELAPSED:
            continue
        if model.elimination is not Elimination.MICHAELIS_MENTEN or relation.parameter not in DRIFTING:
            mend = f"{', '.join(DRIFTING)} may, where elimination is michaelis_menten."
            yield f"'{relation.parameter}' drifts with the time that passes", mend
        if relation.kind not in SMOOTH_RELATIONS:
            *others, last = SMOOTH_RELATIONS
            what = f"'{relation.parameter}' drifts by a relation that is not {', '.join(others)} or {last}"
            yield what, f"'{relation.kind}' changes it otherwise; use one of these."


def _residuals(model: Model) -> Found:
    """Yield faults of residual errors."""
    for output in model.outputs:
        error = output.residual
        if error is None:
            continue
        if min(error.a, error.b) < 0.0 or not np.isfinite([error.a, error.b, error.c]).all():
            yield f"residual error of '{output.name}' is negative or not finite", "Correct it."
        elif error.a + error.b == 0.0:
            yield f"residual error of '{output.name}' is zero, so no level could be weighed", "Add it, or leave it out."


def _spreads(kind: str, effects: RandomEffects, parameters: Mapping[str, float]) -> Found:
    """Yield faults of one level of random effects: shapes, names, and a covariance that is not one."""
    count, factors = effects.count, effects.unobserved_sd_factor
    if np.shape(effects.covariance) != (count, count):
        yield f"{kind}: covariance has shape {np.shape(effects.covariance)}", f"Expected is {(count, count)}."
        return
    if factors is not None and np.shape(factors) != (count,):
        yield f"{kind}: unobserved_sd_factor has shape {np.shape(factors)}", f"Expected is {(count,)}."
        return
    for link in effects.links:
        if not 0 <= link.effect < count:
            yield f"{kind}: link to effect {link.effect}, but there are {count}", "Correct the number."
    acts = [(link.parameter, link.transform, link.shape) for link in effects.links]
    matrix = np.asarray(effects.covariance, dtype=np.float64).tolist()
    yield from checks.spread_faults(kind, acts, () if factors is None else map(float, factors), matrix, parameters)
