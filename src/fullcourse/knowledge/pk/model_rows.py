"""Reads the rows of a model file, each key of a row asked for by name."""

import math
from collections.abc import Callable, Iterable
from typing import TypeVar

from fullcourse.knowledge.pk.model_file import (
    Covariance,
    CovariateRow,
    Demographic,
    Derived,
    DoseSite,
    Effect,
    Limit,
    MixtureClass,
    Observation,
    Parameter,
    Population,
    Precision,
    Relation,
    Residual,
    Structure,
)
from fullcourse.knowledge.pk.model_words import (
    ABSORPTIONS,
    COMPARTMENTS,
    DERIVED_FORMS,
    FORMULAS,
    PRINTED,
    RELATION_FORMS,
    USES,
    Elimination,
    ErrorKind,
    Transform,
)
from fullcourse.knowledge.tables import Table

__all__ = [
    "read_covariance",
    "read_covariate",
    "read_demographic",
    "read_derived",
    "read_dose_site",
    "read_effect",
    "read_limit",
    "read_mixture_class",
    "read_observation",
    "read_parameter",
    "read_population",
    "read_relation",
    "read_residual",
    "read_rows",
    "read_structure",
    "read_uses",
    "variance_of",
]

Row = TypeVar("Row")


def read_rows(table: Table, key: str, read: Callable[[Table], Row]) -> tuple[Row, ...]:
    """Read a list of rows, each with every key asked for or faulted."""
    rows = []
    for number, row in enumerate(table.rows(key), start=1):
        inner = Table(row, table.file, f"{table.where}, {key} {number}", table.faults)
        rows.append(read(inner))
        inner.done()
    return tuple(rows)


def _need(table: Table, key: str) -> float:
    """Return a number that must be there and be finite."""
    value = table.number(key)
    if value is None:
        table.fault(f"a row lacks the number '{key}'", f"Add {key} = ...")
        return 1.0
    if not math.isfinite(value):
        table.fault(f"'{key}' is not finite", "Write the number as printed.")
        return 1.0
    return value


def _pair(table: Table, key: str) -> tuple[float, float] | None:
    value = table.raw(key)
    if value is None:
        return None
    numbers = value if isinstance(value, list) else []
    if len(numbers) != 2 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        table.fault(f"'{key}' must be two numbers, not {value!r}", "Write it as [low, high].")
        return None
    low, high = float(numbers[0]), float(numbers[1])
    if not low < high:
        table.fault(f"'{key}' runs from {low:g} to {high:g}", "The lower number comes first.")
        return None
    return low, high


def _yes(table: Table, key: str, default: bool | None = None) -> bool:
    value = table.raw(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, bool):
        table.fault(f"'{key}' must be true or false, not {value!r}", "Say which.")
        return False
    return value


def _precision(table: Table) -> Precision:
    return Precision(table.number("rse_percent"), _pair(table, "ci95"))


def read_uses(table: Table) -> tuple[str, ...]:
    """Read what a model may be used for."""
    uses = table.texts("uses")
    for use in uses:
        if use not in USES:
            table.fault(f"use '{use}' is not known", f"It must be one of: {', '.join(USES)}.")
    return uses


def read_population(table: Table) -> Population:
    """Read whom a model was fitted to."""
    read = Population(
        people=table.text("people"),
        subjects=table.whole("subjects") or 0,
        where=table.text("where"),
        doses=table.text("doses"),
        at=table.text("at"),
        observations=table.whole("observations"),
    )
    if not read.subjects:
        table.fault("population.subjects is missing", "Say how many people the model was fitted to.")
    table.done()
    return read


def read_structure(table: Table) -> Structure:
    """Read the compartments."""
    read = Structure(
        compartments=table.whole("compartments") or 1,
        absorption=table.choice("absorption", tuple(ABSORPTIONS)),
        elimination=table.choice("elimination", tuple(Elimination)),
        lag=_yes(table, "lag", default=False),
        steps=table.whole("steps"),
        step_rate_times_mtt=table.number("step_rate_times_mtt"),
        then_first_order=_yes(table, "then_first_order", default=False),
        effect_compartment=table.text("effect_compartment", required=False),
        metabolite=table.text("metabolite", required=False),
        second_absorption=table.text("second_absorption", required=False),
    )
    if read.absorption == "chain" and (read.steps is None or not read.step_rate_times_mtt):
        table.fault("a chain needs 'steps' and 'step_rate_times_mtt'", "Add both as the paper's rate has them.")
    table.done()
    return read


def read_dose_site(table: Table) -> DoseSite:
    """Read one way in."""
    compartment = table.whole("compartment")
    if not compartment:
        table.fault("a dose_site lacks 'compartment'", "Add the number that records give as CMT, from 1.")
    names = ("ka", "lag", "duration", "rate", "bioavailability", "share", "share_besides", "n_transit", "mtt")
    said = {name: table.text(name, required=False) for name in names}
    return DoseSite(
        compartment or 1,
        **said,
        into=table.choice("into", (*COMPARTMENTS, "metabolite"), required=False) or "central",
        always_timed=_yes(table, "always_timed", default=False),
    )


def read_observation(table: Table) -> Observation:
    """Read what can be measured."""
    return Observation(
        table.text("analyte"),
        table.text("matrix"),
        table.text("unit"),
        table.text("at"),
        table.number("lower_limit_of_quantification"),
        table.number("dose_molar_mass_g_per_mol"),
        table.whole("compartment"),
    )


