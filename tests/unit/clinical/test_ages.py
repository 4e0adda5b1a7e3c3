"""Completed months and days: both sides of the day on which one more is complete, and a birth to come is refused."""

from datetime import date

import numpy as np
import pytest

from fullcourse.clinical.ages import age_days, age_months, months_passed
from fullcourse.clinical.errors import InputError

AT = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("born", "months"),
    [
        (date(2026, 11, 22), 0),
        (date(2026, 10, 23), 0),
        (date(2026, 10, 22), 1),
        (date(2026, 8, 23), 2),
        (date(2026, 8, 22), 3),
        (date(2025, 12, 22), 11),
        (date(2025, 11, 23), 11),
        (date(2025, 11, 22), 12),
        (date(2024, 12, 31), 22),
        (date(2020, 2, 29), 80),
    ],
)
def test_a_month_is_complete_on_the_day_of_birth_in_it_and_not_before(born: date, months: int):
    assert age_months(born, AT) == months
    passed = months_passed(np.array([born.year]), np.array([born.month]), np.array([born.day]), AT)
    assert list(passed) == [months]


@pytest.mark.parametrize(
    ("born", "days"), [(AT, 0), (date(2026, 11, 21), 1), (date(2026, 10, 25), 28), (date(2025, 11, 22), 365)]
)
def test_days_are_counted_from_the_day_of_birth(born: date, days: int):
    assert age_days(born, AT) == days


@pytest.mark.parametrize("age", [age_months, age_days])
def test_a_birth_to_come_is_refused(age):
    with pytest.raises(InputError):
        age(date(2026, 11, 23), AT)
