"""Doses as FHIR R4: drafts of proposals, one instruction a step, and no request for what is no dose."""

from dose_answers import answer_of
from fullcourse.adapters.fhir.write.medication_request import medication_request, medication_requests
from patients import knowledge

TITRATION = {"profile": "us", "drug": "cycloserine"}
SEVERE = {
    "profile": "us",
    "drug": "cycloserine",
    "facts": {"creatinine_clearance": 20.0},
    "overrides": {"cycloserine.contraindication.severe-renal": "no other drug is left"},
}
CASES = {
    "titration": TITRATION,
    "severe": SEVERE,
    "bedaquiline": {"profile": "who", "drug": "bedaquiline", "regimen": "who-bpalm"},
    "phases": {"profile": "who", "drug": "isoniazid", "regimen": "who-2hrze-4hr"},
    "volume": {"profile": "who", "drug": "cycloserine", "facts": {"birth_date": "2026-05-01", "weight": 6.0}},
    "four times": {"profile": "us", "drug": "terizidone"},
}


def request_of(case: dict) -> dict:
    return medication_request(answer_of(case), knowledge())


def test_a_dose_is_a_draft_and_a_proposal_with_one_instruction_a_step():
    request = request_of(TITRATION)
    assert (request["status"], request["intent"]) == ("draft", "proposal")
    assert [it["sequence"] for it in request["dosageInstruction"]] == [1, 2, 2, 3]
    first, morning, evening, _ = request["dosageInstruction"]
    assert first["timing"]["repeat"] == {
        "boundsDuration": {
            "value": 14, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d", "comparator": ">=",
        },
        "frequency": 2, "period": 1, "periodUnit": "d", "when": ["MORN", "EVE"],
    }  # fmt: skip
    assert [it["doseAndRate"][0]["doseQuantity"]["value"] for it in (morning, evening)] == [250, 500]
    assert first["maxDosePerPeriod"]["numerator"]["value"] == 1000
    assert any("below 30 mg/L" in it["text"] for it in morning["additionalInstruction"])
    assert request["note"][0]["text"] == "proposal; to be confirmed by a prescriber"


def test_days_of_the_week_and_the_length_of_phases_are_kept():
    first, then = request_of(CASES["bedaquiline"])["dosageInstruction"]
    assert first["timing"]["repeat"]["boundsDuration"]["value"] == 14
    assert "comparator" not in first["timing"]["repeat"]["boundsDuration"]
    assert then["timing"]["repeat"]["dayOfWeek"] == ["mon", "wed", "fri"]
    lengths = [it["timing"]["repeat"]["boundsDuration"] for it in request_of(CASES["phases"])["dosageInstruction"]]
    assert [(it["value"], it["unit"]) for it in lengths] == [(2, "mo"), (4, "mo")]


def test_what_is_no_dose_yields_an_outcome_and_no_request():
    answers = [
        answer_of({**TITRATION, "facts": {"creatinine_clearance": 20.0}}),
        answer_of({**TITRATION, "facts": {"weight": "unknown"}}),
        answer_of({**TITRATION, "facts": {"pulmonary_tuberculosis": False, "urinary_tract_infection": True}}),
    ]
    bundle = medication_requests(answers, knowledge())
    resources = [entry["resource"] for entry in bundle["entry"]]
    assert {it["resourceType"] for it in resources} == {"OperationOutcome"}
    assert [it["issue"][0]["code"] for it in resources] == ["business-rule", "incomplete", "not-supported"]
    assert " mg" not in resources[1]["issue"][0]["diagnostics"]
