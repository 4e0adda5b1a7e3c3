import json
from typing import Any

import pytest

from fhir_records import ABOUT, PATIENT, READER, SNOMED, bundle, coded, condition, only, order, read, unused
from fullcourse.adapters.fhir.read.bundle import SUBJECTS, gather_bundle
from fullcourse.clinical.errors import InputError

EPILEPSY = condition(coded(SNOMED, "84757009"))


def entries(*rows: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": list(rows), **more}).encode()


@pytest.mark.parametrize("kind", ["collection", "searchset", "transaction", "document", "batch", "message"])
def test_a_bundle_of_any_kind_is_read(kind: str) -> None:
    assert only(READER.read(bundle(EPILEPSY, kind=kind)), "epilepsy").value is True


def test_a_bundle_inside_a_bundle_is_read() -> None:
    inner = json.loads(bundle(EPILEPSY))
    assert only(READER.read(entries({"resource": inner})), "epilepsy").value is True


def test_old_versions_are_not_read_as_current() -> None:
    with pytest.raises(InputError, match="history"):
        READER.read(bundle(EPILEPSY, kind="history"))


def test_a_record_without_a_patient_is_refused() -> None:
    with pytest.raises(InputError, match="no Patient"):
        READER.read(entries({"resource": EPILEPSY}))


def test_a_record_with_two_patients_is_refused() -> None:
    with pytest.raises(InputError, match="2 Patients"):
        read({**PATIENT, "id": "q"})


def test_the_same_patient_twice_in_the_same_words_is_one() -> None:
    assert len(gather_bundle([json.loads(bundle(PATIENT))]).entries) == 1


def test_two_contents_under_one_id_are_both_kept_and_told_apart() -> None:
    gathered = gather_bundle([json.loads(bundle(EPILEPSY, {**EPILEPSY, "recordedDate": "2020"}))])
    assert [(entry.origin, entry.contested) for entry in gathered.entries] == [
        ("Patient", False),
        ("Condition/c (content 1 of 2)", True),
        ("Condition/c (content 2 of 2)", True),
    ]
    assert gathered.contested() == (tuple(gathered.entries[1:]),)


def test_a_third_content_in_the_words_of_the_second_is_no_third() -> None:
    other = {**EPILEPSY, "recordedDate": "2020"}
    turned = dict(reversed({**other, "meta": {"versionId": "3"}}.items()))
    gathered = gather_bundle([json.loads(bundle(EPILEPSY, other, turned, EPILEPSY))])
    assert [len(contents) for contents in gathered.contested()] == [2]
    assert len(gathered.entries) == 3


def test_contents_that_an_id_and_an_address_join_are_one_resource() -> None:
    a, b, c = (condition(coded(SNOMED, "84757009"), id=name) for name in "aab")
    rows = [("urn:uuid:1", a), ("urn:uuid:2", {**b, "recordedDate": "2020"}), ("urn:uuid:2", c)]
    data = entries({"resource": PATIENT}, *({"fullUrl": url, "resource": one} for url, one in rows))
    gathered = gather_bundle([json.loads(data)])
    assert [[entry.origin for entry in contents] for contents in gathered.contested()] == [
        ["Condition/a (content 1 of 3)", "Condition/a (content 2 of 3)", "Condition/b (content 3 of 3)"]
    ]


@pytest.mark.parametrize(
    "changed", [{"birthDate": "1985"}, {"gender": "male"}, {"identifier": [{"value": "7"}]}, {"deceasedBoolean": True}]
)
def test_two_contents_of_the_patient_that_say_differently_who_it_is_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="Patient stands twice"):
        read({**PATIENT, **changed})


def test_two_contents_of_the_patient_that_say_alike_who_it_is_are_one() -> None:
    record = read({**PATIENT, "address": [{"city": "Manila"}]})
    assert only(record, "sex").value == "female"
    assert any("Patient stands twice" in note for note in record.notes)


def test_one_resource_that_is_repeated_word_for_word_counts_once() -> None:
    assert len(read(EPILEPSY, EPILEPSY).evidence["epilepsy"]) == 1


def test_a_patient_and_something_else_at_one_address_are_refused() -> None:
    rows = [{"fullUrl": "urn:uuid:1", "resource": one} for one in (PATIENT, EPILEPSY)]
    with pytest.raises(InputError, match="stands twice"):
        READER.read(entries(*rows))


def test_resources_without_an_id_are_told_apart_by_number() -> None:
    bare = {key: value for key, value in EPILEPSY.items() if key != "id"}
    origins = [piece.origin for piece in read(bare, {**bare, "recordedDate": "2020"}).evidence["epilepsy"]]
    assert origins == ["Condition (number 2)", "Condition (number 3)"]


def test_an_id_that_fhir_does_not_allow_is_not_shown() -> None:
    assert only(read({**EPILEPSY, "id": "Jane Doe\x1b[0m"}), "epilepsy").origin == "Condition (number 2)"


