"""Working days of a country: its weekend and its public holidays, from the package ``holidays``."""

from collections.abc import Callable
from datetime import date

import holidays

from fullcourse.clinical.errors import InputError

__all__ = ["every_day_is_open", "working_days_of"]


def working_days_of(country: str) -> Callable[[date], bool]:
    """Return what tells whether a day is a working day in a country.

    Args:
        country: ISO 3166 code of two letters, for example ``ZA``.

    Raises:
        InputError: The package has no holidays of that country.

    Example:
        >>> is_working_day = working_days_of("ZA")
        >>> is_working_day(date(2026, 12, 25)), is_working_day(date(2026, 12, 24)), is_working_day(date(2026, 12, 27))
        (False, True, False)
    """
    code = country.strip().upper()
    if len(code) != 2 or code not in holidays.list_supported_countries():
        raise InputError(f"country '{country[:20]}' has no known holidays. Write its code of two letters, as ZA.")
    calendar = holidays.country_holidays(code)
    return calendar.is_working_day


def every_day_is_open(day: date) -> bool:
    """Return that something can be ordered on any day: no country was named."""
    return day == day
