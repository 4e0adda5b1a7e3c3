"""The JSON of triage and overdose against their schemas; what it says is what the text says."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

import fullcourse.adapters.published as published
from asked_of_triage import answered, said
from unit.knowledge.test_questions import HIGHEST_GRADE, reading_grade

FOLDER = Path(published.__file__).parent / "schemas"
TRIAGE = [
    ("--symptom", "seizure", "--country", "US"),
    ("--symptom", "low_mood", "--drug", "terizidone"),
    ("--symptom", "headache=unsure", "--drug", "cycloserine", "--mg-per-day", "500"),
    ("--symptom", "drowsiness"),
    ("--words", "my ear lobe is green", "--country", "IN"),
    ("--rest-no",),
]
OVERDOSE = [
    ("--drug", "cycloserine", "--took", "5 capsules", "--weight-kg", "15"),
    ("--drug", "blue pills", "--took", "a handful", "--symptom", "confusion"),
    ("--drug", "isoniazid", "--took", "300 mg", "--planned-mg", "300"),
]


def schema_of(name: str) -> jsonschema_rs.Validator:
    validator: jsonschema_rs.Validator = jsonschema_rs.validator_for(
        json.loads((FOLDER / f"{name}-1.json").read_text("utf-8"))
    )
    return validator


@pytest.mark.parametrize("arguments", TRIAGE)
def test_every_answer_of_triage_keeps_its_schema_and_each_statement_its_citation(arguments: tuple[str, ...]) -> None:
    answer = answered("triage", *arguments)
    schema_of("triage").validate(answer)
    assert all(it["citation"]["title"] and it["review"] == "unreviewed" for it in answer["raised"])
    assert not schema_of("triage").is_valid({**answer, "urgency": "all clear"})


@pytest.mark.parametrize("arguments", OVERDOSE)
def test_every_answer_on_too_much_taken_keeps_its_schema(arguments: tuple[str, ...]) -> None:
    answer = answered("overdose", *arguments)
    schema_of("overdose").validate(answer)
    assert [it["heading"] for it in answer["read_aloud"]][:4] == ["Medicine", "Taken", "When", "Weight"]


@pytest.mark.parametrize("arguments", TRIAGE)
def test_what_a_frightened_person_reads_first_reads_at_grade_6_or_lower(arguments: tuple[str, ...]) -> None:
    first = said("triage", *arguments).split("For your care team")[0].split("Judged for")[0]
    lines = [line.strip() for line in " ".join(first.splitlines()[1:]).split("  ") if line.strip()]
    assert reading_grade(" ".join(lines)) <= HIGHEST_GRADE
