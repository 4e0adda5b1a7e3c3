"""Exposures read between points are those that the engine gives, whoever else is read."""

import dataclasses

import numpy as np
import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.cohort.levels.exposure import exposures
from fullcourse.cohort.levels.lattice import Lattice, can_be_read
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.advice.exposure import Draws
from fullcourse.pharmacokinetics.advice.population import draw_population
from fullcourse.pharmacokinetics.inputs.model_files import engine_model
from fullcourse.pharmacokinetics.model import Computed, ComputedForm

FILES = read_pk_models()
READ = {
    "cycloserine.alghamdi-2019": {"weight": (35.0, 110.0), "creatinine_clearance": (10.0, 180.0)},
    "cycloserine.resendiz-galvan-2025": {
        "fat_free_mass": (25.0, 70.0), "creatinine_clearance_56_kg_man": (10.0, 180.0),
    },
    "levofloxacin.sawe-2025": {
        "fat_free_mass": (25.0, 70.0), "creatinine": (30.0, 400.0), "pregnant_third_trimester": (0.0, 1.0),
    },
    "moxifloxacin.sidamo-2022": {},
    "levofloxacin.nguyen-2026": {},
}  # fmt: skip
COUNT = 60
PATIENTS = 9
QUANTILES = (0.05, 0.5, 0.95)


def drawn(model: str, count: int = COUNT) -> tuple[Draws, dict[str, np.ndarray]]:
    """Return draws, and the covariates of some patients."""
    random, file = np.random.default_rng(2), FILES[model]
    covariates = {name: random.uniform(*ends, PATIENTS) for name, ends in READ[model].items()}
    if "pregnant_third_trimester" in covariates:
        covariates["pregnant_third_trimester"] = np.round(covariates["pregnant_third_trimester"])
    if "patient" in file.covariates:
        covariates["patient"] = np.ones(PATIENTS)
    found = draw_population(file, count, 1, {name: float(values[0]) for name, values in covariates.items()}).draws
    return found, covariates


def read_all(draws: Draws, covariates: dict[str, np.ndarray], count: int, days: int | None) -> np.ndarray:
    steps = parse_dose_plan("250 mg q12h")
    own = {name: value for name, value in draws.covariates.items() if name not in covariates}
    lattice = Lattice(dataclasses.replace(draws, covariates=own), lambda some: exposures(some, steps, days))
    blocks = [np.stack([one.auc24, one.peak, one.trough]) for _, one in lattice.read(covariates, count)]
    return np.concatenate(blocks, axis=1)


@pytest.mark.parametrize("days", [None, 1, 10])
@pytest.mark.parametrize("model", READ)
def test_what_is_read_between_points_is_what_the_engine_gives(model: str, days: int | None):
    draws, covariates = drawn(model)
    read = read_all(draws, covariates, PATIENTS, days)

    for patient in range(PATIENTS):
        own = {name: float(values[patient]) for name, values in covariates.items()}
        alone = exposures(
            dataclasses.replace(draws, covariates={**draws.covariates, **own}), parse_dose_plan("250 mg q12h"), days
        )
        whole = np.stack([alone.auc24, alone.peak, alone.trough])
        assert np.allclose(np.quantile(read[:, patient], QUANTILES, axis=1), np.quantile(whole, QUANTILES, axis=1),
                           rtol=5e-5, atol=1e-12)  # fmt: skip
        assert np.allclose(read[:, patient], whole, rtol=1e-3, atol=1e-12)


def test_a_row_does_not_depend_on_who_else_is_in_the_register():
    draws, covariates = drawn("cycloserine.alghamdi-2019")
    together = read_all(draws, covariates, PATIENTS, None)

    alone = read_all(draws, {name: values[4:5] for name, values in covariates.items()}, 1, None)

    assert np.array_equal(together[:, 4], alone[:, 0])


@pytest.mark.parametrize("model", FILES)
def test_only_linear_models_of_which_one_number_is_left_are_read(model: str):
    assert can_be_read(engine_model(FILES[model])) is (
        model in READ or model in {"isoniazid.chen-2022", "pyrazinamide.chirehwa-2017"}
    )


def test_a_model_with_computed_parameters_is_not_read():
    model = engine_model(FILES["cycloserine.alghamdi-2019"])
    computed = dataclasses.replace(
        model,
        parameters={**model.parameters, "rate": 0.08},
        computed=(Computed("rate", ComputedForm.RATIO, ("cl", "vc")),),
    )
    assert can_be_read(model)
    assert not can_be_read(computed)


def test_a_model_that_cannot_be_read_between_points_is_refused():
    draws = draw_population(FILES["rifampicin.svensson-2018"], 2, 1, {"fat_free_mass": 40.0}).draws
    with pytest.raises(ValueError, match="cannot be read"):
        Lattice(draws, lambda some: exposures(some, parse_dose_plan("600 mg once a day"), None))
