"""What must hold between the rows of a model file: names lead somewhere, units fit, spreads are possible.

Dimensions are exponents of mass, volume and time, so a product or ratio of parameters can be checked against the
unit that its row states. What must hold of the engine's description too stands in ``model_checks``.
"""

from collections.abc import Iterator, Sequence

from fullcourse.clinical.errors import Fault
from fullcourse.clinical.units import find_unit
from fullcourse.knowledge.pk import model_checks as checks
from fullcourse.knowledge.pk.model_checks import Found
from fullcourse.knowledge.pk.model_file import Covariance, Effect, PkModelFile
from fullcourse.knowledge.pk.model_words import ABSORPTIONS, FORMULAS

__all__ = ["lint_pk_model"]

Dimension = tuple[int, int, int]
"""Exponents of mass, volume and time."""

UNITS: dict[str, Dimension] = {
    "1": (0, 0, 0), "L": (0, 1, 0), "h": (0, 0, 1), "1/h": (0, 0, -1), "L/h": (0, 1, -1), "mg/h": (1, 0, -1),
    "mg/L": (1, -1, 0),
}  # fmt: skip
"""The only units of parameters: the engine works in mg, L and h."""

PREFIXES: tuple[tuple[str, str], ...] = (
    ("cl", "L/h"), ("q", "L/h"), ("vmax", "mg/h"), ("v", "L"), ("km", "mg/L"), ("ic50", "mg/L"), ("ec50", "mg/L"),
    ("tlag", "h"), ("mtt", "h"), ("mat", "h"), ("ka", "1/h"), ("kic", "1/h"), ("kenz", "1/h"), ("k_", "1/h"),
    ("n_transit", "1"), ("fm", "1"), ("f", "1"), ("emax", "1"), ("rclf", "1"), ("partition", "1"),
)  # fmt: skip
"""What a parameter of this name is measured in; the first prefix that fits counts, other names are free."""


def lint_pk_model(model: PkModelFile) -> Iterator[Fault]:
    """Yield every fault between the rows of one model."""
    for what, mend in (
        *_identity(model),
        *_units(model),
        *_names(model),
        *_dose_sites(model),
        *_limits(model),
        *_spreads(model, "random_effect", model.random_effects, model.covariances),
        *_spreads(model, "occasion_effect", model.occasion_effects, model.occasion_covariances),
        *_residuals(model),
        *_mixture(model),
    ):
        yield Fault(model.file, model.id, what, mend)


def _identity(model: PkModelFile) -> Found:
    expected = model.file.removeprefix("pk_models/").removesuffix(".toml").replace("-", ".", 1)
    if model.file.startswith("pk_models/") and model.id != expected:
        yield f"the id is '{model.id}' but the file is '{model.file}'", f"Name it '{expected}'."
    if not model.doi.startswith("10.") or "/" not in model.doi:
        yield f"'{model.doi}' is not a DOI", "Write it as 10.xxxx/...; a model without a paper does not load."
    if "simulate" not in model.uses:
        yield "'uses' lacks 'simulate'", "A model that cannot be simulated is of no use here."
    if not model.observations:
        yield "nothing is observed", "Add a row of 'observation'."


def _units(model: PkModelFile) -> Found:
    yield from checks.value_faults({row.name: row.value for row in model.parameters.values()})
    known: dict[str, Dimension] = {}
    for row in model.parameters.values():
        expected = next((unit for prefix, unit in PREFIXES if row.name.startswith(prefix)), None)
        if row.unit not in UNITS:
            wanted = expected or ", ".join(UNITS)
            yield f"parameter '{row.name}' is in '{row.unit}'", f"Convert it; the engine needs {wanted}."
            continue
        if expected and row.unit != expected:
            yield f"parameter '{row.name}' is in {row.unit}", f"It must be in {expected}; check name and unit."
        known[row.name] = UNITS[row.unit]
    for derived in model.derived:
        parts = [known[name] for name in derived.of if name in known]
        enough = len(parts) == 1 if derived.form == "same" else len(parts) > 1
        if len(parts) != len(derived.of) or not enough or derived.unit not in UNITS:
            yield f"derived '{derived.name}' names parameters or a unit that do not exist", "Correct the row."
            continue
        if _combined(derived.form, parts) != UNITS[derived.unit]:
            yield f"derived '{derived.name}' does not come out in {derived.unit}", "Check form, parts and unit."
        known[derived.name] = UNITS[derived.unit]
    for covariate in model.covariates.values():
        unit, dimension = find_unit(covariate.unit), FORMULAS[covariate.formula]
        if unit is None:
            yield f"covariate '{covariate.id}' is in '{covariate.unit}', which is not known", "Give a UCUM code."
        elif dimension and unit.dimension != dimension:
            yield f"covariate '{covariate.id}' is in {covariate.unit}", f"'{covariate.formula}' measures {dimension}."


