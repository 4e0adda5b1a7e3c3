"""Several models of one patient: weights that add up, and draws in proportion to them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets
from fullcourse.pharmacokinetics.advice.advise import advise
from fullcourse.pharmacokinetics.advice.model_average import averaged_draws, model_weights
from fullcourse.pharmacokinetics.advice.patient_estimate import PatientEstimate, estimate_patient
from fullcourse.pharmacokinetics.inputs.covariates import KnownFact, PatientFacts, patient_covariates

MODELS = read_pk_models(drug="cycloserine")
START = datetime(2026, 10, 20, 8, tzinfo=UTC)
DOSES = [TakenDose(START + timedelta(hours=12 * n), 250.0) for n in range(30)]
DRAWN = DOSES[-1].at + timedelta(hours=2)
FACTS = PatientFacts(
    {
        "weight": KnownFact(59.0, "kg"),
        "height": KnownFact(165.0, "cm"),
        "sex": KnownFact("male"),
        "age": KnownFact(41.0, "a"),
        "creatinine": KnownFact(0.9, "mg/dL"),
    }
)


def found(model: str, *levels: float) -> PatientEstimate:
    drawn = [Level(value, DRAWN + timedelta(hours=4 * n)) for n, value in enumerate(levels)]
    return estimate_patient(MODELS[model], patient_covariates(MODELS[model], FACTS), DOSES, drawn, seed=1, count=400)


ONE = found("cycloserine.alghamdi-2019", 31.0, 27.0)
OTHER = found("cycloserine.resendiz-galvan-2025", 31.0, 27.0)


def test_weights_add_up_to_one_and_favour_the_better():
    near, far = found("cycloserine.alghamdi-2019", 24.0, 21.0), found("cycloserine.alghamdi-2019", 90.0, 3.0)
    weights = model_weights([near, far])
    assert sum(weights) == pytest.approx(1.0)
    assert weights[0] > weights[1]


def test_draws_come_in_proportion_to_the_weights():
    weights, draws = model_weights([ONE, OTHER]), averaged_draws([ONE, OTHER])
    assert sum(item.count for item in draws) == 400
    assert np.allclose([item.count / 400 for item in draws], weights, atol=1 / 400)
    assert [item.model for item in draws] == [ONE.draws.model, OTHER.draws.model]


def test_one_model_gives_all_its_draws():
    (draws,) = averaged_draws([ONE])
    assert np.array_equal(draws.eta, ONE.draws.eta)


def test_advice_over_models_lies_between_what_each_alone_says_and_knows_less():
    targets = read_targets("cycloserine")
    alone = [advise(item.draws, targets).plans for item in (ONE, OTHER)]
    both = advise(averaged_draws([ONE, OTHER]), targets).plans
    for plan in both:
        apart = [next(it for it in plans if it.plan.id == plan.plan.id) for plans in alone]
        low, high = sorted(it.peak[2] for it in apart)
        assert low * 0.97 <= plan.peak[2] <= high * 1.03
        assert min(it.score for it in apart) - 0.03 <= plan.score <= max(it.score for it in apart) + 0.03
    assert both[0].missed is not None