@pytest.mark.parametrize(
    ("full_url", "reference"),
    [
        ("urn:uuid:0b4b6770-dfa1-3fc2-bc65-8f243d7b4769", "urn:uuid:0b4b6770-dfa1-3fc2-bc65-8f243d7b4769"),
        ("https://example.org/fhir/Patient/p", "Patient/p"),
        ("https://example.org/fhir/Patient/p", "https://example.org/fhir/Patient/p"),
        ("https://example.org/fhir/Patient/p", "https://example.org/fhir/Patient/p/_history/3"),
        ("", "https://example.org/fhir/Patient/p"),
        ("p", "Patient/p"),
        ("", "urn:uuid:p"),
    ],
)
def test_a_subject_is_the_patient_by_every_form_of_reference(full_url: str, reference: str) -> None:
    about = {**EPILEPSY, "subject": {"reference": reference}}
    record = READER.read(entries({"fullUrl": full_url, "resource": PATIENT}, {"resource": about}))
    assert only(record, "epilepsy").value is True


@pytest.mark.parametrize(
    "reference", ["Patient/q", "https://elsewhere.org/Patient/p", "urn:uuid:9", "Patient?identifier=1"]
)
def test_a_resource_about_another_patient_is_refused_without_naming_them(reference: str) -> None:
    about = {**EPILEPSY, "subject": {"reference": reference}}
    rows = [{"fullUrl": "https://example.org/fhir/Patient/p", "resource": PATIENT}, {"resource": about}]
    with pytest.raises(InputError, match=r"Condition/c\.subject refers to another patient") as caught:
        READER.read(entries(*rows))
    assert reference not in str(caught.value)


def test_a_subject_of_a_type_that_fhir_does_not_allow_is_refused() -> None:
    with pytest.raises(InputError, match=r"Condition/c\.subject refers to a Medication"):
        read({**EPILEPSY, "subject": {"reference": "Medication/p"}})


def test_what_is_about_a_group_is_set_aside_and_counted() -> None:
    record = read({**EPILEPSY, "subject": {"reference": "Group/g"}})
    assert "epilepsy" not in record.evidence
    assert unused(record) == {"Condition: it is about a group, a device or a place": 1}


def test_a_patient_without_id_and_address_is_whoever_all_resources_name() -> None:
    nameless = {key: value for key, value in PATIENT.items() if key != "id"}
    assert only(read(EPILEPSY, patient=nameless), "epilepsy").value is True
    other = {**EPILEPSY, "id": "d", "subject": {"reference": "Patient/q"}}
    with pytest.raises(InputError, match="another patient"):
        read(EPILEPSY, other, patient=nameless)


def test_a_patient_named_by_an_identifier_is_compared_by_it() -> None:
    patient = {**PATIENT, "identifier": [{"system": "https://example.org/ids", "value": "17"}]}
    same = {"identifier": {"system": "https://example.org/ids", "value": "17"}}
    assert only(read({**EPILEPSY, "subject": same}, patient=patient), "epilepsy").value is True
    with pytest.raises(InputError, match="another patient"):
        read({**EPILEPSY, "subject": {"identifier": {**same["identifier"], "value": "18"}}}, patient=patient)
    elsewhere = {"identifier": {"system": "https://elsewhere.org", "value": "18"}}
    assert "cannot be compared" in read({**EPILEPSY, "subject": elsewhere}, patient=patient).notes[0]


@pytest.mark.parametrize("kind", sorted(SUBJECTS))
def test_every_type_that_facts_may_use_is_checked_for_its_patient(kind: str) -> None:
    stranger = {"resourceType": kind, "id": "x", SUBJECTS[kind]: {"reference": "Patient/q"}}
    with pytest.raises(InputError, match=f"{kind}/x.{SUBJECTS[kind]} refers to another patient"):
        read(stranger)


def test_what_no_fact_uses_may_be_about_anybody_and_is_counted() -> None:
    record = read({"resourceType": "Immunization", "id": "i", "patient": {"reference": "Patient/q"}})
    assert unused(record) == {"Immunization: no fact uses it": 1}


