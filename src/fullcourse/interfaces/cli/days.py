"""The day that a command is asked for, where the clock is allowed."""

from datetime import UTC, date, datetime

from fullcourse.clinical.moment import parse_day

__all__ = ["day_asked"]


def day_asked(at: str | None) -> date:
    """Return the day of ``--at``, or today in the place's own time.

    Raises:
        InputError: It is no day of the calendar.
    """
    return datetime.now(UTC).astimezone().date() if at is None else parse_day(at, "--at")