def _combined(form: str, parts: Sequence[Dimension]) -> Dimension | None:
    """Return the dimension of a derived parameter, None where a sum mixes dimensions."""
    if form == "sum":
        return parts[0] if len(set(parts)) == 1 else None
    sign = -1 if form == "ratio" else 1
    mass, volume, time = (parts[0][axis] + sign * sum(part[axis] for part in parts[1:]) for axis in range(3))
    return mass, volume, time


def _needed(model: PkModelFile) -> Iterator[str]:
    """Yield the names of the parameters that ways in and links cannot do without."""
    shape = model.structure
    yield from ABSORPTIONS[shape.absorption]
    if shape.then_first_order:
        yield "ka"
    if shape.lag:
        yield "tlag"
    if shape.effect_compartment:
        yield from ("k_effect", "partition")
    if shape.metabolite:
        yield from ("fm", "cl_metabolite", "v_metabolite")
        pair = ("q_metabolite", "vp_metabolite")
        if set(pair) & {*model.parameters, *(row.name for row in model.derived)}:
            yield from pair
    for site in model.dose_sites:
        yield from site.named
    if shape.second_absorption:
        yield from (f"{name}_{shape.second_absorption}" for name in ("ka", "f", *(("tlag",) if shape.lag else ())))


def _names(model: PkModelFile) -> Found:
    names = set(model.parameters) | {row.name for row in model.derived}
    shape = model.structure
    yield from checks.structure_faults(shape.compartments, shape.elimination, _needed(model), names, kept_as="row")
    for relation in model.relations:
        if relation.on not in names:
            yield f"a relation acts on '{relation.on}', which is no parameter", "Correct the name."
        for name in (relation.covariate, relation.when, relation.unless):
            if name and name not in model.covariates:
                yield f"a relation reads covariate '{name}', which has no row", "Define the covariate."
        if relation.form == "power" and relation.reference <= 0.0:
            yield f"the power relation of '{relation.on}' has no reference above 0", "Add reference = ..."
        if relation.form == "emax" and not relation.half:
            yield f"the emax relation of '{relation.on}' lacks 'half'", "Add half = ..."


def _dose_sites(model: PkModelFile) -> Found:
    by_site = model.structure.absorption == "by_site"
    if by_site is not bool(model.dose_sites):
        yield (
            f"absorption is '{model.structure.absorption}' and there are {len(model.dose_sites)} rows of dose_site",
            "The rows belong to 'by_site', which needs at least one.",
        )
    for number, site in enumerate(model.dose_sites, start=1):
        where = f"dose_site {number}"
        if site.share and site.share_besides:
            yield f"{where} has both 'share' and 'share_besides'", "A site takes a share, or what another leaves."
        if bool(site.n_transit) is not bool(site.mtt):
            yield f"{where} has one of 'n_transit' and 'mtt'", "A transit chain needs both."
        if site.always_timed and not site.duration:
            yield f"{where} is always timed and has no duration", "Add duration = ..."
        if site.ka and site.into in {"vp", "vp2"}:
            yield f"{where} has 'ka' and enters {site.into}", "First-order absorption leads to central or a metabolite."
        if site.into == "metabolite" and not model.structure.metabolite:
            yield f"{where} enters a metabolite, which this structure lacks", "Add structure.metabolite."
        if model.structure.compartments < {"vp": 2, "vp2": 3}.get(site.into, 1):
            yield f"{where} enters {site.into}, which this structure lacks", "Correct 'into' or 'compartments'."
    seen = [row.compartment for row in model.observations]
    if by_site and None in seen:
        yield "an observation lacks 'compartment'", "With absorption 'by_site' records name it by this number (CMT)."
    if len(set(seen) - {None}) != len(seen) - seen.count(None):
        yield "two observations have one compartment number", "Records could not tell them apart."


