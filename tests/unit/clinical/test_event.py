"""The entries of a course's log."""

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from course_events import event, new_id, plan
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event, InputError
from fullcourse.clinical.event_bodies import (
    BODIES,
    Body,
    Contact,
    Dispensed,
    DosePartlyTaken,
    DoseSkipped,
    DoseTaken,
    DoseVomited,
    Held,
    Note,
    Outcome,
    PlanActivated,
    PlanChanged,
    PlanSeen,
    PlanStopped,
    Retracted,
    Snoozed,
    StockCounted,
    Transfer,
    UnknownKind,
)

NAIVE = datetime(2026, 3, 2, 8)  # noqa: DTZ001 - that is what is refused


def test_an_event_never_changes_so_a_correction_is_a_new_one():
    taken = event(DoseTaken("cycloserine", 250.0), "2026-03-02T08:00")
    with pytest.raises(FrozenInstanceError):
        taken.zone = "Asia/Kolkata"  # type: ignore[misc]
    correction = event(DoseTaken("cycloserine", 500.0), "2026-03-02T08:00", supersedes=taken.id)
    assert correction.supersedes == taken.id
    assert taken.supersedes == ""


def test_when_it_was_received_is_no_part_of_what_an_event_says():
    one = event(Note("a"), "2026-03-02T08:00", id=new_id(1))
    assert one == event(Note("a"), "2026-03-02T08:00", id=new_id(1), received_at=one.recorded_at)


@pytest.mark.parametrize("field", ["occurred_at", "recorded_at", "received_at"])
def test_a_time_without_an_offset_is_refused(field: str):
    times = {"occurred": "2026-03-02T08:00"} | ({field: NAIVE} if field != "occurred_at" else {"occurred": NAIVE})
    with pytest.raises(InputError, match=field):
        event(
            Note("a"),
            times.pop("occurred"),
            **({"recorded_at": event(Note("b"), "2026-03-02T08:00").recorded_at} | times),
        )


def test_a_retraction_names_what_it_takes_back():
    with pytest.raises(InputError, match="supersedes"):
        event(Retracted(), "2026-03-02T08:00")


@pytest.mark.parametrize(("recorded", "late"), [("2026-03-03T08:00", False), ("2026-03-03T08:00:01", True)])
def test_what_was_written_down_more_than_a_day_later_is_marked(recorded: str, late: bool):
    from course_events import at

    assert event(Note("a"), "2026-03-02T08:00", recorded_at=at(recorded)).is_back_entered is late


def test_the_kind_of_a_newer_version_keeps_its_name():
    newer: Event = event(UnknownKind("hologram_shown", "{}"), "2026-03-02T08:00")
    assert newer.kind == "hologram_shown"
    assert newer.kind not in BODIES


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: DoseTaken("cycloserine", 0.0),
        lambda: DoseTaken("cycloserine", float("nan")),
        lambda: DosePartlyTaken("cycloserine", -1.0),
        lambda: DoseVomited("cycloserine", float("inf")),
        lambda: DoseSkipped("cycloserine", reason="lazy"),
        lambda: Held(reason="because"),
        lambda: Dispensed("cycloserine", "capsule 250 mg", 0.0),
        lambda: Dispensed("cycloserine", "capsule 250 mg", 1.0, repeats_left=-1),
        lambda: StockCounted("cycloserine", "capsule 250 mg", -1.0),
        lambda: PlanActivated(plan("cycloserine: 250 mg q12h"), " "),
        lambda: PlanChanged(plan("cycloserine: 250 mg q12h"), ""),
        lambda: PlanStopped("somebody"),
        lambda: Transfer("sideways"),
        lambda: Outcome("fine", "who-2021", "Dr A"),
        lambda: Outcome("cured", "who-2021", ""),
        lambda: plan("cycloserine: 250 mg q12h", days=0),
        lambda: plan("cycloserine: 250 mg q12h", zone=""),
        lambda: plan(),
        lambda: plan("cycloserine: 250 mg q12h", "cycloserine: 500 mg once a day"),
    ],
)
def test_what_a_body_cannot_say_is_refused(wrong):
    with pytest.raises(InputError, match=r"\. \w"):
        wrong()


def test_the_edges_of_what_a_body_can_say_are_allowed():
    bodies: list[Body] = [
        StockCounted("cycloserine", "capsule 250 mg", 0.0),
        Dispensed("cycloserine", "capsule 250 mg", 1.0, repeats_left=0),
        PlanActivated(plan("cycloserine: 250 mg q12h", days=1), "Dr A"),
    ]
    assert {body.kind for body in bodies} <= BODIES.keys()


def test_a_zones_time_is_kept_with_its_offset_as_a_fixed_one():
    paris = load_zone("Europe/Paris").rules
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=paris, fold=1)
    told = event(Note("a"), twice, received_at=datetime(2026, 10, 25, 9, tzinfo=paris))
    assert told.occurred_at.isoformat() == "2026-10-25T02:30:00+01:00"
    assert isinstance(told.occurred_at.tzinfo, timezone)
    assert told.occurred_at.fold == 0
    assert told.received_at is not None
    assert told.received_at.isoformat() == "2026-10-25T09:00:00+01:00"
    assert isinstance(told.received_at.tzinfo, timezone)


def test_an_offset_that_is_fixed_already_stays_as_it_is():
    at = datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=2)))
    assert event(Note("a"), at).occurred_at is at


def test_events_are_put_in_order_by_when_they_happened_then_written_down_then_their_id():
    told = event(Note("a"), "1970-01-01T00:01:00", recorded_at=datetime(1970, 1, 1, 0, 2, tzinfo=UTC), id=new_id(1))
    assert told.order == (60.0, 120.0, new_id(1))


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: Contact("by pigeon", reached=True), "how: 'by pigeon' is not one of phone"),
        (lambda: Snoozed("hunger", date(2026, 3, 3), "seen"), "matter: 'hunger' is not one of safety"),
        (lambda: Snoozed("safety", date(2026, 3, 3), "  "), "because: nobody said why"),
        (lambda: Transfer("received", "clinic"), "claim_code: a receipt names"),
        (lambda: PlanSeen(0.0), "issued_ms: 0 is no amount"),
        (lambda: Contact("x" * 50, reached=True), f"how: '{'x' * 40}' is not one of"),
    ],
)
def test_a_body_that_says_nothing_is_refused_with_the_field(made, why: str):
    with pytest.raises(InputError, match=why):
        made()


def test_what_is_said_whole_is_taken():
    assert Contact("phone", reached=False).how == "phone"
    assert Snoozed("safety", date(2026, 3, 3), "seen today").because == "seen today"
    assert Transfer("received", "clinic", "T1").claim_code == "T1"
    assert Transfer("out").claim_code == ""
    assert PlanSeen(1.0).issued_ms == 1.0
