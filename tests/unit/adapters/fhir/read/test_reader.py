import json
from datetime import date
from typing import Any

import pytest

from fhir_records import (
    FACTS,
    PATIENT,
    READER,
    SNOMED,
    bundle,
    coded,
    condition,
    observation,
    only,
    order,
    read,
    readings,
    unused,
)
from fullcourse.adapters.fhir.read import FhirReader, read_fhir
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.errors import InputError, KnowledgeError
from fullcourse.clinical.fact import Standing


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


def test_what_is_contained_is_named_whatever_stands_before_it() -> None:
    others = [{"resourceType": "Organization", "id": "1"}, {"resourceType": "Practitioner", "id": "2"}]
    problem = {"resourceType": "Condition", "id": "3", "code": {"text": "Falling sickness"}}
    pills = {"resourceType": "MedicationStatement", "id": "4", "medicationCodeableConcept": {"text": "Red pills"}}
    record = read({"resourceType": "Encounter", "id": "e", "contained": [*others, problem, pills]})
    assert [(it.kind, it.text, it.origin) for it in record.unrecognised] == [
        ("problem", "Falling sickness", "Encounter/e"),
        ("medicine", "Red pills", "Encounter/e"),
    ]
    assert {it.what: it.may_matter for it in record.not_used} == {
        "Encounter": False, "contained Condition": True, "contained MedicationStatement": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("contained", "what"),
    [
        ([{"resourceType": "Wonder", "id": "1"}], "a Wonder stands inside it"),
        ([{"id": "1"}], "a resource without a type stands inside it"),
        ([{"resourceType": "Organization", "contained": [{"resourceType": "Condition"}]}], "another resource stands"),
        ("a text", "a list of objects"),
        ([{"resourceType": 7}], "text"),
    ],
)
def test_what_is_contained_and_nobody_can_tell_leaves_every_list_open(contained: Any, what: str) -> None:
    record = read({"resourceType": "Encounter", "id": "e", "contained": contained})
    assert [it.kind for it in record.unrecognised] == ["problem", "allergy", "medicine"]
    assert {(it.text, it.origin) for it in record.unrecognised} == {("what a Encounter contains", "Encounter/e")}
    assert all(what in it.why for it in record.unrecognised)


def test_a_measurement_that_cannot_be_read_leaves_its_fact_open_and_the_lists_that_it_may_speak_of() -> None:
    def left_open(resource: dict[str, Any]) -> list[str]:
        return [it.kind for it in read(resource).unrecognised]

    broken = {"valueQuantity": "58 kg"}
    known = observation("29463-7", **broken)
    assert left_open(known) == []
    assert (only(read(known), "weight").standing, only(read(known), "weight").value) == (Standing.UNUSABLE, None)
    own = {**observation("x", valueBoolean="yes"), "code": coded("urn:fullcourse:fact", "epilepsy")}
    assert left_open(own) == ["problem"]
    assert left_open({**observation("x"), "code": {"text": 7}}) == ["problem", "allergy", "medicine"]
    assert left_open({**observation("x"), "code": None, "component": "a text"}) == ["problem"]
    assert left_open({**observation("8339-4"), "component": "a text"}) == ["problem"]


def test_a_record_that_names_more_medicines_than_one_person_takes_is_refused() -> None:
    many = [order({"text": f"unknown medicine {number}"}, id=f"m{number}") for number in range(2_001)]
    with pytest.raises(InputError, match="different medicines"):
        read(*many)


def test_a_record_that_was_read_without_a_day_is_as_one_that_was_read_with_it() -> None:
    data = bundle(condition(coded(SNOMED, "84757009")), patient={**PATIENT, "birthDate": "2025-01-01"})
    for at in (date(2024, 6, 1), date(2025, 6, 1)):
        assert READER.as_of(READER.read(data), at) == READER.read(data, at)
    early = only(READER.read(data, date(2024, 6, 1)), "birth_date").standing
    assert early is not only(READER.read(data, date(2025, 6, 1)), "birth_date").standing


def test_json_whose_first_line_ends_with_a_bracket_is_one_value_unless_the_line_is_whole() -> None:
    whole = json.loads(bundle(condition(coded(SNOMED, "84757009"))))
    rest = json.dumps({name: value for name, value in whole.items() if name != "meta"})[1:]
    assert only(READER.read(f'{{"meta": {{}}\n, {rest}'.encode()), "epilepsy").value is True
    lines = "\n".join(json.dumps(it["resource"]) for it in whole["entry"])
    assert only(READER.read(lines.encode()), "epilepsy").value is True
