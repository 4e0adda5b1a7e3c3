"""Writes a course as an iCalendar file (RFC 5545, RFC 7986) that every program reads as the same instants.

Programs disagree about rules that repeat and about zones: a rule for half past two at night comes out at three hours.
So each dose is one instant in UTC, without rule and zone, and the tests of a day are a whole day, which has no zone.
There is no METHOD, which would make the file an invitation.

A calendar is read over shoulders and by the companies that carry it: nothing names a drug or a disease unless the
person chose so.
"""

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from enum import Enum
from typing import Any, Final

from fullcourse.adapters.extras import needed
from fullcourse.clinical.dose_plan.say import count_words
from fullcourse.course.calendar import CalendarEntry
from fullcourse.course.schedule import Slot
from fullcourse.journey.visit_calendar import VisitEntry

__all__ = ["CalendarWords", "calendar_ics"]

_PRODUCT: Final = "-//Fullcourse//Course calendar//EN"
_REFRESH: Final = timedelta(hours=4)
_SHOWN: Final = timedelta(minutes=15)
"""How long an entry is drawn; some programs hide one without a length, or make it an hour."""

_NAME: Final = "My plan"
_REMINDER: Final = "Reminder"
_CANCELLED: Final = "Cancelled"


class CalendarWords(Enum):
    """How much a calendar says."""

    DISCREET = "discreet"
    """That there is something to remember, and nothing else."""
    PLAIN = "plain"
    """Which drug, and how much."""


def calendar_ics(
    entries: Iterable[CalendarEntry],
    words: CalendarWords,
    alarm_min: int | None = None,
    visits: Iterable[VisitEntry] = (),
) -> bytes:
    """Return an iCalendar file: UTF-8, lines of at most 75 octets that end in CRLF.

    The same course gives the same bytes, so that whoever serves it can tell that nothing changed.

    Args:
        entries: Doses.
        words: How much it says.
        alarm_min: Minutes before a dose, or before the day of tests begins, at which the calendar rings; None for no
            alarm.
        visits: Tests; each is a whole day, since nobody said an hour, and a day is the patient's wherever it is read.

    Raises:
        InputError: The package for it is not installed.
    """
    library = needed("icalendar", "course", "a calendar file")
    written = library.Calendar()
    for name, value in (("prodid", _PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN")):
        written.add(name, value)
    for name in ("name", "x-wr-calname"):
        written.add(name, _NAME)
    written.add("refresh-interval", library.vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    written.add("x-published-ttl", library.vDuration(_REFRESH))
    for entry in entries:
        written.add_component(_event(library, entry, words, alarm_min))
    for visit in visits:
        written.add_component(_whole_day(library, visit, words, alarm_min))
    return bytes(written.to_ical())


def _event(library: Any, entry: CalendarEntry, words: CalendarWords, alarm_min: int | None) -> Any:
    return _written(library, entry, (entry.due, entry.due + _SHOWN), _said(entry, words), alarm_min)


def _whole_day(library: Any, visit: VisitEntry, words: CalendarWords, alarm_min: int | None) -> Any:
    """Return a day of tests; its end is the day after, which is not included (RFC 5545, 3.6.1)."""
    if visit.is_cancelled:
        said = _CANCELLED, ""
    elif words is CalendarWords.DISCREET:
        said = _REMINDER, ""
    else:
        said = f"Tests due: {', '.join(visit.tests)}", "\n".join(visit.tests)
    return _written(library, visit, (visit.day, visit.day + timedelta(days=1)), said, alarm_min)


def _written(
    library: Any,
    entry: CalendarEntry | VisitEntry,
    time: tuple[date, date],
    said: tuple[str, str],
    alarm_min: int | None,
) -> Any:
    event = library.Event()
    summary, description = said
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.revised_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", time[0])
    event.add("dtend", time[1])
    event.add("sequence", entry.revision)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add("summary", summary)
    if description:
        event.add("description", description)
    if alarm_min is not None and not entry.is_cancelled:
        event.add_component(_alarm(library, summary, alarm_min))
    return event


def _alarm(library: Any, summary: str, alarm_min: int) -> Any:
    alarm = library.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(minutes=-alarm_min))
    alarm.add("description", summary)
    return alarm


def _said(entry: CalendarEntry, words: CalendarWords) -> tuple[str, str]:
    """Return the title and the text of an entry.

    A program that passes over the status shows a cancelled entry all the same: its title must not ask for a dose.
    """
    if entry.is_cancelled:
        return _CANCELLED, ""
    if words is CalendarWords.DISCREET:
        return _REMINDER, ""
    lines = [f"{slot.drug}: {_amount(slot)}" for slot in entry.taken]
    lines += [f"{drug}: held by your clinic. Do not take it. Ask." for drug in sorted(entry.held)]
    return f"Take {', '.join(f'{slot.drug} {slot.mg:g} mg' for slot in entry.taken)}", "\n".join(lines)


def _amount(slot: Slot) -> str:
    return f"{slot.mg:g} mg" if slot.units is None or not slot.form else count_words(slot.units, slot.form)
