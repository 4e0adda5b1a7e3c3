"""What a calendar is told: once for each time, with ids that stay, and what was taken away as cancelled."""

from datetime import date, datetime, timedelta

import pytest

from course_cases import course
from course_events import at, event, plan, started
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import (
    DoseTaken,
    Held,
    Outcome,
    PlanChanged,
    PlanStopped,
    Resumed,
    Retracted,
    Transfer,
)
from fullcourse.course.calendar import MOST_DAYS, CalendarEntry, calendar_entries

TWO = ("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day")


def told(log: list[Event], first: str, days: int) -> tuple[CalendarEntry, ...]:
    begins = at(first)
    return calendar_entries(course(log), load_zone, begins, begins + timedelta(days=days))


def shown(entries: tuple[CalendarEntry, ...]) -> list[str]:
    """Return each entry in a line: time, drugs, held ones in brackets, cancelled or not, revision."""
    lines = []
    for entry in entries:
        drugs = "+".join(f"({it.drug})" if it.drug in entry.held else it.drug for it in entry.slots)
        lines.append(f"{entry.due:%m-%d %H:%M} {drugs}{' cancelled' if entry.is_cancelled else ''} {entry.revision}")
    return lines


def changed(*drugs: str, start: date, when: str, zone: str = "UTC") -> Event:
    return event(PlanChanged(plan(*drugs, start=start, zone=zone), "Dr A"), when, actor="clinician")


# Written down before the code ran: instants worked out by hand from the offsets of the zones.
NIGHTS = [
    ("India has no clock changes", "Asia/Kolkata", "250 mg q12h", date(2026, 3, 28),
     ["03-28 02:30", "03-28 14:30", "03-29 02:30", "03-29 14:30"]),
    ("South Africa has none", "Africa/Johannesburg", "250 mg q12h", date(2026, 10, 24),
     ["10-24 06:00", "10-24 18:00", "10-25 06:00", "10-25 18:00"]),
    ("Paris in spring: the second morning is an hour earlier in UTC", "Europe/Paris", "250 mg q12h", date(2026, 3, 28),
     ["03-28 07:00", "03-28 19:00", "03-29 06:00", "03-29 18:00"]),
    ("Paris in autumn: an hour later", "Europe/Paris", "250 mg q12h", date(2026, 10, 24),
     ["10-24 06:00", "10-24 18:00", "10-25 07:00", "10-25 19:00"]),
    ("RFC 5545 3.3.5: a skipped time by the offset before the gap", "Europe/Paris", "250 mg at 02:30",
     date(2026, 3, 28), ["03-28 01:30", "03-29 01:30"]),
    ("RFC 5545 3.3.5: a repeated time is the first", "Europe/Paris", "250 mg at 02:30", date(2026, 10, 24),
     ["10-24 00:30", "10-25 00:30"]),
    ("Santiago, clocks forward at midnight of 6 September", "America/Santiago", "250 mg at 00:30", date(2026, 9, 5),
     ["09-05 04:30", "09-06 04:30"]),
    ("Santiago, clocks back at midnight of 5 April: 23:30 is the first", "America/Santiago", "250 mg at 23:30",
     date(2026, 4, 3), ["04-04 02:30", "04-05 02:30"]),
    ("Apia stands 13 hours ahead all year since 2021", "Pacific/Apia", "250 mg q12h", date(2026, 3, 28),
     ["03-27 19:00", "03-28 07:00", "03-28 19:00", "03-29 07:00"]),
    ("by the hour keeps real hours through the change", "Europe/Paris", "250 mg q36h", date(2026, 3, 28),
     ["03-28 07:00", "03-29 19:00"]),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "dose", "start", "expected"), [row[1:] for row in NIGHTS], ids=[r[0] for r in NIGHTS])
def test_each_dose_is_told_at_its_instant(zone, dose, start, expected):
    log = [started(f"cycloserine: {dose}", on="2026-01-01", start=start, zone=zone)]
    first, until = (load_zone(zone).instant(day, datetime.min.time()) for day in (start, start + timedelta(days=2)))
    entries = calendar_entries(course(log), load_zone, first, until)
    assert [f"{entry.due:%m-%d %H:%M}" for entry in entries] == expected


def test_drugs_of_one_time_are_one_entry_with_the_id_of_the_first_slot():
    entries = told([started(*TWO)], "2026-03-02", 1)
    assert shown(entries) == ["03-02 08:00 cycloserine+linezolid 0", "03-02 20:00 cycloserine 0"]
    assert [entry.uid for entry in entries] == [entry.slots[0].id for entry in entries]


def test_a_change_of_plan_keeps_what_was_due_before_and_cancels_what_was_told_for_later():
    log = [started(*TWO)]
    before = told(log, "2026-03-02", 4)
    change = changed("cycloserine: 500 mg once a day", start=date(2026, 3, 4), when="2026-03-03T10:00")
    after = told([*log, change], "2026-03-02", 4)
    assert after[:4] == before[:4]
    assert {*shown(after)[4:7]} == {
        "03-04 08:00 cycloserine 1",
        "03-04 08:00 cycloserine+linezolid cancelled 1",
        "03-04 20:00 cycloserine cancelled 1",
    }
    revised = {entry.uid: entry for entry in after}
    for entry in before[4:]:
        assert revised[entry.uid].is_cancelled and revised[entry.uid].revision > entry.revision
        assert revised[entry.uid].revised_at == change.recorded_at


