"""What is written for others: each noun as plain values, with the keys that readers rely on."""

import json
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest

import fullcourse.adapters.published as published
from fullcourse.adapters.documents.changes import changes_between
from fullcourse.adapters.published.aside import aside_json
from fullcourse.adapters.published.change import changes_json
from fullcourse.adapters.published.check import SCHEMA, check_json
from fullcourse.adapters.published.citation import citation_json
from fullcourse.adapters.published.pair import pair_json
from fullcourse.adapters.published.question import question_group_json, question_json
from fullcourse.adapters.published.reply import reply_json
from fullcourse.adapters.published.source import source_json
from fullcourse.adapters.published.statement import statement_json
from fullcourse.adapters.register.read.extract import Aside
from fullcourse.adapters.search.numbers_to_call import numbers_to_call
from fullcourse.adapters.search.questions import Questions
from fullcourse.adapters.search.reply import Reply
from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.clinical.finding import Severity
from fullcourse.journey.check import Glance, Pair, Question, QuestionGroup, check
from fullcourse.screening.questions import AnswerForm
from patients import knowledge, patient

SCHEMAS = Path(published.__file__).parent / "schemas"


def test_a_check_is_what_its_schema_says():
    known = knowledge()
    result = check(patient({}).record, known, known.profile("us"), date(2026, 11, 22), [known.drugs["cycloserine"]])
    written = json.loads(json.dumps(check_json(result), allow_nan=False))
    assert written["schema"] == SCHEMA
    jsonschema_rs.validator_for(json.loads((SCHEMAS / "check-2.json").read_text("utf-8"))).validate(written)


@pytest.mark.parametrize(("severity", "word"), [(None, None), (Severity.MAJOR, Severity.MAJOR.word)])
def test_a_pair_without_a_finding_has_no_severity(severity: Severity | None, word: str | None):
    assert pair_json(Pair(("a", "b"), severity, ("x",), ())) == {
        "drugs": ["a", "b"],
        "severity": word,
        "findings": ["x"],
        "unresolved": [],
    }


def test_a_question_is_written_in_both_wordings():
    groups = [QuestionGroup("person", "p", "c", ("sex",)), QuestionGroup("measurements", "p", "c", ("weight",), ("x",))]
    form = AnswerForm("weight", "number", "kg", ())
    written = question_json(Question(("weight",), "plain", "clinical", "body", ("x.y",), answers=(form,)), groups)
    assert written == {
        "facts": ["weight"],
        "ask_patient": "plain",
        "ask_clinician": "clinical",
        "group": "body",
        "asked_in": ["measurements"],
        "decides": ["x.y"],
        "answers": [{"fact": "weight", "kind": "number", "unit": "kg", "values": []}],
        "glances": [],
    }
    assert question_group_json(groups[1]) == {
        "id": "measurements",
        "ask_patient": "p",
        "ask_clinician": "c",
        "facts": ["weight"],
        "entries": ["x"],
        "glances": [],
    }


def test_a_number_asked_by_a_glance_is_written_with_the_answer_that_it_does_not_lie_below():
    glance = Glance("height", 118.0, "cm")
    written = {"fact": "height", "below": 118.0, "unit": "cm", "otherwise": ">=118"}
    asked = Question(("height",), "plain", "clinical", "body", ("x.y",), (glance,))
    assert question_json(asked, [])["glances"] == [written]
    assert question_group_json(QuestionGroup("body", "p", "c", ("height",), (), (glance,)))["glances"] == [written]


def test_an_answer_carries_its_source_with_the_date_behind_the_title():
    known = knowledge()
    reply = Questions(known).answer("can I drink alcohol with cycloserine", None)
    written = reply_json(reply, "", AnswerHead(known.digest))
    assert written["answered"] is True
    assert written["emergency_number"] is None
    first = written["answers"][0]
    assert list(first["citation"]) == ["source", "title", "dated", "section", "address", "tier"]
    assert first["citation"] == {**citation_json(reply.answers[0].citation), "dated": reply.answers[0].dated or None}


def silent(**fields) -> Reply:
    return Reply("", (), (), (), (), (), (), (), **fields)


def test_a_number_is_named_only_where_the_question_calls_for_it():
    known = knowledge()
    assert numbers_to_call(silent(), known, "US") == ""
    assert numbers_to_call(silent(self_harm=True), known, "US") != ""
    assert numbers_to_call(silent(too_much_taken=True), known, "US") != ""
    assert numbers_to_call(silent(self_harm=True, too_much_taken=True), known, "") == ""


def test_a_statement_says_what_kind_of_rule_it_is_and_where_it_comes_from():
    known = knowledge()
    statement = next(iter(known.statements.values()))
    written = statement_json(statement, known.citation(statement))
    assert written["id"] == statement.id
    assert written["body"]
    assert written["source"]["source"] == statement.source


def test_a_source_is_written_with_how_many_statements_rest_on_it():
    source = next(iter(knowledge().sources.values()))
    written = source_json(source, 7, 2)
    assert (written["id"], written["tier"], written["statements"]) == (source.id, source.tier, 7)


def test_nothing_moved_between_an_edition_and_itself():
    known = knowledge()
    written = changes_json(changes_between(known, known))
    assert written["before"] == written["after"]
    assert not (written["added"] or written["removed"] or written["changed"])


def test_a_line_set_aside_is_written_with_its_reason():
    assert aside_json(Aside("a.ndjson", 3, "no JSON")) == {"file": "a.ndjson", "line": 3, "reason": "no JSON"}


def test_the_questions_alone_are_described_as_those_of_a_check_are():
    alone, whole = (json.loads((SCHEMAS / name).read_text("utf-8")) for name in ("questions-1.json", "check-2.json"))
    shared = ("at", "profile", "software", "knowledge", "questions", "question_groups", "open_entries")
    assert {name: alone["properties"][name] for name in shared} == {name: whole["properties"][name] for name in shared}
    assert alone["$defs"].items() <= whole["$defs"].items()
