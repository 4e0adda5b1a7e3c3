"""``fullcourse plan`` as its users call it: the installed program, the bundled patient, both outputs, exit codes."""

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
EXAMPLES = Path(fullcourse.__file__).parent / "examples"
PATIENT, ANSWERS = EXAMPLES / "synthetic-patient.json", EXAMPLES / "synthetic-answers.toml"
SCHEMAS = {
    name: jsonschema_rs.validator_for(
        json.loads((Path(published.__file__).parent / "schemas" / f"{name}-1.json").read_text("utf-8"))
    )
    for name in ("plan", "regimen", "dose")
}


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, "plan", *map(str, arguments), "--at", "2026-11-22"],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def planned(*arguments: object) -> dict:
    done = run(PATIENT, "--format", "json", *arguments)
    assert done.returncode == 0, done.stderr
    written = json.loads(done.stdout)
    SCHEMAS["plan"].validate(written)
    SCHEMAS["regimen"].validate(written["composition"])
    for dose in written["doses"]:
        SCHEMAS["dose"].validate(dose)
    return written


def test_with_its_answers_the_bundled_patient_has_a_plan_with_whole_tablets():
    written = planned("--answers", ANSWERS, "--profile", "who", "--start", "2026-12-01")
    assert (written["status"], written["regimen"], written["questions"]) == ("proposed", "who-bpalm", [])
    doses = {dose["drug"]: [step["mg_per_day"] for step in dose["steps"]] for dose in written["doses"]}
    assert doses == {"bedaquiline": [400, 200], "pretomanid": [200], "linezolid": [600], "moxifloxacin": [400]}
    assert written["visits"][0]["on"] == "2026-12-01"
    assert written["composition"]["regimens"][0]["phases"][0]["complete_by"] == "2027-06-30"


def test_without_them_nothing_is_a_dose_and_at_most_five_groups_are_asked():
    written = planned("--profile", "who")
    assert written["status"] == "cannot_assess"
    assert [dose["steps"] for dose in written["doses"]] == [[]] * 4
    assert 1 <= len(written["question_groups"]) <= 5


def test_the_text_fits_the_terminal_and_says_first_what_it_is():
    asked = (PATIENT, "--answers", ANSWERS, "--profile", "who", "--start", "2026-12-01", "--at", "2026-11-22")
    seen = in_terminal("plan", *asked)
    assert max(map(len, seen.lines)) <= 80
    assert len(seen.lines) <= 40
    assert "PLAN PROPOSED" in seen.lines[0]
    assert "to be confirmed by a prescriber" in seen.lines[1]
    assert "4 tablets of 100 mg in the morning" in seen.text
    assert "PLAN PROPOSED" in seen.lines[-2]


def test_a_regimen_for_resistant_disease_says_that_it_is_only_for_that_while_no_result_is_there(tmp_path):
    record = tmp_path / "patient.toml"
    record.write_text('[[fact]]\nid = "birth_date"\nvalue = "1986-01-01"\n')
    done = run(record, "--profile", "who", "--regimen", "who-bpalm")
    assert "Only if: Rifampicin is shown resistant." in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--start", "2027-02-30"], "--start"),
        (["--regimen", "bpalm"], "--regimen"),
        (["--resistant", "rifampicinn"], "--resistant"),
        (["--resistant", "rifampin,"], "--resistant"),
        (["--profile", "xx"], "profile"),
        (["--forms-in-stock", "not-there.csv"], "--forms-in-stock"),
        (["--override", "linezolid.nothing", "--reason", "why"], "--override"),
        (["--override", "linezolid.nothing"], "--reason"),
        (["--reason", "why"], "--override"),
    ],
)
def test_bad_input_ends_with_what_is_wrong_and_no_answer(arguments, says):
    done = run(PATIENT, "--answers", ANSWERS, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


@pytest.mark.parametrize(
    "weight", ["", 'value = 0\nunit = "kg"', 'value = 700\nunit = "kg"', 'value = 60\nunit = "stone"']
)
def test_without_a_weight_that_can_be_used_there_is_no_number(tmp_path, weight):
    record = tmp_path / "patient.toml"
    fact = f'\n[[fact]]\nid = "weight"\n{weight}\non = 2026-11-20\n' if weight else ""
    record.write_text(f'[[fact]]\nid = "birth_date"\nvalue = "1986-01-01"\n{fact}')
    done = run(record, "--profile", "who", "--format", "json")
    if done.returncode:
        assert done.stdout == ""
        assert "weight" in done.stderr
        return
    assert all(dose["steps"] == [] and dose["not_yet"] is None for dose in json.loads(done.stdout)["doses"])


def test_resistant_beside_susceptible_on_one_day_counts_as_resistant_and_both_are_shown():
    results = ("--resistant", "bedaquiline", "--susceptible", "bedaquiline")
    written = planned("--answers", ANSWERS, "--profile", "who", *results)
    assert written["regimen"] != "who-bpalm"
    shown = {entry["fact"] for entry in written["composition"]["conflicting_results"]}
    assert "bedaquiline_susceptibility" in shown


def test_a_form_that_is_not_in_stock_is_named(tmp_path):
    stock = tmp_path / "stock.csv"
    stock.write_text("bedaquiline, tablet 100 mg\npretomanid, tablet 200 mg\nlinezolid, tablet 600 mg\n")
    written = planned("--answers", ANSWERS, "--profile", "who", "--forms-in-stock", stock)
    assert written["composition"]["regimens"][0]["out_of_stock"] == ["moxifloxacin"]
    (moxifloxacin,) = (dose for dose in written["doses"] if dose["drug"] == "moxifloxacin")
    assert moxifloxacin["steps"] == []
    assert written["status"] != "proposed"
