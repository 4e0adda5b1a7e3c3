"""Levels and given doses in a FHIR record: what counts, and what is counted as passed over."""

import json
from typing import Any

import pytest

from fullcourse.adapters.level_history import read_level_history
from fullcourse.clinical.errors import InputError

WHEN = "2026-11-03T10:00:00Z"


def level(**changes: Any) -> dict[str, Any]:
    base = {
        "resourceType": "Observation", "id": "l", "status": "final", "code": {"text": "Cycloserine level"},
        "effectiveDateTime": WHEN, "valueQuantity": {"value": 31, "unit": "ug/mL"},
    }  # fmt: skip
    return {**base, **changes}


def dose(**changes: Any) -> dict[str, Any]:
    base = {
        "resourceType": "MedicationAdministration", "id": "d", "status": "completed",
        "medicationCodeableConcept": {"text": "cycloserine 250 MG Oral Capsule"},
        "effectiveDateTime": "2026-11-03T08:00:00Z", "dosage": {"dose": {"value": 250, "unit": "mg"}},
    }  # fmt: skip
    return {**base, **changes}


def read(*resources: dict[str, Any]) -> Any:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in resources]}
    return read_level_history(json.dumps(bundle).encode(), "cycloserine")


def test_a_level_and_a_dose_are_read_with_their_origin():
    found = read(level(), dose())
    assert (found.levels[0].mg_per_l, found.levels[0].origin) == (31.0, "Observation/l")
    assert (found.doses[0].mg, found.doses[0].origin) == (250.0, "MedicationAdministration/d")


def test_newline_delimited_records_are_read():
    data = "\n".join(json.dumps(item) for item in (level(), dose())).encode()
    assert len(read_level_history(data, "cycloserine").levels) == 1


def test_a_level_below_the_limit_keeps_that_limit():
    found = read(level(valueQuantity={"value": 2, "unit": "mg/L", "comparator": "<"}))
    assert found.levels[0].below_limit


def test_a_level_by_a_configured_code_needs_no_words():
    coded = level(code={"coding": [{"system": "http://example.org/lab", "code": "CYC"}]})
    data = json.dumps(coded).encode()
    assert not read_level_history(data, "cycloserine").levels
    assert read_level_history(data, "cycloserine", frozenset({"CYC"})).levels


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "entered-in-error"},
        {"effectiveDateTime": "2026-11-03"},
        {"effectiveDateTime": None},
        {"valueQuantity": {"value": 31, "unit": "mg/mL"}},
        {"valueQuantity": {"value": 31}},
        {"valueQuantity": {"value": 90, "unit": "mg/L", "comparator": ">"}},
    ],
)
def test_a_level_that_cannot_be_used_is_counted(changes: dict[str, Any]):
    found = read(level(**changes))
    assert not found.levels
    assert list(found.passed_over.values()) == [1]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "not-done"},
        {"dosage": {"dose": {"value": 1, "unit": "capsule"}}},
        {"dosage": None},
        {"effectiveDateTime": "2026-11-03"},
    ],
)
def test_a_dose_that_cannot_be_used_is_counted(changes: dict[str, Any]):
    found = read(dose(**changes))
    assert not found.doses
    assert list(found.passed_over.values()) == [1]


def test_another_drug_is_no_matter_of_ours():
    found = read(
        dose(medicationCodeableConcept={"text": "isoniazid 300 MG Oral Tablet"}),
        level(code={"text": "Linezolid level"}),
    )
    assert (found.doses, found.levels, found.passed_over) == ((), (), {})


def test_toml_holds_neither():
    assert not read_level_history(b'[[fact]]\nid = "weight"\n', "cycloserine").levels


def test_broken_json_is_refused():
    with pytest.raises(InputError):
        read_level_history(b'{"resourceType": ', "cycloserine")
