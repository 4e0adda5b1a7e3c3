"""The JSON of a dose against its schema; nothing that is no dose holds a step."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

import fullcourse.adapters.published as published
from dose_answers import answer_of
from fullcourse.adapters.published.dose import dose_json

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "dose-1.json").read_text("utf-8"))
)
CS = {"profile": "us", "drug": "cycloserine"}
CASES = {
    "dose": CS,
    "contraindicated": {**CS, "facts": {"creatinine_clearance": 20.0}},
    "overridden": {
        **CS,
        "facts": {"creatinine_clearance": 20.0},
        "overrides": {"cycloserine.contraindication.severe-renal": "no other drug is left"},
    },
    "no weight": {**CS, "facts": {"weight": "unknown"}},
    "open check": {**CS, "facts": {"excessive_alcohol_use": "unknown"}},
    "not covered": {**CS, "facts": {"pulmonary_tuberculosis": False, "urinary_tract_infection": True}},
    "phases": {"profile": "who", "drug": "isoniazid", "regimen": "who-2hrze-4hr"},
    "which regimen": {"profile": "who", "drug": "isoniazid"},
    "volume": {"profile": "who", "drug": "cycloserine", "facts": {"birth_date": "2026-05-01", "weight": 6.0}},
    "bedaquiline": {"profile": "who", "drug": "bedaquiline", "regimen": "who-bpalm"},
}


@pytest.mark.parametrize("name", CASES)
def test_every_answer_keeps_its_schema_and_says_that_it_is_a_proposal(name):
    answer = dose_json(answer_of(CASES[name]))
    SCHEMA.validate(answer)
    json.dumps(answer, allow_nan=False)
    assert answer["proposal"] == "proposal; to be confirmed by a prescriber"
    assert bool(answer["steps"]) is (answer["status"] == "dose")


def test_while_the_check_is_open_the_number_stands_under_another_name():
    answer = dose_json(answer_of(CASES["open check"]))
    assert (answer["status"], answer["steps"]) == ("cannot_assess", [])
    assert answer["not_yet"]["says"] == "Not a dose yet: the check of this patient is not finished."
    assert answer["not_yet"]["steps"][0]["mg_per_day"] == 500
    assert any("excessive_alcohol_use" in question["facts"] for question in answer["questions"])


def test_where_the_drug_is_forbidden_or_the_weight_unknown_no_amount_is_said_at_all():
    for name in ("contraindicated", "no weight"):
        answer = dose_json(answer_of(CASES[name]))
        assert answer["not_yet"] is None
        assert answer["alternatives"] == answer["conflicts"] == answer["supplements"] == []


def test_intervals_and_times_are_those_of_the_first_step():
    answer = dose_json(answer_of(CS))
    assert (answer["strength"], answer["times_per_day"], answer["interval_h"]) == ("capsule 250 mg", 2, 12.0)
    assert answer["creatinine_clearance"]["ml_per_min_low"] == pytest.approx(104.1666, abs=1e-3)
