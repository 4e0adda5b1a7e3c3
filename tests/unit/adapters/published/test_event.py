"""An event is written and read back without loss, and what is wrong in one is refused with its path."""

import json
from dataclasses import fields
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings

import fullcourse.adapters.published as published
from course_events import event, events, started
from effort import examples
from fullcourse.adapters.published.event import event_json, event_line, read_event, read_event_line
from fullcourse.clinical import Event, InputError
from fullcourse.clinical.event_bodies import BODIES, DoseTaken, UnknownKind

SCHEMA = json.loads((Path(published.__file__).parent / "schemas" / "event-1.json").read_text("utf-8"))
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)


@settings(max_examples=examples(300), deadline=None)
@given(events())
def test_an_event_of_every_kind_is_read_back_without_loss_and_fits_the_schema(one: Event):
    line = event_line(one)
    VALIDATOR.validate(json.loads(line))
    back = read_event_line(line, "events", 1)
    assert back == one
    assert (back.received_at, back.zone) == (one.received_at, one.zone)
    assert back.occurred_at.utcoffset() == one.occurred_at.utcoffset()
    assert event_line(back) == line


def test_the_schema_lists_the_kinds_and_fields_that_there_are():
    kinds = {name: body for name, body in SCHEMA["$defs"].items() if name != "plan"}
    assert kinds.keys() == BODIES.keys()
    for kind, body in kinds.items():
        assert set(body["properties"]) == {field.name for field in fields(BODIES[kind])}, kind


def test_a_plan_with_titration_and_weekdays_keeps_every_step():
    one = started("bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F", "cycloserine: 2 capsules of 250 mg q12h")
    assert read_event(json.loads(event_line(one))) == one


def test_a_kind_that_a_newer_version_made_is_kept_with_all_that_it_says():
    newer = event_json(event(DoseTaken("cycloserine", 250.0), "2026-03-02T08:00"))
    newer["kind"], newer["body"] = "hologram_shown", {"to": ["a", {"b": 1.5}], "é": None}
    kept = read_event(newer)
    assert isinstance(kept.body, UnknownKind)
    assert event_json(kept) == newer


GOOD = event_json(event(DoseTaken("cycloserine", 250.0), "2026-03-02T08:00"))
PLANNED = event_json(started("cycloserine: 250 mg q12h"))


def changed(good: dict[str, object], path: str, value: object) -> dict[str, object]:
    """Return a copy with one value changed; an absent value removes the key."""
    copy = json.loads(json.dumps(good))
    *way, last = path.split(".")
    table = copy
    for key in way:
        table = table[int(key)] if isinstance(table, list) else table[key]
    if value is None:
        del table[last]
    else:
        table[last] = value
    return copy


@pytest.mark.parametrize(
    ("good", "path", "value", "named"),
    [
        (GOOD, "schema", "fullcourse/event/9", r"\$\.schema"),
        (GOOD, "id", "1", r"\$\.id"),
        (GOOD, "id", None, r"\$\.id"),
        (GOOD, "patient", "", r"\$\.patient"),
        (GOOD, "patient", 7, r"\$\.patient"),
        (GOOD, "occurred_at", "2026-03-02", r"\$\.occurred_at"),
        (GOOD, "occurred_at", "2026-03-02T08:00", r"\$\.occurred_at"),
        (GOOD, "recorded_at", "tomorrow", r"\$\.recorded_at"),
        (GOOD, "claim", "rumour", r"\$\.claim"),
        (GOOD, "actor", "dog", r"\$\.actor"),
        (GOOD, "mood", "good", r"mood"),
        (GOOD, "body", [], r"\$\.body"),
        (GOOD, "body.mg", None, r"\$\.body\.mg"),
        (GOOD, "body.mg", "250", r"\$\.body\.mg"),
        (GOOD, "body.mg", True, r"\$\.body\.mg"),
        (GOOD, "body.mg", 0, r"\$\.body\.mg"),
        (GOOD, "body.mg", 10**400, r"\$\.body\.mg: the number is larger"),
        (GOOD, "body.drug", 5, r"\$\.body\.drug"),
        (GOOD, "body.dose", 5, r"\$\.body.*dose"),
        (GOOD, "supersedes", "x", r"\$\.supersedes"),
        (PLANNED, "body.confirmed_by", "", r"\$\.body\.confirmed_by"),
        (PLANNED, "body.plan", 3, r"\$\.body\.plan"),
        (PLANNED, "body.plan.zone", None, r"\$\.body\.plan\.zone"),
        (PLANNED, "body.plan.days", 0, r"\$\.body\.plan\.days"),
        (PLANNED, "body.plan.drugs", [], r"\$\.body\.plan"),
        (PLANNED, "body.plan.drugs", {}, r"\$\.body\.plan\.drugs"),
        (PLANNED, "body.plan.drugs.0.dose", "two pills", r"\$\.body\.plan\.drugs\[0\]\.dose"),
        (PLANNED, "body.plan.drugs.0.dose", 2, r"\$\.body\.plan\.drugs\[0\]\.dose"),
        (PLANNED, "body.plan.drugs.0.colour", "red", r"\$\.body\.plan\.drugs\[0\].*colour"),
        (PLANNED, "body.plan.starts_on", "soon", r"\$\.body\.plan\.starts_on"),
    ],
)
def test_what_is_wrong_is_refused_with_its_path(good: dict[str, object], path: str, value: object, named: str):
    with pytest.raises(InputError, match=named):
        read_event(changed(good, path, value))


def test_the_line_of_a_file_stands_before_the_path():
    line = json.dumps(changed(GOOD, "body.mg", "250"))
    with pytest.raises(InputError, match=r"events.ndjson, line 7: \$\.body\.mg"):
        read_event_line(line, "events.ndjson", 7)


def test_a_refusal_does_not_repeat_who_it_is_about():
    with pytest.raises(InputError) as refused:
        read_event(changed({**GOOD, "patient": "Thandi Nkosi"}, "body.mg", "x"))
    assert "Thandi" not in str(refused.value)
