"""``fullcourse new`` and ``fullcourse facts`` as somebody without FHIR uses them."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

import fullcourse.adapters.published as published
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.main import fullcourse
from patients import knowledge

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "facts-1.json").read_text("utf-8"))
)
KNOWN = knowledge()
ANSWERS = {"history": "true", "state": "true", "date": '"1990-05-31"'}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(fullcourse, [str(it) for it in arguments], env={"COLUMNS": "80"})


def uncommented(text: str) -> str:
    return re.sub(r"(?m)^# (?=\[\[|id =|value =|unit =|on =|name =|since =|to =)", "", text)


def answered(text: str) -> str:
    """The template as somebody fills it in: each block with a value that can be."""
    blocks = []
    for block in uncommented(text).split("[[fact]]"):
        named = re.search(r'(?m)^id = "(.*)"$', block)
        if named is not None:
            fact = KNOWN.facts[named[1]]
            least, most = fact.plausible or (1.0, 3.0)
            value = ANSWERS.get(fact.kind) or (
                f'"{fact.values[0]}"' if fact.kind == "choice" else repr(least + (most - least) / 4)
            )
            block = block.replace("value = ", f"value = {value} ")
        blocks.append(block)
    return "[[fact]]".join(blocks)


@pytest.fixture(params=["cycloserine", "linezolid", ""], ids=["one drug", "another", "all drugs"])
def template(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    file = tmp_path / "patient.toml"
    of = ["--drug", request.param] if request.param else []
    done = run("new", file, *of, "--at", "2026-12-01")
    assert done.exit_code == 0, done.exception
    assert f"Then: fullcourse check {file}" in done.output
    return file


def test_a_template_says_nothing_of_a_patient(template: Path) -> None:
    empty = template.with_name("empty.toml")
    empty.write_text("# nothing is known\n", "utf-8")
    answers = [run("check", file, "--drug", "cycloserine", "--at", "2026-12-01") for file in (template, empty)]
    assert answers[0].output == answers[1].output
    assert "CANNOT BE ASSESSED YET" in answers[0].output


def test_a_block_that_nobody_answered_is_refused_and_is_no_answer(template: Path) -> None:
    template.write_text(uncommented(template.read_text("utf-8")), "utf-8")
    refused = run("check", template, "--drug", "cycloserine")
    assert isinstance(refused.exception, InputError)
    assert "at line" in str(refused.exception)


def test_every_block_that_is_answered_is_read(template: Path) -> None:
    template.write_text(answered(template.read_text("utf-8")), "utf-8")
    done = run("check", template, "--drug", "cycloserine", "--at", "2026-12-01", "--format", "json")
    assert done.exit_code == 0, done.exception


def test_a_template_has_every_fact_that_a_check_of_nothing_names(tmp_path: Path) -> None:
    file = tmp_path / "patient.toml"
    run("new", file, "--drug", "cycloserine")
    empty = tmp_path / "empty.toml"
    empty.write_text("# nothing is known\n", "utf-8")
    check = json.loads(run("check", empty, "--drug", "cycloserine", "--format", "json").output)
    missing = {fact for finding in check["drugs"][0]["findings"] for fact in finding["missing"]}
    named = set(re.findall(r'(?m)^# id = "(.*)"$', file.read_text("utf-8")))
    assert missing
    assert missing <= named


def test_a_file_that_is_there_is_not_written_over(template: Path) -> None:
    before = template.read_bytes()
    assert isinstance(run("new", template).exception, InputError)
    assert template.read_bytes() == before


def test_facts_are_listed_with_unit_and_values_and_found_by_a_word() -> None:
    every = json.loads(run("facts", "--format", "json").output)
    SCHEMA.validate(every)
    assert {row["id"] for row in every["facts"]} == {
        fact.id for fact in KNOWN.facts.values() if fact.kind != "given" and (fact.found or not fact.derived)
    }
    shown = run("facts", "weight").output
    assert "weight: body weight\n    a number in kg; counts for 35 days" in shown
    assert "epilepsy" not in shown
    assert "Did you mean 'creatinine'?" in str(run("facts", "creatinin0").exception)


def test_every_listed_fact_may_stand_in_a_record(tmp_path: Path) -> None:
    refused = []
    for row in json.loads(run("facts", "--format", "json").output)["facts"]:
        fact = KNOWN.facts[row["id"]]
        least, most = fact.plausible or (1.0, 3.0)
        number = f'{least + (most - least) / 4}\nunit = "{fact.unit}"'
        value = ANSWERS.get(fact.kind) or (f'"{fact.values[0]}"' if fact.values else number)
        file = tmp_path / "one.toml"
        file.write_text(f'[[fact]]\nid = "{fact.id}"\nvalue = {value}\non = 2026-11-30\n', "utf-8")
        done = run("check", file, "--drug", "cycloserine", "--at", "2026-12-01")
        refused += [(fact.id, str(done.exception))] if done.exit_code else []
    assert refused == []
