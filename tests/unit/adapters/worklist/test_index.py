"""The kept list says what is said anew; nothing is kept past an event, an erasure or other knowledge."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from course_events import event, started
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.opening import open_store
from fullcourse.adapters.working_days import every_day_is_open
from fullcourse.adapters.worklist.index import Worklist
from fullcourse.adapters.worklist.summary import read_needs, write_needs
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import Contact, Dispensed, Outcome, Snoozed, Symptom
from patients import knowledge
from postgres_server import new_database

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DurableStore]:
    place = tmp_path / "courses.db" if request.param == "sqlite" else new_database()
    with open_store(place, key_file=tmp_path / "key") as opened:
        for number in range(4):
            opened.append([of(f"p-{number}", started("isoniazid: 300 mg once a day"))], NOW)
        yield opened


def of(patient: str, made: Event) -> Event:
    return replace(made, patient=patient)


def worklist(store: DurableStore) -> Worklist:
    return Worklist(store, knowledge(), every_day_is_open)


def matters(made: Worklist, at: datetime = NOW) -> dict[str, set[str]]:
    listing = made.listing(None, at)
    return {matter: {row.patient for row in rows} for matter, rows in listing.rows.items() if rows}


def seizure(patient: str, at: datetime = NOW) -> Event:
    return of(patient, event(Symptom("symptom_seizure"), at - timedelta(hours=1)))


def test_what_was_kept_says_what_is_said_anew(store: DurableStore):
    first = worklist(store)
    first.finish(NOW)
    kept = worklist(store)
    kept.refresh(NOW, 0.0)
    assert kept.not_read(None) == (0, ())
    assert dict(kept.needs(None)) == dict(first.needs(None))
    assert matters(kept)["silent"] == {"p-0", "p-1", "p-2", "p-3"}


def test_an_event_is_on_the_list_at_the_next_look_and_no_other_course_is_opened(store: DurableStore):
    made = worklist(store)
    made.finish(NOW)
    before = dict(made.needs(None))
    store.append([seizure("p-2")], NOW + timedelta(seconds=1))
    made.refresh(NOW + timedelta(seconds=2), 5.0)
    assert matters(made)["safety"] == {"p-2"}
    assert all(needs is before[patient] for patient, needs in made.needs(None) if patient != "p-2")


def test_a_summary_of_before_an_event_is_not_believed_by_the_next_program(store: DurableStore):
    worklist(store).finish(NOW)
    store.append([seizure("p-1")], NOW)
    made = worklist(store)
    made.refresh(NOW, 0.0)
    assert "p-1" not in dict(made.needs(None))
    made.finish(NOW)
    assert matters(made)["safety"] == {"p-1"}


def test_nothing_of_an_erased_course_stays(store: DurableStore):
    made = worklist(store)
    made.finish(NOW)
    store.erase("p-3", NOW + timedelta(seconds=1))
    made.refresh(NOW + timedelta(seconds=2), 0.0)
    assert "p-3" not in dict(made.needs(None))
    anew = worklist(store)
    anew.finish(NOW)
    assert "p-3" not in dict(anew.needs(None))


def test_what_is_not_looked_at_yet_is_counted(store: DurableStore):
    made = worklist(store)
    made._look(NOW)  # the first look alone, before anything is worked out
    assert made.not_read(None) == (4, ())
    assert made.not_read(frozenset(("p-0", "p-1"))) == (2, ())
    made.finish(NOW)
    assert made.not_read(None) == (0, ())


def test_a_day_that_passes_shows_what_comes_due_without_opening_a_course(store: DurableStore):
    made = worklist(store)
    early = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    made.finish(early)
    assert "silent" not in matters(made, early)
    later = early + timedelta(days=2)
    assert matters(made, later)["silent"] == {"p-0", "p-1", "p-2", "p-3"}


def test_a_course_whose_time_has_come_is_worked_out_anew(store: DurableStore):
    made = worklist(store)
    made.finish(NOW)
    before = dict(made.needs(None))
    made.finish(NOW + timedelta(days=8))
    assert all(needs is not before[patient] for patient, needs in made.needs(None))


def test_a_course_that_cannot_be_read_is_named_and_never_counted_as_well(tmp_path: Path):
    place = tmp_path / "courses.db"
    with open_store(place) as store:
        for number in range(2):
            store.append([of(f"p-{number}", started("isoniazid: 300 mg once a day"))], NOW)
    with closing(sqlite3.connect(place)) as raw, raw:
        raw.execute("UPDATE course_event SET received_us = received_us + 1 WHERE patient_id = 'p-1'")
    with open_store(place) as store:
        made = worklist(store)
        made.finish(NOW)
        assert made.not_read(None) == (0, ("p-1",))
        assert list(dict(made.needs(None))) == ["p-0"]


def test_bytes_hold_needs_without_loss(store: DurableStore):
    store.append(
        [
            seizure("p-0"),
            of("p-0", event(Contact("phone", reached=False), NOW - timedelta(hours=2), actor="clinician")),
            of("p-0", event(Snoozed("visits", NOW.date() + timedelta(days=3), "away"), NOW, actor="clinician")),
            of("p-1", event(Outcome("died", "who-2021", "Dr A"), NOW, actor="clinician")),
        ],
        NOW,
    )
    made = worklist(store)
    made.finish(NOW)
    needs = dict(made.needs(None))
    assert needs["p-0"].put_off
    assert needs["p-0"].last_contact is not None
    assert all(read_needs(write_needs(one)) == one for one in needs.values())
    assert not needs["p-1"].lines


def test_a_course_that_is_just_being_worked_out_counts_as_not_looked_at(tmp_path: Path):
    reached, may_go_on = threading.Event(), threading.Event()

    def is_working_day(_day: date) -> bool:
        reached.set()
        return may_go_on.wait(60.0)

    with open_store(tmp_path / "courses.db", key_file=tmp_path / "key") as opened:
        handed_out = event(Dispensed("isoniazid", "tablet 300 mg", 30.0, "L1"), "2026-03-02T08:00")
        opened.append([of("p-0", started("isoniazid: 300 mg once a day")), of("p-0", handed_out)], NOW)
        made = Worklist(opened, knowledge(), is_working_day)
        beside = threading.Thread(target=made.refresh, args=(NOW, 60.0))
        beside.start()
        assert reached.wait(60.0)
        assert made.not_read(None) == (1, ())
        finished = threading.Thread(target=made.finish, args=(NOW,))
        finished.start()
        finished.join(0.2)
        assert finished.is_alive()  # the list is not whole before the other thread is done
        may_go_on.set()
        finished.join(60.0)
        beside.join(60.0)
        assert made.not_read(None) == (0, ())
        assert dict(made.needs(None))


def test_work_that_may_not_go_on_leaves_courses_for_the_next_time(store: DurableStore):
    made = worklist(store)
    assert made.finish(NOW, lambda: False) is False
    assert made.not_read(None) == (4, ())
    assert made.finish(NOW) is True
    assert made.not_read(None) == (0, ())
