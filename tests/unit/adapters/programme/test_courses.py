"""Courses of a store for reports, on SQLite and PostgreSQL: what was kept is used only where nothing was added."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from course_events import event
from fullcourse.adapters.programme.courses import CoursesRead, cases_of_recorder, cases_of_store, recorder_of_files
from fullcourse.adapters.published.event import event_line
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.opening import open_store
from fullcourse.adapters.store.summaries import Summaries
from fullcourse.clinical import Event
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import DoseTaken, Note, Outcome, Retracted, Symptom, UnknownKind
from fullcourse.cohort.programme.case import Case
from postgres_server import new_database
from programme_cases import cases_of_events, programme_cases

NOW = datetime(2026, 10, 1, tzinfo=UTC)
COURSES = {f"p-{place:02}": case.events(f"p-{place:02}") for place, case in enumerate(programme_cases())}


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DurableStore]:
    place = tmp_path / "courses.db" if request.param == "sqlite" else new_database()
    with open_store(place, key_file=tmp_path / "key") as opened:
        for events in COURSES.values():
            opened.append(events, NOW)
        yield opened


def read_of(store: DurableStore, *, from_events: bool = False) -> tuple[dict[str, tuple[Case, ...]], CoursesRead]:
    read = CoursesRead()
    found = {cases[0].patient: cases for cases in cases_of_store(store, read, from_events=from_events)}
    return found, read


def test_the_cases_are_those_of_the_events_the_first_time_and_again(store: DurableStore):
    expected = {patient: cases_of_events(events, patient) for patient, events in COURSES.items()}
    first, read = read_of(store)
    assert (first, read.worked_out, read.summarised) == (expected, len(COURSES), 0)
    again, read = read_of(store)
    assert (again, read.worked_out, read.summarised) == (expected, 0, len(COURSES))
    anew, read = read_of(store, from_events=True)
    assert (anew, read.worked_out) == (expected, len(COURSES))


def test_a_course_to_which_anything_was_added_is_worked_out_anew_and_no_other(store: DurableStore):
    read_of(store)
    died = event(Outcome("died", "who-2021", "Dr A"), "2026-09-29T08:00", patient="p-07", actor="clinician")
    store.append([died], NOW)
    found, read = read_of(store)
    assert found["p-07"] == cases_of_events([*COURSES["p-07"], died], "p-07")
    assert [it.says for it in found["p-07"][0].outcomes] == ["died"]
    assert (read.worked_out, read.summarised) == (1, len(COURSES) - 1)


def test_an_event_that_is_set_aside_changes_where_a_course_ends_and_is_named(store: DurableStore):
    read_of(store)
    store.append([replace(COURSES["p-00"][0], body=Note("another body"))], NOW)
    _, read = read_of(store)
    assert (read.asides, read.worked_out) == (1, 1)


def test_a_summary_of_another_course_end_or_edition_cannot_be_opened(store: DurableStore):
    read_of(store)
    with Summaries(store.summaries_place, "another edition") as summaries:
        assert all(summary is None for _, summary in summaries.read(store))
    with closing(sqlite3.connect(store.summaries_place)) as raw, raw:
        sealed = dict(raw.execute("SELECT patient, sealed FROM summary").fetchall())
        raw.execute("UPDATE summary SET sealed = ? WHERE patient = 'p-00'", (sealed["p-01"],))
        raw.execute("UPDATE summary SET sealed = ? WHERE patient = 'p-02'", (sealed["p-02"][:-1] + b"\x00",))
    found, read = read_of(store)
    assert read.worked_out >= 1
    assert found == {patient: cases_of_events(events, patient) for patient, events in COURSES.items()}


def test_nothing_that_is_kept_says_anything_without_the_key(store: DurableStore):
    read_of(store)
    content = store.summaries_place.read_bytes()
    assert not any(word in content for word in (b"linezolid", b"multidrug", b"died", b"relapse"))
    assert store.summaries_place.stat().st_mode & 0o077 == 0


def test_an_erased_course_is_counted_as_that_and_its_summary_opens_no_more(store: DurableStore):
    read_of(store)
    store.erase("p-03", NOW)
    found, read = read_of(store)
    assert "p-03" not in found
    assert read.erased == 1


def test_a_file_of_summaries_that_is_broken_is_passed_over(store: DurableStore):
    read_of(store)
    store.summaries_place.write_bytes(b"no database" * 100)
    found, read = read_of(store)
    assert len(found) == len(COURSES)
    assert read.worked_out == len(COURSES)
    assert "could not be kept" in read.note


def test_events_beside_doses_are_all_that_correct_anything_or_are_of_another_kind(store: DurableStore):
    taken = event(DoseTaken("linezolid", 600.0), "2026-08-04T08:00", patient="q")
    correction = event(DoseTaken("linezolid", 300.0), "2026-08-04T08:00", patient="q", supersedes=taken.id)
    others = [
        event(Note('"kind":"dose_taken"'), "2026-08-04T09:00", patient="q"),
        event(UnknownKind("dose_taken_twice", '{"kind":"dose_taken"}'), "2026-08-04T09:01", patient="q"),
        event(Symptom("symptom_rash"), "2026-08-04T09:02", patient="q"),
        event(Retracted(), "2026-08-04T09:03", patient="q", supersedes=taken.id),
    ]
    store.append([taken, correction, *others], NOW)
    assert set(store.events("q")) == {taken, correction, *others}
    assert set(store.events_beside_doses("q")) == {correction, *others}
    assert store.events_beside_doses("nobody") == ()


def test_a_damaged_course_is_named_and_the_others_are_read(tmp_path: Path):
    place = tmp_path / "courses.db"
    with open_store(place) as opened:
        for events in COURSES.values():
            opened.append(events, NOW)
    with closing(sqlite3.connect(place)) as raw, raw:
        raw.execute("UPDATE course_event SET sealed = zeroblob(60) WHERE patient_id = 'p-05'")
        raw.execute("UPDATE course_patient SET last_seq = 7 WHERE patient_id = 'p-06'")
    with open_store(place) as opened:
        found, read = read_of(opened)
    assert {patient for patient, _ in read.unreadable} == {"p-05", "p-06"}
    assert len(found) == len(COURSES) - 2


def test_a_folder_of_event_files_is_read_and_two_files_of_one_course_belong_together(tmp_path: Path):
    for place, (patient, events) in enumerate(COURSES.items()):
        write(tmp_path / f"{patient}.ndjson", events[: 1 + place % 3])
        write(tmp_path / f"{patient}-rest.ndjson", events)
    read = CoursesRead()
    found = {cases[0].patient: cases for cases in cases_of_recorder(recorder_of_files(tmp_path, NOW, read), read)}
    assert found == {patient: cases_of_events(events, patient) for patient, events in COURSES.items()}


def test_a_damaged_file_of_a_folder_is_named_and_the_others_are_read(tmp_path: Path):
    for patient, events in COURSES.items():
        write(tmp_path / f"{patient}.ndjson", events)
    damaged = tmp_path / "p-05.ndjson"
    damaged.write_bytes(damaged.read_bytes()[:-30])
    (tmp_path / "list.csv").write_text("course", "utf-8")
    read = CoursesRead()
    found = {cases[0].patient for cases in cases_of_recorder(recorder_of_files(tmp_path, NOW, read), read)}
    assert found == COURSES.keys() - {"p-05"}
    assert [name for name, _ in read.unreadable] == ["p-05.ndjson"]
    assert read.note.startswith("1 of the folder's entries")
    with pytest.raises(InputError, match="ends in the middle"):
        recorder_of_files(damaged, NOW, CoursesRead())


def test_a_folder_without_events_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="holds no file of events"):
        recorder_of_files(tmp_path, NOW, CoursesRead())


def write(path: Path, events: list[Event]) -> None:
    path.write_text("".join(f"{event_line(one)}\n" for one in events), "utf-8")
