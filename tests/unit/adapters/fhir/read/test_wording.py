"""What the codes and the words of a diagnosis come to: what speaks is used, what is open says why."""

from typing import Any

import pytest

from fhir_records import ICD10, SNOMED, coded, condition, read, unused

REFUTED = {"verificationStatus": {"coding": [{"code": "refuted"}]}}


@pytest.mark.parametrize(
    "code",
    [
        coded(SNOMED, "84757009", "Epilepsy"),
        {"text": "Epilepsy"},
        {"text": "No epilepsy as far as known"},
        coded(SNOMED, "38341003", "Epilepsy"),
    ],
)
def test_what_states_or_raises_a_fact_is_used(code: dict[str, Any]) -> None:
    record = read(condition(code))
    assert "epilepsy" in record.evidence
    assert unused(record) == {}


def test_what_is_refuted_raises_nothing_by_its_words_and_is_counted() -> None:
    record = read(condition({"text": "No epilepsy as far as known"}, **REFUTED))
    assert "epilepsy" not in record.evidence
    assert record.unrecognised == ()
    assert unused(record) == {"Condition: no fact uses it": 1}


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (coded(ICD10, "G4O.3"), "its code cannot be one of its code system"),
        (coded(SNOMED, "86406008"), "its code is none that is known"),
        (coded("https://example.org", "77"), "its code is of a system in which no fact is coded"),
        ({"text": "Falling sickness"}, "it has no code, and its wording is none that is known"),
        ({}, "it has neither code nor text"),
    ],
)
def test_what_is_open_says_why(code: dict[str, Any], why: str) -> None:
    (named,) = read(condition(code)).unrecognised
    assert named.why == why
