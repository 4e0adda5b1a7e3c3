"""One patient's estimate: levels move it, unseen doses widen it, and what it rests on is kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.advice.next_samples import next_samples
from fullcourse.pharmacokinetics.advice.patient_estimate import PatientEstimate, estimate_patient
from fullcourse.pharmacokinetics.inputs.covariates import KnownFact, PatientFacts, patient_covariates
from fullcourse.pharmacokinetics.inputs.level_text import parse_level

MODELS = read_pk_models()
ALGHAMDI = MODELS["cycloserine.alghamdi-2019"]
START = datetime(2026, 10, 20, 8, tzinfo=UTC)
DOSES = [TakenDose(START + timedelta(hours=12 * n), 250.0) for n in range(30)]
DRAWN = START + timedelta(hours=12 * 29 + 2)
FACTS = PatientFacts(
    {
        "weight": KnownFact(59.0, "kg"),
        "height": KnownFact(165.0, "cm"),
        "sex": KnownFact("male"),
        "age": KnownFact(41.0, "a"),
        "creatinine": KnownFact(0.9, "mg/dL"),
    }
)


def found(*levels: float, doses: list[TakenDose] = DOSES, seed: int = 1) -> PatientEstimate:
    drawn = [Level(value, DRAWN + timedelta(hours=4 * n)) for n, value in enumerate(levels)]
    return estimate_patient(ALGHAMDI, patient_covariates(ALGHAMDI, FACTS), doses, drawn, seed=seed, count=400)


def clearance(estimate: PatientEstimate) -> float:
    return next(row.own for row in estimate.parameters if row.name == "cl")


def test_high_levels_mean_a_slow_patient_and_low_levels_a_fast_one():
    assert clearance(found(45.0, 40.0)) < clearance(found(24.0, 21.0)) < clearance(found(12.0, 9.0))


def test_two_levels_leave_less_unknown_than_one():
    def spread(estimate: PatientEstimate) -> float:
        return next(row.high / row.low for row in estimate.parameters if row.name == "cl")

    assert spread(found(31.0, 27.0)) < spread(found(31.0))


def test_every_start_finds_the_same_optimum():
    effects = found(31.0, 27.0).effects
    assert effects.starts == int(effects.starts_agreed[0])
    assert effects.gradient_norm[0] < 1e-4


def test_the_same_seed_gives_the_same_draws():
    assert np.array_equal(found(31.0).draws.eta, found(31.0).draws.eta)


def test_a_level_ten_times_too_high_is_a_conflict():
    assert found(310.0).conflicts
    assert not found(31.0).conflicts


def test_a_level_below_the_limit_of_quantification_is_weighed():
    below = [Level(5.0, DRAWN, below_limit=True)]
    estimate = estimate_patient(ALGHAMDI, patient_covariates(ALGHAMDI, FACTS), DOSES, below, seed=1, count=200)
    assert clearance(estimate) > clearance(found(20.0))
    assert estimate.fits[0].percentile is None


def test_regular_doses_become_few_trains():
    assert int((found(31.0).table.evid == 1).sum()) <= 4


def test_no_level_is_refused():
    with pytest.raises(InputError, match="none is given"):
        found()


def test_a_fluid_the_model_does_not_know_is_refused():
    saliva = [parse_level("3 mg/L @ 2026-11-03T22:00Z in saliva")]
    with pytest.raises(InputError, match="a level in saliva cannot be weighed"):
        estimate_patient(ALGHAMDI, patient_covariates(ALGHAMDI, FACTS), DOSES, saliva, seed=1)


def test_a_model_without_a_residual_error_does_not_estimate():
    sidamo = MODELS["moxifloxacin.sidamo-2022"]
    with pytest.raises(InputError, match="can simulate and cannot estimate"):
        estimate_patient(sidamo, patient_covariates(sidamo, FACTS), DOSES, [Level(3.0, DRAWN)], seed=1)


def test_the_next_samples_are_apart_and_tell_something():
    estimate = found(31.0)
    plan = parse_dose_plan("250 mg q12h")[0]
    chosen = next_samples(estimate, plan, DOSES, [Level(31.0, DRAWN)], DRAWN, (8.0, 17.0))
    assert chosen[0].gain > 0.0
    assert (chosen[0].at[1] - chosen[0].at[0]).total_seconds() >= 3600.0
    assert all(hours >= 0.0 for hours in chosen[0].hours_after_dose)


def test_doses_that_nobody_saw_let_the_delay_run_far_out_without_stopping_the_estimate():
    file = MODELS["cycloserine.resendiz-galvan-2025"]
    covariates = patient_covariates(file, FACTS)
    drawn = [Level(31.0, DRAWN), Level(27.0, DRAWN + timedelta(hours=4))]
    seen, unseen = (
        estimate_patient(file, covariates, [replace(dose, observed=watched) for dose in DOSES[:12] + DOSES[-2:]], drawn,
                         seed=1, count=200)
        for watched in (True, False)
    )  # fmt: skip
    assert bool(unseen.effects.converged[0])
    assert unseen.effects.gradient_norm[0] < 1e-4
    assert np.isfinite(unseen.draws.eta).all()
    assert unseen.effects.covariance[0, 2, 2] > seen.effects.covariance[0, 2, 2]


def test_a_dose_given_once_is_no_train_and_cannot_overlap_itself():
    file = MODELS["cycloserine.resendiz-galvan-2025"]
    once = [TakenDose(START, 500.0, observed=False)]
    covariates = patient_covariates(file, FACTS)
    estimate = estimate_patient(file, covariates, once, [Level(1.0, START + timedelta(hours=30))], seed=1, count=200)
    assert estimate.table.ii.tolist() == [0.0, 0.0]
    assert np.isfinite(estimate.log_evidence)
