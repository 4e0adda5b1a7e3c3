"""The store in an SQLite file keeps to the contract.

Longer than most: what it promises beyond the contract (one writer, one program, its disk) is tried on one file.
"""

import math
import queue
import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from course_events import event
from fullcourse.adapters.store.contract import Appended, Recorder
from fullcourse.adapters.store.durable import DamagedCourse, DurableStore, ErasedCourse, NotKept, StoreAway
from fullcourse.adapters.store.opening import open_store
from fullcourse.adapters.store.sqlite import SqliteStore
from fullcourse.adapters.store.statements import PAGE
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DoseTaken, DoseVomited, Note, Result
from unit.adapters.store.recorder_contract import RecorderContract


class TestSqlite(RecorderContract):
    folder: Path
    opened: dict[int, tuple[DurableStore, Path]]

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> Iterator[None]:
        self.folder, self.opened, self.made = tmp_path, {}, 0
        yield
        for store, _ in self.opened.values():
            store.close()

    def new(self) -> Recorder:
        self.made += 1
        return self._open(self.folder / f"store-{self.made}" / "courses.db")

    def reopened(self, recorder: Recorder) -> Recorder:
        store, path = self.opened[id(recorder)]
        store.close()
        return self._open(path)

    def _open(self, path: Path) -> DurableStore:
        store = open_store(path)
        self.opened[id(store)] = store, path
        return store


NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "courses.db"


def dose(patient: str = "one", mg: float = 250.0) -> Event:
    return event(DoseTaken("cycloserine", mg), "2026-03-02T08:05", patient=patient)


def fill(place: Path, *patients: str, count: int = 3) -> None:
    with open_store(place) as store:
        for patient in patients:
            made = [dose(patient) for _ in range(count)]
            store.append([*made, replace(made[0], body=Note("another"))], NOW)


def handed_in(store: DurableStore, *events: Event) -> list[tuple[object, object]]:
    """Hand events in one by one without waiting, and return what was told of each, in that order."""
    told: list[queue.SimpleQueue[tuple[object, object]]] = [queue.SimpleQueue() for _ in events]
    for one, tell in zip(events, told, strict=True):
        store.append_soon([one], NOW, lambda became, error, tell=tell: tell.put((became, error)))  # type: ignore[misc]  # binds the loop's name
    answers = [tell.get(timeout=60) for tell in told]
    assert all(tell.empty() for tell in told)
    return answers


def test_one_that_is_refused_beside_others_takes_none_with_it(place: Path):
    with open_store(place) as store:
        store.append([dose("gone")], NOW)
        store.erase("gone", NOW)
        first, erased, wrong, last = handed_in(store, dose(), dose("gone"), replace(dose(), actor="nurse"), dose())
        assert [first, last] == [((Appended.NEW,), None)] * 2
        assert erased[0] is wrong[0] is None
        assert isinstance(erased[1], ErasedCourse)
        assert isinstance(wrong[1], InputError)
        assert len(store.events("one")) == store.figures().new - 1 == 2


def test_nobody_is_told_that_something_is_kept_whose_commit_failed(place: Path):
    with open_store(place) as store:
        store.append([dose()], NOW)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
        try:
            ((became, error),) = handed_in(store, dose())
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert became is None
        assert isinstance(error, NotKept)
        assert len(store.events("one")) == 1
        assert handed_in(store, dose()) == [((Appended.NEW,), None)]


def test_a_store_that_is_closed_tells_that_it_is(place: Path):
    store = open_store(place)
    store.close()
    ((became, error),) = handed_in(store, dose())
    assert became is None
    assert isinstance(error, StoreAway)


def test_what_whoever_is_told_raises_is_no_matter_of_the_store(place: Path):
    with open_store(place) as store:

        def told(became: object, error: object) -> None:
            raise RuntimeError("the call was given up")

        store.append_soon([dose()], NOW, told)
        assert store.append([dose()], NOW) == (Appended.NEW,)
        assert len(store.events("one")) == 2


