"""Adding the response to 1 mg gives what the engine gives for the whole plan."""

import numpy as np
import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.advice.disturbances import late_dose, missed_dose
from fullcourse.pharmacokinetics.advice.exposure import steady_exposure
from fullcourse.pharmacokinetics.advice.population import draw_population
from fullcourse.pharmacokinetics.advice.unit_response import can_superpose, unit_response

FILE = read_pk_models()["cycloserine.alghamdi-2019"]
DRAWS = draw_population(FILE, 100, 5, {"weight": 59.0, "creatinine_clearance": 89.1}).draws
UNIT = unit_response(DRAWS)
PLANS = ["250 mg q24h", "250 mg q12h", "250 mg morning + 500 mg evening", "250 mg q8h", "250 mg q6h"]


@pytest.mark.parametrize("text", PLANS)
def test_a_daily_plan_is_a_sum_of_shifted_doses(text: str):
    step = parse_dose_plan(text)[0]
    added, whole = UNIT.exposure(step), steady_exposure(DRAWS, step)
    assert np.allclose(added.trough, whole.trough, rtol=2e-3)
    assert np.allclose(added.peak, whole.peak, rtol=2e-2)
    assert np.allclose(added.auc24, whole.auc24, rtol=1e-12)


def test_auc_is_dose_over_clearance():
    step = parse_dose_plan("250 mg q12h")[0]
    typical = 2.00 * np.exp(-0.660)
    clearance = typical * np.exp(DRAWS.eta[:, 3] + DRAWS.kappa[:, 0])
    assert np.allclose(UNIT.exposure(step).auc24, 500.0 / clearance, rtol=1e-10)


def test_equal_daily_doses_give_equal_auc():
    once, twice = (UNIT.exposure(parse_dose_plan(text)[0]).auc24 for text in ("500 mg q24h", "250 mg q12h"))
    assert np.allclose(once, twice, rtol=1e-12)


def test_a_missed_dose_agrees_with_doses_laid_out_one_by_one():
    step = parse_dose_plan("250 mg morning + 500 mg evening")[0]
    time_h, levels, gap = UNIT.disturbed(step, None)
    assert np.allclose(levels[:, time_h <= gap].min(axis=1), missed_dose(DRAWS, step).lowest, rtol=5e-3, atol=0.02)


def test_a_late_dose_agrees_with_doses_laid_out_one_by_one():
    step = parse_dose_plan("250 mg q12h")[0]
    _, levels, _ = UNIT.disturbed(step, 6.0)
    assert np.allclose(levels.max(axis=1), late_dose(DRAWS, step, 6.0).peak, rtol=0.05)


def test_levels_are_never_negative():
    _, levels, _ = UNIT.disturbed(parse_dose_plan("250 mg q6h")[0], None)
    assert levels.min() >= 0.0


def test_days_of_the_week_are_not_added():
    assert not can_superpose(DRAWS, [parse_dose_plan("500 mg M-W-F")[0]])


def test_time_above_is_all_or_nothing_outside_the_curve():
    exposure = UNIT.exposure(parse_dose_plan("250 mg q12h")[0])
    assert np.allclose(exposure.percent_above(1e-9), 100.0)
    assert np.allclose(exposure.percent_above(1e9), 0.0)
