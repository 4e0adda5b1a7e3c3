"""Each patient gets a model and covariates, or the reason why not; nothing is guessed."""

from typing import Any

import numpy as np
import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.cohort.levels.people import REASONS, Person, columns_read, people_of
from fullcourse.cohort.levels.question import LevelQuestion
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets
from patients import knowledge

ADULT = {"age": 41.0, "weight": 59.0, "creatinine": 0.9, "height": 165.0, "sex": "male", "dialysis": False}


def question(drug: str = "cycloserine", model: str = "", plan: str = "250 mg q12h") -> LevelQuestion:
    files = read_pk_models(drug=drug)
    files = {model: files[model]} if model else files
    return LevelQuestion(drug, files, bool(model), parse_dose_plan(plan), None, 10, 1, read_targets(drug))


def cells_of(asked: LevelQuestion, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of one patient; a number may be a range, a medicine is its range of counts."""
    error = facts.get("error")
    cells: dict[str, Any] = {"error": np.ma.masked_array(np.array([error], object), [error is None])}
    for column in columns_read(asked, knowledge()):
        name, _, end = column.removeprefix("fact__").removesuffix("__now").partition("__")
        if column.startswith("taking"):
            _, _, name, _, end = column.split("__")
        value = facts.get(name)
        if end in {"low", "high"} and isinstance(value, tuple):
            value = value[0] if end == "low" else value[1]
        kind = object if isinstance(value, str) else np.float64 if end else np.bool_
        cells[column] = np.ma.masked_array(np.array([0 if value is None else value], kind), [value is None])
    return cells


def only(asked: LevelQuestion, **changes: Any) -> Person:
    (found,) = people_of(asked, knowledge(), cells_of(asked, {**ADULT, **changes}), 1)
    assert found.reason in {"", *REASONS}
    assert (found.found is None) is bool(found.reason)
    return found


def test_an_adult_gets_the_default_model_with_the_covariates_on_record():
    found = only(question())

    assert found.model == "cycloserine.alghamdi-2019"
    assert found.found is not None
    assert found.found.values["weight"] == 59.0
    assert found.found.values["creatinine_clearance"] == pytest.approx((140 - 41) * 59 / (72 * 0.9))


def test_a_younger_patient_gets_the_model_that_was_fitted_to_such():
    assert only(question(), age=16.0).model == "cycloserine.resendiz-galvan-2025"


@pytest.mark.parametrize(
    ("changes", "reason", "facts"),
    [
        ({"error": "no patient"}, "record", ()),
        ({"age": None}, "missing", ("age",)),
        ({"age": 10.0}, "outside_population", ("age",)),
        ({"weight": None}, "missing", ("weight",)),
        ({"weight": (50.0, 60.0)}, "missing", ("weight",)),
        ({"creatinine": None, "sex": None}, "missing", ("creatinine", "sex")),
        ({"dialysis": True}, "not_for", ("dialysis",)),
        ({"weight": 0.0}, "unusable", ()),
    ],
)
def test_a_patient_who_cannot_be_predicted_says_why(changes: dict[str, Any], reason: str, facts: tuple[str, ...]):
    found = only(question(), **changes)

    assert (found.reason, set(found.facts)) == (reason, set(facts))
    assert found.because


def test_an_age_known_to_a_year_is_used_and_one_known_less_is_missing():
    assert only(question(), age=(41.0, 42.0)).reason == ""
    assert only(question(), age=(41.0, 43.0)).facts == ("age",)


def test_a_named_model_refuses_whom_it_was_not_fitted_to():
    found = only(question(model="cycloserine.alghamdi-2019"), age=16.0)

    assert (found.model, found.reason, found.facts) == ("cycloserine.alghamdi-2019", "outside_population", ("age",))


def test_a_dose_that_the_model_does_not_know_refuses_everybody_of_it():
    found = only(question("rifampicin", plan="300 mg once a day"), height=165.0)

    assert (found.reason, found.facts) == ("outside_population", ("dose",))


@pytest.mark.parametrize(
    ("taken", "complete", "value", "assumed"),
    [
        ((1.0, 1.0), True, 1.0, False),
        ((1.0, None), False, 1.0, False),
        ((0.0, 0.0), True, 0.0, False),
        ((0.0, 1.0), True, 0.0, True),
        ((0.0, None), False, 0.0, True),
    ],
)
def test_a_medicine_that_may_be_taken_is_assumed_and_said_so(
    taken: tuple[float, float | None], complete: bool, value: float, assumed: bool
):
    found = only(question("delamanid", plan="100 mg q12h"), albumin=3.5, efavirenz=taken, medicines_complete=complete)

    assert found.found is not None
    assert found.found.values["efavirenz"] == value
    assert any(item.covariate == "efavirenz" for item in found.found.assumed) is assumed
