"""Quantiles and probabilities of a row are those of the commands for one patient."""

from dataclasses import replace

import numpy as np
import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import SolverStopped
from fullcourse.cohort.levels import predict
from fullcourse.cohort.levels.people import Person
from fullcourse.cohort.levels.predict import QUANTILES, Predictor, quantile_column
from fullcourse.cohort.levels.question import LevelQuestion, target_column
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.model_words import ENGINE_COVARIATES
from fullcourse.knowledge.pk.targets import read_targets
from fullcourse.pharmacokinetics.advice.attainment import attainments
from fullcourse.pharmacokinetics.advice.exposure import steady_exposure
from fullcourse.pharmacokinetics.advice.population import draw_population
from fullcourse.pharmacokinetics.inputs.covariates import Covariates

PATIENT = {"weight": 59.0, "creatinine_clearance": 80.0, "patient": 1.0}


def question(drug: str = "cycloserine", plan: str = "250 mg q12h") -> LevelQuestion:
    return LevelQuestion(
        drug, read_pk_models(drug=drug), False, parse_dose_plan(plan), None, 101, 1, read_targets(drug)
    )


def person(model: str, values: dict[str, float]) -> Person:
    return Person(model, Covariates(values, {}, (), (), 40.0))


def test_a_row_is_what_attainment_says_of_the_patient():
    asked = question()

    found, _ = Predictor(asked).columns([person("cycloserine.alghamdi-2019", PATIENT)])

    file = asked.files["cycloserine.alghamdi-2019"]
    alone = steady_exposure(draw_population(file, 101, 1, PATIENT).draws, asked.steps[0])
    for measure in ("auc24", "peak", "trough"):
        for quantile in QUANTILES:
            expected = np.quantile(getattr(alone, measure), quantile)
            assert np.isclose(found[quantile_column(measure, quantile)][0], expected, rtol=1e-4)
    for reached in attainments(alone, replace(asked.targets, targets=asked.judged)):
        assert found[target_column(reached.target)][0] == reached.probability


def test_who_has_a_reason_has_no_numbers():
    people = [Person(reason="missing"), person("cycloserine.alghamdi-2019", PATIENT)]
    found, failed = Predictor(question()).columns(people)

    assert not failed

    assert all(np.isnan(values[0]) and np.isfinite(values[1]) for values in found.values())


def test_the_same_covariates_are_worked_out_once_where_nothing_can_be_read_between_points(monkeypatch):
    asked, calls, whole = question("ethambutol", "1200 mg once a day"), [], predict.exposures
    monkeypatch.setattr(predict, "exposures", lambda *given: calls.append(1) or whole(*given))
    people = [person("ethambutol.jonsson-2011", {"weight": weight, "hiv": 0.0}) for weight in (50.0, 60.0, 50.0)]

    predictor = Predictor(asked)
    found = predictor.columns(people)[0]["peak_p50"]
    predictor.columns(people[1:])

    assert len(calls) == 2
    assert found[0] == found[2] != found[1]


def test_patients_whose_settings_differ_each_have_the_model_of_their_own():
    asked = question("pretomanid", "200 mg once a day")
    file = asked.files["pretomanid.salinger-2019"]
    usual = {name: row.median or 0.0 for name, row in file.covariates.items() if row.formula not in ENGINE_COVARIATES}
    people = [{**usual, "fasted": fasted} for fasted in (0.0, 1.0, 0.0)]

    found = Predictor(asked).columns([person(file.id, own) for own in people])[0]["peak_p50"]

    alone = [
        np.quantile(steady_exposure(draw_population(file, 101, 1, own).draws, asked.steps[0]).peak, 0.5)
        for own in people
    ]
    assert np.allclose(found, alone, rtol=1e-4)
    assert not np.isclose(alone[0], alone[1], rtol=1e-2)


def test_no_patients_give_no_rows():
    assert all(values.size == 0 for values in Predictor(question()).columns([])[0].values())


@pytest.mark.parametrize(("drug", "model", "own"), [
    ("cycloserine", "cycloserine.alghamdi-2019", PATIENT),
    ("ethambutol", "ethambutol.jonsson-2011", {"weight": 59.0, "hiv": 0.0}),
])  # fmt: skip
def test_a_patient_whose_numbers_fail_is_named_and_the_others_are_predicted(monkeypatch, drug: str, model: str, own):
    whole = predict.exposures

    def fails_for_the_heavy(draws, *rest):
        if draws.model.parameters["vc"] > 0 and np.asarray(draws.covariates.get("weight", 999.0)).max() > 200.0:
            raise SolverStopped("it does not converge")
        return whole(draws, *rest)

    monkeypatch.setattr(predict, "exposures", fails_for_the_heavy)
    people = [person(model, own), person(model, {**own, "weight": 250.0})]

    found, failed = Predictor(question(drug, "1000 mg once a day")).columns(people)

    assert failed == {1: "it does not converge"}
    assert np.isfinite(found["peak_p50"][0])
    assert all(np.isnan(values[1]) for values in found.values())


def test_a_level_that_is_no_number_is_never_a_probability(monkeypatch):
    whole = predict.exposures

    def without_a_peak(*given):
        found = whole(*given)
        return replace(found, peak=np.where(np.arange(found.peak.size) == 3, np.nan, found.peak))

    monkeypatch.setattr(predict, "exposures", without_a_peak)

    found, failed = Predictor(question("ethambutol", "1200 mg once a day")).columns(
        [person("ethambutol.jonsson-2011", {"weight": 59.0, "hiv": 0.0})]
    )

    assert "not finite" in failed[0]
    assert all(np.isnan(values[0]) for values in found.values())
