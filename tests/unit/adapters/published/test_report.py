"""The JSON of a report against its schema; null is what nobody said."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

import fullcourse.adapters.published as published
from course_events import event
from fullcourse.adapters.published.report import report_json
from fullcourse.clinical.event_bodies import Held, Result, Symptom
from patients import knowledge
from reports import WHOLE, drafted, log
from unit.knowledge.test_questions import HIGHEST_GRADE, reading_grade

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "report-1.json").read_text("utf-8"))
)
LOGGED = log(
    event(Symptom("symptom_seizure"), "2026-11-03T21:30"),
    event(Held(("cycloserine",), "side effects"), "2026-11-03T22:30", actor="clinician"),
    event(Result("cycloserine_level", 41.0, "mg/L"), "2026-11-03T23:00", actor="clinician"),
)


def written(text: str, **more: object) -> dict:
    answer = report_json(drafted(text, **more), knowledge(), "US")
    plain = json.loads(json.dumps(answer, allow_nan=False))
    SCHEMA.validate(plain)
    return plain


@pytest.mark.parametrize("text", ["", WHOLE])
def test_every_report_keeps_its_schema(text):
    answer = written(text)
    assert (answer["sent"], answer["deadline"]) == (False, None)
    assert all(it["citation"]["title"] for it in answer["judged_by"])


def test_a_report_of_a_log_keeps_its_schema_and_says_what_it_was_made_from():
    answer = written('[[reaction]]\nwords = "fit"\n[[drug]]\nname = "cycloserine"\nrole = "suspect"\n', events=LOGGED)
    assert answer["case"]["made_from"] == ["input", "course"]
    assert answer["patient"]["tests"][0]["value"] == [41.0, 41.0]
    assert answer["bearing_on_causality"][0]["stopped_or_reduced"] is True


def test_what_nobody_said_is_null_and_never_false():
    (reaction,) = written('[[reaction]]\nwords = "fit"\n')["reactions"]
    assert set(reaction["seriousness"].values()) == {None}
    assert (reaction["serious"], reaction["outcome"], reaction["highlighted"]) == (None, None, None)


def test_an_open_end_of_a_number_is_null():
    text = '[[drug]]\nname = "cycloserine"\nrole = "suspect"\n'
    assert written(text)["drugs"][0]["mg_before_onset"] is None


def test_what_patients_are_told_of_reporting_reads_at_the_sixth_grade():
    sentences = [it.patient for it in knowledge().statements.values() if it.id.startswith("reporting.")]
    assert [text for text in sentences if reading_grade(text) > HIGHEST_GRADE] == []
