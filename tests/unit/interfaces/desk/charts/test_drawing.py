"""The axis of dates, and words that fit."""

from datetime import date

import pytest

from fullcourse.interfaces.desk.charts.drawing import DateAxis, month_name, said_day, shortened


def test_the_last_day_ends_where_the_axis_ends():
    axis = DateAxis(date(2026, 1, 1), date(2026, 1, 10), 100.0, 200.0)
    assert (
        axis.x(date(2026, 1, 1)),
        axis.x(date(2026, 1, 10)),
        axis.middle(date(2026, 1, 10)),
    ) == (100.0, 190.0, 195.0)


def test_a_day_beside_the_axis_is_put_at_the_nearer_end():
    axis = DateAxis(date(2026, 1, 1), date(2026, 1, 10), 100.0, 200.0)
    assert (axis.x(date(2020, 1, 1)), axis.x(date(2030, 1, 1))) == (100.0, 200.0)


def test_months_of_two_years_are_thinned_and_those_of_two_months_are_not():
    long = DateAxis(date(2025, 1, 1), date(2026, 12, 31), 0.0, 500.0)
    short = DateAxis(date(2026, 1, 1), date(2026, 2, 28), 0.0, 500.0)
    assert len(list(long.months())) == 12
    assert [name for _, name in short.months()] == ["Jan 2026", "Feb"]


def test_a_january_that_is_not_the_first_is_named_by_its_year():
    assert (month_name(date(2027, 1, 1)), month_name(date(2027, 2, 1))) == ("2027", "Feb")


def test_an_axis_of_one_day_within_a_month_has_no_month_to_name():
    assert list(DateAxis(date(2026, 1, 5), date(2026, 1, 5), 0.0, 100.0).months()) == []


@pytest.mark.parametrize(("width", "said"), [(200.0, "bedaquiline"), (40.0, "bedaq…"), (15.0, "")])
def test_words_are_cut_to_the_room_there_is_and_left_out_where_there_is_none(width, said):
    assert said == shortened("bedaquiline", width)


def test_days_are_said_without_leading_zeros():
    assert said_day(date(2026, 10, 5)) == "5 Oct 2026"
