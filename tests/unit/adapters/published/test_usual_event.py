"""The quick reader gives the careful one's answer or none, whatever is wrong, missing or of another type."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_events import event, events
from fullcourse.adapters.published.event import event_json, read_carefully, read_event
from fullcourse.adapters.published.usual_event import usual_event
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DoseTaken

ODD: Any = st.sampled_from([
    None, True, 0, 1, 1.5, -3, "", " ", "x", "T", [], ["a"], {}, {"a": 1}, 10**400, "2026-03-02", "2026-03-02T08:00",
    "2026-03-02 08:00+00:00", "2026-03-02T08:00Z", "2026-03-02T08:00:00.5+05:30", "2026-W10-1T08:00+02:00",
    "0190F3A2-1111-7111-8111-111111111111", "0190f3a2-1111-7111-8111-111111111111", "fullcourse/event/1", "self",
    "clinician", "dose_taken", "note", "plan_activated", "retracted",
])  # fmt: skip


def careful(value: object) -> Event | None:
    try:
        return read_carefully(value)
    except InputError:
        return None


def is_same(one: Event, other: Event) -> bool:
    """Return whether two events are the same in all they say, their receipt and offsets too."""
    return one == other and event_json(one) == event_json(other)


@settings(max_examples=300, deadline=None)
@given(events())
def test_an_event_as_it_is_written_is_read_alike(one: Event):
    quick = usual_event(event_json(one))
    assert quick is None or is_same(quick, read_carefully(event_json(one)))


@settings(max_examples=1000, deadline=None)
@given(events(), st.data())
def test_an_event_of_which_anything_is_changed_is_read_alike_or_left_to_the_careful_reader(one: Event, data: Any):
    table: Any = event_json(one)
    for _ in range(data.draw(st.integers(1, 2))):
        inside = table.get("body") if data.draw(st.booleans()) else table
        inside = inside if isinstance(inside, dict) else table
        key = data.draw(st.sampled_from([*sorted(inside), "received_at", "supersedes", "new"]))
        if data.draw(st.booleans()):
            inside[key] = data.draw(ODD)
        else:
            inside.pop(key, None)
    quick, read = usual_event(table), careful(table)
    assert quick is None or (read is not None and is_same(quick, read))
    if read is not None:
        assert is_same(read_event(table), read)


DOSE = json.dumps(event_json(event(DoseTaken("cycloserine", 250.0), "2026-03-02T08:00")))


def usual() -> dict[str, Any]:
    written: dict[str, Any] = json.loads(DOSE)
    return written


def test_a_dose_as_phones_write_it_is_read_at_once():
    assert usual_event(usual()) == read_carefully(usual())


def test_a_whole_number_of_milligrams_is_read_at_once_as_the_same_amount():
    table = usual()
    table["body"]["mg"] = 250
    read = usual_event(table)
    assert read == read_carefully(usual())
    assert isinstance(getattr(read.body if read else None, "mg", None), float)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", "fullcourse/event/2"), ("id", "x"), ("patient", "  "), ("kind", "hologram_shown"), ("zone", ""),
        ("occurred_at", "2026-03-02T08:00"), ("recorded_at", "2026-03-02"), ("claim", "guessed"), ("actor", "nurse"),
        ("source", " "), ("device", 5), ("body", []), ("body", {"drug": "cycloserine"}),
        ("body", {"drug": "cycloserine", "mg": True}), ("body", {"drug": "cycloserine", "mg": 250.0, "more": 1}),
        ("received_at", "yesterday"), ("new", 1),
    ],
)  # fmt: skip
def test_what_is_unusual_is_left_to_the_careful_reader(key: str, value: object):
    assert usual_event({**usual(), key: value}) is None
