"""Doses as FHIR R4: every shape of a request, and what is no dose, is valid by HL7's schema."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from dose_answers import answer_of
from fullcourse.adapters.fhir.write.medication_request import medication_request, medication_requests
from patients import knowledge

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(__file__).parent / "data" / "fhir-r4-medication-request.schema.json").read_text("utf-8"))
)
TITRATION = {"profile": "us", "drug": "cycloserine"}
CASES = {
    "titration": TITRATION,
    "severe": {
        **TITRATION,
        "facts": {"creatinine_clearance": 20.0},
        "overrides": {"cycloserine.contraindication.severe-renal": "no other drug is left"},
    },
    "bedaquiline": {"profile": "who", "drug": "bedaquiline", "regimen": "who-bpalm"},
    "phases": {"profile": "who", "drug": "isoniazid", "regimen": "who-2hrze-4hr"},
    "volume": {"profile": "who", "drug": "cycloserine", "facts": {"birth_date": "2026-05-01", "weight": 6.0}},
    "four times": {"profile": "us", "drug": "terizidone"},
}


@pytest.mark.parametrize("name", CASES)
def test_a_request_is_valid_and_one_with_a_period_that_is_none_is_not(name):
    request = medication_request(answer_of(CASES[name]), knowledge())
    assert [error.message for error in SCHEMA.iter_errors(json.loads(json.dumps(request)))] == []
    assert not SCHEMA.is_valid({**request, "dosageInstruction": [{"timing": {"repeat": {"periodUnit": "fortnight"}}}]})


def test_a_bundle_of_doses_and_of_what_is_none_is_valid():
    answers = [answer_of(TITRATION), answer_of({**TITRATION, "facts": {"weight": "unknown"}})]
    bundle = json.loads(json.dumps(medication_requests(answers, knowledge())))
    assert [error.message for error in SCHEMA.iter_errors(bundle)] == []
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds == ["MedicationRequest", "OperationOutcome"]
    bundle["entry"][0]["resource"]["doses"] = 1
    assert not SCHEMA.is_valid(bundle)
