"""What every store of events is held to: each store's test inherits this class and says how one is made.

A store that keeps files or a database makes a fresh, empty one for each test, and `reopened` hands back one that sees
what the first acknowledged, as after a restart.
"""

import queue
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_events import event, events, new_id
from effort import examples
from fullcourse.adapters.store.contract import Appended, Recorder
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DoseTaken, Note, Retracted

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 29, 12, tzinfo=UTC)


def dose(mg: float = 250.0, **more: object) -> Event:
    return event(DoseTaken("cycloserine", mg), "2026-03-02T08:05", **more)


class RecorderContract(ABC):
    """The tests of every store."""

    @abstractmethod
    def new(self) -> Recorder:
        """Return an empty store."""

    @abstractmethod
    def reopened(self, recorder: Recorder) -> Recorder:
        """Return a store that sees what this one acknowledged."""

    def test_an_empty_store_knows_nobody(self):
        recorder = self.new()
        assert recorder.events("nobody") == ()
        assert recorder.set_aside("nobody") == ()
        assert list(recorder.patients()) == []

    def test_what_was_appended_is_read_back_with_the_time_of_receipt(self):
        recorder, one = self.new(), dose()
        assert recorder.append([one], NOW) == (Appended.NEW,)
        (kept,) = self.reopened(recorder).events(one.patient)
        assert kept == one
        assert kept.received_at == NOW

    def test_the_same_event_again_is_the_same_event(self):
        recorder, one = self.new(), dose()
        recorder.append([one], NOW)
        assert recorder.append([one, replace(one, received_at=LATER)], LATER) == (Appended.SAME, Appended.SAME)
        (kept,) = recorder.events(one.patient)
        assert kept.received_at == NOW
        assert recorder.set_aside(one.patient) == ()

    def test_what_is_handed_in_without_waiting_is_told_of_once_when_it_is_kept(self):
        recorder, one, two = self.new(), dose(), dose()
        other = replace(one, body=DoseTaken("cycloserine", 500.0))
        told: queue.SimpleQueue[tuple[object, object]] = queue.SimpleQueue()
        for handed, wanted in (
            ([one, two], (Appended.NEW, Appended.NEW)),
            ([one], (Appended.SAME,)),
            ([other], (Appended.SET_ASIDE,)),
            ([], ()),
        ):
            recorder.append_soon(handed, NOW, lambda became, error: told.put((became, error)))
            assert told.get(timeout=60) == (wanted, None)
        assert told.empty()
        assert one in self.reopened(recorder).events(one.patient)

    def test_why_something_handed_in_is_not_kept_is_told_too(self):
        recorder = self.new()
        told: queue.SimpleQueue[tuple[object, object]] = queue.SimpleQueue()
        recorder.append_soon([dose()], NOW.replace(tzinfo=None), lambda became, error: told.put((became, error)))
        became, error = told.get(timeout=60)
        assert became is None
        assert isinstance(error, InputError)
        assert recorder.events(dose().patient) == ()

    def test_an_event_twice_in_one_call_is_kept_once(self):
        recorder, one = self.new(), dose()
        assert recorder.append([one, one], NOW) == (Appended.NEW, Appended.SAME)
        assert len(recorder.events(one.patient)) == 1

    def test_the_same_id_with_another_body_is_set_aside_and_the_first_stays(self):
        recorder, one = self.new(), dose()
        other = replace(one, body=DoseTaken("cycloserine", 500.0))
        recorder.append([one], NOW)
        assert recorder.append([other], LATER) == (Appended.SET_ASIDE,)
        assert recorder.events(one.patient) == (one,)
        (aside,) = self.reopened(recorder).set_aside(one.patient)
        assert (aside.event, aside.kept) == (other, one)
        assert aside.event.received_at == LATER

    def test_what_was_set_aside_and_comes_again_is_kept_once(self):
        recorder, one = self.new(), dose()
        other = replace(one, claim=next(claim for claim in type(one.claim) if claim is not one.claim))
        recorder.append([one, other, other], NOW)
        recorder.append([other], LATER)
        assert len(recorder.set_aside(one.patient)) == 1

    def test_one_id_of_two_patients_is_two_events(self):
        recorder, one = self.new(), dose()
        other = replace(one, patient="another")
        assert recorder.append([one, other], NOW) == (Appended.NEW, Appended.NEW)
        assert list(recorder.patients()) == sorted(("another", one.patient))
        assert recorder.events("another") == (other,)

    def test_events_come_back_in_the_order_in_which_they_were_received(self):
        recorder = self.new()
        late, early = event(Note("late"), "2026-05-01T08:00"), event(Note("early"), "2026-04-01T08:00")
        recorder.append([late], NOW)
        recorder.append([early], LATER)
        assert self.reopened(recorder).events(late.patient) == (late, early)

    def test_a_correction_leaves_what_it_corrects(self):
        recorder, one = self.new(), dose()
        taken_back = event(Retracted("wrong patient"), "2026-03-02T09:00", supersedes=one.id)
        recorder.append([taken_back], NOW)
        recorder.append([one], LATER)
        assert {kept.id for kept in recorder.events(one.patient)} == {one.id, taken_back.id}

    def test_a_time_of_receipt_without_an_offset_is_refused_and_nothing_is_kept(self):
        recorder, one = self.new(), dose()
        with pytest.raises(InputError, match="received_at"):
            recorder.append([one], datetime(2026, 11, 28, 12))  # noqa: DTZ001 - that is what is refused
        assert recorder.events(one.patient) == ()

    @settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
    @given(batch=st.lists(events(), max_size=12), order=st.randoms(use_true_random=False))
    def test_every_order_and_repetition_ends_with_the_same_set(self, batch: list[Event], order):
        distinct = list({one.id: one for one in batch}.values())
        recorder, other, shuffled = self.new(), self.new(), [*distinct, *distinct]
        order.shuffle(shuffled)
        recorder.append(distinct, NOW)
        for one in shuffled:
            other.append([one], LATER)
        for patient in recorder.patients():
            assert set(map(repr, _without_receipt(recorder, patient))) == set(
                map(repr, _without_receipt(other, patient))
            )

    @settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
    @given(one=events())
    def test_an_event_of_every_kind_is_read_back_without_loss(self, one: Event):
        recorder = self.new()
        recorder.append([replace(one, id=new_id())], NOW)
        (kept,) = self.reopened(recorder).events(one.patient)
        assert replace(kept, id=one.id) == one
        assert kept.occurred_at.utcoffset() == one.occurred_at.utcoffset()


def _without_receipt(recorder: Recorder, patient: str) -> list[Event]:
    return [replace(kept, received_at=None) for kept in recorder.events(patient)]
