from typing import Any

import pytest

from fhir_records import ABOUT, ABSENT, LOINC, SNOMED, UCUM, coded, condition, only, read, unused
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.quantity import exactly

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


def test_a_section_whose_entries_are_all_there_completes_its_list_on_its_date() -> None:
    piece = only(read(composition(entry=ENTRY), HYPERTENSION), "problems_complete")
    assert (piece.value, piece.origin) == (True, "Composition/d")
    assert piece.on is not None
    assert piece.on.text == "2024-05-02"


def test_a_section_that_says_none_known_completes_its_list() -> None:
    assert only(read(composition(emptyReason=coded("x", "nilknown"))), "problems_complete").value is True


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


def test_a_section_whose_entry_says_no_information_completes_nothing() -> None:
    record = read(composition(entry=ENTRY), condition(coded(ABSENT, "no-problem-info")))
    assert "problems_complete" not in record.evidence


def test_entries_of_inner_sections_count() -> None:
    record = read(composition(section=[{"title": "Active", "entry": ENTRY}]), HYPERTENSION)
    assert only(record, "problems_complete").value is True


@pytest.mark.parametrize(("status", "standing"), [("preliminary", Standing.UNSURE), ("amended", Standing.STATED)])
def test_a_document_that_is_not_final_settles_nothing(status: str, standing: Standing) -> None:
    assert only(read(composition(status, entry=ENTRY), HYPERTENSION), "problems_complete").standing is standing


def test_a_document_entered_in_error_is_not_seen() -> None:
    assert "problems_complete" not in read(composition("entered-in-error", entry=ENTRY), HYPERTENSION).evidence


def test_a_current_list_completes_as_a_section_does() -> None:
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
    assert "epilepsy" not in record.evidence
    assert unused(record) == {"QuestionnaireResponse item: no fact uses it": 1}


@pytest.mark.parametrize("link", ["age", "treatment_day", "no-such-fact"])
def test_what_is_computed_or_handed_in_is_not_taken_from_a_questionnaire(link: str) -> None:
    record = read(response({"linkId": link, "answer": [{"valueInteger": 3}]}))
    assert link not in record.evidence


def test_answers_that_are_not_finished_are_unsure() -> None:
    record = read(response({"linkId": "epilepsy", "answer": [{"valueBoolean": False}]}, status="in-progress"))
    assert only(record, "epilepsy").standing is Standing.UNSURE
