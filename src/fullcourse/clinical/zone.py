"""A time zone by its IANA name, with the edition of the rules that say what its clocks show.

The rules come from outside as a ``tzinfo`` and are never looked up here: two computers with different editions would
put one dose at two times. Local times that a clock skips or repeats are read as RFC 5545 says: a skipped one by the
offset before the gap, a repeated one as the first.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final

__all__ = ["DAY_ENDS_AT", "Zone"]

DAY_ENDS_AT: Final = time(3)
"""When the patient's day ends: a dose at half past midnight belongs to the evening before."""

_TO_DAY: Final = timedelta(hours=DAY_ENDS_AT.hour)


@dataclass(frozen=True, slots=True)
class Zone:
    """Where the patient's clock stands.

    Attributes:
        name: IANA name, for example ``Africa/Johannesburg``.
        rules: What its clocks show, and when.
        edition: Of the time zone database, for example ``2026f``.
    """

    name: str
    rules: tzinfo
    edition: str

    def instant(self, day: date, clock: time) -> datetime:
        """Return the instant, in UTC, of a wall-clock time, as RFC 5545 (3.3.5) reads it.

        Example:
            >>> Zone("UTC", UTC, "").instant(date(2026, 6, 1), time(8)).isoformat()
            '2026-06-01T08:00:00+00:00'
        """
        return datetime.combine(day, clock, self.rules).astimezone(UTC)

    def local(self, at: datetime) -> datetime:
        """Return an instant as the patient's clock shows it, with its offset."""
        return at.astimezone(self.rules)

    def day_of(self, at: datetime) -> date:
        """Return the patient's day of an instant, which ends at 03:00 of the next morning by the wall clock."""
        return _day_of(self.rules, at)


@lru_cache(maxsize=32_768)
def _day_of(rules: tzinfo, at: datetime) -> date:
    """Return the patient's day of an instant; a page asks it of the same planned doses again and again."""
    return (at.astimezone(rules).replace(tzinfo=None) - _TO_DAY).date()