def _limits(model: PkModelFile) -> Found:
    needs = {"fact": "fact", "taking": "fact", "constant": "constant", "normal_fat_mass": "fat_fraction"}
    for covariate in model.covariates.values():
        key = needs.get(covariate.formula)
        if key and getattr(covariate, key) in ("", None):
            yield f"covariate '{covariate.id}' lacks '{key}'", f"Formula '{covariate.formula}' needs it."
        if covariate.formula == "cockcroft_gault_fixed" and not (covariate.fixed_weight_kg and covariate.fixed_sex):
            yield f"covariate '{covariate.id}' lacks 'fixed_weight_kg' or 'fixed_sex'", "Add both."
    for limit in model.limits:
        if find_unit(limit.unit) is None:
            yield f"the limit of '{limit.covariate}' is in '{limit.unit}', which is not known", "Give a UCUM code."
        if limit.low is not None and limit.high is not None and not limit.low < limit.high:
            yield f"the limit of '{limit.covariate}' is empty", "'from' is below 'to'."
    if not any(limit.covariate == "age" and limit.outside == "refuse" for limit in model.limits):
        yield "no age is refused", 'State the ages of the population as a limit with outside = "refuse".'


def _spreads(model: PkModelFile, kind: str, effects: Sequence[Effect], pairs: Sequence[Covariance]) -> Found:
    names = [effect.on for effect in effects]
    known = {*model.parameters, *(row.name for row in model.derived)}
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{kind} on '{name}' is given twice", "Keep one."
    matrix = [[0.0] * len(names) for _ in names]
    for i, effect in enumerate(effects):
        matrix[i][i] = effect.variance
    for pair in pairs:
        i, j = names.index(pair.between[0]), names.index(pair.between[1])
        matrix[i][j] = matrix[j][i] = pair.value
    acts = [
        (name, effect.form, effect.shape)
        for effect in effects
        for name in (effect.on, *(other for other, _ in effect.also_on))
    ]
    yield from checks.spread_faults(kind, acts, [effect.unobserved_sd_factor for effect in effects], matrix, known)


def _residuals(model: PkModelFile) -> Found:
    seen = {(row.analyte, row.matrix) for row in model.observations}
    given = {(row.analyte, row.matrix) for row in model.residuals}
    for analyte, matrix in sorted(given - seen):
        yield f"a residual error is given for {analyte} in {matrix}, which is not observed", "Add the observation."
    if {"estimate", "advise"} & set(model.uses):
        for analyte, matrix in sorted(seen - given):
            yield (
                f"{analyte} in {matrix} has no residual error",
                "Without it no level can be weighed: add it, or drop 'estimate'.",
            )
    for row in model.residuals:
        needs = {
            "proportional": row.proportional, "additive": row.additive, "log_normal": row.log_sd,
            "combined1": min(row.proportional, row.additive), "combined2": min(row.proportional, row.additive),
            "power": row.coefficient,
        }  # fmt: skip
        if not needs[row.convention] > 0.0:
            yield f"the residual error of {row.analyte} lacks a number of '{row.convention}'", "Add it as printed."
        if row.additive and find_unit(row.unit) is None:
            yield f"the additive error of {row.analyte} has no known unit", 'Add unit = "mg/L" or as printed.'


def _mixture(model: PkModelFile) -> Found:
    if not model.mixture:
        return
    yield from checks.probability_faults(row.probability for row in model.mixture)
    if len({row.on for row in model.mixture}) != 1 or model.mixture[0].on not in model.parameters:
        yield "the classes of the mixture act on different parameters, or on none", "One parameter differs."
