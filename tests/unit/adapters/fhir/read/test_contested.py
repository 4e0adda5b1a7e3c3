"""Two contents under one id: neither is lost, neither clears, and each is named."""

from typing import Any

from fhir_records import ABOUT, ABSENT, LOINC, PATIENT, READER, SNOMED, coded, condition, read, unused
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


def test_that_a_list_is_whole_counts_only_where_one_content_says_it():
    none = {
        "resourceType": "AllergyIntolerance", "id": "a", "patient": ABOUT,
        "clinicalStatus": {"coding": [{"code": "active"}]}, "code": coded(ABSENT, "no-known-allergies"),
    }  # fmt: skip
    assert [it.value for it in read(none).evidence["allergies_complete"]] == [True]
    twice = read(none, {**none, "recordedDate": "2020"})
    assert {(it.value, it.standing) for it in twice.evidence["allergies_complete"]} == {(None, Standing.UNSURE)}


def test_two_products_that_nobody_knows_are_not_one():
    record = read(order({"text": "Seven-herb tea"}), order({"text": "Nine-herb tea"}))
    assert {(it.taken, it.lasts, it.since) for it in record.medicines} == {(Taken.MAYBE, (0, 0), None)}
    assert [(it.kind, it.text) for it in record.unrecognised] == [
        ("medicine", "Seven-herb tea"), ("medicine", "Nine-herb tea"),
    ]  # fmt: skip


def test_a_medicine_is_asked_by_its_name_and_a_problem_by_what_each_content_calls_it_once():
    assert read(order(PHENYTOIN), order(RIFAMPICIN)).unrecognised == ()
    unknown = condition({"text": "Falling sickness"})
    named = read(unknown, EPILEPSY).unrecognised
    assert [(it.kind, it.text, it.origin) for it in named] == [
        ("problem", "Falling sickness", "Condition/c (content 1 of 2)"),
        ("problem", "84757009", "Condition/c (content 2 of 2)"),
    ]
    broken = read({**unknown, "code": {"text": 7}}, EPILEPSY).unrecognised
    assert [it.text for it in broken] == ["a Condition that cannot be read", "84757009"]
    wrong = {**unknown, "code": {"text": 7}, "verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
    assert [it.text for it in read(wrong, EPILEPSY).unrecognised] == ["a Condition that cannot be read", "84757009"]


def test_what_was_not_used_of_a_content_or_cannot_be_read_in_it_is_told():
    wrong = {**EPILEPSY, "verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
    assert unused(read(wrong, EPILEPSY)) == {"Condition: verificationStatus is 'entered-in-error'": 1}
    odd = order(PHENYTOIN, dosageInstruction=[{"route": "by mouth"}])
    assert any("(content 2 of 2).dosageInstruction.route" in note for note in read(order(PHENYTOIN), odd).notes)
    weight = {
        "resourceType": "Observation", "id": "o", "status": "final", "subject": ABOUT, "code": coded(LOINC, "29463-7"),
    }  # fmt: skip
    (lost,) = read(weight, {**weight, "issued": "2020-01-01T00:00:00Z"}).not_used
    assert (lost.why, lost.count, lost.may_matter) == ("it has no value", 2, True)


def test_an_entry_of_another_kind_stays_named_where_its_list_has_two_contents():
    section = {"code": coded(LOINC, "48765-2", "Allergies"), "entry": [{"reference": "Condition/c"}]}
    document = {
        "resourceType": "Composition", "id": "d", "status": "final", "subject": ABOUT, "date": "2024-05-02",
        "section": [section],
    }  # fmt: skip
    record = read(document, {**document, "date": "2024-05-03"}, EPILEPSY)
    assert [(it.kind, it.origin) for it in record.unrecognised] == [("allergy", "Condition/c")]


def test_an_order_or_a_dose_with_two_contents_is_followed_by_neither():
    dosage = [{
        "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": 100, "unit": "mg"}}],
    }]  # fmt: skip
    daily = order(PHENYTOIN, authoredOn="2024-05-01", dosageInstruction=dosage)
    assert [it.step is not None for it in read(daily).orders] == [True]
    record = read(daily, {**daily, "priority": "urgent"})
    assert [(it.drug, it.step, it.why) for it in record.orders] == [
        ("phenytoin", None, "there is one with another content under its id"),
    ] * 2  # fmt: skip
    given = {
        "resourceType": "MedicationAdministration", "id": "g", "status": "completed", "subject": ABOUT,
        "medicationCodeableConcept": PHENYTOIN, "effectiveDateTime": "2024-05-01T08:00:00Z",
    }  # fmt: skip
    passed = read(given, {**given, "dosage": {"dose": {"value": 100, "unit": "mg"}}}).passed_over
    assert sorted(it.why for it in passed) == [
        "MedicationAdministration with another content under its id",
        "MedicationAdministration without an amount in mg or g",
    ]


def test_of_two_types_under_one_address_each_leaves_its_own_list_open():
    weight = {
        "resourceType": "Observation", "id": "o", "status": "final", "subject": ABOUT, "code": coded(LOINC, "29463-7"),
    }  # fmt: skip
    problem = condition(coded(SNOMED, "38341003", "Hypertension"))
    for contents in ((weight, problem), (problem, weight)):
        rows = [{"resource": PATIENT}, *({"fullUrl": "urn:uuid:7d1e", "resource": it} for it in contents)]
        record = READER.read_values([{"resourceType": "Bundle", "type": "collection", "entry": rows}])
        assert [(it.kind, it.text) for it in record.unrecognised] == [("problem", "Hypertension")]
