from typing import Any

import pytest

from fhir_records import ABOUT, ABSENT, RXNORM, SNOMED, coded, only, read, unused
from fullcourse.clinical.fact import Standing

CYCLOSERINE = coded(RXNORM, "3007", "cycloserine")


def allergy(code: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "patient": ABOUT,
        "recordedDate": "2024-05-01",
        **({} if code is None else {"code": code}),
        **more,
    }


@pytest.mark.parametrize("code", [CYCLOSERINE, {"text": "Seromycin"}, {"text": "cycloserine 250 MG Oral Capsule"}])
def test_an_allergy_is_found_by_code_by_name_and_by_ingredient(code: dict[str, Any]) -> None:
    piece = only(read(allergy(code)), "allergy_cycloserine")
    assert (piece.value, piece.origin) == (True, "AllergyIntolerance/a")


def test_the_substance_of_a_reaction_counts_too() -> None:
    reaction = [{"substance": CYCLOSERINE, "manifestation": [{"text": "rash"}]}]
    assert only(read(allergy({"text": "some antibiotic"}, reaction=reaction)), "allergy_cycloserine").value is True


def test_cyclosporine_is_not_cycloserine() -> None:
    record = read(allergy(coded(RXNORM, "3008", "cyclosporine")))
    assert "allergy_cycloserine" not in record.evidence


@pytest.mark.parametrize(
    "more",
    [
        {"clinicalStatus": {"coding": [{"code": "inactive"}]}},
        {"clinicalStatus": {"coding": [{"code": "resolved"}]}},
        {"verificationStatus": {"coding": [{"code": "unconfirmed"}]}},
        {"type": "intolerance"},
    ],
)
def test_an_allergy_that_is_over_or_not_confirmed_or_an_intolerance_is_unsure(more: dict[str, Any]) -> None:
    assert only(read(allergy(CYCLOSERINE, **more)), "allergy_cycloserine").standing is Standing.UNSURE


def test_a_refuted_allergy_is_a_no_and_an_error_is_not_seen() -> None:
    refuted = read(allergy(CYCLOSERINE, verificationStatus={"coding": [{"code": "refuted"}]}))
    assert only(refuted, "allergy_cycloserine").value is False
    error = read(allergy(CYCLOSERINE, verificationStatus={"coding": [{"code": "entered-in-error"}]}))
    assert "allergy_cycloserine" not in error.evidence
    assert unused(error) == {"AllergyIntolerance: verificationStatus is 'entered-in-error'": 1}


@pytest.mark.parametrize(
    "code", [coded(ABSENT, "no-known-allergies"), coded(SNOMED, "716186003"), {"text": "No known allergies"}]
)
def test_no_known_allergy_completes_the_list(code: dict[str, Any]) -> None:
    record = read(allergy(code))
    assert only(record, "allergies_complete").value is True
    assert record.unrecognised == ()


@pytest.mark.parametrize("word", ["no-allergy-info", "no-known-food-allergies"])
def test_no_information_and_narrower_absences_complete_nothing(word: str) -> None:
    record = read(allergy(coded(ABSENT, word)))
    assert "allergies_complete" not in record.evidence
    assert record.unrecognised == ()
    assert sum(unused(record).values()) == 1


def test_another_allergy_that_is_understood_is_counted() -> None:
    record = read(allergy(coded(RXNORM, "1191", "aspirin")))
    assert (record.unrecognised, unused(record)) == ((), {"AllergyIntolerance: no fact uses it": 1})


@pytest.mark.parametrize("code", [{"text": "the red pills from the market"}, {}, None])
def test_an_allergy_that_is_not_understood_is_listed(code: dict[str, Any] | None) -> None:
    (listed,) = read(allergy(code)).unrecognised
    assert (listed.kind, listed.origin) == ("allergy", "AllergyIntolerance/a")


def test_words_that_speak_of_the_substance_raise_the_matter() -> None:
    piece = only(read(allergy(coded(SNOMED, "1", "Allergy to cycloserine (finding)"))), "allergy_cycloserine")
    assert piece.standing is Standing.UNSURE


@pytest.mark.parametrize(
    ("code", "substance"), [({"text": "some antibiotic"}, CYCLOSERINE), (CYCLOSERINE, {"text": "some antibiotic"})]
)
def test_an_allergy_of_which_one_wording_is_a_known_substance_is_understood(code, substance) -> None:
    record = read(allergy(code, reaction=[{"substance": substance}]))
    assert only(record, "allergy_cycloserine").value is True
    assert record.unrecognised == ()


def test_one_known_substance_that_no_fact_asks_about_does_not_explain_another_that_nobody_knows() -> None:
    aspirin = coded(RXNORM, "1191", "aspirin")
    (listed,) = read(allergy(aspirin, reaction=[{"substance": {"text": "the red pills"}}])).unrecognised
    assert (listed.text, listed.why) == ("aspirin", "its substance is not one that is known")


def test_what_is_not_understood_is_called_by_the_first_wording_that_it_has_and_says_why() -> None:
    (listed,) = read(allergy({}, reaction=[{"substance": {"text": "the red pills"}}])).unrecognised
    assert (listed.text, listed.why) == ("the red pills", "its substance is not one that is known")
    (listed,) = read(allergy(None)).unrecognised
    assert (listed.text, listed.why) == ("an allergy without a name", "it names no substance")


def test_a_refuted_allergy_to_what_nobody_knows_is_not_listed() -> None:
    refuted = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    assert read(allergy({"text": "the red pills from the market"}, **refuted)).unrecognised == ()


def test_a_product_of_which_a_part_is_known_is_an_allergy_to_that_part_and_stays_open() -> None:
    record = read(allergy({"text": "cycloserine with xyzzy"}))
    assert only(record, "allergy_cycloserine").value is True
    assert [(it.kind, it.text) for it in record.unrecognised] == [("allergy", "cycloserine with xyzzy")]
    by_code = coded(RXNORM, "3007", "", "cycloserine with xyzzy")
    assert read(allergy(by_code)).unrecognised == ()
