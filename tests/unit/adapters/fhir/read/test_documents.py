import json
from typing import Any

import pytest

from fhir_records import (
    ABOUT,
    ABSENT,
    FACTS,
    LOINC,
    PATIENT,
    SNOMED,
    UCUM,
    bundle,
    coded,
    condition,
    fact,
    only,
    read,
    readings,
    unused,
)
from fullcourse.adapters.fhir.read import FhirReader
from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.documents import says_nothing_known
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.patient import Taken
from fullcourse.clinical.quantity import exactly
from patients import knowledge

PROBLEMS = coded(LOINC, "11450-4", "Problem list")
HYPERTENSION = condition(coded(SNOMED, "38341003", "Hypertension"))
ENTRY = [{"reference": "Condition/c"}]


def composition(status: str = "final", **section: Any) -> dict[str, Any]:
    return {
        "resourceType": "Composition",
        "id": "d",
        "status": status,
        "subject": ABOUT,
        "date": "2024-05-02",
        "section": [{"code": PROBLEMS, **section}],
    }


def test_that_a_document_has_a_section_makes_no_list_complete() -> None:
    record = read(composition(entry=ENTRY), HYPERTENSION)
    assert "problems_complete" not in record.evidence
    assert record.unrecognised == ()
    assert "nobody says that this is all" in record.notes[0]


def test_a_section_that_says_none_known_completes_its_list_on_its_date() -> None:
    none = composition(code=coded(LOINC, "48765-2"), emptyReason=coded("x", "nilknown"))
    piece = only(read(none), "allergies_complete")
    assert (piece.value, piece.origin) == (True, "Composition/d")
    assert piece.on is not None
    assert piece.on.text == "2024-05-02"


def test_that_no_current_problem_is_known_says_nothing_of_past_ones() -> None:
    piece = only(read(composition(emptyReason=coded("x", "nilknown"))), "problems_complete")
    assert (piece.value, piece.standing) == (None, Standing.UNSURE)


@pytest.mark.parametrize("reason", ["notasked", "withheld", "unavailable", "notstarted", "closed"])
def test_a_section_that_is_empty_for_another_reason_completes_nothing(reason: str) -> None:
    record = read(composition(emptyReason=coded("x", reason)))
    assert "problems_complete" not in record.evidence
    assert "does not make its list complete" in record.notes[0]


@pytest.mark.parametrize(
    "section",
    [
        {"text": {"status": "generated", "div": "<div>Hypertension</div>"}},
        {"entry": ENTRY, "text": {"status": "additional", "div": "<div/>"}},
        {"entry": ENTRY, "mode": "changes"},
        {"entry": [*ENTRY, {"reference": "Condition/gone"}]},
        {"entry": ENTRY, "emptyReason": coded("x", "nilknown")},
    ],
)
def test_a_section_that_may_hold_more_than_its_entries_completes_nothing(section: dict[str, Any]) -> None:
    record = read(composition(**section), HYPERTENSION)
    assert "problems_complete" not in record.evidence
    assert len(record.notes) == 1


@pytest.mark.parametrize("code", ["11450-4", "11348-0"])
def test_a_section_of_text_alone_is_named(code: str) -> None:
    said = {"status": "generated", "div": "<div>Epilepsy in childhood</div>"}
    (named,) = read(composition(code=coded(LOINC, code), title="History", text=said)).unrecognised
    assert (named.kind, named.text, named.origin) == ("problem", "History", "Composition/d")


def test_a_section_of_text_that_is_no_list_is_not_named_and_one_without_a_code_is_named_by_its_title() -> None:
    said = {"status": "generated", "div": "<div>...</div>"}
    assert read(composition(code=coded(LOINC, "29762-2"), text=said)).unrecognised == ()
    assert [entry.kind for entry in read(composition(code=None, title="Allergies", text=said)).unrecognised] == [
        "allergy"
    ]
    assert read(composition(code=None, title="Vital signs", text=said)).unrecognised == ()
    assert len(read(composition(code=None, text=said)).unrecognised) == 3


