"""The text of an event on a dose is that of the general writer to the byte, and is read back as the same event."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_events import event, events
from effort import examples
from fullcourse.adapters.published.dose_event import dose_event_text
from fullcourse.adapters.published.event import event_line, read_event_line
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import REASONS, Body, DosePartlyTaken, DoseSkipped, DoseTaken, DoseVomited
from fullcourse.clinical.event_id import event_id

DOSES = (DoseTaken, DosePartlyTaken, DoseVomited, DoseSkipped)

_any_text = st.text(max_size=12) | st.sampled_from(["", '"', "\\", "\n\t\x00\x7f", "\u2028é😀", "</", "dose"])
_filled = _any_text.filter(lambda text: bool(text.strip()))
_amounts = st.floats(min_value=0.0, exclude_min=True, allow_infinity=False) | st.sampled_from([5e-324, 1e16, 1e22, 0.1])
_minutes = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.just(-0.0)
_bodies: st.SearchStrategy[Body] = st.one_of(
    st.builds(DoseTaken, _any_text, _amounts, _any_text, _any_text),
    st.builds(DosePartlyTaken, _any_text, _amounts, _any_text),
    st.builds(DoseVomited, _any_text, _amounts, _any_text, _minutes),
    st.builds(DoseSkipped, _any_text, _any_text, st.sampled_from(REASONS)),
)
_offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_instants = st.builds(
    lambda microseconds, offset: (datetime(1970, 1, 3, tzinfo=UTC) + timedelta(microseconds=microseconds)).astimezone(
        offset
    ),
    st.integers(0, 7 * 10**15),
    _offsets | st.just(UTC),
)
_ids = st.builds(event_id, st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1))


def general(one: Event) -> str:
    return event_line(replace(one, received_at=None))


@settings(max_examples=examples(500), deadline=None)
@given(events())
def test_an_event_of_every_kind_has_the_text_of_the_general_writer_or_none(one: Event):
    text = dose_event_text(one)
    assert text == (general(one) if isinstance(one.body, DOSES) else None)


@settings(max_examples=examples(800), deadline=None)
@given(
    st.builds(
        replace,
        events(),
        id=_ids,
        body=_bodies,
        patient=_filled,
        occurred_at=_instants,
        recorded_at=_instants,
        zone=_filled,
        source=_filled,
        device=_any_text,
        supersedes=st.just("") | _ids,
    )
)
def test_whatever_a_dose_says_its_text_is_that_of_the_general_writer_and_is_read_back(one: Event):
    text = dose_event_text(one)
    assert text == general(one)
    back = read_event_line(text, "events", 1)
    assert back == one
    for name in ("occurred_at", "recorded_at"):
        assert getattr(back, name).utcoffset() == getattr(one, name).utcoffset()
    assert list(json.loads(text)) == list(json.loads(general(one)))


class _Text(str):
    """A text of another class."""

    __slots__ = ()


class _Time(datetime):
    """A time of another class, whose text could be another."""


DOSE = event(DoseTaken("cycloserine", 250.0), "2026-03-02T08:05")


@pytest.mark.parametrize(
    "other",
    [
        replace(DOSE, body=DoseTaken("cycloserine", 250)),
        replace(DOSE, body=DoseTaken("cycloserine", True)),
        replace(DOSE, body=DoseTaken(None, 250.0)),
        replace(DOSE, body=DoseTaken("cycloserine", 250.0, slot=None)),
        replace(DOSE, body=DoseVomited("cycloserine", 250.0, minutes_after=float("nan"))),
        replace(DOSE, body=DoseVomited("cycloserine", 250.0, minutes_after=float("inf"))),
        replace(DOSE, body=DoseVomited("cycloserine", 250.0, minutes_after=7)),
        replace(DOSE, occurred_at=_Time(2026, 3, 2, tzinfo=UTC)),
        replace(DOSE, recorded_at=_Time(2026, 3, 2, tzinfo=UTC)),
        replace(DOSE, occurred_at=DOSE.occurred_at.astimezone(timezone(timedelta(microseconds=1)))),
        replace(DOSE, recorded_at=DOSE.recorded_at.astimezone(timezone(timedelta(hours=2, seconds=1)))),
        replace(DOSE, id=DOSE.id.upper()),
        replace(DOSE, id="1"),
        replace(DOSE, id=7),
        replace(DOSE, supersedes=DOSE.id.upper()),
        replace(DOSE, patient=" "),
        replace(DOSE, zone=""),
        replace(DOSE, source="\t"),
        replace(DOSE, actor="somebody"),
        replace(DOSE, claim="self"),
        replace(DOSE, device=7),
        replace(DOSE, device=["phone"]),
    ],
    ids=lambda one: repr(one)[:0],
)
def test_what_is_unusual_is_left_to_the_general_writer_and_reader(other: Event):
    assert dose_event_text(other) is None


def test_an_unusual_sender_is_not_remembered_as_a_usual_one():
    assert dose_event_text(DOSE) == general(DOSE)
    assert dose_event_text(replace(DOSE, device=_Text(DOSE.device))) == general(DOSE)
    assert dose_event_text(replace(DOSE, claim="self")) is None
    assert dose_event_text(DOSE) == general(DOSE)
