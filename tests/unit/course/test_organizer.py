"""A sheet lays out what was planned, and is found again after the plan has changed."""

from datetime import date, timedelta

import pytest

from course_cases import course
from course_events import at, event, plan, started
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import Held, Outcome, PlanChanged, Retracted
from fullcourse.course.organizer import OrganizerSheet, scan_text, sheet_of, sheet_with_id
from fullcourse.course.schedule import slots_between

MONDAY = date(2026, 3, 2)


def sheet(log: list[Event], first: date = MONDAY, days: int = 7) -> OrganizerSheet | None:
    lived = course(log)
    return sheet_of(lived.state, lived.timeline, first, days)


@pytest.mark.parametrize("days", [7, 28])
@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Europe/Paris", "America/Santiago", "Pacific/Apia"])
@pytest.mark.parametrize("first", [date(2026, 3, 27), date(2026, 4, 3), date(2026, 9, 4), date(2026, 10, 23)])
def test_boxes_and_planned_doses_are_one_to_one_through_nights_of_clock_changes(days, zone, first):
    log = [started("cycloserine: 250 mg q12h", "linezolid: 600 mg at 02:30", start=first, zone=zone, on="2026-03-01")]
    made = sheet(log, first, days)
    known = load_zone(zone)
    begins, ends = (known.instant(first + timedelta(days=after), at("2026-01-01T03:00").time()) for after in (0, days))
    planned = slots_between(course(log).timeline, begins, ends)
    assert sorted(slot.id for slot in made.boxes.values()) == sorted(slot.id for slot in planned)
    assert len(made.boxes) == len(planned)
    assert all(first <= made.day_of(slot) < first + timedelta(days=days) for slot in planned)


def test_a_dose_after_midnight_stands_under_the_evening_before():
    made = sheet([started("cycloserine: 250 mg at 00:30")])
    slot = next(iter(made.boxes.values()))
    assert (made.day_of(slot), f"{slot.due:%d %H:%M}") == (MONDAY, "03 00:30")


def test_a_held_drug_is_asked_about_and_has_no_box():
    hold = event(Held(("linezolid",), "result"), "2026-03-03T12:00", actor="clinician")
    made = sheet([started("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day"), hold])
    assert [slot.drug for slot in made.asks] == ["linezolid"] * 5
    assert len(made.boxes) == 14 + 2
    wholly = sheet([started("linezolid: 600 mg once a day"), hold], date(2026, 3, 4))
    assert (len(wholly.boxes), len(wholly.asks)) == (0, 7)


def test_a_sheet_that_only_asks_is_another_than_the_one_with_boxes():
    begun = started("linezolid: 600 mg once a day")
    hold = event(Held((), "result"), "2026-03-02T01:00", actor="clinician")
    asking, ticking = sheet([begun, hold]), sheet([begun])
    assert asking.id != ticking.id
    assert sheet_with_id(course([begun, hold]).state, load_zone, asking.id).boxes == {}


def test_nothing_due_makes_no_sheet():
    assert sheet([]) is None
    assert sheet([started("cycloserine: 250 mg q12h")], date(2026, 2, 2)) is None
    died = event(Outcome("died", "who-2021", "Dr A"), "2026-03-02T01:00", actor="clinician")
    assert sheet([started("cycloserine: 250 mg q12h"), died]) is None


def test_a_sheet_is_found_again_after_its_plan_was_changed_held_and_taken_back():
    log = [started("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day")]
    printed = [sheet(log)]
    change = PlanChanged(plan("cycloserine: 500 mg once a day", start=date(2026, 3, 4)), "Dr A")
    for body, when, more in (
        (change, "2026-03-03T10:00", {}),
        (Held((), "result"), "2026-03-05T10:00", {}),
        (Retracted("wrong"), "2026-03-05T11:00", {"supersedes": True}),
    ):
        named = {"supersedes": log[-1].id} if more else {}
        log.append(event(body, when, actor="clinician", **named))
        printed.append(sheet(log))
    assert len({str(it.id) for it in printed}) == 3, "the hold taken back makes the sheet before it again"
    for it in printed:
        again = sheet_with_id(course(log).state, load_zone, it.id)
        assert (again.boxes, again.id) == (it.boxes, it.id)


def test_another_persons_sheet_is_not_found():
    theirs = sheet([started("cycloserine: 250 mg q12h")])
    mine = course([started("cycloserine: 250 mg q12h")])
    assert sheet_with_id(mine.state, load_zone, theirs.id) is None


def test_a_scan_holds_places_and_names_nothing():
    made = sheet([started("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day")], date(2026, 3, 9))
    assert scan_text(made) == f"FC1*{made.id}*A:14-27*B:7-13"
    hold = event(Held(("linezolid",), "result"), "2026-03-03T12:00", actor="clinician")
    held = sheet([started("linezolid: 600 mg once a day"), hold])
    assert scan_text(held) == f"FC1*{held.id}*A:0-1"
