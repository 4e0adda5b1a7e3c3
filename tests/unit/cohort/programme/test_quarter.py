"""Quarters of the calendar year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.clinical.errors import InputError
from fullcourse.cohort.programme.quarter import Quarter, parse_quarter, quarter_of


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2024-Q4", date(2024, 10, 1), date(2024, 12, 31)),
    ],
)
def test_a_quarter_has_its_first_and_last_day(text: str, first: date, last: date):
    quarter = parse_quarter(text)
    assert (quarter.first, quarter.last) == (first, last)
    assert quarter.holds(first)
    assert quarter.holds(last)
    assert not quarter.holds(first - timedelta(days=1))
    assert not quarter.holds(last + timedelta(days=1))
    assert not quarter.holds(None)


@pytest.mark.parametrize("text", ["2026", "2026-Q5", "2026-Q0", "Q3", "1800-Q1", ""])
def test_what_is_no_quarter_is_refused_with_the_mend(text: str):
    with pytest.raises(InputError, match="is no quarter"):
        parse_quarter(text)


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)), st.integers(-20, 20))
def test_every_day_lies_in_one_quarter_and_quarters_are_counted_back(day: date, quarters: int):
    quarter = quarter_of(day)
    assert quarter.holds(day)
    assert quarter.earlier(3 * quarters).earlier(-3 * quarters) == quarter
    assert quarter.earlier(3).last + timedelta(days=1) == quarter.first


def test_quarters_are_put_in_order():
    assert Quarter(2025, 4) < Quarter(2026, 1) < Quarter(2026, 2)
