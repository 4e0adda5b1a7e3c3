"""A quarter of the calendar year, and the quarters before it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fullcourse.clinical.errors import InputError

__all__ = ["Quarter", "parse_quarter", "quarter_of"]

_WRITTEN: Final = re.compile(r"(\d{4})-?Q([1-4])", re.IGNORECASE)
_MONTHS: Final = 3


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter.

    Attributes:
        year: Of the calendar.
        number: 1 to 4.
    """

    year: int
    number: int

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, _MONTHS * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.earlier(-_MONTHS).first - timedelta(days=1)

    def earlier(self, months: int) -> "Quarter":
        """Return the quarter so many months before, a multiple of three.

        >>> str(Quarter(2026, 1).earlier(9))
        '2025-Q2'
        """
        place = self.year * 4 + self.number - 1 - months // _MONTHS
        return Quarter(place // 4, place % 4 + 1)

    def holds(self, day: date | None) -> bool:
        """Return whether a day lies in it."""
        return day is not None and quarter_of(day) == self

    def __str__(self) -> str:
        """Return it as ``2026-Q3``."""
        return f"{self.year:04}-Q{self.number}"


def quarter_of(day: date) -> Quarter:
    """Return the quarter of a day."""
    return Quarter(day.year, (day.month - 1) // _MONTHS + 1)


def parse_quarter(text: str) -> Quarter:
    """Read a quarter; raises InputError with the mend for what is none."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is None or not 1900 <= int(written[1]) <= 9000:
        raise InputError(f"--quarter: '{text[:20]}' is no quarter. Write it as 2026-Q3.")
    return Quarter(int(written[1]), int(written[2]))
