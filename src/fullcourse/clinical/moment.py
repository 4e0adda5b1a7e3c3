"""When something was true, as exactly as a record says: a year, a month, a day, or an instant.

A partial date is a range, never its first day. Dates compare as they are written, in the place's own time: an offset
orders two instants, and moves a record to another calendar day only to tell whether it lies after a check.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Final

from fullcourse.clinical.errors import InputError

__all__ = ["Moment", "day_number", "day_of", "end_of_day_s", "parse_day", "parse_moment", "parse_span"]

_TELLING: Final = ("birthdate", "birth_date", "birthtime", "deceaseddatetime")
"""Ends of the names of fields whose dates tell who somebody is."""

_EPOCH = date(1970, 1, 1).toordinal()
_DAY_S: Final = 86_400
_LEAP_SECOND: Final = 60
_LENGTH_OF_DAY: Final = len("2024-03-05")

_FORM = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})"
    r"(?:T(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<fraction>\.\d+)?)?(?P<zone>Z|[+-]\d{2}:\d{2})?)?)?)?",
    re.ASCII,  # a date in the digits of another script is not FHIR, and would pass through int() unseen
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as a record states it.

    Attributes:
        text: As written, for example ``2024``, ``2024-03``, ``2024-03-05`` or ``2024-03-05T08:00:00+01:00``.
        first_day: The earliest calendar day it can mean.
        last_day: The latest calendar day it can mean.
        start_s: Earliest instant, seconds since 1970 in UTC (a time without a zone is taken as UTC).
        end_s: Latest instant.
    """

    text: str
    first_day: date
    last_day: date
    start_s: float
    end_s: float

    def has_begun(self, day: date) -> bool:
        """Tell whether it may lie no later than a day: by the calendar where it was written, or as an instant in UTC.

        A clock in Manila writes the morning of the 23rd while it is still the 22nd in UTC, and one in Lima writes the
        evening of the 22nd when it is the 23rd: neither lies after the 22nd.
        """
        return self.first_day <= day or self.start_s < end_of_day_s(day)

    @property
    def is_exact_day(self) -> bool:
        """Whether it names one calendar day."""
        return self.first_day == self.last_day


def end_of_day_s(day: date) -> float:
    """Return when a day ends in UTC, seconds since 1970: the first instant that is no longer in it."""
    return (day_number(day) + 1) * 86_400.0


def day_number(day: date) -> int:
    """Return days since 1970, as columns hold days."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """Return the day that columns hold as so many days since 1970."""
    return date.fromordinal(number + _EPOCH)


def parse_day(text: str, field: str) -> date:
    """Read a day that somebody gave by hand.

    Args:
        text: ``YYYY-MM-DD``.
        field: Where it was given, for the error message.

    Raises:
        InputError: It is no day of the calendar.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{field}: '{text[:40]}' is not a date. Write it as YYYY-MM-DD.") from None


def parse_moment(text: str, field: str) -> Moment:
    """Read a FHIR date or dateTime, partial ones included.

    Args:
        text: ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or a full dateTime.
        field: The field's name, for the error message.

    Raises:
        InputError: It is no date of the calendar, for example ``2023-02-30``.
    """
    try:
        if len(text) == _LENGTH_OF_DAY:
            return _named_day(text)
        if (parts := _FORM.fullmatch(text)) is not None:
            return _moment(text, *parts.groups())
    except (ValueError, OverflowError):
        raise InputError(
            f"{field}: {_repeated(text, field)} is not a date of the calendar. Correct it in the record."
        ) from None
    except _NoDay:
        pass
    raise InputError(
        f"{field}: {_repeated(text, field)} is not a date. "
        "Write it as YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz."
    )


def _repeated(text: str, field: str) -> str:
    """Return a date as a message repeats it; one that tells who somebody is, never."""
    return "what stands there" if field.lower().endswith(_TELLING) else f"'{text[:40]}'"


def parse_span(text: str, field: str) -> Moment:
    """Read a date, or two with a stroke between them: some day from the first to the last.

    Args:
        text: As `parse_moment` reads it, or ``1979-11-21/1980-11-20``.
        field: The field's name, for the error message.

    Raises:
        InputError: It is no date of the calendar.

    Example:
        >>> parse_span("1979-11-21/1980-11-20", "birth_date").last_day.isoformat()
        '1980-11-20'
    """
    first, stroke, last = text.partition("/")
    if not stroke:
        return parse_moment(text, field)
    begins, ends = parse_moment(first, field), parse_moment(last, field)
    return Moment(text, begins.first_day, ends.last_day, begins.start_s, ends.end_s)


class _NoDay(Exception):
    """Ten characters that are no day."""


@lru_cache(maxsize=4_096)
def _named_day(text: str) -> Moment:
    """Return a whole day of the calendar; records name few days, often. What is none is not kept."""
    parts = _FORM.fullmatch(text)
    if parts is None:
        raise _NoDay
    return _moment(text, *parts.groups())


def _moment(
    text: str,
    year: str,
    month: str | None,
    day_of_month: str | None,
    hour: str | None,
    minute: str | None,
    second: str | None,
    fraction: str | None,
    zone: str | None,
) -> Moment:
    if month is None:
        return _days(text, date(int(year), 1, 1), date(int(year), 12, 31))
    if day_of_month is None:
        last = calendar.monthrange(int(year), int(month))[1]
        return _days(text, date(int(year), int(month), 1), date(int(year), int(month), last))
    day = date(int(year), int(month), int(day_of_month))
    if hour is None or minute is None:
        return _days(text, day, day)
    seconds = int(second or 0)
    # FHIR allows the leap second.
    clock = time(int(hour), int(minute), min(seconds, 59) if seconds == _LEAP_SECOND else seconds)
    of_day_s = clock.hour * 3600 + clock.minute * 60 + seconds
    offset_s = 0
    if zone is not None and zone != "Z":
        hours, minutes = int(zone[1:3]), int(zone[4:])
        if hours > 14 or minutes > 59:
            raise ValueError
        ahead_s = hours * 3600 + minutes * 60
        offset_s = -ahead_s if zone[0] == "-" else ahead_s
    instant = float(day_number(day) * _DAY_S + of_day_s) - offset_s + float(fraction or 0)
    return Moment(text, day, day, instant, instant)


def _days(text: str, first: date, last: date) -> Moment:
    return Moment(text, first, last, float(day_number(first) * _DAY_S), (day_number(last) + 1) * _DAY_S - 1e-6)
