"""Writes a course as an iCalendar file (RFC 5545, RFC 7986) that every program reads as the same instants.

Programs disagree about rules that repeat and about zones: a rule for half past two at night comes out at three hours.
So each entry is one instant in UTC, without rule and zone. There is no METHOD, which would make the file an invitation.

A calendar is read over shoulders and by the companies that carry it: nothing names a drug or a disease unless the
person chose so.
"""

from datetime import UTC, timedelta
from enum import Enum
from typing import Any, Final

from fullcourse.adapters.extras import needed
from fullcourse.clinical.dose_plan.say import count_words
from fullcourse.course.calendar import CalendarEntry
from fullcourse.course.schedule import Slot
from fullcourse.journey.course_calendar import CourseCalendar

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


def calendar_ics(calendar: CourseCalendar, words: CalendarWords, alarm_min: int | None = None) -> bytes:
    """Return an iCalendar file: UTF-8, lines of at most 75 octets that end in CRLF.

    The same course gives the same bytes, so that whoever serves it can tell that nothing changed.

    Args:
        calendar: What is told.
        words: How much it says.
        alarm_min: Minutes before the dose at which the calendar rings; None for no alarm.

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
    for entry in calendar.entries:
        written.add_component(_event(library, entry, words, alarm_min))
    return bytes(written.to_ical())


def _event(library: Any, entry: CalendarEntry, words: CalendarWords, alarm_min: int | None) -> Any:
    event = library.Event()
    summary, description = _said(entry, words)
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.revised_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.due)
    event.add("dtend", entry.due + _SHOWN)
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
