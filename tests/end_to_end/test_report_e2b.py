"""``fullcourse report`` and E2B(R3) as users call it: files out, files in, acknowledgements, what is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

import fullcourse.adapters.published as published
from e2b_files import SAMPLES, SCENARIO_1, SCENARIO_2
from fullcourse.adapters.e2b.read import read_file
from reports import WHOLE

PROGRAM = Path(sys.executable).with_name("fullcourse")
SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "e2b-1.json").read_text("utf-8"))
)
SCENARIO = SAMPLES / "scenario-1-report.toml"


def run(*arguments: object, at: str = "2026-11-20", text: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, "report", *map(str, arguments), "--at", at],
        capture_output=True,
        text=True,
        input=text,
        env={**os.environ, "COLUMNS": "80"},
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def shown(path: Path, *arguments: object) -> dict:
    done = run("--read", path, "--format", "json", *arguments)
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)
    SCHEMA.validate(content)
    return content


def test_a_report_for_fda_is_written_and_read_back_without_a_rejection(tmp_path):
    out = tmp_path / "report.xml"
    written = run(SCENARIO, "--format", "e2b", "--receiver", "fda", "--sender-id", "4567AB89012", "--out", out)
    assert written.returncode == 0, written.stderr
    assert "Nothing was sent." in written.stdout
    assert "the number of Drug B" in written.stderr
    content = shown(out)
    assert (content["receiver"], content["findings"], content["unread"]) == ("fda", [], [])
    assert {"number": "G.k.2.2", "says": "Drug A"}.items() <= next(
        one for one in content["elements"] if one["value"] == "Drug A"
    ).items()


def test_the_same_report_on_the_same_day_is_the_same_file():
    first, second = (
        run(SCENARIO, "--format", "e2b", "--receiver", "fda", "--sender-id", "4567AB89012") for _ in range(2)
    )
    assert first.stdout == second.stdout
    assert read_file(first.stdout.encode()).batch.values["N.1.4"] == "ZZFDA"


def test_what_a_receiver_would_reject_is_not_written_unless_asked_for(tmp_path):
    out = tmp_path / "report.xml"
    text = WHOLE.replace('meddra_version = "27.1"\nmeddra_llt_code = "10039906"\n', "")
    refused = run("-", "--format", "e2b", "--out", out, text=text)
    assert refused.returncode == 2
    assert not out.exists()
    assert "E.i.2.1b" in refused.stderr
    assert "meddra_llt_code" in refused.stderr
    assert "--sender-id" in refused.stderr
    assert max(map(len, refused.stderr.splitlines())) <= 90
    asked = run("-", "--format", "e2b", "--incomplete", "--out", out, text=text)
    assert asked.returncode == 0
    assert "a draft that a receiver would reject" in asked.stdout
    assert b"A draft that a receiver would reject" in out.read_bytes()
    rejected = {one["element"] for one in shown(out)["findings"] if one["severity"] == "rejection"}
    assert {"E.i.2.1a", "E.i.2.1b", "N.1.3", "N.1.4"} <= rejected


@pytest.mark.parametrize("path", [SCENARIO_1, SCENARIO_2], ids=["scenario-1", "scenario-2"])
def test_a_file_of_fda_is_shown_whole_at_80_columns(path):
    done = run("--read", path)
    assert done.returncode == 0, done.stderr
    assert "no rejection found" in done.stdout
    assert "Every value of the file is above." in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "This drug and reaction 2" in done.stdout
    assert "R0105" in done.stdout  # what nobody here can check is named


def test_the_rules_of_another_receiver_can_be_asked_for():
    assert shown(SCENARIO_1, "--receiver", "ich")["receiver"] == "ich"


@pytest.mark.parametrize(
    ("name", "says", "taken"),
    [("R3ack-positive.ack", "The batch was TAKEN\n", True), ("R3ack-negative.ack", "A report was NOT LOADED", False)],
)
def test_an_acknowledgement_says_what_became_of_each_report(name, says, taken):
    done = run("--read", SAMPLES / name)
    assert says in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    answers = shown(SAMPLES / name)["answered"]
    assert [one["taken"] for one in answers] == [taken, taken]
    assert [one["cut"] for one in answers] == [False, not taken]


def test_a_changed_value_is_named_where_nothing_reads_it(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(
        SCENARIO_1.read_text("utf-8-sig").replace("<name>JD</name>", "<name>JD</name><eye>green</eye>"), "utf-8"
    )
    assert [one["value"] for one in shown(path)["unread"]] == ["green"]
    assert "Not read: 1" in run("--read", path).stdout
    assert "Every value of the file is above." not in run("--read", path).stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "document type"),
        ("no xml", "not well-formed"),
        ("<a/>", "neither"),
    ],
)
def test_an_unsafe_or_foreign_file_is_refused(text, says, tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(text, "utf-8")
    done = run("--read", path)
    assert done.returncode == 2
    assert says in done.stderr


@pytest.mark.parametrize("arguments", [("x.toml", "--read", "y.xml"), ("--read", "y.xml", "--format", "e2b")])
def test_what_does_not_go_together_is_said(arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert "--read" in done.stderr
