"""The Questionnaire of triage: valid, complete, in Spanish too; and what a response to it answers, there and back."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from fullcourse.adapters.fhir.read.questionnaire_response import read_response
from fullcourse.adapters.fhir.write.questionnaire import ANSWERS, questionnaire
from fullcourse.adapters.triage.questions import read_questions
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
