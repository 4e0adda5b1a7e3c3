"""``fullcourse check --with``: names alone, worst first, and nothing that looks as if somebody were cleared."""

import json
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

import fullcourse as fc
from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces.cli.main import fullcourse
from pairs_asked import PairsCase, hostile_names, named_cases
from terminals import Seen, in_terminal

SCHEMAS = Path(fc.__file__).parent / "adapters" / "published" / "schemas"
SCHEMA = jsonschema_rs.validator_for(json.loads((SCHEMAS / "pairs-1.json").read_text("utf-8")))
CASES, HOSTILE = named_cases(), hostile_names()
AT = ("--at", "2026-11-29")
CLEARS = ("no objection", "nothing speaks against", "may be taken", "is safe", "are safe to")
STRICTEST_FIRST = ("contraindicated", "avoid", "cannot_assess", "caution", "no_objection")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(fullcourse, ["check", *arguments, *AT], env={"COLUMNS": "80"})


@cache
def seen(*arguments: str) -> Seen:
    """Return what a terminal of 80 columns shows."""
    return in_terminal("check", *arguments, *AT)


def answered(case: PairsCase) -> dict:
    done = run(*case.arguments, "--format", "json")
    assert done.exit_code == case.exit, (done.output, done.exception)
    answer = json.loads(done.output)
    assert [error.message for error in SCHEMA.iter_errors(answer)] == []
    return answer


def check_pairs(case: PairsCase, answer: dict) -> None:
    said = {frozenset(pair["names"]): pair for pair in answer["pairs"]}
    for expected in case.pairs:
        pair = said[frozenset(expected["pair"])]
        if expected.get("severity") == "not covered":
            assert (pair["state"], pair["severity"], pair["findings"]) == ("not_covered", None, [])
            assert pair["not_covered"]
        elif "severity" in expected:
            led = answer["statements"][pair["findings"][0]["statement"]]
            assert pair["severity"] == led["severity"] == expected["severity"], pair
            assert (led["management"] or {"do": None})["do"] == expected.get("do", (led["management"] or {}).get("do"))
            assert led["citations"][0]["source"] == expected.get("source", led["citations"][0]["source"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_each_pair_has_the_severity_of_its_source(case: PairsCase):
    answer = answered(case)
    check_pairs(case, answer)
    if case.together:
        assert case.together in {it["statement"] for it in answer["together"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_text_says_that_no_patient_was_looked_at_and_clears_nobody(case: PairsCase):
    shown = seen(*case.arguments)
    lines = shown.lines
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("Names alone: no patient was looked at.")
    assert all(line == line.rstrip() for line in lines)
    for words in CLEARS:
        assert words not in shown.text.casefold()
    text = shown.flat
    for expected in case.pairs:
        if expected.get("severity") == "not covered":
            assert "NOT COVERED" in text
            assert "does not say that they are safe" in text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_worst_stands_first_and_again_at_the_end(case: PairsCase):
    answer = answered(case)
    strict = [
        STRICTEST_FIRST.index(pair["decision"])
        for pair in answer["pairs"]
        if pair["state"] == "finding" and not pair["waits_for_a_patient"]
    ]
    assert strict == sorted(strict)
    if strict and strict[0] < STRICTEST_FIRST.index("no_objection"):
        worst = " + ".join(answer["pairs"][0]["names"])
        lines = seen(*case.arguments).lines
        assert any(worst in line for line in lines[3:7]), lines
        assert any(line.startswith(f"WORST: {worst}") for line in lines[-7:])


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.id)
def test_what_is_not_read_is_never_silent(case: PairsCase):
    done = run(*case.arguments)
    assert done.exit_code == case.exit or isinstance(done.exception, FullcourseError), done.output
    text = " ".join(done.output.split())
    if case.refused:
        assert case.refused in f"{text} {done.exception}"
        return
    answer = answered(case)
    assert [it["written"] for it in answer["not_read"]] == list(case.not_read)
    for name in case.not_read:
        beside = [pair for pair in answer["pairs"] if name in pair["names"]]
        assert {pair["state"] for pair in beside} == {"not_read"}
        assert text.count(f"“{name}”") >= 2, "said at the top and at the end"
    for words in case.says:
        assert words.casefold() in text.casefold()
    check_pairs(case, answer)


def test_there_are_twenty_lists_and_ten_hostile_ones():
    assert (len(CASES), len(HOSTILE)) == (20, 10)


def test_a_pair_is_the_same_from_either_side():
    one, other = (
        fc.pairs([drug], [beside], at="2026-11-29").value.pairs
        for drug, beside in (("rifampin", "bedaquiline"), ("bedaquiline", "rifampin"))
    )
    assert {it.id for it in one[0].findings} == {it.id for it in other[0].findings}
    assert one[0].severity == other[0].severity


def test_what_words_of_an_unread_text_name_is_said_and_never_as_if_it_were_read():
    answer = json.loads(run("--drug", "linezolid", "--with", "sertraline apixban", "--format", "json").output)
    (pair,) = answer["pairs"]
    assert pair["state"] == "not_read"
    assert pair["severity"] == "major"
    assert answer["not_read"][0]["near"] == ["apixaban"]
    text = " ".join(run("--drug", "linezolid", "--with", "sertraline apixban").output.split())
    assert "if it is so: major" in text


def test_words_behind_with_are_names_too_and_a_record_beside_names_is_refused(tmp_path: Path):
    spaced = run("--drug", "rifampin", "--with", "apixaban", "metformin", "500", "mg", "--format", "json")
    assert [it["name"] for it in json.loads(spaced.output)["named"]] == ["rifampin", "apixaban", "metformin 500 mg"]
    record = tmp_path / "record.toml"
    record.write_text("", "utf-8")
    for arguments, said in (
        (("--drug", "rifampin", "--with", "apixaban", str(record)), "is a record"),
        (("--with", "apixaban"), "give --drug or --regimen"),
        (("--drug", "rifampin"), "needs a RECORD"),
        ((), "needs a RECORD"),
        (("--drug", "rifampin", "--with", "apixaban", "--ask"), "belong to a RECORD"),
        ((str(record), "other.toml", "--drug", "rifampin"), "reads one RECORD"),
    ):
        done = run(*arguments)
        assert done.exit_code == 2, arguments
        assert said in " ".join(done.output.split())


@pytest.mark.parametrize(("severity", "code"), [("contraindicated", 1), ("major", 1), ("moderate", 1)])
def test_a_pipeline_may_stop_at_a_severity(severity: str, code: int):
    assert run("--drug", "rifampin", "--with", "apixaban", "--fail-on", severity).exit_code == code


def test_the_python_surface_gives_the_json_of_the_command():
    printed = json.loads(run("--regimen", "BPaLM", "--with", "sertraline", "--format", "json").output)
    assert fc.pairs(regimen="BPaLM", beside=["sertraline"], at="2026-11-29").to_dict() == printed
