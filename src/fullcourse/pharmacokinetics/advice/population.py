"""People who do not exist: draws of random effects and covariates from a published population, for simulation.

Covariates are drawn log-normally from the median and quartiles that the paper prints, each on its own, because papers
print no correlations; where a paper prints only a median, everybody has it, and the answer says so.
"""

import math
from dataclasses import dataclass

import numpy as np

from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.clinical.formulas import cockcroft_gault_ml_per_min, normal_fat_mass_kg
from fullcourse.clinical.units import convert
from fullcourse.knowledge.pk.model_file import CovariateRow, Demographic, PkModelFile
from fullcourse.knowledge.pk.model_words import ENGINE_COVARIATES
from fullcourse.pharmacokinetics.advice.exposure import Draws
from fullcourse.pharmacokinetics.inputs.covariates import fixed_sex
from fullcourse.pharmacokinetics.inputs.model_files import MIXTURE_COVARIATE, engine_model
from fullcourse.pharmacokinetics.model import F64, RandomEffects

__all__ = ["VirtualPopulation", "draw_effects", "draw_population"]

QUARTILE_SD = 0.6744897501960817
"""Distance of a quartile of the normal distribution from its median, in standard deviations."""


@dataclass(frozen=True, slots=True, eq=False)
class VirtualPopulation:
    """N people drawn from a published population.

    Attributes:
        draws: Their effects and covariates.
        fixed: Covariates that everybody shares, because no spread is printed, with their value.
    """

    draws: Draws
    fixed: dict[str, float]


def draw_population(
    file: PkModelFile,
    count: int,
    seed: int,
    covariates: dict[str, float] | None = None,
    *,
    occasions: bool = True,
) -> VirtualPopulation:
    """Draw people from the population of a model.

    Args:
        file: The model.
        count: How many, 1 to 1 000 000.
        seed: Of the random numbers.
        covariates: Values that everybody has, for example those of one patient; None draws them.
        occasions: Whether people differ from occasion to occasion, as the model says.

    Raises:
        InputError: ``count`` is out of range.
        OutsideLabel: A covariate has neither a distribution nor a median, and none was given.
    """
    if not 1 <= count <= 1_000_000:
        raise InputError(f"n '{count}': between 1 and 1 000 000 people can be drawn.")
    random = np.random.default_rng(seed)
    model = engine_model(file, covariates, between_occasions=occasions)
    between, within = model.between_subjects, model.between_occasions
    eta, kappa = draw_effects(between, count, random), draw_effects(within, count, random)
    values: dict[str, float | F64] = {}
    fixed: dict[str, float] = {}
    for row in file.covariates.values():
        if row.formula in ENGINE_COVARIATES:
            continue
        if covariates is not None and row.id in covariates:
            values[row.id] = covariates[row.id]
            continue
        drawn = _draw(row, file, count, random)
        if isinstance(drawn, float) and row.formula != "constant":
            fixed[row.id] = drawn
        values[row.id] = drawn
    if model.mixture:
        values[MIXTURE_COVARIATE] = random.choice(
            np.array(model.mixture.values), count, p=np.array(model.mixture.probabilities)
        )
    return VirtualPopulation(Draws(model, eta, kappa, values), fixed)


def draw_effects(effects: RandomEffects, count: int, random: np.random.Generator) -> F64:
    """Return random effects of everybody, ``(N, n)``; n may be 0."""
    if not effects.count:
        return np.zeros((count, 0))
    return random.multivariate_normal(np.zeros(effects.count), effects.covariance, count, method="cholesky")


def _draw(row: CovariateRow, file: PkModelFile, count: int, random: np.random.Generator) -> float | F64:
    """Return one covariate of everybody, or one value that all share."""
    if row.formula == "constant" and row.constant is not None:
        return row.constant
    if row.median is not None and row.middle_half is not None:
        return _log_normal(row.median, row.middle_half, count, random)
    known = {demographic.id: demographic for demographic in file.demographics}
    if row.formula == "cockcroft_gault_fixed" and {"age", "creatinine"} <= set(known) and row.fixed_weight_kg:
        age = _people(known["age"], "a", count, random)
        creatinine = _people(known["creatinine"], "mg/dL", count, random)
        weight = np.full(count, row.fixed_weight_kg)
        return cockcroft_gault_ml_per_min.over(np.minimum(age, 100.0), weight, creatinine, sex=fixed_sex(row) or "male")
    if row.median is not None:
        return float(row.median)
    if "fat_free_mass" in known and row.formula == "normal_fat_mass" and "weight" in known and row.fat_fraction:
        weight_kg, lean_kg = known["weight"].median, known["fat_free_mass"].median
        return normal_fat_mass_kg.arithmetic(weight_kg, lean_kg, row.fat_fraction)
    if row.assume is not None:
        return float(row.assume)
    raise OutsideLabel(
        f"{file.id} prints no distribution of {row.id.replace('_', ' ')}, so nobody can be drawn from its population. "
        "Give a patient, whose own values are used."
    )


def _people(row: Demographic, unit: str, count: int, random: np.random.Generator) -> F64:
    drawn = row.median if row.middle_half is None else _log_normal(row.median, row.middle_half, count, random)
    return np.broadcast_to(np.asarray(drawn), (count,)) * convert(1.0, row.unit, unit)


def _log_normal(median: float, half: tuple[float, float], count: int, random: np.random.Generator) -> F64:
    """Return log-normal values with this median whose quartiles are as far apart, in ratio, as those printed."""
    sd = math.log(half[1] / half[0]) / (2.0 * QUARTILE_SD)
    return np.asarray(median * np.exp(sd * random.standard_normal(count)))
