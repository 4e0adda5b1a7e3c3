"""Which courses changed since a moment: whoever keeps what was worked out of them looks at no other."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from course_events import event
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import Note
from postgres_server import new_database

NOW = datetime(2026, 10, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DurableStore]:
    place = tmp_path / "courses.db" if request.param == "sqlite" else new_database()
    with open_store(place, key_file=tmp_path / "key") as opened:
        opened.append([note("a"), note("b"), note("c")], NOW)
        yield opened


def note(patient: str) -> Event:
    return event(Note("seen"), "2026-09-01T08:00", patient=patient)


def changed(store: DurableStore, moment: datetime) -> list[tuple[str, bool]]:
    return [(head.patient, head.is_erased) for head in store.changed_since(moment)]


def test_nothing_changed_since_a_moment_after_everything(store: DurableStore):
    assert changed(store, LATER) == []
    assert changed(store, NOW) == [("a", False), ("b", False), ("c", False)]


def test_whoever_received_an_event_or_was_erased_since_is_named_and_no_other(store: DurableStore):
    store.append([note("b")], LATER)
    store.erase("c", LATER)
    assert changed(store, LATER) == [("b", False), ("c", True)]


def test_the_head_is_the_one_that_the_whole_list_gives(store: DurableStore):
    store.append([note("b")], LATER)
    (one,) = store.changed_since(LATER)
    whole = next(head for head in store.heads() if head.patient == "b")
    assert (one.check, one.events, one.asides) == (whole.check, whole.events, whole.asides)
