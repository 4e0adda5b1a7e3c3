"""The Questionnaire of triage: valid, complete, in Spanish too; and what a response to it answers, there and back."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from fullcourse.adapters.fhir.read.questionnaire_response import read_response
from fullcourse.adapters.fhir.write.questionnaire import ANSWERS, GATE, questionnaire
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.clinical.errors import InputError
from fullcourse.triage.report import Heard

ASKED = read_questions()
WRITTEN = questionnaire(ASKED, "0f" * 32)
SCHEMA = Path(__file__).parents[4] / "conformance" / "data" / "fhir-r4-questionnaire.schema.json"


def response(*items: dict[str, object], status: str = "completed", kind: str = "QuestionnaireResponse") -> bytes:
    return json.dumps({"resourceType": kind, "status": status, "item": list(items)}).encode()


def coded(link: str, code: str, system: str = ANSWERS) -> dict[str, object]:
    return {"linkId": link, "answer": [{"valueCoding": {"system": system, "code": code}}]}


def heard(*items: dict[str, object]) -> dict[str, Heard]:
    return dict(read_response(response(*items), ASKED)[0])


def test_it_is_valid_fhir_r4() -> None:
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text("utf-8")))
    assert [error.message for error in validator.iter_errors(WRITTEN)] == []
    assert not validator.is_valid({**WRITTEN, "item": [{"text": 3}]})


def test_it_asks_every_question_once_and_its_links_lead_somewhere() -> None:
    items = [item for group in WRITTEN["item"] for item in group["item"]]  # type: ignore[attr-defined,union-attr]
    links = [item["linkId"] for item in items]
    assert len(links) == len(set(links)) == len(ASKED.groups) + len(ASKED.questions)
    for item in items:
        assert all(condition["question"] in links for condition in item.get("enableWhen", ()))
        assert "valueString" in json.dumps(item["_text"])


@pytest.mark.parametrize("code", ["yes", "no", "unsure"])
def test_an_answer_comes_back_as_it_was_given(code: str) -> None:
    assert heard(coded("symptom_rash", code)) == {"symptom_rash": Heard(code)}


@pytest.mark.parametrize(("value", "word"), [({"valueBoolean": True}, Heard.YES), ({"valueBoolean": False}, Heard.NO)])
def test_a_boolean_is_an_answer_too(value: dict[str, object], word: Heard) -> None:
    assert heard({"linkId": "symptom_rash", "answer": [value]}) == {"symptom_rash": word}


def test_a_question_without_an_answer_is_no_no() -> None:
    assert heard({"linkId": "symptom_rash"}, {"linkId": "symptom_fever", "answer": []}) == {}


def test_a_group_that_is_no_answers_its_symptoms_and_leaves_what_was_answered_one_by_one() -> None:
    group = ASKED.groups[0]
    own = [question.fact for question in ASKED.of_group(group.id)]
    read = heard(coded(f"{GATE}{group.id}", "no"), coded(own[0], "yes"))
    assert read == {own[0]: Heard.YES, **dict.fromkeys(own[1:], Heard.NO)}


@pytest.mark.parametrize("code", ["yes", "unsure"])
def test_a_group_that_is_yes_with_nothing_named_is_unsure_throughout(code: str) -> None:
    group = ASKED.groups[0]
    assert heard(coded(f"{GATE}{group.id}", code)) == {it.fact: Heard.UNSURE for it in ASKED.of_group(group.id)}


def test_an_answer_that_stands_deep_is_found_and_contradictions_are_unsure() -> None:
    deep = {"linkId": "danger", "item": [{"linkId": "x", "item": [coded("symptom_seizure", "yes")]}]}
    assert heard(deep, coded("symptom_seizure", "no")) == {"symptom_seizure": Heard.UNSURE}


@pytest.mark.parametrize(
    "item",
    [coded("symptom_rash", "Y", "urn:other"), coded("nonsense", "yes"), {"linkId": "symptom_rash", "answer": [3]}],
)
def test_what_is_not_understood_goes_to_a_person(item: dict[str, object]) -> None:
    symptoms, unread = read_response(response(item), ASKED)
    assert symptoms == ()
    assert len(unread) == 1


@pytest.mark.parametrize("data", [response(status="entered-in-error"), response(kind="Bundle"), b"[]", b"{"])
def test_what_is_no_response_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_response(data, ASKED)
