"""Days of tests in a calendar file, read back by RFC 5545 alone, and what their like went wrong with elsewhere."""

from datetime import date, timedelta

import icalendar
import pytest

from course_cases import course
from course_events import PATIENT, at, event, started
from fullcourse.adapters.calendar.ics import CalendarWords, calendar_ics
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event, Record
from fullcourse.clinical.event_bodies import Result
from fullcourse.journey.course_calendar import calendar_of
from fullcourse.journey.monitor import Monitor
from fullcourse.journey.visit_calendar import visit_entries
from ics_reader import Component, read_ics
from patients import knowledge

MONITOR = Monitor(knowledge(), knowledge().profile("us"))
COUNT = (("haemoglobin", 12.0, "g/dL"), ("platelets", 200.0, "10*9/L"), ("neutrophils", 3.0, "10*9/L"))
ZONES = ("UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Europe/Paris")


def log(zone: str = "UTC") -> list[Event]:
    return [started("linezolid: 600 mg once a day", "bedaquiline: 400 mg once a day", zone=zone, days=180)]


def file(
    events: list[Event], now: str, words: CalendarWords = CalendarWords.PLAIN, alarm: int | None = None
) -> dict[str, Component]:
    told = visit_entries(course(events), PATIENT, Record({}), MONITOR, load_zone, at(now), 60)
    parts = read_ics(calendar_ics((), words, alarm, told)).parts
    by_uid = {part["UID"]: part for part in parts}
    assert len(by_uid) == len(parts)
    return by_uid


def days(by_uid: dict[str, Component]) -> dict[str, Component]:
    return {part["DTSTART"]: part for part in by_uid.values()}


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_is_a_whole_day_and_the_same_date_west_and_east_of_utc(zone):
    """Elsewhere it was a day early west of UTC (tutanota issue 2174), and ended a day late (n8n issue 11192)."""
    part = days(file(log(zone), "2026-03-03T12:00"))["20260309"]
    assert ("DTSTART;VALUE=DATE", "20260309") in part.properties
    assert ("DTEND;VALUE=DATE", "20260310") in part.properties
    assert part["TRANSP"] == "TRANSPARENT"


def test_ids_are_the_same_in_every_export():
    """Elsewhere they changed with each one, and entries stood twice (discourse-events issue 51)."""
    before, after = file(log(), "2026-03-03T12:00"), file(log(), "2026-03-05T12:00")
    assert {uid for uid, part in before.items() if part["DTSTART"] < "20260420"} <= after.keys()


def test_what_falls_away_is_cancelled_under_its_id():
    """Elsewhere it stayed, since it was told no more (calendarize issue 620)."""
    events = log()
    before = days(file(events, "2026-03-07T06:00"))["20260309"]
    for fact, value, unit in (
        ("haemoglobin", 12.0, "g/dL"),
        ("platelets", 200.0, "10*9/L"),
        ("neutrophils", 3.0, "10*9/L"),
    ):
        events.append(event(Result(fact, value, unit), "2026-03-07T09:00", actor="clinician"))
    after = days(file(events, "2026-03-07T12:00", alarm=600))["20260309"]
    assert after["UID"] == before["UID"]
    assert (after["STATUS"], after["SUMMARY"], after.parts) == ("CANCELLED", "Cancelled", [])
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_the_tests_of_a_day_are_one_entry_in_plain_words_and_nothing_in_discreet_ones():
    plain = days(file(log(), "2026-03-20T12:00"))["20260401"]
    assert plain.text("SUMMARY").startswith("Tests due: ")
    assert "liver function" in plain.text("DESCRIPTION").split("\n")
    for part in file(log(), "2026-03-20T12:00", CalendarWords.DISCREET, 900).values():
        assert part["SUMMARY"] == "Reminder"
        assert not part.has("DESCRIPTION")
        (alarm,) = part.parts
        assert (alarm["TRIGGER"], alarm["DESCRIPTION"]) == ("-PT15H", "Reminder")


def test_nothing_of_the_person_stands_in_it():
    told = visit_entries(course(log()), PATIENT, Record({}), MONITOR, load_zone, at("2026-03-03T12:00"), 60)
    written = calendar_ics((), CalendarWords.PLAIN, None, told)
    assert PATIENT.encode() not in written
    assert b"Dr A" not in written


def test_doses_and_tests_share_a_file_and_another_reader_finds_both():
    lived, now = course(log()), at("2026-03-03T12:00")
    visits = visit_entries(lived, PATIENT, Record({}), MONITOR, load_zone, now, 10)
    written = calendar_ics(calendar_of(lived, load_zone, now, 10).entries, CalendarWords.PLAIN, None, visits)
    starts = [part["DTSTART"].dt for part in icalendar.Calendar.from_ical(written).walk("VEVENT")]
    whole = [it for it in starts if type(it) is date]
    assert date(2026, 3, 9) in whole
    assert len(whole) < len(starts)
    assert all(it <= date(2026, 3, 3) + timedelta(days=10) for it in whole)