def test_an_entry_of_a_section_that_no_reader_reads_is_named() -> None:
    rows = [{"reference": "Condition/gone", "display": "Gout"}, {"reference": "Observation/o"}, {"reference": "#in"}]
    inside = {"resourceType": "Condition", "id": "in", "code": {"text": "Falling sickness"}}
    seen = {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "Fits"}, "subject": ABOUT}
    record = read({**composition(entry=rows), "contained": [inside]}, seen)
    assert {entry.text for entry in record.unrecognised} == {"Gout", "Fits", "Falling sickness"}
    assert {entry.kind for entry in record.unrecognised} == {"problem"}


@pytest.mark.parametrize(
    ("words", "named"),
    [("Epilepsy", set()), ("Nobody knows this", {"allergy", "problem"}), ("Falling sickness", {"allergy", "problem"})],
)
def test_an_entry_of_another_kind_is_named_unless_it_was_understood_as_one_of_that_list(words, named) -> None:
    problem = condition({"text": words})
    record = read(composition(code=coded(LOINC, "48765-2", "Allergies"), entry=ENTRY), problem)
    # The fact of the problem list is none of the allergy list: what was read there says nothing of allergies.
    assert {entry.kind for entry in record.unrecognised} == named | {"allergy"}


def test_a_condition_that_says_an_allergy_is_understood_in_the_list_of_allergies() -> None:
    reader = FhirReader(knowledge().facts.values(), tuple(knowledge().readings.values()), recognise)
    for words, is_known in (("Allergy to rifampicin", True), ("Allergy to rifampicin, or to what is not known", False)):
        document = composition(code=coded(LOINC, "48765-2", "Allergies"), entry=ENTRY)
        lines = [json.dumps(it) for it in (PATIENT, document, condition({"text": words}))]
        record = reader.read("\n".join(lines).encode())
        assert (not any(entry.kind == "allergy" for entry in record.unrecognised)) is is_known, words


def test_a_medication_in_a_medicine_section_may_be_taken() -> None:
    product = {"resourceType": "Medication", "id": "mv", "code": {"text": "valproic acid"}}
    record = read(composition(code=coded(LOINC, "10160-0"), entry=[{"reference": "Medication/mv"}]), product)
    (medicine,) = record.medicines
    assert (medicine.ingredients, medicine.taken) == (("valproate",), Taken.MAYBE)
    unknown = {**product, "code": {"text": "xyzzy"}}
    record = read(composition(code=coded(LOINC, "10160-0"), entry=[{"reference": "Medication/mv"}]), unknown)
    assert [entry.text for entry in record.unrecognised] == ["xyzzy"]


def test_a_section_whose_entry_says_no_information_completes_nothing() -> None:
    record = read(composition(entry=ENTRY), condition(coded(ABSENT, "no-problem-info")))
    assert "problems_complete" not in record.evidence


def test_entries_of_inner_sections_are_entries_of_the_list() -> None:
    gone = [{"reference": "Condition/gone"}]
    record = read(composition(section=[{"title": "Active", "entry": [*ENTRY, *gone]}]), HYPERTENSION)
    assert [entry.kind for entry in record.unrecognised] == ["problem"]


@pytest.mark.parametrize(("status", "standing"), [("preliminary", Standing.UNSURE), ("amended", Standing.STATED)])
def test_a_document_that_is_not_final_settles_nothing(status: str, standing: Standing) -> None:
    none = composition(status, code=coded(LOINC, "48765-2"), emptyReason=coded("x", "nilknown"))
    assert only(read(none), "allergies_complete").standing is standing


def test_a_document_entered_in_error_is_not_seen() -> None:
    assert "problems_complete" not in read(composition("entered-in-error", entry=ENTRY), HYPERTENSION).evidence


def test_only_a_list_that_is_kept_up_to_date_is_complete() -> None:
    listed = {
        "resourceType": "List",
        "id": "l",
        "status": "current",
        "mode": "working",
        "subject": ABOUT,
        "date": "2024-05-02",
        "code": PROBLEMS,
        "entry": [{"item": ENTRY[0]}],
    }
    assert only(read(listed, HYPERTENSION), "problems_complete").value is True
    assert "problems_complete" not in read({**listed, "status": "retired"}, HYPERTENSION).evidence
    assert "problems_complete" not in read({**listed, "mode": "changes"}, HYPERTENSION).evidence
    assert "problems_complete" not in read({**listed, "mode": "snapshot"}, HYPERTENSION).evidence
    assert [entry.kind for entry in read(listed).unrecognised] == ["problem"]


