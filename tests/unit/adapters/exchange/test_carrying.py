"""A course goes from one store into another: nothing is lost, nothing comes twice, and what is odd is said."""

import random
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carried import LATER, NOW, contradicted, dose, doses, every_kind, person_file, stored
from course_events import PATIENT, event, events
from effort import examples
from fullcourse.adapters.exchange.carrying import Imported, log_of, take_in
from fullcourse.adapters.exchange.person_file import log_digest, read_person_file
from fullcourse.adapters.store.keeping import Keeper
from fullcourse.adapters.store.memory import MemoryRecorder
from fullcourse.adapters.store.sqlite import SqliteStore
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import UnknownKind
from fullcourse.course.fold import fold


def carry(sender: MemoryRecorder, receiver: MemoryRecorder) -> Imported:
    read = read_person_file(person_file(sender, PATIENT), "the file")
    return take_in(receiver, receiver.append, read, LATER)


def test_a_round_trip_loses_nothing():
    log = every_kind()
    sender, receiver = stored([*log, contradicted(log[1])]), MemoryRecorder()
    came = carry(sender, receiver)
    assert (came.new, came.same, came.set_aside) == (len(log), 0, 1)
    assert receiver.events(PATIENT) == sender.events(PATIENT)
    assert [it.event for it in receiver.set_aside(PATIENT)] == [it.event for it in sender.set_aside(PATIENT)]
    assert fold(receiver.events(PATIENT)) == fold(sender.events(PATIENT))
    assert came.log_digest == log_digest(sender.events(PATIENT))
    assert {it.received_at for it in receiver.events(PATIENT)} == {LATER}
    assert person_file(stored(log, LATER), PATIENT) == person_file(stored(log, LATER), PATIENT)


def test_a_second_time_changes_nothing():
    log = every_kind()
    sender, receiver = stored([*log, contradicted(log[1])]), MemoryRecorder()
    carry(sender, receiver)
    before = receiver.events(PATIENT), receiver.set_aside(PATIENT)
    came = carry(sender, receiver)
    assert (came.new, came.same, came.set_aside) == (0, len(log), 0)
    assert (receiver.events(PATIENT), receiver.set_aside(PATIENT)) == before


def test_overlapping_files_come_to_each_dose_once():
    log = doses(1006)
    receiver = MemoryRecorder()
    assert carry(stored(log[:500]), receiver).new == 500
    came = carry(stored(log), receiver)
    assert (came.new, came.same) == (506, 500)
    assert fold(receiver.events(PATIENT)) == fold(log)


def test_what_contradicts_the_store_is_kept_apart_and_counted():
    one = dose()
    sender, receiver = stored([one]), stored([contradicted(one)])
    came = carry(sender, receiver)
    assert (came.new, came.same, came.set_aside) == (0, 0, 1)
    assert receiver.events(PATIENT) == (contradicted(one),)
    assert [it.event for it in receiver.set_aside(PATIENT)] == [one]
    assert carry(sender, receiver).set_aside == 0


def test_an_event_of_the_future_is_taken_and_said():
    ahead = dose(on="2036-03-02T08:05")
    written_ahead = dose(recorded_at=LATER.replace(microsecond=1))
    on_time = dose(recorded_at=LATER)
    came = carry(stored([ahead, written_ahead, on_time]), MemoryRecorder())
    assert came.new == 3
    assert came.future == (ahead, written_ahead)


def test_kinds_that_nobody_knows_are_kept_and_counted():
    log = [event(UnknownKind("hologram_shown", f'{{"n":{n}}}'), "2026-03-02T08:00") for n in range(3)]
    receiver = MemoryRecorder()
    assert carry(stored(log), receiver).unknown == {"hologram_shown": 3}
    assert receiver.events(PATIENT) == tuple(log)


def test_a_stranger_cannot_be_taken_out():
    with pytest.raises(InputError, match="knows nobody"):
        log_of(stored([dose()]), "another")


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    log=st.lists(events(), min_size=1, max_size=10, unique_by=lambda it: it.id),
    known=st.integers(0, 10),
    seed=st.integers(0, 99),
)
def test_whatever_a_store_knows_already_it_ends_with_what_the_sender_has(log, known, seed):
    shuffled = list(log)
    random.Random(seed).shuffle(shuffled)
    sender, receiver = stored(log), stored(shuffled[:known], NOW)
    came = carry(sender, receiver)
    assert came.new + came.same == len(log)
    assert log_digest(receiver.events(PATIENT)) == log_digest(log) == came.log_digest
    assert fold(receiver.events(PATIENT)) == fold(replace(it, received_at=None) for it in log)


def test_a_course_that_was_erased_here_does_not_come_back_by_a_file(tmp_path):
    read = read_person_file(person_file(stored(every_kind()), PATIENT), "the file")
    with SqliteStore(tmp_path / "a.db", tmp_path / "a.key") as store:
        take_in(store, store.append, read, NOW)
        store.erase(PATIENT, NOW)
        with pytest.raises(InputError, match="erased on demand"):
            take_in(store, store.append, read, LATER)
        assert store.verify().erased == 1


def test_a_file_comes_into_a_database_whole_or_not_at_all(tmp_path, monkeypatch):
    log = every_kind()
    read = read_person_file(person_file(stored([*log, contradicted(log[1])]), PATIENT), "the file")
    with SqliteStore(tmp_path / "a.db", tmp_path / "a.key") as store:
        keep, count = Keeper.take, iter(range(100))

        def full(self: Keeper, *given: object) -> object:
            if next(count) == 10:
                raise sqlite3.OperationalError("database or disk is full")
            return keep(self, *given)

        monkeypatch.setattr(Keeper, "take", full)
        with pytest.raises(InputError, match="disk is full"):
            take_in(store, store.append, read, NOW)
        assert store.events(PATIENT) == ()
        came = take_in(store, store.append, read, NOW)
        assert (came.new, came.set_aside) == (len(log), 1)
        assert log_of(store, PATIENT).events == tuple(log)
        assert came.log_digest == log_digest(log)
