"""What holds of advice for every patient: never above a maximum, never against a hold, more drug is more."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets
from fullcourse.pharmacokinetics.advice.advise import advise
from fullcourse.pharmacokinetics.advice.exposure import Draws
from fullcourse.pharmacokinetics.inputs.model_files import engine_model

TARGETS = read_targets("cycloserine")
MODEL = engine_model(read_pk_models()["cycloserine.alghamdi-2019"])
EFFECT = st.floats(-1.5, 1.5)


def patient(clearance: float, volume: float, absorption: float, spread: float) -> Draws:
    noise = spread * np.random.default_rng(11).standard_normal((60, 4))
    eta = noise + np.array([0.0, absorption, volume, clearance])
    covariates = {"weight": 59.0, "creatinine_clearance": 89.1, "patient": 1.0}
    return Draws(MODEL, eta, np.zeros((60, 1)), covariates)


PATIENTS = st.builds(patient, EFFECT, EFFECT, EFFECT, st.floats(0.0, 0.6))


@given(draws=PATIENTS, most=st.sampled_from([250.0, 500.0, 750.0, 1000.0]))
@settings(max_examples=examples(25), deadline=None)
def test_no_plan_is_ever_above_the_lowest_daily_maximum(draws: Draws, most: float):
    lowered = replace(TARGETS, maxima=(*TARGETS.maxima, replace(TARGETS.maxima[0], mg_per_day=most)))
    assert all(plan.plan.greatest_mg_per_day <= most for plan in advise(draws, lowered, details=0).plans)


@given(draws=PATIENTS, hold=st.sampled_from(TARGETS.holds))
@settings(max_examples=examples(10), deadline=None)
def test_no_plan_is_ever_advised_against_a_hold(draws: Draws, hold):
    assert not advise(draws, TARGETS, holds=[hold]).plans


@given(draws=PATIENTS)
@settings(max_examples=examples(25), deadline=None)
def test_probabilities_are_probabilities_and_higher_lines_are_passed_less_often(draws: Draws):
    for plan in advise(draws, TARGETS, details=1).plans:
        risks = [risk.probability for risk in plan.risks]
        assert all(0.0 <= value <= 1.0 for value in (plan.score, plan.peak_in_range, plan.peak_below, *risks))
        assert risks == sorted(risks, reverse=True)
        assert plan.score <= plan.peak_in_range
        assert all(low <= high for low, high in zip(plan.peak, plan.peak[1:], strict=False))
        assert plan.trough[2] <= plan.peak[2]


@given(draws=PATIENTS)
@settings(max_examples=examples(25), deadline=None)
def test_more_drug_at_the_same_hours_gives_higher_levels(draws: Draws):
    by_name = {plan.plan.id: plan for plan in advise(draws, TARGETS, details=0).plans}
    for less, more in (("250 mg every 12 hours", "500 mg every 12 hours"), ("250 mg once a day", "750 mg once a day")):
        assert by_name[less].peak[2] < by_name[more].peak[2]
        assert by_name[less].auc24[2] < by_name[more].auc24[2]