def response(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "q",
        "status": "completed",
        "questionnaire": "urn:fullcourse:intake|1",
        "subject": ABOUT,
        "authored": "2024-05-03",
        "item": list(items),
        **more,
    }


def test_answers_of_the_intake_questionnaire_are_facts_by_their_link() -> None:
    kg = {"value": 58.5, "system": UCUM, "code": "kg"}
    record = read(
        response(
            {"linkId": "group", "item": [{"linkId": "epilepsy", "answer": [{"valueBoolean": False}]}]},
            {"linkId": "weight", "answer": [{"valueQuantity": kg}]},
            {"linkId": "cycloserine_susceptibility", "answer": [{"valueCoding": {"code": "resistant"}}]},
        )
    )
    assert only(record, "epilepsy").value is False
    assert only(record, "weight").value == exactly(58.5)
    assert only(record, "cycloserine_susceptibility").value == "resistant"
    assert only(record, "epilepsy").origin == "QuestionnaireResponse/q"


def test_a_number_without_a_unit_is_unusable_in_a_questionnaire_too() -> None:
    record = read(response({"linkId": "weight", "answer": [{"valueDecimal": 58.5}]}))
    assert only(record, "weight").standing is Standing.UNUSABLE


def test_in_another_questionnaire_only_a_link_that_is_a_loinc_code_counts() -> None:
    kg = {"value": 58.5, "system": UCUM, "code": "kg"}
    items = (
        {"linkId": "/29463-7", "answer": [{"valueQuantity": kg}]},
        {"linkId": "epilepsy", "answer": [{"valueBoolean": True}]},
    )
    record = read(response(*items, questionnaire="https://example.org/q"))
    assert only(record, "weight").value == exactly(58.5)
    (open_,) = record.evidence["epilepsy"]  # it may be what it is called, and nobody can say so
    assert (open_.value, open_.standing, open_.reason) == (
        None,
        Standing.UNUSABLE,
        "the form that asks it is not one that is known",
    )
    assert unused(record) == {"QuestionnaireResponse item: no fact uses it": 1}


@pytest.mark.parametrize("link", ["age", "treatment_day", "no-such-fact"])
def test_what_is_computed_or_handed_in_is_not_taken_from_a_questionnaire(link: str) -> None:
    record = read(response({"linkId": link, "answer": [{"valueInteger": 3}]}))
    assert link not in record.evidence


def test_answers_that_are_not_finished_are_unsure() -> None:
    record = read(response({"linkId": "epilepsy", "answer": [{"valueBoolean": False}]}, status="in-progress"))
    assert only(record, "epilepsy").standing is Standing.UNSURE


def test_a_question_of_ours_without_an_answer_leaves_its_fact_open() -> None:
    record = read(response({"linkId": "epilepsy"}, {"linkId": "weight", "answer": [{"valueInteger": 58}]}))
    (open_,) = record.evidence["epilepsy"]
    assert (open_.value, open_.reason) == (None, "the form asks it, and holds no answer")


@pytest.mark.parametrize("item", [{"answer": [{"valueBoolean": True}]}, {"linkId": "epilepsi", "answer": [{}]}])
def test_an_answer_to_no_question_of_ours_leaves_every_list_open(item: dict[str, object]) -> None:
    opened = read(response(item)).unrecognised
    assert {entry.kind for entry in opened} == {"problem", "allergy", "medicine"}
    assert {"no question of the form is called" in entry.why for entry in opened} == {True}


def test_a_form_without_any_answer_leaves_every_list_open() -> None:
    opened = read(response()).unrecognised
    assert {entry.kind for entry in opened} == {"problem", "allergy", "medicine"}
    assert {entry.text for entry in opened} == {"a form without answers"}


