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
_STEP: Final = timedelta(hours=12)
_SECOND: Final = timedelta(seconds=1)


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

    def changes(self, first: datetime, last: datetime) -> tuple[tuple[datetime, timedelta], ...]:
        """Return what the clock is ahead of UTC at an instant, and each change of it up to another.

        Args:
            first: With an offset; it stands in the first pair.
            last: With an offset.

        Returns:
            Pairs of an instant, UTC, from which on the clock is ahead by the second of the pair.

        Example:
            >>> Zone("UTC", UTC, "").changes(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
            ((datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), datetime.timedelta(0)),)
        """
        at = first.astimezone(UTC)
        found = [(at, self._ahead(at))]
        while at < last:
            after = min(at + _STEP, last.astimezone(UTC))
            if self._ahead(after) != found[-1][1]:
                after = self._changed_by(at, after)
                found.append((after, self._ahead(after)))
            at = after
        return tuple(found)

    def _changed_by(self, before: datetime, after: datetime) -> datetime:
        """Return the first whole second at which the clock is ahead by something else than at ``before``."""
        ahead = self._ahead(before)
        while after - before > _SECOND:
            between = (before + (after - before) / 2).replace(microsecond=0)
            between = max(between, before + _SECOND)
            before, after = (between, after) if self._ahead(between) == ahead else (before, between)
        return after

    def _ahead(self, at: datetime) -> timedelta:
        return at.astimezone(self.rules).utcoffset() or timedelta()


@lru_cache(maxsize=32_768)
def _day_of(rules: tzinfo, at: datetime) -> date:
    """Return the patient's day of an instant; a page asks it of the same planned doses again and again."""
    return (at.astimezone(rules).replace(tzinfo=None) - _TO_DAY).date()
