"""Two contents under one id: neither is lost, neither clears, and each is named."""

from typing import Any

from fhir_records import ABOUT, SNOMED, coded, condition, read
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.medicine import Route, Taken

EPILEPSY = condition(coded(SNOMED, "84757009"))
DEPRESSION = condition(coded(SNOMED, "35489007"))
PHENYTOIN, RIFAMPICIN = {"text": "phenytoin 100 mg tablet"}, {"text": "rifampicin 300 mg capsule"}


def order(medicine: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = {"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order", "subject": ABOUT}
    return {**made, "medicationCodeableConcept": medicine, **more}


def test_what_either_content_speaks_of_is_left_open_under_its_own_name():
    record = read(EPILEPSY, DEPRESSION)
    for fact, number in (("epilepsy", 1), ("depression", 2)):
        (piece,) = record.evidence[fact]
        assert (piece.value, piece.standing) == (None, Standing.UNSURE)
        assert piece.origin == f"Condition/c (content {number} of 2)"
    assert [entry.origin for entry in record.unrecognised] == [
        "Condition/c (content 1 of 2)",
        "Condition/c (content 2 of 2)",
    ]
    assert any("Condition/c (content 1 of 2), Condition/c (content 2 of 2)" in note for note in record.notes)


def test_a_problem_that_every_content_says_is_there_is_there():
    record = read(EPILEPSY, {**EPILEPSY, "recordedDate": "2020"})
    assert [piece.value for piece in record.evidence["epilepsy"]] == [True, True]


def test_a_problem_that_one_content_rules_out_is_open():
    refuted = {**EPILEPSY, "verificationStatus": {"coding": [{"code": "refuted"}]}}
    assert {piece.standing for piece in read(EPILEPSY, refuted).evidence["epilepsy"]} == {Standing.UNSURE}
    assert {piece.standing for piece in read(refuted, {**refuted, "recordedDate": "2020"}).evidence["epilepsy"]} == {
        Standing.UNSURE
    }


def test_a_content_that_was_entered_in_error_does_not_make_the_other_certain():
    wrong = {**EPILEPSY, "verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
    (piece,) = read(wrong, EPILEPSY).evidence["epilepsy"]
    assert piece.standing is Standing.UNSURE


def test_two_medicines_under_one_id_may_both_be_taken():
    record = read(order(PHENYTOIN), order(RIFAMPICIN, status="stopped"))
    assert [(it.ingredients, it.taken, it.until) for it in record.medicines] == [
        (("phenytoin",), Taken.MAYBE, None),
        (("rifampin",), Taken.MAYBE, None),
    ]
    assert len({it.origin for it in record.medicines}) == 2  # an answer about one settles that one alone


def test_a_medicine_that_every_content_says_is_taken_is_taken():
    record = read(order(PHENYTOIN), order(PHENYTOIN, priority="urgent"))
    assert {it.taken for it in record.medicines} == {Taken.NOW}


def test_a_product_with_two_contents_may_hold_what_either_holds_by_any_route():
    drops = {"resourceType": "Medication", "id": "x", "code": {"text": "ciprofloxacin eye drops"}}
    tablets = {"resourceType": "Medication", "id": "x", "code": PHENYTOIN}
    referring = {**order(PHENYTOIN), "medicationReference": {"reference": "Medication/x"}}
    del referring["medicationCodeableConcept"]
    record = read(drops, tablets, referring)
    (medicine,) = record.medicines
    assert set(medicine.ingredients) == {"ciprofloxacin", "phenytoin"}
    assert medicine.route is Route.UNKNOWN
    assert ["different contents" in entry.why for entry in record.unrecognised] == [True]