def altered(place: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute(statement, values)


def test_a_second_opening_is_refused_until_the_first_is_closed(place: Path):
    with open_store(place) as store, pytest.raises(InputError, match="another program"):
        open_store(place)
    store.close()
    open_store(place).close()


def test_a_second_program_that_waits_gets_the_store_when_the_first_closes(place: Path):
    store = open_store(place)
    threading.Timer(0.2, store.close).start()
    open_store(place, wait_s=10).close()


def test_the_settings_are_those_that_outlast_a_power_cut(place: Path):
    with SqliteStore(place, place.with_suffix(".key")) as store:
        ask = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0, "secure_delete": 1,
               "wal_autocheckpoint": 0, "cell_size_check": 1}  # fmt: skip
        writes = store._journal._connection
        assert {name: writes.execute(f"PRAGMA {name}").fetchone()[0] for name in ask} == ask
        with store._reading() as reads, pytest.raises(sqlite3.OperationalError, match="readonly"):
            reads.execute("DELETE FROM course_event")


def test_nothing_that_an_event_says_stands_in_the_file(place: Path):
    with open_store(place) as store:
        store.append([event(Note("a word that stands out"), "2026-03-02T08:05", actor="clinician")], NOW)
    data = place.read_bytes()
    for word in (b"stands out", b"note", b"clinician", b"device-1"):
        assert word not in data


ALTERATIONS = {
    "an event's time": "UPDATE course_event SET received_us = received_us + 1 WHERE patient_id = 'two' AND seq = 2",
    "an event's text": "UPDATE course_event SET sealed = zeroblob(length(sealed)) WHERE patient_id = 'two' AND seq = 1",
    "an event's id": "UPDATE course_event SET id = '0' WHERE patient_id = 'two' AND seq = 2",
    "an event in the middle": "DELETE FROM course_event WHERE patient_id = 'two' AND seq = 2",
    "the last event": "DELETE FROM course_event WHERE patient_id = 'two' AND seq = 3",
    "every event": "DELETE FROM course_event WHERE patient_id = 'two'",
    "an event set aside": "DELETE FROM course_set_aside WHERE patient_id = 'two'",
    "the head": "UPDATE course_patient SET last_seq = 2 WHERE patient_id = 'two'",
    "the mark of erasure": "UPDATE course_patient SET erased_us = 1 WHERE patient_id = 'two'",
    "the patient's row": "DELETE FROM course_patient WHERE patient_id = 'two'",
    "the key": "UPDATE course_key SET wrapped = zeroblob(61) WHERE patient_id = 'two'",
    "the key's row": "DELETE FROM course_key WHERE patient_id = 'two'",
    "another's key": "UPDATE course_key SET wrapped = (SELECT wrapped FROM course_key WHERE patient_id = 'one') "
    "WHERE patient_id = 'two'",
    "another's event": "UPDATE course_event SET sealed = (SELECT sealed FROM course_event WHERE patient_id = 'one' AND "
    "seq = 1) WHERE patient_id = 'two' AND seq = 1",
}


@pytest.mark.parametrize("statement", ALTERATIONS.values(), ids=ALTERATIONS)
def test_who_is_damaged_is_named_and_the_others_go_on(place: Path, statement: str):
    fill(place, "one", "two", "three")
    altered(place, statement)
    with open_store(place) as store:
        found = store.verify()
        assert [one.patient for one in found.damaged] == ["two"]
        with pytest.raises(DamagedCourse) as raised:
            store.events("two")
        assert raised.value.broken
        assert "two" not in str(raised.value)
        for other in ("one", "three"):
            assert len(store.events(other)) == 3
            assert store.append([dose(other)], NOW) == (Appended.NEW,)


def test_a_whole_store_is_said_to_be_whole(place: Path):
    fill(place, "one", "two")
    with open_store(place) as store:
        found = store.verify()
        assert (found.patients, found.events, found.erased, found.damaged, found.store) == (2, 8, 0, (), ())