def read_covariate(table: Table) -> CovariateRow:
    """Read a covariate."""
    return CovariateRow(
        id=table.text("id"),
        unit=table.text("unit"),
        definition=table.text("definition"),
        formula=table.choice("formula", tuple(FORMULAS)),
        at=table.text("at"),
        fact=table.text("fact", required=False),
        assume=table.number("assume"),
        constant=table.number("constant"),
        at_most=table.number("at_most"),
        fixed_weight_kg=table.number("fixed_weight_kg"),
        fixed_sex=table.choice("fixed_sex", ("female", "male"), required=False),
        fat_fraction=table.number("fat_fraction"),
        median=table.number("median"),
        middle_half=_pair(table, "middle_half"),
        range=_pair(table, "range"),
        precision=Precision(table.number("rse_percent")),
    )


def read_demographic(table: Table) -> Demographic:
    """Read how something lay in the population."""
    return Demographic(
        table.text("id"), table.text("unit"), _need(table, "median"), table.text("at"), _pair(table, "middle_half")
    )


def read_limit(table: Table) -> Limit:
    """Read a range outside which the model must not be used."""
    read = Limit(
        covariate=table.text("covariate"),
        unit=table.text("unit"),
        outside=table.choice("outside", ("refuse", "warn")),
        because=table.text("because"),
        low=table.number("from"),
        high=table.number("to"),
    )
    if read.low is None and read.high is None:
        table.fault(f"the limit of '{read.covariate}' has neither 'from' nor 'to'", "Add one.")
    return read


def read_parameter(table: Table) -> Parameter:
    """Read a typical value."""
    return Parameter(
        name=table.text("name"),
        value=_need(table, "value"),
        unit=table.text("unit"),
        of=table.text("of"),
        at=table.text("at"),
        estimated=_yes(table, "estimated"),
        precision=_precision(table),
        note=table.text("note", required=False),
    )


def read_derived(table: Table) -> Derived:
    """Read a parameter computed from others."""
    return Derived(
        table.text("name"),
        table.choice("form", DERIVED_FORMS),
        table.texts("of"),
        table.text("unit"),
        table.text("at"),
    )


def read_relation(table: Table) -> Relation:
    """Read how a covariate changes a parameter."""
    table.text("unit", required=False)  # of the coefficient, for people; a step has the unit of its parameter
    return Relation(
        on=table.text("on"),
        form=table.choice("form", RELATION_FORMS),
        covariate=table.text("covariate"),
        coefficient=_need(table, "coefficient"),
        at=table.text("at"),
        estimated=_yes(table, "estimated"),
        reference=table.number("reference") or 0.0,
        half=table.number("half"),
        at_most=table.number("at_most"),
        when=table.text("when", required=False),
        unless=table.text("unless", required=False),
        precision=_precision(table),
        note=table.text("note", required=False),
    )


def read_effect(table: Table) -> Effect:
    """Read a random effect, and the variance that what is printed comes to."""
    printed, printed_as = _need(table, "printed"), table.choice("printed_as", PRINTED)
    if printed <= 0.0:
        table.fault(f"the spread {printed:g} of a random effect is not positive", "Write it as printed.")
        printed = 1.0
    factor = table.number("unobserved_sd_factor")
    return Effect(
        on=table.text("on"),
        form=table.choice("form", tuple(Transform)),
        printed=printed,
        printed_as=printed_as,
        variance=variance_of(printed, printed_as),
        at=table.text("at"),
        shape=table.number("shape") or 0.0,
        unobserved_sd_factor=1.0 if factor is None else factor,
        also_on=read_rows(table, "also_on", lambda row: (row.text("parameter"), _need(row, "times"))),
        precision=_precision(table),
        note=table.text("note", required=False),
    )


def variance_of(printed: float, printed_as: str) -> float:
    """Return the variance of a random effect from what a paper prints (see ``Effect.printed_as``).

    Example:
        >>> round(variance_of(34.1, "percent_sd"), 6), round(variance_of(18.4, "percent_cv"), 4)
        (0.116281, 0.0333)
    """
    match printed_as:
        case "sd":
            return printed**2
        case "percent_sd":
            return (printed / 100.0) ** 2
        case "percent_cv":
            return math.log1p((printed / 100.0) ** 2)
    return printed


def read_covariance(table: Table, effects: Iterable[Effect]) -> Covariance:
    """Read the covariance of two of the given effects."""
    names = table.texts("between")
    printed = _need(table, "printed")
    printed_as = table.choice("printed_as", ("covariance", "correlation"))
    spread = {effect.on: math.sqrt(effect.variance) for effect in effects}
    if len(names) != 2 or not all(name in spread for name in names):
        table.fault(f"'between' must name two parameters with a random effect, not {names}", "Correct the names.")
        return Covariance(("", ""), printed, printed_as, 0.0, table.text("at"))
    value = printed * spread[names[0]] * spread[names[1]] if printed_as == "correlation" else printed
    table.number("rse_percent")
    return Covariance((names[0], names[1]), printed, printed_as, value, table.text("at"))


def read_mixture_class(table: Table) -> MixtureClass:
    """Read a hidden class of people."""
    table.number("rse_percent")
    return MixtureClass(
        table.text("class"),
        _need(table, "probability"),
        table.text("on"),
        _need(table, "value"),
        table.text("unit"),
        table.text("at"),
    )


def read_residual(table: Table) -> Residual:
    """Read a residual error."""
    table.number("rse_percent")
    return Residual(
        analyte=table.text("analyte"),
        matrix=table.text("matrix"),
        convention=table.choice("convention", tuple(ErrorKind)),
        at=table.text("at"),
        proportional=table.number("proportional") or 0.0,
        additive=table.number("additive") or 0.0,
        log_sd=table.number("log_sd") or 0.0,
        coefficient=table.number("coefficient") or 0.0,
        exponent=table.number("exponent") or 1.0,
        unit=table.text("unit", required=False),
        note=table.text("note", required=False),
    )
