"""``fullcourse regimen`` as its users call it: the installed program, real files, exit codes, both outputs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

import fullcourse
import fullcourse.adapters.published as published
from terminals import in_terminal

PROGRAM = Path(sys.executable).with_name("fullcourse")
EXAMPLE = Path(fullcourse.__file__).parent / "examples" / "synthetic-patient.json"
SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "regimen-1.json").read_text("utf-8"))
)
RESISTANT = """
[[fact]]
id = "rifampin_susceptibility"
value = "resistant"
on = 2026-11-20

[[fact]]
id = "birth_date"
value = "1986-01-01"

[[medicine]]
name = "cycloserine"

[[medicine]]
name = "bedaquiline"

[[medicine]]
name = "linezolid"

[[medicine]]
name = "clofazimine"

[[medicine]]
name = "levofloxacin"
"""


def run(*arguments: object, given: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, "regimen", *map(str, arguments), "--at", "2026-11-22"],
        input=given,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def as_json(*arguments: object, given: str = "") -> dict:
    done = run(*arguments, "--format", "json", given=given)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    SCHEMA.validate(answer)
    return answer


@pytest.mark.parametrize("profile", ["us", "who", "india"])
def test_the_json_is_what_the_schema_says(profile):
    answer = as_json(EXAMPLE, "--profile", profile, "--start", "2026-12-01")
    assert answer["regimens"]
    assert answer["status"] == "proposal; to be confirmed by a prescriber"


@pytest.mark.parametrize("options", [(), ("--replace", "cycloserine", "--because", "depression"), ("--limit", "5")])
def test_a_longer_regimen_and_a_replacement_are_what_the_schema_says(options):
    answer = as_json("-", "--profile", "who", *options, given=RESISTANT)
    assert answer["combinations_examined"] > 0
    assert answer["current"] == ["cycloserine", "bedaquiline", "linezolid", "clofazimine", "levofloxacin"]
    assert (answer["change"] is None) is not ("--replace" in options)


def test_the_text_keeps_to_the_terminal_and_says_status_tests_and_questions(tmp_path):
    record = tmp_path / "resistant.json"
    record.write_text(RESISTANT, "utf-8")
    asked = ("--profile", "who", "--start", "2026-12-01", "--at", "2026-11-22")
    seen = in_terminal("regimen", record, *asked)
    assert seen.code == 0, seen.text
    assert max(map(len, seen.lines)) <= 80
    for words in ("proposal; to be confirmed by a prescriber", "TEST NEXT", "ASK FIRST", "NOT FOR THIS PATIENT"):
        assert words in seen.flat
    assert seen.lines[-1].startswith("AGAIN")


def test_options_stand_in_for_results_of_the_laboratory():
    answer = as_json(EXAMPLE, "--profile", "who", "--resistant", "rifampin,FQ", "--susceptible", "bedaquiline")
    by_id = {it["id"]: it for it in answer["regimens"]}
    assert by_id["who-bpalm"]["status"] == "ineligible"
    assert by_id["who-bpal"]["status"] == "cannot_assess"
    effects = {it["drug"]: it["effective"] for it in by_id["who-bpal"]["drugs"]}
    assert effects == {"bedaquiline": True, "pretomanid": None, "linezolid": None}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--start", "2027-02-30"), "--start: '2027-02-30' is not a date"),
        (("--start", "9999-12-31"), "no year in which treatment begins"),
        (("--resistant", "rifampin,,isoniazid"), "empty place between its commas"),
        (("--resistant", "paracetamol"), "--resistant: drug 'paracetamol' is not covered"),
        (("--profile", "mars"), "profile 'mars' does not exist"),
        (("--because", "depression"), "--because is the reason of --replace"),
        (("--replace", "cycloserine"), "--replace needs --because"),
        (("--replace", "amikacin", "--because", "deafness"), "is not among the TB drugs on record"),
        (("--limit", "0"), "--limit"),
    ],
)
def test_what_cannot_be_used_is_a_clear_error_and_exit_code_2(options, says):
    done = run("-", *options, given=RESISTANT)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        ('id = "weight"\nvalue = 0\nunit = "kg"\non = 2026-11-20', "weight"),
        ('id = "weight"\nvalue = 700\nunit = "kg"\non = 2026-11-20', "weight"),
        ('id = "weight"\nvalue = 70\nunit = "stones"\non = 2026-11-20', "weight"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(fact, says):
    done = run("-", given=f"[[fact]]\n{fact}\n")
    assert done.returncode == 2
    assert says in done.stderr


def test_a_birth_date_to_come_is_no_age_and_never_an_infants():
    answer = as_json("-", "--profile", "who", given='[[fact]]\nid = "birth_date"\nvalue = "2027-05-01"\n')
    by_id = {it["id"]: it for it in answer["regimens"]}
    assert by_id["who-2hrz-e-4hr"]["status"] == "cannot_assess"
    assert by_id["who-2hpmz-2hpm"]["status"] == "cannot_assess"
