"""A course that is kept in a store, through its commands: begun, found by its id, checked, erased."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

import fullcourse.adapters.published as published
from fullcourse.adapters.store.durable import DamagedCourse, ErasedCourse
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.main import fullcourse

SCHEMAS = Path(published.__file__).parent / "schemas"
RECORD = Path(published.__file__).parents[2] / "examples" / "synthetic-patient.json"
NOW = ("--at", "2026-03-01T10:00+02:00")
LATER = ("--at", "2026-03-02T08:00+02:00")
PLAN = ("--plan", "linezolid: 600 mg once a day", "--start", "2026-03-02", "--zone", "Africa/Johannesburg")


def run(*arguments: object, **more: object) -> Result:
    return CliRunner().invoke(fullcourse, [str(it) for it in arguments], **more)  # type: ignore[arg-type]


def done(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def begin(*more: object) -> str:
    printed = done("course", "start", RECORD, *PLAN, "--confirmed-by", "Dr A", "--because", "test", *NOW, *more)
    return printed.splitlines()[0].removeprefix("Course ")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("FULLCOURSE_DATABASE_URL", raising=False)
    monkeypatch.delenv("FULLCOURSE_KEY_FILE", raising=False)
    yield tmp_path / "fullcourse"


def test_a_course_is_begun_and_found_by_its_id_in_the_users_data_folder(home: Path):
    course = begin()
    assert "TAKE NOW" in done("missed", course, "--at", "2026-03-02T08:00+02:00")
    at = "2026-03-02T08:05+02:00"
    done("course", "log", course, "dose_taken", "drug=linezolid", "mg=600", "--when", at, "--at", at)
    assert "ALREADY TAKEN" in done("missed", course, "--at", "2026-03-02T08:10+02:00")
    for command in (("schedule",), ("supply",), ("course", "show"), ("course", "recheck")):
        assert "no clinician has reviewed" in " ".join(done(*command, course, "--at", at).split())
    assert {path.name for path in home.iterdir()} == {"courses.db", "courses.db.key", "courses.db.lock"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in home.iterdir())


def test_two_courses_stand_in_one_store_and_each_is_found(tmp_path: Path):
    store = ("--store", tmp_path / "clinic.db")
    first, second = begin(*store), begin(*store)
    assert first != second
    assert "linezolid" in done("missed", second, *store, "--at", "2026-03-02T08:00+02:00")
    told = json.loads(done("course", "verify", *store, "--format", "json"))
    jsonschema_rs.validator_for(json.loads((SCHEMAS / "verified-1.json").read_text("utf-8"))).validate(told)
    assert (told["patients"], told["damaged"], told["store"]) == (2, [], [])


@pytest.mark.parametrize(("version", "is_told"), [((3, 51, 2), True), ((3, 51, 3), False)])
def test_a_fault_of_the_database_library_is_told_without_alarm(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], is_told: bool
):
    begin()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    said = done("course", "verify")
    assert ("has a fault" in said) is is_told
    assert "! " not in said
    assert max(map(len, said.splitlines())) <= 80
    told = json.loads(done("course", "verify", "--format", "json"))
    jsonschema_rs.validator_for(json.loads((SCHEMAS / "verified-1.json").read_text("utf-8"))).validate(told)
    assert bool(told["engine_fault"]) is is_told
    assert told["store"] == []


def test_an_erasure_says_as_json_what_stays_and_asks_beside_it():
    course = begin()
    erase = ("course", "erase", course, "--format", "json", *NOW)
    refused = run(*erase, input="n\n")
    assert refused.exit_code != 0 and refused.stdout.strip() == ""
    assert "linezolid" in done("missed", course, *LATER)
    erased = run(*erase, input="y\n")
    told = json.loads(erased.stdout)
    jsonschema_rs.validator_for(json.loads((SCHEMAS / "erased-1.json").read_text("utf-8"))).validate(told)
    assert (told["course"], told["at"]) == (course, "2026-03-01T10:00:00+02:00")
    assert "how many events" in told["stays"] and "erase again" in told["backups"]
    assert isinstance(run("missed", course, *NOW).exception, ErasedCourse)
    assert isinstance(run("course", "erase", "nobody", "--yes", "--format", "json", *NOW).exception, InputError)


def test_an_id_that_nobody_has_is_said():
    refused = run("missed", "nobody")
    assert isinstance(refused.exception, InputError)
    assert "no course of this id" in str(refused.exception)


def test_an_erased_course_is_said_to_be_erased_and_the_store_stays_whole():
    course, other = begin(), begin()
    assert run("course", "erase", course, *NOW, input="n\n").exit_code != 0
    assert "linezolid" in done("missed", course, *LATER)
    assert "Backups" in done("course", "erase", course, "--yes", *NOW)
    assert isinstance(run("missed", course, *NOW).exception, ErasedCourse)
    logged = run("course", "log", course, "note", "text=a", *NOW)
    assert isinstance(logged.exception, ErasedCourse)
    assert "2 of 2 courses are whole (1 erased)" in done("course", "verify")
    assert "linezolid" in done("missed", other, *LATER)


def test_a_damaged_course_is_named_with_1_and_nothing_is_worked_out_from_it(home: Path):
    course, other = begin(), begin()
    with closing(sqlite3.connect(home / "courses.db")) as store, store:
        store.execute("UPDATE course_event SET received_us = received_us + 1 WHERE patient_id = ?", (course,))
    checked = run("course", "verify")
    assert checked.exit_code == 1
    assert f"DAMAGED {course}" in checked.output
    assert other not in checked.output
    assert isinstance(run("missed", course, *NOW).exception, DamagedCourse)
    assert "linezolid" in done("missed", other, *LATER)


def test_courses_of_which_nothing_was_received_for_so_long_are_listed():
    course = begin()
    listing = ("course", "unheard", "--days", "30", "--format", "json", "--at")
    told = json.loads(done(*listing, "2026-03-31T10:00:01+02:00"))
    jsonschema_rs.validator_for(json.loads((SCHEMAS / "unheard-1.json").read_text("utf-8"))).validate(told)
    assert [one["patient"] for one in told["courses"]] == [course]
    assert json.loads(done(*listing, "2026-03-31T10:00+02:00"))["courses"] == []


def test_the_environment_names_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FULLCOURSE_DATABASE_URL", f"sqlite:///{tmp_path / 'named.db'}")
    course = begin()
    assert (tmp_path / "named.db").exists()
    assert "linezolid" in done("missed", course, *LATER)


def test_a_course_begins_with_what_plan_wrote(tmp_path: Path):
    answers = ("--answers", RECORD.with_name("synthetic-answers.toml"))
    written = done("plan", RECORD, *answers, "--profile", "who", "--at", "2026-11-22", "--format", "json")
    plan = tmp_path / "plan.json"
    plan.write_text(written, encoding="utf-8")
    more = (*answers, "--start", "2026-12-01", "--zone", "Asia/Kolkata", "--confirmed-by", "Dr A", "--because", "test")
    told = json.loads(done("course", "start", RECORD, "--plan", plan, *more, "--format", "json"))
    jsonschema_rs.validator_for(json.loads((SCHEMAS / "kept-1.json").read_text("utf-8"))).validate(told)
    kept = told["kept"][0]["body"]["plan"]
    proposed = json.loads(written)
    assert [drug["drug"] for drug in kept["drugs"]] == [dose["drug"] for dose in proposed["doses"]]
    assert (kept["regimen"], kept["profile"], kept["days"]) == (proposed["regimen"], "who", 182)
    assert f"sha256:{kept['knowledge']}" == proposed["knowledge"]
    said = done("schedule", told["course"], "--days", 1, "--at", "2026-12-15T00:00+05:30")
    assert "bedaquiline 200 mg" not in said, "from day 15 it is taken on Mondays, Wednesdays and Fridays"
    two = run("course", "start", RECORD, "--plan", plan, "--plan", "linezolid: 600 mg once a day", *more)
    assert "Give it alone" in str(two.exception)
