"""The shapes of a published population pharmacokinetic model, as its file states it.

Every number keeps the table of the paper it was read from. These are the paper's words in rows; turning them into
the arrays of the engine is the concern of `pharmacokinetics`, and judging whether a patient may be put through a
model rests on the limits that stand here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "Covariance",
    "CovariateRow",
    "Demographic",
    "Derived",
    "DoseSite",
    "Effect",
    "LeftOut",
    "Limit",
    "MixtureClass",
    "NotFor",
    "Observation",
    "Parameter",
    "PkModelFile",
    "Population",
    "Precision",
    "Relation",
    "Residual",
    "Structure",
]


@dataclass(frozen=True, slots=True)
class Precision:
    """How well a number is known: relative standard error, per cent, or a 95 per cent interval; None as printed."""

    rse_percent: float | None = None
    ci95: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Population:
    """Whom the model was fitted to; ``subjects`` people, ``observations`` levels (None: not printed)."""

    people: str
    subjects: int
    where: str
    doses: str
    at: str
    observations: int | None = None


@dataclass(frozen=True, slots=True)
class Structure:
    """The compartments.

    Attributes:
        compartments: 1 to 3.
        absorption: ``first_order``, ``transit`` (gamma-shaped), ``chain`` (whole steps), ``infusion``, or ``by_site``:
            every way in has a row of its own (``DoseSite``).
        elimination: A word of ``model_words.Elimination``.
        lag: Whether absorption begins after ``tlag``.
        steps: Steps of a chain; each empties at ``step_rate_times_mtt / mtt``.
        step_rate_times_mtt: See ``steps``.
        then_first_order: Whether ``ka`` follows the chain.
        effect_compartment: Matrix fed by plasma without taking drug away (``csf``, ``saliva``); empty for none.
        metabolite: Analyte formed from the drug; empty for none. With ``q_metabolite`` and ``vp_metabolite`` it has a
            peripheral compartment of its own.
        second_absorption: Name of a second way in (``evening``), whose parameters end with it; empty for none.
    """

    compartments: int
    absorption: str
    elimination: str
    lag: bool = False
    steps: int | None = None
    step_rate_times_mtt: float | None = None
    then_first_order: bool = False
    effect_compartment: str = ""
    metabolite: str = ""
    second_absorption: str = ""


@dataclass(frozen=True, slots=True)
class DoseSite:
    """One way in of a model whose absorption is ``by_site``; every word but ``into`` names a parameter, or is empty.

    Sites of one compartment share its doses.

    Attributes:
        compartment: Number by which a record says that the dose is for here (CMT).
        ka: First-order rate constant into central; empty: drug enters ``into`` as given.
        lag: Lag time, h.
        duration: Duration of an input whose record asks for it (RATE -2), h.
        rate: Rate of an input whose record asks for it (RATE -1), mg/h.
        bioavailability: Fraction absorbed.
        share: Share of the dose that takes this way.
        share_besides: Another site's share; this one takes what is left of the dose.
        n_transit: Number of transit compartments (rate (n + 1)/mtt) before ``ka``.
        mtt: Mean transit time, h.
        into: ``central``, ``vp``, ``vp2``, or ``metabolite``: formed from the drug before it reaches central.
        always_timed: Doses given at once take the duration as well.
    """

    compartment: int
    ka: str = ""
    lag: str = ""
    duration: str = ""
    rate: str = ""
    bioavailability: str = ""
    share: str = ""
    share_besides: str = ""
    n_transit: str = ""
    mtt: str = ""
    into: str = "central"
    always_timed: bool = False

    @property
    def named(self) -> tuple[str, ...]:
        """Return the parameters that the row names."""
        names = (self.ka, self.lag, self.duration, self.rate, self.bioavailability, self.share, self.share_besides)
        return tuple(name for name in (*names, self.n_transit, self.mtt) if name)


@dataclass(frozen=True, slots=True)
class Observation:
    """What can be measured, in which unit; ``dose_molar_mass_g_per_mol`` where the level is an amount of substance.

    ``compartment`` is the number by which a record says what was measured (CMT); by default the number of the row.
    """

    analyte: str
    matrix: str
    unit: str
    at: str
    lower_limit_of_quantification: float | None = None
    dose_molar_mass_g_per_mol: float | None = None
    compartment: int | None = None


@dataclass(frozen=True, slots=True)
class CovariateRow:
    """One covariate: what the paper means by it, how it is found for a patient, and how it lay in the population.

    Attributes:
        id: Name in the rows of relations.
        unit: UCUM code.
        definition: In our own words.
        formula: A word of ``model_words.FORMULAS``.
        at: Where the paper says so.
        fact: The patient's fact or medicine that a formula reads, where it needs one.
        assume: Value taken, and said to be taken, for a patient of whom it is not known; None: refused.
        constant: Value of formula ``constant``.
        at_most: Upper end of formula ``days_on_treatment``.
        fixed_weight_kg: Of formula ``cockcroft_gault_fixed``.
        fixed_sex: Of formula ``cockcroft_gault_fixed``.
        fat_fraction: Of formula ``normal_fat_mass``.
        median: In the population, None where not printed.
        middle_half: Quartiles in the population.
        range: Least and greatest in the population.
        precision: Of ``fat_fraction``.
    """

    id: str
    unit: str
    definition: str
    formula: str
    at: str
    fact: str = ""
    assume: float | None = None
    constant: float | None = None
    at_most: float | None = None
    fixed_weight_kg: float | None = None
    fixed_sex: str = ""
    fat_fraction: float | None = None
    median: float | None = None
    middle_half: tuple[float, float] | None = None
    range: tuple[float, float] | None = None
    precision: Precision = Precision()


@dataclass(frozen=True, slots=True)
class Demographic:
    """How something that formulas need lay in the population."""

    id: str
    unit: str
    median: float
    at: str
    middle_half: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A range ``[low, high]`` outside which the model is refused (``refuse``) or doubtful (``warn``)."""

    covariate: str
    unit: str
    outside: str
    because: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class NotFor:
    """A fact that, when true, forbids the model."""

    fact: str
    because: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One typical value."""

    name: str
    value: float
    unit: str
    of: str
    at: str
    estimated: bool
    precision: Precision = Precision()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Derived:
    """A parameter computed from others: ``sum``, ``product``, ``ratio`` (the first over the others), ``same``."""

    name: str
    form: str
    of: tuple[str, ...]
    unit: str
    at: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A covariate changes a parameter; rows apply in order.

    ``form`` is a word of ``model_words.RELATION_FORMS``.
    ``when``/``unless`` name an indicator covariate that must be yes/no for the row to hold.
    """

    on: str
    form: str
    covariate: str
    coefficient: float
    at: str
    estimated: bool
    reference: float = 0.0
    half: float | None = None
    at_most: float | None = None
    when: str = ""
    unless: str = ""
    precision: Precision = Precision()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """A random effect on a parameter, as printed and as read.

    Attributes:
        on: The parameter.
        form: A word of ``model_words.Transform``.
        printed: The number in the paper.
        printed_as: What it is: a word of ``model_words.PRINTED``.
        variance: The variance that follows.
        at: Where it is printed.
        shape: Of ``box_cox`` and ``logit_box_cox``.
        unobserved_sd_factor: Factor on the SD after a dose that nobody saw taken.
        also_on: Other parameters on which the same effect acts in the same form, each with what multiplies it there.
    """

    on: str
    form: str
    printed: float
    printed_as: str
    variance: float
    at: str
    shape: float = 0.0
    unobserved_sd_factor: float = 1.0
    also_on: tuple[tuple[str, float], ...] = ()
    precision: Precision = Precision()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Covariance:
    """Covariance of two effects, as printed (``covariance`` or ``correlation``) and as it follows."""

    between: tuple[str, str]
    printed: float
    printed_as: str
    value: float
    at: str


