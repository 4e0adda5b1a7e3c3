import json

import pytest

from fhir_records import FACTS, PATIENT, READER, SNOMED, bundle, coded, condition, only, read, readings, unused
from fullcourse.adapters.fhir.read import FhirReader, read_fhir
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.errors import InputError, KnowledgeError


def test_everything_that_is_not_used_is_counted_by_type() -> None:
    claims = [{"resourceType": "Claim", "id": f"c{number}"} for number in range(3)]
    assert unused(read(*claims)) == {"Claim: no fact uses it": 3}


def test_a_family_history_is_ignored_on_purpose_and_counted_so() -> None:
    family = {
        "resourceType": "FamilyMemberHistory",
        "id": "f",
        "condition": [{"code": coded(SNOMED, "84757009", "Epilepsy")}],
    }
    record = read(family)
    assert "epilepsy" not in record.evidence
    assert unused(record) == {"FamilyMemberHistory: it is about relatives, and no statement asks about them": 1}


def test_a_record_that_is_read_twice_is_the_same() -> None:
    data = bundle(condition(coded(SNOMED, "84757009")))
    assert READER.read(data) == READER.read(data) == read_fhir(data, FACTS, readings(), recognise)


@pytest.mark.parametrize("kind", ["Condition", "MedicationRequest", "Observation"])
def test_a_resource_of_which_the_knowledge_says_nothing_is_a_fault_of_the_knowledge(kind: str) -> None:
    rest = [one for one in readings() if one.resource != kind]
    resource = {"resourceType": kind, "id": "x", "code": coded("http://loinc.org", "29463-7"), "valueString": "x"}
    with pytest.raises(KnowledgeError, match=r"records\.toml"):
        FhirReader(FACTS, rest, recognise).read(bundle(resource))


def test_json_that_spans_lines_is_not_taken_for_ndjson() -> None:
    data = json.dumps(json.loads(bundle(condition(coded(SNOMED, "84757009")))), indent=1).encode()
    assert only(READER.read(data), "epilepsy").value is True


def test_a_repeated_key_is_refused_and_never_last_one_wins() -> None:
    data = b'{"resourceType": "Patient", "birthDate": "1960", "birthDate": "2016"}'
    with pytest.raises(InputError, match="'birthDate' stands twice"):
        READER.read(data)


def test_no_error_and_no_remark_names_the_patient() -> None:
    patient = {**PATIENT, "id": "jane-doe-1984", "name": [{"text": "Jane Doe"}], "gender": 7}
    record = read(patient=patient)
    assert "Patient.gender" in record.notes[0]
    assert "jane" not in repr(record).casefold()
    with pytest.raises(InputError, match=r"refers to another patient") as caught:
        read(condition(coded(SNOMED, "84757009")), patient=patient)
    assert "jane" not in str(caught.value).casefold()


def test_one_resource_that_cannot_be_read_loses_no_other_and_leaves_its_list_open() -> None:
    broken = {**condition({"text": 7}), "id": "b"}
    record = read(broken, condition(coded(SNOMED, "84757009")))
    assert only(record, "epilepsy").value is True
    assert [(entry.kind, entry.origin) for entry in record.unrecognised] == [("problem", "Condition/b")]
    assert "Condition/b was set aside" in record.notes[0]


def test_a_code_written_as_a_number_is_read_as_its_text() -> None:
    numeric = {"coding": [{"system": SNOMED, "code": 84757009}]}
    assert only(read(condition(numeric)), "epilepsy").value is True


def test_a_type_that_fhir_r4_does_not_have_opens_every_list_and_is_named() -> None:
    record = read({"resourceType": "QuestionnaireAnswer", "id": "q"})
    assert [entry.kind for entry in record.unrecognised] == ["problem", "allergy", "medicine"]
    assert {entry.text for entry in record.unrecognised} == {"a QuestionnaireAnswer"}
    assert read({"resourceType": "Immunization", "id": "i"}).unrecognised == ()


@pytest.mark.parametrize(
    ("kind", "opened"),
    [("Condition", "problem"), ("AllergyIntolerance", "allergy"), ("MedicationStatement", "medicine")],
)
def test_an_entry_of_a_list_inside_another_resource_is_named(kind: str, opened: str) -> None:
    inside = {"resourceType": kind, "id": "1", "code": {"text": "Falling sickness"}}
    (named,) = read({"resourceType": "Encounter", "id": "e", "contained": [inside]}).unrecognised
    assert (named.kind, named.text, named.origin) == (opened, "Falling sickness", "Encounter/e")


def test_a_result_inside_another_resource_is_counted_and_not_lost_from_sight() -> None:
    weight = {"resourceType": "Observation", "id": "1", "valueString": "x"}
    record = read({"resourceType": "DiagnosticReport", "id": "r", "contained": [weight]})
    assert unused(record) == {
        "DiagnosticReport: no fact uses it": 1,
        "contained Observation: only resources that stand alone are read": 1,
    }
