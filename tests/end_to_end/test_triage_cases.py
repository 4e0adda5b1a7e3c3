"""Triage and overdose asked as their users ask, against what was written down before their code."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asked_of_triage import answered, said
from course_events import event, started
from fullcourse.adapters.published.event import event_json
from fullcourse.clinical.event_bodies import DoseTaken

HERE = Path(__file__).parents[1]


def cases(name: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = tomllib.loads((HERE / f"{name}_cases.toml").read_text("utf-8"))["case"]
    return listed


def symptoms_of(case: dict[str, Any]) -> Iterator[str]:
    for name, word in case.get("symptoms", {}).items():
        yield from ("--symptom", f"{name}={word}")


def triage_of(case: dict[str, Any], folder: Path) -> list[str]:
    arguments = ["triage", *symptoms_of(case)]
    for drug in case.get("drugs", ()):
        arguments += ["--drug", drug]
    for key, option in (("words", "--words"), ("country", "--country"), ("weeks", "--weeks")):
        arguments += [option, str(case[key])] if key in case else []
    arguments += ["--mg-per-day", str(case["dose_mg_per_day"])] if "dose_mg_per_day" in case else []
    arguments += ["--rest-no"] if case.get("all_no") else []
    if "response" in case:
        path = folder / "response.json"
        items = [
            {"linkId": name, "answer": [{"valueBoolean": word == "yes"}]} for name, word in case["response"].items()
        ]
        content = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": items}
        path.write_text(json.dumps(content), "utf-8")
        arguments += ["--response", str(path)]
    return arguments


def overdose_of(case: dict[str, Any], folder: Path) -> list[str]:
    arguments = ["overdose", "--drug", case.get("drug", "cycloserine"), *symptoms_of(case)]
    for key, option in (
        ("took", "--took"), ("strength", "--strength"), ("country", "--country"), ("planned_mg", "--planned-mg"),
        ("weight_kg", "--weight-kg"),
    ):  # fmt: skip
        arguments += [option, str(case[key])] if key in case else []
    if "logged" in case:
        first = started("cycloserine: 250 mg q12h")
        events = [
            first,
            *(event(DoseTaken("cycloserine", 250.0), f"2026-03-02T{hour:02}:00") for hour in case["logged"]),
        ]
        lines = [json.dumps(event_json(it)) for it in events]
        path = folder / "course.ndjson"
        path.write_text("\n".join([*lines, *(lines[1:] if case.get("sent_twice") else [])]) + "\n", "utf-8")
        arguments += ["--course", str(path), "--at", "2026-03-02T21:00+00:00"]
    return arguments


def held_against(case: dict[str, Any], answer: dict[str, Any], text: str) -> None:
    assert answer["urgency"] == case["urgency"]
    if "next_dose" in case:
        assert answer["next_dose"]["word"] == case["next_dose"]
    assert set(case.get("tests", ())) <= set(answer["tests"])
    assert set(case.get("causes", ())) <= {it["drug"] for it in answer["may_be_the_cause"]}
    assert set(case.get("not_asked", ())) <= {it["symptom"] for it in answer["not_asked"]}
    for words in case.get("to_a_person", ()):
        assert any(words in it for it in answer["a_person_reads"])
    for words in case.get("says", ()):
        assert words in text
    for words in case.get("never", ()):
        assert words not in text.casefold()


@pytest.mark.parametrize("case", cases("triage"), ids=lambda case: case["id"])
def test_triage_says_what_was_written_down_before(case: dict[str, Any], tmp_path: Path) -> None:
    arguments = triage_of(case, tmp_path)
    held_against(case, answered(*arguments), said(*arguments))


@pytest.mark.parametrize("case", cases("overdose"), ids=lambda case: case["id"])
def test_overdose_says_what_was_written_down_before(case: dict[str, Any], tmp_path: Path) -> None:
    arguments = overdose_of(case, tmp_path)
    answer = answered(*arguments)
    held_against(case, answer, said(*arguments))
    aloud = " ".join(f"{it['heading']}: {it['line']}" for it in answer["read_aloud"])
    for words in case.get("aloud", ()):
        assert words.casefold() in aloud.casefold()


def test_ten_of_the_cases_come_from_reports_of_how_peers_got_it_wrong() -> None:
    reports = [case for name in ("triage", "overdose") for case in cases(name) if "github.com" in case["from"]]
    assert len(reports) >= 10
    assert all(len(cases(name)) == 20 for name in ("triage", "overdose"))


def test_an_emergency_is_answered_though_nothing_beside_it_can_be_read(tmp_path: Path) -> None:
    arguments = [
        "triage",
        "--symptom",
        "seizure",
        "--drug",
        "zzz",
        "--country",
        "USA",
        "--record",
        str(tmp_path / "no"),
        "--profile",
        "zz",
        "--at",
        "tomorrow",
    ]
    answer = answered(*arguments)
    assert answer["urgency"] == "emergency now"
    assert answer["judged_for"] == []
    assert len(answer["notes"]) == 5
    assert "Call your local emergency number." in said(*arguments)


def test_too_much_of_a_strength_that_cannot_be_read_is_too_much_of_what_is_made() -> None:
    arguments = ("overdose", "--drug", "cycloserine", "--took", "5 capsules", "--strength", "two fifty")
    answer = answered(*arguments)
    assert answer["urgency"] == "emergency now"
    assert "is no amount" in answer["notes"][0]
    assert "625 to 1250 mg" in said(*arguments)


def test_a_misspelt_symptom_is_named_with_what_is_near_and_goes_to_a_person() -> None:
    answer = answered("triage", "--symptom", "seizur")
    assert answer["urgency"] == "contact today"
    assert answer["a_person_reads"] == ["seizur"]
    assert "Did you mean 'seizure'?" in answer["notes"][0]


def test_no_line_is_longer_than_a_terminal_and_help_stands_first() -> None:
    text = said("triage", "--symptom", "seizure", "--symptom", "low_mood", "--drug", "cycloserine", "--country", "US")
    assert max(map(len, text.splitlines())) <= 80
    assert text.splitlines()[0] == "EMERGENCY NOW"
    assert "911" in text.splitlines()[1]
    overdose = said("overdose", "--drug", "isoniazid", "--took", "5 tablets", "--strength", "300 mg", "--country", "US")
    assert max(map(len, overdose.splitlines())) <= 80
    assert overdose.index("800-222-1222") < overdose.index("Read this aloud")
