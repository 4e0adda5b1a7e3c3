"""Calendars that other programs read: doses (``schedule --format ics``) and tests (``monitor --format ics``)."""

from collections.abc import Sequence
from pathlib import Path

from fullcourse.adapters.calendar.ics import CalendarWords, calendar_ics
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.course_commands.log_file import Opened
from fullcourse.interfaces.cli.echo import echo, echo_file
from fullcourse.interfaces.cli.out_file import write_out
from fullcourse.journey.course_calendar import CalendarEntry, calendar_of
from fullcourse.journey.monitor import Monitor
from fullcourse.journey.visit_calendar import VisitEntry, visit_entries
from fullcourse.knowledge.library import Knowledge

__all__ = ["write_calendar", "write_tests"]


def write_calendar(
    opened: Opened, days: int, words: str, alarm_min: int | None, out: str | None, *, tests: bool
) -> None:
    """Write the calendar of a course to a file, or to the screen without one; with the days of tests where asked."""
    calendar = calendar_of(opened.course, load_zone, opened.now, days)
    visits = _visits(opened, Record({}), opened.knowledge, days) if tests else ()
    _write(calendar.entries, visits, words, alarm_min, out, calendar.edition)


def write_tests(
    opened: Opened, beside: Record, knowledge: Knowledge, days: int, words: str, alarm_min: int | None, out: str | None
) -> None:
    """Write the days of tests of a course, and nothing of its doses."""
    visits = _visits(opened, beside, knowledge, days)
    _write((), visits, words, alarm_min, out, opened.course.timeline[-1].zone.edition)


def _visits(opened: Opened, beside: Record, knowledge: Knowledge, days: int) -> tuple[VisitEntry, ...]:
    """Return the days of tests that a calendar is told of."""
    monitor = Monitor(knowledge, knowledge.profile(opened.profile))
    return visit_entries(opened.course, opened.patient, beside, monitor, load_zone, opened.now, days)


def _write(
    entries: Sequence[CalendarEntry],
    visits: Sequence[VisitEntry],
    words: str,
    alarm_min: int | None,
    out: str | None,
    edition: str,
) -> None:
    content = calendar_ics(entries, CalendarWords(words), alarm_min, visits)
    if out is None:
        echo_file(content)
        return
    write_out(out, content)
    cancelled = sum(entry.is_cancelled for entry in entries) + sum(visit.is_cancelled for visit in visits)
    days = f", {sum(not it.is_cancelled for it in visits)} of them days of tests" if visits else ""
    kept = len(entries) + len(visits) - cancelled
    echo(f"{kept} reminders{days}, {cancelled} cancelled, in {Path(out).name}.")
    echo(f"A calendar may ring late or not at all: it is a help, not a safeguard. Time zones {edition}.")
