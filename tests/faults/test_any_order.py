"""Five thousand events of every kind, shuffled fifty times, some of them twice, give one digest: folded, and stored."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from course_digest import digest
from course_events import event, new_id
from effort import rounds
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.event import Claim, Event
from fullcourse.clinical.event_bodies import DoseSkipped, Retracted
from fullcourse.course.fold import fold
from store_events import NOW, numbered

PATIENT = "patient"


def log() -> list[Event]:
    """Return 5,000 events: doses, notes, unknown kinds, contradictions, corrections, ids that say two things."""
    events = [numbered(PATIENT, number) for number in range(4700)]
    for number in range(0, 2000, 20):
        one = events[number]
        denied = DoseSkipped("cycloserine")
        events.append(
            event(denied, one.occurred_at, id=new_id(number), patient=PATIENT, actor="supporter", claim=Claim.SUPPORTER)
        )
        events.append(replace(one, zone="Asia/Kathmandu"))
        events.append(
            event(
                Retracted("a mistake"), one.recorded_at.replace(year=2029), id=new_id(5000 + number), patient=PATIENT,
                supersedes=events[number + 10].id,
            )
        )  # fmt: skip
    return events


def test_five_thousand_events_shuffled_fifty_times_give_one_digest():
    events, chance = log(), random.Random(2)
    assert len(events) == 5000
    digests, known = set(), {}
    for _ in range(50):
        chance.shuffle(events)
        digests.add(digest(fold([*events, *events[:100]]), known))
    assert len(digests) == 1


def test_one_event_less_or_another_word_gives_another_digest():
    events, known, chance = log(), {}, random.Random(4)
    whole = digest(fold(events), known)
    for _ in range(4):
        place = chance.randrange(len(events))
        assert digest(fold([*events[:place], *events[place + 1 :]]), known) != whole
        changed = replace(events[place], source="test 2")
        assert digest(fold([*events[:place], changed, *events[place + 1 :]]), {**known}) != whole


def test_a_fold_that_goes_by_arrival_is_found():
    events, chance = log(), random.Random(2)
    digests = set()
    for _ in range(5):
        chance.shuffle(events)
        digests.add(digest(fold({one.id: one for one in events}.values())))  # of one id the last wins
    assert len(digests) > 1


@pytest.mark.parametrize("size", [1, 7, 500])
def test_a_store_gives_the_same_digest_in_whatever_order_and_calls_it_received(tmp_path: Path, size: int):
    events, chance = log()[:: rounds(10, 1)], random.Random(size)
    whole = digest(fold(events))
    chance.shuffle(events)
    with open_store(tmp_path / "courses.db") as store:
        for start in range(0, len(events), size):
            store.append(events[start : start + size], NOW)
        store.append(events[:50], NOW)
        there = [*store.events(PATIENT), *(aside.event for aside in store.set_aside(PATIENT))]
    assert digest(fold(there)) == whole
