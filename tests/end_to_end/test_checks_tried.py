"""Records whose evidence used to vanish: it is named with its value and the reason, and nothing is cleared past it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from terminals import in_terminal

PROGRAM = Path(sys.executable).with_name("fullcourse")
TRIED = Path(__file__).parents[1] / "data" / "checks_tried"


def run(name: str | Path, drug: str, *more: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, "check", TRIED / name, "--drug", drug, "--at", "2026-11-28", *more],
        capture_output=True,
        env={**os.environ, "COLUMNS": "80"},
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("und.toml", "haemoglobin 7 g/dL [record]: no date; give its date."),
        ("stale.toml", "haemoglobin 7 g/dL, 2026-10-20 [record]: older than 35 days; measure again."),
        ("fut.toml", "haemoglobin 7 g/dL, 2027-10-20 [record]: dated after the check; correct its date,"),
    ],
)
def test_a_haemoglobin_that_cannot_be_used_is_named_and_clears_nothing(name: str, line: str):
    text = run(name, "linezolid")
    flat = " ".join(text.split())
    assert line in flat
    assert "speaks against it" not in flat
    assert flat.index("ON FILE, NOT USED") < flat.index(line) < flat.index("ASK FIRST")
    seen = in_terminal("check", TRIED / name, "--drug", "linezolid", "--at", "2026-11-28")
    assert line in seen.flat
    assert max(map(len, seen.lines)) <= 80
    assert json.loads(run(name, "linezolid", "--format", "json"))["drugs"][0]["decision"] == "cannot_assess"


def test_what_is_on_file_is_not_asked_for_as_if_nobody_had_measured_it():
    assert "On file: haemoglobin 7 g/dL, undated; when was it?" in " ".join(run("und.toml", "linezolid").split())


def test_an_active_hypokalaemia_without_a_date_is_named_where_no_potassium_shows_it(tmp_path):
    record = json.loads((TRIED / "ehr.json").read_text("utf-8"))
    record["entry"] = [entry for entry in record["entry"] if entry["resource"].get("id") not in ("k", "mg")]
    file = tmp_path / "without_potassium.json"
    file.write_text(json.dumps(record), "utf-8")
    held = json.loads(run(file, "bedaquiline", "--format", "json"))["on_file"]
    (entry,) = (entry for entry in held if entry["from"] == "Condition/c1")
    assert (entry["facts"], entry["value"], entry["on"]) == (["electrolytes_low"], "Hypokalaemia", None)
    assert "speaks against it" not in run(file, "bedaquiline")


def test_the_potassium_beside_it_is_used():
    (drug,) = json.loads(run("ehr.json", "bedaquiline", "--format", "json"))["drugs"]
    applying = {finding["id"] for finding in drug["findings"] if finding["status"] == "applies"}
    assert "bedaquiline.action.electrolytes-low" in applying
