"""The clock of the store jumps: events stay in the order in which they came, each with the time that was told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from course_events import event
from fullcourse.adapters.store.contract import Appended
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.memory import MemoryRecorder
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.event_bodies import DoseTaken, UnknownKind
from fullcourse.course.fold import fold
from postgres_server import new_database
from store_events import NOW, numbered

PARIS = ZoneInfo("Europe/Paris")
CLOCKS = {
    "an hour back": [NOW, NOW - timedelta(hours=1), NOW],
    "ten years forward and back": [NOW, NOW + timedelta(days=3652), NOW],
    "1970": [NOW, datetime(1970, 1, 1, tzinfo=UTC), NOW],
    "before 1970": [NOW, datetime(1969, 7, 20, 20, 17, 40, tzinfo=UTC), NOW],
    "2038": [datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC), datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)],
    "a leap day": [datetime(2028, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)],
    "the night in spring": [datetime(2026, 3, 29, 1, 59, tzinfo=PARIS), datetime(2026, 3, 29, 3, 0, tzinfo=PARIS)],
    "the night in autumn": [
        datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=0),
        datetime(2026, 10, 25, 2, 10, tzinfo=PARIS, fold=1),
        datetime(2026, 10, 25, 3, 0, tzinfo=PARIS),
    ],
}


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DurableStore | MemoryRecorder]:
    if request.param == "memory":
        yield MemoryRecorder()
        return
    place = tmp_path / "courses.db" if request.param == "sqlite" else new_database()
    with open_store(place, key_file=tmp_path / "key") as opened:
        yield opened


@pytest.mark.parametrize("name", CLOCKS)
def test_events_stay_in_the_order_in_which_they_came(store: DurableStore | MemoryRecorder, name: str):
    for number, now in enumerate(CLOCKS[name]):
        store.append([numbered("patient", 10 - number)], now)
    kept = store.events("patient")
    assert [one.id for one in kept] == [numbered("patient", 10 - number).id for number in range(len(CLOCKS[name]))]
    assert [one.received_at.astimezone(UTC) for one in kept if one.received_at] == [
        now.astimezone(UTC) for now in CLOCKS[name]
    ]
    if isinstance(store, DurableStore):
        assert store.verify().damaged == ()


def test_an_event_from_the_future_is_kept_and_comes_back_as_it_was(store: DurableStore | MemoryRecorder):
    future = event(DoseTaken("cycloserine", 250.0), NOW + timedelta(days=3652), patient="patient")
    store.append([future, numbered("patient", 1)], NOW)
    assert store.events("patient") == (future, numbered("patient", 1))


def test_both_doses_of_the_hour_that_comes_twice_are_two(store: DurableStore | MemoryRecorder):
    twice = [
        event(
            DoseTaken("cycloserine", 250.0), datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=hour), patient="patient"
        )
        for hour in (0, 1)
    ]
    assert store.append(twice, NOW) == (Appended.NEW, Appended.NEW)
    assert store.append(twice, NOW) == (Appended.SAME, Appended.SAME)
    first, second = store.events("patient")
    assert second.occurred_at - first.occurred_at == timedelta(hours=1)
    assert len(fold(store.events("patient")).doses_of("cycloserine")) == 2


def test_an_unknown_kind_is_kept_word_for_word_and_shown(store: DurableStore | MemoryRecorder):
    newer = event(UnknownKind("hologram_shown", '{"a":1,"é":[true,null]}'), NOW, patient="patient")
    store.append([newer], NOW)
    (kept,) = store.events("patient")
    assert kept == newer
    assert fold([kept]).unknown() == (newer,)