@dataclass(frozen=True, slots=True)
class MixtureClass:
    """One hidden class of people: its probability, and the value that a parameter has in it."""

    name: str
    probability: float
    on: str
    value: float
    unit: str
    at: str


@dataclass(frozen=True, slots=True)
class Residual:
    """Residual error of one analyte in one matrix, in ``unit``; ``convention``: see ``model_words.ErrorKind``."""

    analyte: str
    matrix: str
    convention: str
    at: str
    proportional: float = 0.0
    additive: float = 0.0
    log_sd: float = 0.0
    coefficient: float = 0.0
    exponent: float = 1.0
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of the published model that is not carried, and why."""

    what: str
    because: str


@dataclass(frozen=True, slots=True)
class PkModelFile:
    """One published model.

    Attributes:
        grade: Provenance: ``A`` (two independent transcriptions, or reproduced), ``B+`` (control stream or
            listing), ``B`` (one transcription that names rows).
        read_from: What was read, in words.
        uses: Of ``simulate``, ``estimate``, ``advise``.
        default_for: ``adults`` or ``children``: the model taken when none is named; empty for others.
        file: Path inside the knowledge folder.
    """

    id: str
    drug: str
    title: str
    reference: str
    doi: str
    grade: str
    read_from: str
    review: str
    uses: tuple[str, ...]
    default_for: str
    file: str
    population: Population
    structure: Structure
    dose_sites: tuple[DoseSite, ...]
    observations: tuple[Observation, ...]
    covariates: Mapping[str, CovariateRow]
    demographics: tuple[Demographic, ...]
    limits: tuple[Limit, ...]
    not_for: tuple[NotFor, ...]
    parameters: Mapping[str, Parameter]
    derived: tuple[Derived, ...]
    relations: tuple[Relation, ...]
    random_effects: tuple[Effect, ...]
    covariances: tuple[Covariance, ...]
    occasion_effects: tuple[Effect, ...]
    occasion_covariances: tuple[Covariance, ...]
    residuals: tuple[Residual, ...]
    mixture: tuple[MixtureClass, ...]
    left_out: tuple[LeftOut, ...]
    caveats: tuple[str, ...]
