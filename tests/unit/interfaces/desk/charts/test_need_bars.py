"""Bars of need: one a month, told in words too, and what the stock does not cover told by more than a colour."""

from datetime import date

from fullcourse.interfaces.desk.charts.need_bars import NeedBar, need_bars

BARS = (
    NeedBar(date(2026, 11, 30), 3, "3", True),
    NeedBar(date(2026, 12, 1), 91, "91", False),
    NeedBar(date(2027, 1, 1), 0, "0", False),
)


def test_every_month_is_told_in_words():
    drawn = need_bars("need-0", "linezolid", BARS)
    assert "Nov 2026 3, covered by the stock; Dec 2026 91, not covered by the stock; Jan 2027 0" in drawn


def test_a_month_that_is_not_covered_has_a_sign_and_one_of_nothing_has_no_bar():
    drawn = need_bars("need-0", "linezolid", BARS)
    assert drawn.count(">!<") == 1
    assert drawn.count("<path") == 3  # the line below, and two bars


def test_where_not_every_number_fits_the_highest_stands_there():
    many = tuple(NeedBar(date(2026, month, 1), 1000.0 * month, f"{1000 * month:,}") for month in range(1, 13))
    drawn = need_bars("need-0", "linezolid", many)
    assert ">12,000</text>" in drawn
    assert ">11,000</text>" not in drawn


def test_a_hostile_title_is_text():
    assert "<script>" not in need_bars("need-0", "<script>alert(1)</script>", BARS)


def test_nothing_needed_at_all_is_drawn_flat():
    assert need_bars("need-0", "x", (NeedBar(date(2026, 1, 1), 0, "0"),)).count("<path") == 1
