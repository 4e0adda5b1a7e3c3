"""Search by date: every date is a span, as exact as it was written, and a prefix says how two spans must lie.

A date without an offset is one by the clock of the resource that it is compared with: a day of a patient in Lima is a
day in Lima. Source: FHIR R4, Search, 3.1.1.4.5 (Prefixes) and 3.1.1.4.7 (Date).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from fullcourse.clinical.errors import InputError

__all__ = ["DateAsked", "read_date"]

_FORM: Final = re.compile(
    r"(?P<prefix>eq|ne|gt|lt|ge|le|sa|eb|ap)?(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})"
    r"(?:T(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,6}))?)?"
    r"(?P<zone>Z|[+ -]\d{2}:\d{2})?)?)?)?",
    re.ASCII,
)
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class DateAsked:
    """One date of a search.

    Attributes:
        prefix: How the spans must lie; ``eq`` where none was written.
        low: First moment of the date; without an offset where none was written.
        high: The moment after its last.
    """

    prefix: str
    low: datetime
    high: datetime

    def matches(self, starts: datetime | None, ends: datetime | None) -> bool:
        """Return whether a span matches; what has no date matches no date.

        Args:
            starts: First moment of the span; None where it has always been so.
            ends: The moment after its last; None where it is open.
        """
        if starts is None and ends is None:
            return False
        low, high = self._low_and_high(starts or ends)
        first = _aware(starts, low) if starts is not None else datetime.min.replace(tzinfo=UTC)
        last = _aware(ends, low) if ends is not None else datetime.max.replace(tzinfo=UTC)
        return _LIE[self.prefix](low, high, first, last)

    def _low_and_high(self, beside: datetime | None) -> tuple[datetime, datetime]:
        if self.low.tzinfo is not None:
            return self.low, self.high
        zone = (beside.tzinfo if beside is not None else None) or UTC
        return self.low.replace(tzinfo=zone), self.high.replace(tzinfo=zone)


_Lie = Callable[[datetime, datetime, datetime, datetime], bool]


def _within(low: datetime, high: datetime, first: datetime, last: datetime) -> bool:
    return low <= first and last <= high


_LIE: Final[dict[str, _Lie]] = {
    "eq": _within,
    "ne": lambda low, high, first, last: not _within(low, high, first, last),
    "gt": lambda low, high, first, last: last > high,
    "lt": lambda low, high, first, last: first < low,
    "ge": lambda low, high, first, last: last > high or _within(low, high, first, last),
    "le": lambda low, high, first, last: first < low or _within(low, high, first, last),
    "sa": lambda low, high, first, last: first >= high,
    "eb": lambda low, high, first, last: last <= low,
}


def _aware(at: datetime, beside: datetime) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=beside.tzinfo)


def read_date(text: str, name: str) -> DateAsked:
    """Read a date of a search.

    Args:
        text: As it was written, with its prefix.
        name: Of the parameter, for messages.

    Raises:
        InputError: It is no date of FHIR, or its prefix is not offered.
    """
    written = _FORM.fullmatch(text)
    if written is None:
        raise InputError(f"{name}: it is no date of FHIR. Write it as 2026-11-03 or ge2026-11-03T10:05:00+02:00.")
    prefix = written["prefix"] or "eq"
    if prefix not in _LIE:
        raise InputError(f"{name}: the prefix '{prefix}' is not offered here. Use one of {', '.join(_LIE)}.")
    zone = (written["zone"] or "").replace(" ", "+").replace("Z", "+00:00")
    date = f"{written['year']}-{written['month'] or '01'}-{written['day'] or '01'}"
    clock = f"{written['hour'] or '00'}:{written['minute'] or '00'}:{written['second'] or '00'}"
    try:
        low = datetime.fromisoformat(f"{date}T{clock}.{(written['fraction'] or '0'):0<6}{zone}")
        high = low + _length(low, written)
        low.timestamp()  # the ends of the calendar have no moment in UTC
        high.timestamp()
    except (ValueError, OverflowError):
        raise InputError(f"{name}: there is no such date in the calendar. Correct it.") from None
    return DateAsked(prefix, low, high)


def _length(low: datetime, written: re.Match[str]) -> timedelta:
    """Return how long a date is, as exact as it was written."""
    if written["fraction"]:
        return timedelta(microseconds=10 ** (6 - len(written["fraction"])))
    if written["second"]:
        return timedelta(seconds=1)
    if written["minute"]:
        return timedelta(minutes=1)
    if written["day"]:
        return timedelta(days=1)
    if written["month"]:
        following = low.replace(year=low.year + low.month // _MONTHS, month=low.month % _MONTHS + 1)
        return following - low
    return low.replace(year=low.year + 1) - low
