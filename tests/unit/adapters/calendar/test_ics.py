"""The calendar file as other programs read it, and what its like went wrong with elsewhere."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import icalendar
import pytest

from course_cases import course
from course_events import at, event, plan, started
from fullcourse.adapters.calendar.ics import CalendarWords, calendar_ics
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Event
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import Held, PlanChanged
from fullcourse.journey.course_calendar import calendar_of
from ics_reader import Component, read_ics

NOW = "2026-03-02T07:00"
TWO = ("cycloserine: 1 capsule of 250 mg q12h", "linezolid: 600 mg once a day")
DISCREET, PLAIN = CalendarWords.DISCREET, CalendarWords.PLAIN


def written(
    log: list[Event], words: CalendarWords = DISCREET, alarm: int | None = None, days: int = 3, now: str = NOW
) -> bytes:
    return calendar_ics(calendar_of(course(log), load_zone, at(now), days).entries, words, alarm)


def entries(content: bytes) -> dict[str, Component]:
    """Return the entries of a file by their id; each id stands once."""
    listed = read_ics(content).parts
    assert all(part.name == "VEVENT" for part in listed)
    by_uid = {part["UID"]: part for part in listed}
    assert len(by_uid) == len(listed)
    return by_uid


def changed_log() -> list[Event]:
    change = plan("cycloserine: 500 mg once a day", start=date(2026, 3, 4))
    return [started(*TWO), event(PlanChanged(change, "Dr A"), "2026-03-03T10:00", actor="clinician")]


def cancelled_says_so() -> None:
    gone = [part for part in entries(written(changed_log())).values() if part["STATUS"] == "CANCELLED"]
    assert gone and all(part["SUMMARY"] == "Cancelled" and not part.parts for part in gone)


def cancelled_is_the_same_entry_with_a_higher_sequence() -> None:
    log = changed_log()
    before, after = entries(written(log[:1])), entries(written(log))
    for uid, part in after.items():
        if part["STATUS"] == "CANCELLED" and uid in before:
            assert int(part["SEQUENCE"]) > int(before[uid]["SEQUENCE"])
            assert part["DTSTART"] == before[uid]["DTSTART"]
    assert before.keys() <= after.keys()


def cancelled_has_its_times() -> None:
    for part in entries(written(changed_log())).values():
        assert part.instant("DTSTART") < part.instant("DTEND")


def ids_stay_from_export_to_export() -> None:
    log = [started(*TWO)]
    assert written(log) == written(log)
    first, second = entries(written(log)), entries(written(log, now="2026-03-03T07:00"))
    assert len(first.keys() & second.keys()) == len(first)


def each_instant_has_its_own_id() -> None:
    assert len(entries(written([started(*TWO)], days=60))) == 120


def two_patients_share_no_id() -> None:
    one, other = written([started(*TWO)]), written([started(*TWO)])
    assert not entries(one).keys() & entries(other).keys()


def no_character_is_cut_by_a_fold() -> None:
    for length in range(40, 80):
        form = "x" * length + " é ω 💊 9 mg"
        listed = [started("cycloserine: 250 mg q12h")]
        calendar = calendar_of(course(listed), load_zone, at(NOW), 1)
        slots = calendar.entries[0].slots
        named = [_with_form(slot, form) for slot in slots]
        content = calendar_ics(_with_slots(calendar, tuple(named)).entries, PLAIN)
        assert form in read_ics(content).parts[0].text("DESCRIPTION")


def an_alarm_has_all_that_it_needs() -> None:
    for words in CalendarWords:
        for part in entries(written([started(*TWO)], words, alarm=10)).values():
            (alarm,) = part.parts
            assert (alarm.name, alarm["ACTION"], alarm["TRIGGER"]) == ("VALARM", "DISPLAY", "-PT10M")
            assert alarm.text("DESCRIPTION")


def an_alarm_at_the_time_itself_is_written_as_readers_know_it() -> None:
    (alarm,) = next(iter(entries(written([started(*TWO)], alarm=0)).values())).parts
    assert alarm["TRIGGER"] == "P0D"


def lines_end_as_asked_and_each_entry_has_stamp_and_id() -> None:
    for part in entries(written([started(*TWO)])).values():
        assert part.instant("DTSTAMP") and part["UID"]


def nothing_floats_and_no_zone_is_left_to_the_reader() -> None:
    content = written([started(*TWO, zone="Europe/Paris")], days=60)
    for word in (b"TZID", b"VTIMEZONE", b"RRULE", b"RDATE", b"METHOD", b"ORGANIZER"):
        assert word not in content


def the_stamp_moves_only_with_the_entry() -> None:
    log = [started(*TWO)]
    stamps = {part["DTSTAMP"] for part in entries(written(log, now="2026-03-02T07:00")).values()}
    later = {part["DTSTAMP"] for part in entries(written(log, now="2026-03-05T07:00")).values()}
    assert stamps == later == {"20260301T090000Z"}


def an_hour_is_kept_through_the_summer() -> None:
    start = date(2026, 6, 16)
    log = [started("cycloserine: 250 mg at 16:32", on="2026-06-15", start=start, zone="Africa/Cairo")]
    first = next(iter(entries(written(log, now="2026-06-16T00:00")).values()))
    assert first["DTSTART"] == "20260616T133200Z"


def discreet_names_nothing() -> None:
    held = event(Held(("linezolid",), "side effects"), "2026-03-02T12:00", actor="clinician")
    content = written([*changed_log(), held], alarm=5).decode().lower()
    for word in ("cycloserine", "linezolid", "mg", "capsule", "tuberc", " tb", "dose", "medicine", "clinic", "drug"):
        assert word not in content


REPORTS: list[tuple[str, str, Callable[[], None]]] = [
    ("GetTogetherComm/GetTogether#291", "a cancelled date still stands in the feed", cancelled_says_so),
    ("sabre-io/dav#969, hackgvl/hackgreenville-com#498", "one client strikes it out, one drops it", cancelled_says_so),
    ("ical4j/ical4j#423", "a cancellation becomes a second entry", cancelled_is_the_same_entry_with_a_higher_sequence),
    ("markuspoerschke/iCal#84", "a cancelled entry is empty and lasts today", cancelled_has_its_times),
    ("andrewbrereton/obsidian-to-ical-plugin#124", "ids change at every export", ids_stay_from_export_to_export),
    ("emfcamp/Website#2097", "one id for several instants: only the last is shown", each_instant_has_its_own_id),
    ("michael-maltsev/cheese-fork#19", "ids of two exports collide", two_patients_share_no_id),
    ("kewisch/ical.js#439, iCalcreator/iCalcreator#126", "a fold cuts a character", no_character_is_cut_by_a_fold),
    ("pimutils/khal#971, ics-py/ics-py#363", "an alarm without a description", an_alarm_has_all_that_it_needs),
    ("pimutils/khal#290", "-PT0DT0H10M0S is no duration", an_alarm_has_all_that_it_needs),
    ("pimutils/khal#290", "no time before", an_alarm_at_the_time_itself_is_written_as_readers_know_it),
    ("lfos/calcurse#360", "LF alone, no stamp, no id", lines_end_as_asked_and_each_entry_has_stamp_and_id),
    ("bitfireAT/icsx5#419, FossifyOrg/Calendar#261", "zones", nothing_floats_and_no_zone_is_left_to_the_reader),
    ("cozy-labs/konnectors#235", "id and stamp change on every call", the_stamp_moves_only_with_the_entry),
    ("AhmedElywa/prayCalendar#27", "an hour late in Egypt's summer", an_hour_is_kept_through_the_summer),
    ("Futsch1/medTimer#784", "the name of the medicine on the locked screen", discreet_names_nothing),
]
"""Reports from public trackers, with what went wrong there."""


@pytest.mark.parametrize("check", [row[2] for row in REPORTS], ids=[f"{row[0]}: {row[1]}" for row in REPORTS])
def test_what_went_wrong_elsewhere_does_not_here(check):
    check()


def test_the_head_asks_to_be_read_again_and_names_nothing():
    head = read_ics(written([started(*TWO)]))
    assert dict(head.properties) == {
        "VERSION": "2.0",
        "PRODID": "-//Fullcourse//Course calendar//EN",
        "CALSCALE": "GREGORIAN",
        "NAME": "My plan",
        "X-WR-CALNAME": "My plan",
        "REFRESH-INTERVAL;VALUE=DURATION": "PT4H",
        "X-PUBLISHED-TTL": "PT4H",
    }


def test_plain_words_say_drug_and_amount_and_what_is_held():
    held = event(Held(("linezolid",), "side effects"), "2026-03-02T12:00", actor="clinician")
    first, _, third = list(entries(written([started(*TWO), held], PLAIN)).values())[:3]
    assert first.text("SUMMARY") == "Take cycloserine 250 mg, linezolid 600 mg"
    assert first.text("DESCRIPTION") == "cycloserine: 1 capsule of 250 mg\nlinezolid: 600 mg"
    assert third.text("SUMMARY") == "Take cycloserine 250 mg"
    assert third.text("DESCRIPTION").endswith("linezolid: held by your clinic. Do not take it. Ask.")


def test_another_reader_reads_the_same_instants():
    for zone in ("Asia/Kolkata", "Africa/Johannesburg", "Europe/Paris", "America/Santiago", "Pacific/Apia"):
        for start in (date(2026, 3, 27), date(2026, 10, 23)):
            log = [started(*TWO, on="2026-03-01", start=start, zone=zone)]
            content = written(log, now=f"{start.isoformat()}T00:00", days=5)
            mine = sorted(part.instant("DTSTART") for part in entries(content).values())
            library = icalendar.Calendar.from_ical(content)
            assert mine == sorted(part.decoded("dtstart") for part in library.walk("VEVENT"))
            due = [
                entry.due for entry in calendar_of(course(log), load_zone, at(f"{start.isoformat()}T00:00"), 5).entries
            ]
            assert mine == due


def test_a_package_that_lacks_is_said_in_words(monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(InputError, match=r"needs fullcourse\[course\]"):
        written([started(*TWO)])


def _with_form(slot, form):
    return replace(slot, drug=f"{slot.drug} {form}")


def _with_slots(calendar, slots):
    return replace(calendar, entries=(replace(calendar.entries[0], slots=slots),))