def test_an_erased_course_keeps_its_chain_and_nothing_else_can_be_read_or_added(place: Path):
    fill(place, "one", "two")
    with closing(sqlite3.connect(place)) as connection:
        (wrapped,) = connection.execute("SELECT wrapped FROM course_key WHERE patient_id = 'two'").fetchone()
    with open_store(place) as store:
        store.erase("two", NOW)
        store.erase("two", NOW)
        for again in (lambda: store.events("two"), lambda: store.set_aside("two")):
            with pytest.raises(ErasedCourse):
                again()
        with pytest.raises(ErasedCourse):
            store.append([dose("one"), dose("two")], NOW)
        assert len(store.events("one")) == 3
        assert list(store.patients()) == ["one"]
        assert (store.verify().erased, store.verify().damaged) == (1, ())
        assert all(wrapped not in path.read_bytes() for path in place.parent.iterdir())
    with open_store(place) as store, pytest.raises(InputError, match="nobody of this id"):
        store.erase("nobody", NOW)


def test_an_altered_row_of_an_erased_course_is_still_found(place: Path):
    fill(place, "one", "two")
    with open_store(place) as store:
        store.erase("two", NOW)
    altered(place, ALTERATIONS["the last event"])
    with open_store(place) as store:
        assert [one.patient for one in store.verify().damaged] == ["two"]


def test_those_of_whom_nothing_was_received_since_are_listed(place: Path):
    with open_store(place) as store:
        store.append([dose("early")], NOW)
        store.append([dose("late")], NOW + timedelta(microseconds=1))
        assert [one.patient for one in store.unheard_since(NOW)] == []
        listed = list(store.unheard_since(NOW + timedelta(microseconds=1)))
        assert [(one.patient, one.received_at) for one in listed] == [("early", NOW)]


def test_more_patients_than_a_page_are_listed_once_each_in_order(place: Path):
    ids = [f"patient-{number:05}" for number in range(2 * PAGE + 1)]
    with open_store(place) as store:
        store.append([dose(patient) for patient in reversed(ids)], NOW)
        assert list(store.patients()) == ids
        assert store.verify().patients == len(ids)


