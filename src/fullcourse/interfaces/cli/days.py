"""The day that a command is asked for, where the clock is allowed."""

from datetime import UTC, date, datetime

import click

from fullcourse.clinical.moment import parse_day
from fullcourse.interfaces.cli.echo import ZONE_OF_TODAY, echo

__all__ = ["day_asked", "zone_said"]


def day_asked(at: str | None) -> date:
    """Return the day of ``--at``, or today in the place's own time, and say whose time that is.

    From Baker Island to Kiribati it is one of three days at the same moment, and a record is judged by the day. It is
    said on standard error, into a pipe and a file too; an answer in JSON says it itself (`print_json`).

    Raises:
        InputError: It is no day of the calendar.
    """
    if at is not None:
        return parse_day(at, "--at")
    now = datetime.now(UTC).astimezone()
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[ZONE_OF_TODAY] = zone_said(now)
    if context is None or context.params.get("form") != "json":
        echo(f"Without --at it is {now:%Y-%m-%d} here: today by this computer's clock, {zone_said(now)}.", err=True)
    return now.date()


def zone_said(now: datetime) -> str:
    """Return the zone of a moment in words.

    >>> zone_said(datetime.fromisoformat("2026-11-22T09:00+05:45"))
    'UTC+05:45'
    """
    return f"UTC{now.isoformat()[-6:]}"
