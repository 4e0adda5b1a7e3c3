"""What a response to the Questionnaire of triage answers; there and back is tested with the questionnaire."""

import json

import pytest

from fullcourse.adapters.fhir.read.questionnaire_response import read_response
from fullcourse.adapters.fhir.write.questionnaire import ANSWERS, GATE
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.clinical.errors import InputError
from fullcourse.triage.report import Heard

ASKED = read_questions()
YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"


def response(*items: object, status: str = "completed", kind: str = "QuestionnaireResponse") -> bytes:
    return json.dumps({"resourceType": kind, "status": status, "item": list(items)}).encode()


def coded(link: str, code: str, system: str = ANSWERS) -> dict[str, object]:
    return {"linkId": link, "answer": [{"valueCoding": {"system": system, "code": code}}]}


def heard(*items: object) -> dict[str, Heard]:
    return dict(read_response(response(*items), ASKED)[0])


def test_the_yes_and_no_of_hl7_are_understood() -> None:
    data = response(coded("symptom_rash", "Y", YES_NO), coded("symptom_fever", "N", YES_NO))
    symptoms, unread = read_response(data, ASKED)
    assert dict(symptoms) == {"symptom_rash": Heard.YES, "symptom_fever": Heard.NO}
    assert unread == ()


def test_what_is_no_question_and_no_answer_ends_no_list() -> None:
    answers: list[object] = ["odd", 7, {"valueBoolean": True}]
    assert heard("odd", 3, {"linkId": "x", "answer": "odd"}, coded("symptom_rash", "yes")) == {
        "symptom_rash": Heard.YES
    }
    symptoms, unread = read_response(response({"linkId": "symptom_rash", "answer": answers}), ASKED)
    assert (dict(symptoms), len(unread)) == ({"symptom_rash": Heard.YES}, 2)


def test_a_question_within_an_answer_is_read() -> None:
    inner = {"valueBoolean": True, "item": [coded("symptom_seizure", "yes")]}
    assert heard({"linkId": "symptom_rash", "answer": [inner]}) == {
        "symptom_rash": Heard.YES, "symptom_seizure": Heard.YES,
    }  # fmt: skip


@pytest.mark.parametrize("status", ["completed", "amended", "in-progress", "stopped"])
def test_what_somebody_began_to_say_counts_as_far_as_it_goes(status: str) -> None:
    symptoms, _ = read_response(response(coded("symptom_rash", "yes"), status=status), ASKED)
    assert dict(symptoms) == {"symptom_rash": Heard.YES}


@pytest.mark.parametrize("word", ["yes", "unsure"])
def test_a_group_that_is_yes_with_one_symptom_named_says_nothing_of_the_others(word: str) -> None:
    group = ASKED.groups[0]
    first, second, *_ = [question.fact for question in ASKED.of_group(group.id)]
    gate = coded(f"{GATE}{group.id}", "yes")
    assert heard(gate, coded(first, word)) == {first: Heard(word)}
    others = {it.fact: Heard.UNSURE for it in ASKED.of_group(group.id) if it.fact != second}
    assert heard(gate, coded(second, "no")) == {second: Heard.NO, **others}


def test_each_symptom_is_told_once() -> None:
    group = ASKED.groups[0]
    own = [question.fact for question in ASKED.of_group(group.id)]
    for word in ("no", "yes"):
        symptoms, _ = read_response(response(coded(f"{GATE}{group.id}", word), coded(own[0], "no")), ASKED)
        assert sorted(name for name, _ in symptoms) == sorted(own)


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
    symptoms, (unread,) = read_response(response(item), ASKED)
    assert symptoms == ()
    assert str(item["linkId"]) in unread


@pytest.mark.parametrize("data", [response(status="entered-in-error"), response(kind="Bundle"), b"[]", b"{"])
def test_what_is_no_response_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_response(data, ASKED)