def test_a_call_that_fails_takes_no_other_callers_event_with_it(place: Path):
    fill(place, "erased", "one")
    with open_store(place) as store:
        store.erase("erased", NOW)
        kept: list[Appended] = []

        def caller(number: int) -> None:
            for _ in range(20):
                if number % 2:
                    with pytest.raises(ErasedCourse):
                        store.append([dose(f"p{number}"), dose("erased")], NOW)
                else:
                    kept.extend(store.append([dose(f"p{number}")], NOW))

        threads = [threading.Thread(target=caller, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert kept == [Appended.NEW] * 80
        assert [len(store.events(f"p{number}")) for number in range(8)] == [20, 0] * 4
        assert store.verify().damaged == ()


@pytest.mark.parametrize(
    "text",
    [
        replace(dose(), body=Result("cycloserine_level", float("nan"), "mg/L")),
        replace(dose(), body=Note("\ud800")),
        replace(dose(), patient="a\0b"),
        replace(dose(), patient=" "),
        replace(dose(), zone=""),
        replace(dose(), actor="somebody"),
        replace(dose(), id="1"),
        replace(dose(), device=7),
        replace(dose(), body=DoseTaken("cycloserine", True)),
        replace(dose(), body=DoseVomited("cycloserine", 250.0, minutes_after=math.nan)),
    ],
    ids=["no number", "half a pair", "NUL", "no patient", "no zone", "actor", "id", "device", "yes", "no minutes"],
)
def test_what_could_not_be_read_back_is_refused_and_nothing_of_the_call_is_kept(place: Path, text: Event):
    with open_store(place) as store:
        with pytest.raises(InputError):
            store.append([dose(), text], NOW)
        assert store.events("one") == ()


@pytest.mark.parametrize("length", [1, 8, 9, 20])
def test_a_call_that_is_refused_leaves_those_beside_it_whole(place: Path, length: int):
    refused, kept = [], []

    def caller(number: int) -> None:
        for _ in range(6):
            kept.extend(store.append([dose(f"p{number}") for _ in range(length)], NOW))
            try:
                store.append([*(dose(f"p{number}") for _ in range(length - 1)), dose(" ")], NOW)
            except InputError as error:
                refused.append(error)

    with open_store(place) as store:
        threads = [threading.Thread(target=caller, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 36
        assert kept == [Appended.NEW] * (36 * length)
        assert [len(store.events(f"p{number}")) for number in range(6)] == [6 * length] * 6
        assert store.verify().damaged == ()


def test_a_store_without_its_key_file_or_with_anothers_is_refused_and_none_is_made(place: Path, tmp_path: Path):
    fill(place, "one")
    key = place.with_name("courses.db.key")
    assert key.stat().st_mode & 0o077 == 0
    kept = key.read_text()
    key.unlink()
    with pytest.raises(InputError, match="key file"):
        open_store(place)
    assert not key.exists()
    fill(tmp_path / "other.db", "one")
    with pytest.raises(InputError, match="another store"):
        open_store(place, key_file=tmp_path / "other.db.key")
    key.write_text(kept[:-9])
    with pytest.raises(InputError, match="no key file"):
        open_store(place)
    key.write_text(kept)
    with open_store(place) as store:
        assert len(store.events("one")) == 3


def test_a_file_that_is_no_store_or_of_a_newer_version_is_refused(place: Path):
    place.write_bytes(b"something else, and long enough to be no header of a database" * 20)
    with pytest.raises(InputError, match="cannot be opened"):
        open_store(place)
    other = place.with_name("other.db")
    altered(other, "CREATE TABLE mine (a)")
    with pytest.raises(InputError, match="something else"):
        open_store(other)
    newer = place.with_name("newer.db")
    fill(newer, "one")
    altered(newer, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InputError, match="newer version"):
        open_store(newer)


def test_after_it_was_closed_it_says_so(place: Path):
    store = open_store(place)
    store.close()
    store.close()
    for call in (lambda: store.append([dose()], NOW), lambda: store.events("one")):
        with pytest.raises(InputError, match="closed"):
            call()


def test_a_full_disk_is_said_nothing_is_acknowledged_and_it_goes_on_when_there_is_room(place: Path):
    with SqliteStore(place, place.with_suffix(".key")) as store:
        store.append([dose()], NOW)
        writes = store._journal._connection
        (pages,) = writes.execute("PRAGMA page_count").fetchone()
        writes.execute(f"PRAGMA max_page_count={pages + 1}")
        acknowledged, refused = 1, 0
        for _ in range(60):
            try:
                assert store.append([dose()], NOW) == (Appended.NEW,)
                acknowledged += 1
            except NotKept as error:
                assert "full" in str(error)
                refused += 1
        assert refused > 30
        assert len(store.events("one")) == acknowledged
        writes.execute("PRAGMA max_page_count=1000000")
        assert store.append([dose()], NOW) == (Appended.NEW,)
        assert len(store.events("one")) == acknowledged + 1
        assert store.verify().damaged == ()


def test_a_commit_that_the_disk_refuses_is_said_to_every_caller_and_the_store_goes_on(place: Path):
    with SqliteStore(place, place.with_suffix(".key")) as store:
        store.append([dose()], NOW)
        # what a deferred check refuses fails in COMMIT itself, as a sync does
        writes = store._journal._connection
        writes.execute("PRAGMA defer_foreign_keys=ON")
        before = store._journal.begin

        def begin() -> None:
            before()
            writes.execute("PRAGMA defer_foreign_keys=ON")
            row = "INSERT INTO course_key VALUES ('nobody', x'00')"
            writes.execute(row)

        store._journal.begin = begin
        with pytest.raises(NotKept):
            store.append([dose()], NOW)
        del store._journal.begin
        assert store._journal._connection is None
        assert len(store.events("one")) == 1
        assert store.append([dose()], NOW) == (Appended.NEW,)
        assert store.verify().damaged == ()