def test_a_document_without_sections_and_one_entered_in_error_are_counted() -> None:
    bare = {name: value for name, value in composition().items() if name != "section"}
    assert unused(read(bare)) == {"Composition: it has no sections": 1}
    assert unused(read(composition("entered-in-error"))) == {"Composition: status is 'entered-in-error'": 1}
    assert unused(read(composition(emptyReason=coded("x", "nilknown")))) == {}


def test_a_section_that_is_no_list_is_counted_and_makes_nothing_complete() -> None:
    none = coded("x", "nilknown")
    other = read(composition(code=coded(LOINC, "29762-2", "Social history"), emptyReason=none))
    assert unused(other) == {"Composition section: no fact uses it": 1}
    bare = read(composition(code=None, title="Vital signs", emptyReason=none))
    assert unused(bare) == {"Composition section: it has no code": 1}
    assert (other.notes, bare.notes) == ((), ())


def kept_list(*references: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "List", "id": "l", "status": "current", "mode": "working", "subject": ABOUT,
        "date": "2024-05-02", "code": PROBLEMS, "entry": [{"item": {"reference": it}} for it in references], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        (kept_list("Condition/c", mode="changes"), "it lists changes only"),
        (kept_list("Condition/c", mode="snapshot"), "it does not say that it is kept up to date"),
        (kept_list("Condition/c", mode=None), "it does not say that it is kept up to date"),
        (kept_list(), "it has no entries that can be read"),
        (kept_list(emptyReason=coded("x", "unavailable", "Unavailable")), "it is empty (Unavailable)"),
        (kept_list("Condition/c", emptyReason=coded("x", "nilknown")), "it has entries and a reason for having none"),
        (kept_list("Condition/c", "Condition/gone"), "an entry of it is not in the record"),
        (kept_list("Condition/c", "Condition/n"), "it says that there is no information"),
    ],
)
def test_a_list_that_may_hold_more_than_it_shows_is_not_complete_and_says_why(listed: dict[str, Any], why: str) -> None:
    nothing = {**condition(coded(ABSENT, "no-problem-info")), "id": "n"}
    record = read(listed, HYPERTENSION, nothing)
    assert "problems_complete" not in record.evidence
    assert record.notes == (f"the list 'Problem list' does not make its list complete: {why}",)


def test_an_empty_list_that_is_kept_up_to_date_and_says_none_known_is_complete() -> None:
    none = kept_list(emptyReason=coded("x", "nilknown"))
    assert only(read(none), "problems_complete").value is True
    assert only(read(kept_list("Condition/c"), HYPERTENSION), "problems_complete").value is True


def test_a_list_that_no_fact_uses_or_that_is_wrong_is_counted() -> None:
    for code in (None, coded(LOINC, "29762-2")):
        assert unused(read(kept_list(code=code))) == {"List: no fact uses it": 1}
    assert unused(read(kept_list(status="entered-in-error"))) == {"List: status is 'entered-in-error'": 1}


def test_a_list_is_called_by_its_title_then_by_its_code() -> None:
    (named,) = read(kept_list("Condition/gone", title="What troubles her")).unrecognised
    assert "in 'What troubles her'" in named.why
    (named,) = read(kept_list("Condition/gone")).unrecognised
    assert "in 'Problem list'" in named.why


@pytest.mark.parametrize(
    ("kind", "element", "code", "says"),
    [
        ("Condition", "code", coded(ABSENT, "no-problem-info"), True),
        ("AllergyIntolerance", "code", coded(ABSENT, "no-allergy-info"), True),
        ("MedicationStatement", "medicationCodeableConcept", coded(ABSENT, "no-medication-info"), True),
        ("MedicationRequest", "medicationCodeableConcept", coded(ABSENT, "no-medication-info"), True),
        ("Condition", "code", coded(ABSENT, "no-known-problems"), False),
        ("Condition", "code", coded(SNOMED, "no-problem-info"), False),
        ("Condition", "note", coded(ABSENT, "no-problem-info"), False),
        ("Observation", "code", coded(ABSENT, "no-problem-info"), False),
    ],
)
def test_an_entry_says_that_nothing_is_known_by_its_own_code_alone(kind, element, code, *, says: bool) -> None:
    assert says_nothing_known(Entry(kind, {element: code}, f"{kind}/x")) is says


