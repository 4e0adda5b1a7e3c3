"""Ages of infants: completed months and days, for one day of birth or for an array of days."""

from datetime import date
from typing import Any, cast

from fullcourse.clinical.formula import Numbers
from fullcourse.clinical.formulas import age_years

__all__ = ["age_days", "age_months", "months_passed"]


def age_months(birth_date: date, at: date) -> int:
    """Return the age in completed months, as people count it.

    Args:
        birth_date: Day of birth.
        at: The day asked about.

    Returns:
        Months passed, 0 or more. One born on the 31st is a month older on the first day after a shorter month.

    Raises:
        InputError: The birth date lies after the day asked about.

    Source:
        The definition of completed months; no publication is needed.

    Example:
        >>> age_months(date(2026, 8, 23), date(2026, 11, 22)), age_months(date(2026, 8, 22), date(2026, 11, 22))
        (2, 3)
    """
    age_years(birth_date, at)  # which refuses a birth to come
    return months_passed(birth_date.year, birth_date.month, birth_date.day, at)


def months_passed(year: Numbers, month: Numbers, day: Numbers, at: date) -> Numbers:
    """Return the completed months since a day of birth, or since each of an array of days; see `age_months`."""
    since = (at.year - cast(Any, year)) * 12 + at.month - cast(Any, month)
    return cast(Numbers, since - (at.day < cast(Any, day)))


def age_days(birth_date: date, at: date) -> int:
    """Return the age in completed days.

    Args:
        birth_date: Day of birth.
        at: The day asked about.

    Returns:
        Days since birth, 0 on the day of birth.

    Raises:
        InputError: The birth date lies after the day asked about.

    Source:
        The definition of completed days; no publication is needed.

    Example:
        >>> age_days(date(2026, 10, 25), date(2026, 11, 22))
        28
    """
    age_years(birth_date, at)  # which refuses a birth to come
    return (at - birth_date).days
