"""``fullcourse schedule --format ics``: the doses as a calendar that other programs read."""

from pathlib import Path

import click

from fullcourse.adapters.calendar.ics import CalendarWords, calendar_ics
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.course_commands.log_file import Opened
from fullcourse.journey.course_calendar import calendar_of

__all__ = ["write_calendar", "write_file"]


def write_calendar(opened: Opened, days: int, words: str, alarm_min: int | None, out: str | None) -> None:
    """Write the calendar of a course to a file, or to the screen without one."""
    calendar = calendar_of(opened.course, load_zone, opened.now, days)
    content = calendar_ics(calendar, CalendarWords(words), alarm_min)
    if out is None:
        click.echo(content, nl=False)
        return
    write_file(out, content)
    cancelled = sum(entry.is_cancelled for entry in calendar.entries)
    click.echo(f"{len(calendar.entries) - cancelled} reminders, {cancelled} cancelled, in {Path(out).name}.")
    click.echo(f"A calendar may ring late or not at all: it is a help, not a safeguard. Time zones {calendar.edition}.")


def write_file(out: str, content: bytes) -> None:
    """Write a file; raises InputError where it cannot be written."""
    try:
        Path(out).write_bytes(content)
    except OSError as error:
        raise InputError(
            f"--out: {Path(out).name} cannot be written ({error.strerror}). Check the folder, or name another file."
        ) from None
