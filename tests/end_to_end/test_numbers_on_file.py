"""``fullcourse check`` on records with a number that calls for something: the answer is what to do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("fullcourse")
RECORDS = Path(__file__).parents[1] / "data" / "checks_tried"


def check(record: str, drug: str, *more: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, "check", RECORDS / f"{record}.toml", "--drug", drug, "--at", "2026-11-28", *more],
        capture_output=True,
        check=True,
        timeout=60,
        text=True,
    )
    return done.stdout


def applying(record: str, drug: str) -> tuple[str, set[tuple[str, str, str]]]:
    """Return the decision, and what applies of at least major severity: its id, what to do, and how serious it is."""
    answer = json.loads(check(record, drug, "--format", "json"))["drugs"][0]
    findings = {
        (it["id"].removeprefix(f"{drug}."), it["kind"], it["severity"])
        for it in answer["findings"]
        if it["status"] == "applies" and it["severity"] in {"major", "contraindicated"}
    }
    return answer["decision"], findings


FIVE_TIMES = ("action.alt-five-times", "stop_and_review", "contraindicated")
SYMPTOMS = ("action.alt-with-symptoms", "stop_and_review", "contraindicated")
BILIRUBIN = ("action.bilirubin-above-3", "stop_and_review", "contraindicated")
EIGHT_TIMES = ("action.alt-eight-times", "stop_and_review", "contraindicated")


@pytest.mark.parametrize(
    ("record", "drug", "expected"),
    [
        ("b2", "isoniazid", {FIVE_TIMES, SYMPTOMS, BILIRUBIN}),
        ("b2", "rifampin", {FIVE_TIMES, SYMPTOMS, BILIRUBIN}),
        ("b2", "pyrazinamide", {FIVE_TIMES, SYMPTOMS, BILIRUBIN}),
        ("b2", "bedaquiline", {EIGHT_TIMES, ("action.alt-with-bilirubin", "stop_and_review", "contraindicated")}),
        ("b3", "isoniazid", {FIVE_TIMES}),
        ("b3", "rifampin", {FIVE_TIMES}),
        ("b3", "pyrazinamide", {FIVE_TIMES}),
        ("b3", "bedaquiline", {EIGHT_TIMES}),
    ],
)
def test_a_liver_that_fails_stops_the_drug(record, drug, expected):
    decision, findings = applying(record, drug)
    assert decision == "contraindicated"
    assert expected <= findings


@pytest.mark.parametrize("drug", ["amikacin", "streptomycin"])
def test_a_clearance_of_36_is_major_for_an_aminoglycoside(drug):
    decision, findings = applying("ren", drug)
    assert decision == "caution"
    assert ("caution.renal-impairment", "caution", "major") in findings


def test_a_clearance_of_36_changes_the_dose_of_imipenem():
    assert "Dose by kidney function and weight" in check("ren", "imipenem")


def test_the_text_says_first_what_to_do():
    assert "Stop it, and have it reviewed." in check("b2", "isoniazid")


@pytest.mark.parametrize(("record", "drug"), [("b2", "isoniazid"), ("b3", "isoniazid"), ("ren", "amikacin")])
def test_where_something_speaks_against_it_nothing_else_is_said(record, drug):
    assert "Nothing in the record speaks against it" not in check(record, drug)