def test_a_form_that_was_entered_in_error_or_holds_nothing_is_counted() -> None:
    assert unused(read(response(status="entered-in-error"))) == {
        "QuestionnaireResponse: status is 'entered-in-error'": 1
    }
    (empty,) = read(response()).not_used
    assert (empty.why, empty.count, empty.may_matter) == ("it has no answers", 1, True)


def test_a_question_within_an_answer_and_one_within_a_question_are_read() -> None:
    inner = {"linkId": "epilepsy", "answer": [{"valueBoolean": True}]}
    below = {"linkId": "group", "answer": [{"valueBoolean": True, "item": [inner]}]}
    assert only(read(response(below)), "epilepsy").value is True
    assert only(read(response({"linkId": "group", "item": [inner]})), "epilepsy").value is True
    alone = read(response({"linkId": "weight", "item": [inner]}))
    assert only(alone, "epilepsy").value is True
    assert "weight" not in alone.evidence


def test_an_answer_of_another_form_that_no_fact_uses_opens_no_list() -> None:
    answered = {"linkId": "shoe-size", "answer": [{"valueInteger": 42}]}
    record = read(response(answered, questionnaire="https://example.org/q"))
    assert record.unrecognised == ()
    assert unused(record) == {"QuestionnaireResponse item: no fact uses it": 1}


@pytest.mark.parametrize("element", ["valueInteger", "valueDecimal"])
def test_a_bare_number_is_kept_as_it_was_recorded(element: str) -> None:
    piece = only(read(response({"linkId": "weight", "answer": [{element: 58}]})), "weight")
    assert (piece.recorded, piece.standing) == (58.0, Standing.UNUSABLE)
    nothing = only(read(response({"linkId": "weight", "answer": [{"valueString": "58 kg"}]})), "weight")
    assert (nothing.recorded, nothing.reason) == (None, "the answer is not a number")


def test_an_answer_is_read_by_the_words_that_its_observation_has() -> None:
    for code, value in (("77386006", True), ("60001007", False)):
        answer = {"valueCoding": {"system": SNOMED, "code": code}}
        assert only(read(response({"linkId": "pregnant", "answer": [answer]})), "pregnant").value is value


def test_a_fact_that_no_record_codes_is_answered_in_the_form_and_one_that_is_worked_out_is_not() -> None:
    reader = FhirReader([*FACTS, fact("smoker", "state")], readings(), recognise)
    asked = response({"linkId": "smoker", "answer": [{"valueBoolean": True}]})
    assert only(reader.read(bundle(asked)), "smoker").value is True


def test_an_answer_is_shown_beside_the_fact_that_it_does_not_measure() -> None:
    facts = knowledge().facts
    named = next(it for it in facts.values() if it.beside and it.kind == "number")
    reader = FhirReader(facts.values(), tuple(knowledge().readings.values()), recognise)
    quantity = {"value": 440, "system": UCUM, "code": named.unit}
    record = reader.read(bundle(response({"linkId": named.id, "answer": [{"valueQuantity": quantity}]})))
    assert only(record, named.id).recorded == 440
    shown = only(record, named.beside)
    assert (shown.value, shown.recorded) == (None, 440)


@pytest.mark.parametrize(
    ("answer", "value", "reason"),
    [({"valueDate": "1984-03"}, "1984-03", ""), ({"valueString": "in March"}, None, "the answer is not a date")],
)
def test_a_date_is_answered_by_a_date_alone(answer: dict[str, Any], value: str | None, reason: str) -> None:
    record = read(response({"linkId": "birth_date", "answer": [answer]}))
    (piece,) = [it for it in record.evidence["birth_date"] if it.origin == "QuestionnaireResponse/q"]
    assert (piece.value, piece.recorded, piece.reason) == (value, value, reason)
    assert piece.standing is (Standing.UNUSABLE if reason else Standing.STATED)
