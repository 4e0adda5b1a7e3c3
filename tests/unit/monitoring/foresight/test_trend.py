"""A robust line: its interval is exact for few results, and no odd result, tie or gap breaks it."""

import random
from itertools import permutations

import pytest

from fullcourse.monitoring.foresight.trend import CONFIDENCE, FEWEST, line_through


def test_three_results_make_no_line_and_four_do():
    points = [(0.0, 12.0), (7.0, 11.4), (14.0, 10.8), (21.0, 10.2)]
    assert line_through(points[: FEWEST - 1]) is None
    line = line_through(points)
    assert line is not None
    assert (line.per_day, line.low, line.high) == pytest.approx((-0.6 / 7, -0.6 / 7, -0.6 / 7))


@pytest.mark.parametrize("results", [4, 5, 6])
def test_of_all_orders_of_chance_no_more_than_five_per_cent_lie_wholly_on_one_side(results):
    orders = list(permutations(range(results)))
    lines = [line_through([(float(day), float(it)) for day, it in enumerate(order)]) for order in orders]
    rising = sum(line is not None and line.low > 0.0 for line in lines)
    falling = sum(line is not None and line.high < 0.0 for line in lines)
    assert 0 < rising <= (1.0 - CONFIDENCE) / 2.0 * len(orders)
    assert rising == falling


def test_with_three_results_chance_alone_would_pass_five_per_cent():
    assert 1 / 6 > (1.0 - CONFIDENCE) / 2.0 >= 1 / 24


def test_the_interval_holds_the_true_slope_nine_times_in_ten():
    chance = random.Random(7)
    held = 0
    for _ in range(2000):
        line = line_through([(float(day), 0.3 * day + chance.gauss(0.0, 2.0)) for day in (0, 3, 9, 14, 20, 33)])
        assert line is not None
        held += line.low <= 0.3 <= line.high
    assert held / 2000 >= CONFIDENCE - 0.02


def test_one_odd_result_moves_a_slope_little():
    points = [(7.0 * week, 12.6 - 0.6 * week) for week in range(6)]
    points[2] = (14.0, 14.5)
    line = line_through(points)
    assert line is not None
    assert line.per_day == pytest.approx(-0.6 / 7)
    assert line.high < 0.0


def test_equal_values_make_a_flat_line_and_a_line_reaches_a_value_on_its_day():
    flat = line_through([(float(day), 12.0) for day in range(5)])
    assert flat is not None
    assert (flat.per_day, flat.low, flat.high) == (0.0, 0.0, 0.0)
    falling = line_through([(0.0, 12.0), (7.0, 11.0), (14.0, 10.0), (21.0, 9.0)])
    assert falling is not None
    assert falling.reaches(8.0, falling.per_day) == pytest.approx(28.0)


def test_the_order_in_which_results_are_told_changes_nothing():
    points = [(0.0, 12.0), (7.0, 11.7), (14.0, 10.2), (21.0, 10.4), (28.0, 9.0)]
    assert line_through(points) == line_through(points[::-1])
