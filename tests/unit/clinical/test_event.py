"""The entries of a course's log."""

from dataclasses import FrozenInstanceError
from datetime import datetime

import pytest

from course_events import event, new_id, plan
from fullcourse.clinical import Event, InputError
from fullcourse.clinical.event_bodies import (
    BODIES,
    Body,
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
    PlanStopped,
    Retracted,
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