def test_what_was_cancelled_is_told_as_far_as_any_export_reached_and_no_further():
    change = changed("cycloserine: 500 mg once a day", start=date(2026, 3, 4), when="2026-03-03T10:00")
    entries = told([started("cycloserine: 250 mg q24h"), change], "2026-03-10", 7)
    last = at("2026-03-17") + timedelta(days=MOST_DAYS)
    assert max(entry.due for entry in entries if entry.is_cancelled) == last - timedelta(hours=16)
    assert max(entry.due for entry in entries if not entry.is_cancelled) == at("2026-03-16T08:00")


def test_a_hold_cancels_when_nothing_else_is_due_and_else_takes_its_drug_out():
    hold = event(Held(("linezolid",), "side effects"), "2026-03-03T12:00", actor="clinician")
    entries = told([started(*TWO), hold], "2026-03-03", 2)
    assert shown(entries)[:4] == [
        "03-03 08:00 cycloserine+linezolid 0",
        "03-03 20:00 cycloserine 0",
        "03-04 08:00 cycloserine+(linezolid) 1",
        "03-04 20:00 cycloserine 0",
    ]
    assert [slot.drug for slot in entries[2].taken] == ["cycloserine"]
    alone = told([started("linezolid: 600 mg once a day"), hold], "2026-03-03", 2)
    assert shown(alone)[:2] == ["03-03 08:00 linezolid 0", "03-04 08:00 (linezolid) cancelled 1"]


def test_an_entry_held_and_resumed_is_told_again_with_a_higher_revision():
    log = [started("linezolid: 600 mg once a day"), event(Held((), "other"), "2026-03-03T12:00", actor="clinician")]
    cancelled = told(log, "2026-03-03", 3)[1]
    again = told([*log, event(Resumed(), "2026-03-03T18:00", actor="clinician")], "2026-03-03", 3)
    assert (again[1].uid, again[1].is_cancelled, again[1].revision) == (cancelled.uid, False, cancelled.revision + 1)
    assert max(entry.due for entry in again) > at("2026-03-06"), "told again as far as it may have been cancelled"


@pytest.mark.parametrize(
    "body", [Outcome("died", "who-2021", "Dr A"), PlanStopped("clinician"), Transfer("out")], ids=lambda it: it.kind
)
def test_the_end_of_treatment_cancels_the_rest(body):
    end = event(body, "2026-03-03T12:00", actor="clinician")
    entries = told([started("cycloserine: 250 mg q12h"), end], "2026-03-03", 1)
    assert shown(entries)[:2] == ["03-03 08:00 cycloserine 0", "03-03 20:00 cycloserine cancelled 1"]


def test_a_wish_to_stop_cancels_nothing():
    wish = event(PlanStopped("patient"), "2026-03-03T12:00")
    assert not any(entry.is_cancelled for entry in told([started("cycloserine: 250 mg q12h"), wish], "2026-03-03", 1))


def test_a_course_taken_up_again_is_told_again_from_where_it_was_cancelled():
    log = [started("cycloserine: 250 mg q24h"), event(Transfer("out"), "2026-03-03T12:00", actor="clinician")]
    cancelled = {entry.uid: entry for entry in told(log, "2026-03-03", 5)}
    log.append(event(Transfer("in"), "2026-03-05T12:00", actor="clinician"))
    for entry in told(log, "2026-03-04", 4):
        assert not entry.is_cancelled
        assert entry.revision > cancelled[entry.uid].revision


def test_a_plan_that_was_taken_back_is_cancelled():
    log = [started("cycloserine: 250 mg q24h")]
    wrong = changed("linezolid: 600 mg once a day", start=date(2026, 3, 4), when="2026-03-03T10:00")
    told_wrong = told([*log, wrong], "2026-03-03", 3)
    back = event(Retracted("wrong drug"), "2026-03-03T11:00", actor="clinician", supersedes=wrong.id)
    entries = {entry.uid: entry for entry in told([*log, wrong, back], "2026-03-03", 3)}
    for entry in told_wrong:
        now = entries[entry.uid]
        of_wrong = entry.slots[0].drug == "linezolid"
        assert now.is_cancelled is of_wrong
        assert now.revision > entry.revision or (now == entry and not of_wrong)


def test_a_hold_taken_back_is_told_again():
    log = [started("linezolid: 600 mg once a day"), event(Held(), "2026-03-03T12:00", actor="clinician")]
    cancelled = told(log, "2026-03-04", 1)[0]
    log.append(event(Retracted(), "2026-03-03T13:00", actor="clinician", supersedes=log[-1].id))
    again = told(log, "2026-03-04", 1)[0]
    assert cancelled.is_cancelled and not again.is_cancelled
    assert again.revision > cancelled.revision


def test_doses_that_are_logged_change_nothing():
    log = [started("cycloserine: 250 mg q12h")]
    taken = event(DoseTaken("cycloserine", 250.0), "2026-03-02T08:00")
    assert told([*log, taken], "2026-03-02", 2) == told(log, "2026-03-02", 2)


def test_a_plan_that_begins_later_cancels_nothing_before():
    change = changed("linezolid: 600 mg once a day", start=date(2026, 3, 5), when="2026-03-02T10:00")
    entries = told([started("cycloserine: 250 mg q24h"), change], "2026-03-02", 4)
    assert shown(tuple(entry for entry in entries if entry.due < at("2026-03-05"))) == [
        "03-02 08:00 cycloserine 0",
        "03-03 08:00 cycloserine 0",
        "03-04 08:00 cycloserine 0",
    ]