def test_one_page_of_a_search_and_a_message_of_the_server_are_noted() -> None:
    data = entries(
        {"resource": PATIENT},
        {"resource": {"resourceType": "OperationOutcome", "issue": []}},
        link=[{"relation": "next", "url": "https://example.org/?page=2"}],
    )
    notes = " ".join(READER.read(data).notes)
    assert "one page" in notes
    assert "may be incomplete" in notes


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_an_entry_that_changes_a_record_states_nothing(method: str) -> None:
    record = READER.read(
        entries({"resource": PATIENT}, {"request": {"method": method, "url": "x"}, "resource": EPILEPSY})
    )
    assert "epilepsy" not in record.evidence
    assert sum(unused(record).values()) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[]", "no FHIR resource"),
        (b"7", "no FHIR resource"),
        (b"{}", "no 'resourceType'"),
        (b'{"resourceType": "jane doe"}', "no 'resourceType'"),
        (b'{"resourceType": ["Patient"]}', "resource.resourceType: a list stands"),
        (b'{"resourceType": "Bundle", "entry": {}}', "Bundle.entry: an object stands"),
        (b'{"resourceType": "Bundle", "entry": [7]}', "Bundle.entry: a number stands"),
        (b'{"resourceType": "Bundle", "entry": [{"resource": "x"}]}', r"Bundle\.entry\[1\]\.resource: text stands"),
        (b'{"resourceType": "Patient", "id": 7}', "Patient.id: a number stands"),
    ],
)
def test_what_is_no_record_is_refused_by_its_place(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        READER.read(data)


def test_one_patient_alone_is_a_record() -> None:
    assert only(READER.read(json.dumps(PATIENT).encode()), "sex").value == "female"


def test_newline_delimited_resources_are_one_record() -> None:
    lines = [json.dumps(one) for one in (PATIENT, EPILEPSY, {**EPILEPSY, "id": "d", "subject": ABOUT})]
    assert len(READER.read("\n".join([*lines, ""]).encode()).evidence["epilepsy"]) == 2


def test_a_fault_in_a_line_of_ndjson_names_the_line() -> None:
    with pytest.raises(InputError, match="line 2"):
        READER.read(json.dumps(PATIENT).encode() + b'\n{"resourceType": "Condition",\n')


def test_a_repeated_resource_is_found_under_every_address_that_it_was_given() -> None:
    product = {"resourceType": "Medication", "id": "x", "code": {"text": "isoniazid 300 MG Oral Tablet"}}
    rows = [
        {"resource": PATIENT},
        {"fullUrl": "urn:uuid:0001", "resource": product},
        {"fullUrl": "urn:uuid:0002", "resource": {**product, "meta": {"versionId": "2"}}},
        {"resource": order(medicationReference={"reference": "urn:uuid:0002"})},
    ]
    record = READER.read(entries(*rows))
    assert [it.ingredients for it in record.medicines] == [("isoniazid",)]
    assert record.notes == ()


def test_two_resources_of_two_contents_each_that_a_fifth_joins_are_one_of_five() -> None:
    def dated(year: int) -> dict[str, Any]:
        return {**EPILEPSY, "recordedDate": str(year)}

    def unnamed(year: int) -> dict[str, Any]:
        return {name: value for name, value in dated(year).items() if name != "id"}

    rows = [
        {"resource": PATIENT},
        {"resource": dated(2001)},
        {"resource": dated(2002)},
        {"fullUrl": "urn:uuid:0001", "resource": unnamed(2003)},
        {"fullUrl": "urn:uuid:0001", "resource": unnamed(2004)},
        {"fullUrl": "urn:uuid:0001", "resource": dated(2005)},
    ]
    gathered = gather_bundle([json.loads(entries(*rows))])
    (contents,) = gathered.contested()
    assert {str(it.resource["recordedDate"]) for it in contents} == {"2001", "2002", "2003", "2004", "2005"}
    assert all(it.contested for it in gathered.entries if it.kind == "Condition")
    for it in contents:
        assert len(gathered.contents(it)) == 5


def test_a_subject_that_names_nobody_by_a_reference_is_the_patient() -> None:
    for subject in ({"display": "the patient"}, {}, {"type": "Patient"}):
        assert only(read({**EPILEPSY, "subject": subject}), "epilepsy").value is True


def within(depth: int) -> dict[str, Any]:
    whole = json.loads(bundle(EPILEPSY))
    for _ in range(depth):
        whole = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": whole}]}
    return whole


def test_bundles_are_read_so_deep_and_no_deeper() -> None:
    assert [len(gather_bundle([within(depth)]).entries) for depth in (1, 5)] == [2, 2]
    with pytest.raises(InputError, match="nested too deep"):
        gather_bundle([within(6)])


@pytest.mark.parametrize(("before", "number"), [([], 1), ([PATIENT], 2), ([PATIENT, EPILEPSY], 3)])
def test_a_resource_without_a_type_is_named_by_its_number(before: list[dict[str, Any]], number: int) -> None:
    with pytest.raises(InputError, match=f"resource number {number} has no 'resourceType'"):
        gather_bundle([*before, {"id": "x"}])


def test_entries_that_hold_no_resource_are_counted_by_why_and_the_rest_is_read() -> None:
    rows = [
        {"fullUrl": "urn:uuid:1"},
        {"request": {"method": "GET", "url": "x"}},
        {"response": {"status": "200"}},
        {"resource": {"resourceType": "OperationOutcome", "issue": []}},
        {"request": {"method": "DELETE", "url": "Condition/c"}},
        {"resource": PATIENT},
        {"resource": EPILEPSY},
    ]
    record = READER.read(entries(*rows))
    assert only(record, "epilepsy").value is True
    assert unused(record) == {
        "Bundle entry: it holds no resource": 1,
        "Bundle entry: it holds a request or response without a resource": 2,
        "Bundle entry: its request is DELETE: it changes a record and states nothing": 1,
        "OperationOutcome: a message of the server": 1,
    }
