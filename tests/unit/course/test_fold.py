"""The state of a course does not depend on the order of its log, nor on how often an event comes."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_events import event, events, new_id, started
from effort import examples
from fullcourse.clinical.event import Claim, Event
from fullcourse.clinical.event_bodies import DoseSkipped, DoseTaken, Note, Retracted, UnknownKind
from fullcourse.course.fold import append, fold


def dose(mg: float = 250.0, on: str = "2026-03-02T08:05", **more: object) -> Event:
    return event(DoseTaken("cycloserine", mg), on, **more)


@settings(max_examples=examples(200), deadline=None)
@given(batch=st.lists(events(), max_size=20), order=st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(batch: list[Event], order: random.Random):
    clashing = [replace(one, zone="Asia/Kolkata") for one in batch[:3]]
    log = [*batch, *clashing]
    shuffled = [*log, *log[:5]]
    order.shuffle(shuffled)
    whole = fold(log)
    assert fold(shuffled) == whole
    grown = fold(())
    for one in shuffled:
        grown = append(grown, one)
    assert grown == whole
    assert {kind: list(map(repr, map(_bare, grown.others[kind]))) for kind in grown.others} == {
        kind: list(map(repr, map(_bare, whole.others[kind]))) for kind in whole.others
    }


def _bare(one: Event) -> Event:
    return replace(one, received_at=None)


def test_five_thousand_events_shuffled_fifty_times_are_one_state():
    chance = random.Random(1)
    log = [dose(on=f"2026-{1 + n % 12:02}-{1 + n % 28:02}T{n % 24:02}:{n % 60:02}") for n in range(5000)]
    log += [event(Retracted(), "2026-12-31T08:00", supersedes=one.id) for one in log[::50]]
    whole = fold(log)
    for _ in range(50):
        chance.shuffle(log)
        assert fold(log) == whole


def test_an_event_that_comes_twice_counts_once():
    one = dose()
    assert fold([one, one]).doses_of("cycloserine") == (one,)


def test_doses_stand_in_the_order_in_which_they_were_taken():
    late, early = dose(on="2026-03-03T08:00"), dose(on="2026-03-02T08:00")
    assert fold([late, early]).doses_of("cycloserine") == (early, late)


def test_contradicting_claims_are_both_kept():
    taken = dose()
    denied = event(DoseSkipped("cycloserine"), "2026-03-02T08:05", claim=Claim.SUPPORTER, actor="supporter")
    assert fold([denied, taken]).doses_of("cycloserine") == tuple(sorted((taken, denied), key=lambda it: it.id))


def test_two_bodies_under_one_id_are_both_kept_and_named():
    one = dose(id=new_id(5))
    other = dose(500.0, id=one.id)
    state = fold([one, other])
    assert len(state.doses_of("cycloserine")) == 2
    assert [set(clash) == {one, other} for clash in state.clashes()] == [True]
    assert len(list(state.events())) == 2


def test_a_correction_takes_the_place_of_what_it_corrects_and_both_stay_in_the_log():
    wrong = dose(500.0)
    right = dose(250.0, supersedes=wrong.id, recorded_at=dose(on="2026-03-02T09:00").occurred_at)
    for log in ([wrong, right], [right, wrong]):
        state = fold(log)
        assert state.doses_of("cycloserine") == (right,)
        assert not state.stands(wrong)
        assert len(list(state.events())) == 2


def test_a_retraction_that_is_itself_retracted_leaves_the_event_in_force():
    one = dose(on="2026-03-02T08:00")
    gone = event(Retracted(), "2026-03-02T09:00", supersedes=one.id)
    back = event(Retracted(), "2026-03-02T10:00", supersedes=gone.id)
    assert fold([one, gone]).doses_of("cycloserine") == ()
    assert fold([back, gone, one]).doses_of("cycloserine") == (one,)


def test_two_events_that_correct_each_other_do_not_both_vanish():
    one, other = dose(id=new_id(1), supersedes=new_id(2)), dose(500.0, id=new_id(2), supersedes=new_id(1))
    assert len(fold([one, other]).doses_of("cycloserine")) == 1
    itself = dose(id=new_id(3), supersedes=new_id(3))
    assert fold([itself]).doses_of("cycloserine") == (itself,)


@pytest.mark.parametrize(("actor", "by", "stands"), [
    ("patient", "patient", False),
    ("patient", "clinician", False),
    ("patient", "supporter", True),
    ("clinician", "patient", True),
    ("supporter", "device", True),
])  # fmt: skip
def test_only_who_said_it_or_a_clinician_takes_it_back(actor: str, by: str, stands: bool):
    one = dose(actor=actor)
    taken_back = event(Retracted(), "2026-03-02T09:00", supersedes=one.id, actor=by)
    assert fold([one, taken_back]).stands(one) is stands


def test_a_kind_that_nobody_knows_is_kept_and_shown():
    newer = event(UnknownKind("hologram_shown", "{}"), "2026-03-02T08:00")
    state = append(fold([started("cycloserine: 250 mg q12h"), event(Note("a"), "2026-03-02T08:00")]), newer)
    assert state.unknown() == (newer,)
    assert state.of_kind("hologram_shown") == (newer,)
    assert len(state.of_kind("plan_activated")) == 1
    assert state.drugs == ()
