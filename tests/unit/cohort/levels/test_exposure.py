"""Exposures are those of the commands for one patient, however the draws are cut into parts."""

import dataclasses

import numpy as np

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.cohort.levels.exposure import CHUNK, exposures
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.advice.exposure import Draws, steady_exposure
from fullcourse.pharmacokinetics.advice.population import draw_population

FILE = read_pk_models()["cycloserine.alghamdi-2019"]
COVARIATES = {"weight": 59.0, "creatinine_clearance": 80.0, "patient": 1.0}
STEPS = parse_dose_plan("250 mg q12h")


def drawn(count: int) -> Draws:
    return draw_population(FILE, count, 1, COVARIATES).draws


def test_steady_state_is_that_of_attainment_in_parts_or_whole():
    draws = drawn(CHUNK + 7)

    found, whole = exposures(draws, STEPS, None), steady_exposure(draws, STEPS[0])

    assert np.allclose(found.peak, whole.peak, rtol=1e-12)
    assert np.allclose(found.trough, whole.trough, rtol=1e-12)
    assert np.allclose(found.auc24, whole.auc24, rtol=1e-12)


def test_after_many_days_the_last_day_comes_to_steady_state():
    late, steady = exposures(drawn(40), STEPS, 60), exposures(drawn(40), STEPS, None)

    assert np.allclose(late.auc24, steady.auc24, rtol=0.02)
    # Levels are read every hour there and more finely here, so a trough between two hours is not seen there.
    assert np.all(late.trough > 0.999 * steady.trough)
    assert np.median(late.trough / steady.trough) < 1.02


def test_before_the_first_dose_of_the_first_day_there_is_nothing():
    assert np.all(exposures(drawn(5), STEPS, 1).trough == 0.0)


def test_values_of_each_draw_go_with_their_draw():
    draws = drawn(CHUNK + 2)
    weights = np.full(CHUNK + 2, 59.0)
    weights[-1] = 90.0

    found = exposures(dataclasses.replace(draws, covariates={**COVARIATES, "weight": weights}), STEPS, None)

    same, last = exposures(draws, STEPS, None), found.peak[-1]
    assert np.allclose(found.peak[:-1], same.peak[:-1], rtol=1e-12)
    assert last < same.peak[-1]
