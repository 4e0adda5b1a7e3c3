"""A programme's quarter by the command: on SQLite, PostgreSQL and a folder of event files; text, JSON, lists."""

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

import fullcourse.adapters.published as published
from fullcourse.adapters.published.event import event_line
from fullcourse.adapters.store.opening import open_store
from fullcourse.interfaces.cli.main import fullcourse
from postgres_server import new_database
from programme_cases import programme_cases
from store_events import NOW

SCHEMAS = Path(published.__file__).parent / "schemas"
ASKED = ("programme", "--quarter", "2026-Q3", "--at", "2026-10-01T00:00+00:00")
COURSES = {f"p-{place:02}": case.events(f"p-{place:02}") for place, case in enumerate(programme_cases())}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(fullcourse, [str(it) for it in arguments])


def done(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def checked(text: str, schema: str) -> dict[str, object]:
    written = json.loads(text)
    jsonschema_rs.validator_for(json.loads((SCHEMAS / schema).read_text("utf-8"))).validate(written)
    return written  # type: ignore[no-any-return]  # JSON


@pytest.fixture(params=["sqlite", "postgresql", "folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("FULLCOURSE_KEY_FILE", str(tmp_path / "key"))
    if request.param == "folder":
        folder = tmp_path / "courses"
        folder.mkdir()
        for patient, events in COURSES.items():
            (folder / f"{patient}.ndjson").write_text("".join(f"{event_line(one)}\n" for one in events), "utf-8")
        return str(folder)
    where = str(tmp_path / "courses.db") if request.param == "sqlite" else new_database()
    with open_store(where) as store:
        for events in COURSES.values():
            store.append(events, NOW)
    return where


def numbers(report: dict[str, object]) -> dict[str, int]:
    sections: list[dict[str, list[dict[str, list[dict[str, object]]]]]] = report["sections"]  # type: ignore[assignment]
    return {
        str(number["id"]): int(str(number["count"]))
        for section in sections
        for table in section["tables"]
        for number in table["numbers"]
    }


def test_a_report_holds_what_the_courses_say_and_every_number_opens_to_its_list(place: str, tmp_path: Path):
    report = checked(done(*ASKED, "--store", place, "--format", "json"), "programme-1.json")
    assert report["read"]["courses"] == len(COURSES)  # type: ignore[index]
    counted = numbers(report)
    assert counted["final.short.contradictory-outcomes"] == 1
    done(*ASKED, "--store", place, "--open", tmp_path / "lists")
    rows = list(csv.DictReader((tmp_path / "lists" / "lists.csv").read_text("utf-8").splitlines()))
    for number, count in counted.items():
        assert sum(row["number"] == number for row in rows) == count, number
    listed = checked(
        done(*ASKED, "--store", place, "--list", "final.short.contradictory outcomes", "--format", "json"),
        "programme-list-1.json",
    )
    assert listed["number"] == 1
    assert "cured" in str(listed["list"])
    assert "failed" in str(listed["list"])


def test_the_text_fits_80_columns_and_says_what_it_rests_on(place: str):
    text = done(*ASKED, "--store", place)
    assert max(map(len, text.splitlines())) <= 80
    for words in ("CASE REGISTRATION, 2026-Q3", "WHAT IS COUNTED", "no clinician has", "registration.group", "I-1436"):
        assert words in text
    assert "Dr A" not in text


def test_what_is_in_stock_stands_beside_what_is_needed(tmp_path: Path):
    files = tmp_path / "courses"
    files.mkdir()
    store, at = files / "a.ndjson", ("--at", "2026-09-01T08:00+00:00")
    record = Path(published.__file__).parents[2] / "examples" / "synthetic-patient.json"
    plan = ("--plan", "cycloserine: 1 capsule of 250 mg twice a day", "--start", "2026-09-02", "--zone", "UTC")
    done("course", "start", record, *plan, "--confirmed-by", "Dr A", "--because", "test", "--events", store, *at)
    stock = tmp_path / "stock.csv"
    stock.write_text("cycloserine, capsule 250 mg, 100\n", "utf-8")
    asked = (*ASKED, "--store", files, "--forms-in-stock", stock)
    text = done(*asked)
    assert "in stock 100: short by 22 in month 2" in text  # 62 capsules in October, 60 in November
    report = checked(done(*asked, "--format", "json"), "programme-1.json")
    assert report["need"]["stock"] == [  # type: ignore[index]
        {"drugs": ["cycloserine"], "product": "capsule 250 mg", "unit": "unit", "listed": True, "units": 100.0}
    ]
    rows = report["need"]["rows"]  # type: ignore[index]
    assert [(row["month"], row["units"]) for row in rows[:2]] == [("2026-10", 62), ("2026-11", 60)]
    assert "p" in done(*asked, "--list", rows[0]["id"])


def test_a_registration_is_logged_and_counted(tmp_path: Path):
    store, at = tmp_path / "a.ndjson", ("--at", "2026-09-01T08:00+00:00")
    record = Path(published.__file__).parents[2] / "examples" / "synthetic-patient.json"
    plan = ("--plan", "linezolid: 600 mg once a day", "--start", "2026-09-02", "--zone", "UTC")
    done("course", "start", record, *plan, "--confirmed-by", "Dr A", "--because", "test", "--events", store, *at)
    fields = ("group=relapse", "sex=female", "age_years=34", "hiv=not known")
    done("course", "log", store, "registered", *fields, "--actor", "clinician", *at)
    counted = numbers(json.loads(done(*ASKED, "--store", store, "--format", "json")))
    assert counted["registration.group.relapse"] == counted["registration.age-and-sex.female-25-34"] == 1
    assert counted["registration.hiv.not-known"] == counted["registration.site.not-recorded"] == 1
    refused = run("course", "log", store, "registered", "group=old", "--actor", "clinician", *at)
    assert "is not one of new, relapse" in str(refused.exception)


def test_a_damaged_course_is_named_the_numbers_lack_it_and_the_command_says_so(tmp_path: Path):
    where = tmp_path / "courses.db"
    with open_store(where) as store:
        for events in COURSES.values():
            store.append(events, NOW)
    with closing(sqlite3.connect(where)) as raw, raw:
        raw.execute("UPDATE course_event SET sealed = zeroblob(60) WHERE patient_id = 'p-05'")
    result = run(*ASKED, "--store", where)
    assert result.exit_code == 1
    assert "! NOT COUNTED p-05" in result.stdout
    assert "1 courses could not be read" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--quarter", "2026"), "is no quarter"),
        (("--list", "final.long.curd"), "Did you mean"),
        (("--store", "nowhere.ndjson"), "holds no file of events"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_mend(tmp_path: Path, arguments: tuple[str, str], says: str):
    (tmp_path / "a.ndjson").write_text(f"{event_line(COURSES['p-00'][0])}\n", "utf-8")
    given = {"--store": str(tmp_path), "--quarter": "2026-Q3", arguments[0]: arguments[1]}
    result = run("programme", *(it for pair in given.items() for it in pair))
    assert says in str(result.exception)


def test_outcomes_are_proposed_in_a_table_of_their_own_and_counted_nowhere_else(place: str):
    bare = numbers(json.loads(done(*ASKED, "--store", place, "--format", "json")))
    text = done(*ASKED, "--store", place, "--propose", "--format", "json")
    proposed = {key: count for key, count in numbers(checked(text, "programme-1.json")).items() if key not in bare}
    assert all(key.startswith("final.proposed.") for key in proposed)
    assert {key: count for key, count in numbers(json.loads(text)).items() if key in bare} == bare
    without = sum(bare[f"final.short.{it}"] for it in ("no-outcome-recorded-not-closed", "transferred-out"))
    assert sum(proposed.values()) == without == 1
    listed = done(*ASKED, "--store", place, "--propose", "--list", "final.proposed.nothing is proposed")
    assert "proposed, not decided" in listed or len(listed.splitlines()) == 1
