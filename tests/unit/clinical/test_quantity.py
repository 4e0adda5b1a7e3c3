"""Numbers as they are known: exact, bounded on one side, or as a range."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.quantity import ANY, Interval, Quantity, compared, exactly

NUMBERS = st.floats(-1e6, 1e6)


def test_below_30_excludes_30_and_nothing_else():
    read = compared("<", 30.0)
    assert read.high < 30.0
    assert math.nextafter(read.high, math.inf) == 30.0
    assert read.low == -math.inf


def test_above_30_excludes_30_and_nothing_else():
    read = compared(">", 30.0)
    assert read.low > 30.0
    assert math.nextafter(read.low, -math.inf) == 30.0
    assert read.high == math.inf


def test_at_most_and_at_least_hold_their_end():
    assert compared("<=", 30.0) == Interval(-math.inf, 30.0)
    assert compared(">=", 30.0) == Interval(30.0, math.inf)


def test_no_comparator_is_the_exact_number():
    assert compared("", 30.0) == exactly(30.0) == Interval(30.0, 30.0)


@pytest.mark.parametrize("comparator", ["ad", "=", "~", "< ", "≤"])
def test_another_comparator_bounds_nothing_and_is_refused(comparator):
    with pytest.raises(ValueError, match=comparator):
        compared(comparator, 30.0)


def test_only_one_number_is_exact_and_only_everything_is_unknown():
    assert exactly(5.0).is_exact
    assert not Interval(5.0, 6.0).is_exact
    assert ANY.is_unknown
    assert not ANY.is_exact
    assert not Interval(-math.inf, 5.0).is_unknown
    assert not Interval(5.0, math.inf).is_unknown


@given(one=st.tuples(NUMBERS, NUMBERS), other=st.tuples(NUMBERS, NUMBERS))
def test_a_hull_holds_both_ranges_and_is_no_wider_than_needed(one, other):
    first, second = Interval(min(one), max(one)), Interval(min(other), max(other))
    hull = first.hull(second)
    assert hull == second.hull(first)
    assert (hull.low, hull.high) == (min(*one, *other), max(*one, *other))


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (exactly(29.86), "29.86"),
        (exactly(70.0), "70"),
        (Interval(55.0, 56.0), "55 to 56"),
        (compared("<", 30.0), "below 30"),
        (compared("<=", 30.0), "at most 30"),
        (compared(">", 0.3), "above 0.3"),
        (compared(">=", 0.3), "at least 0.3"),
        (compared(">", 0.0), "above 0"),
        (Interval(0.0, compared("<", 30.0).high), "at least 0, below 30"),
        (Interval(compared(">", 1.0).low, 3.0), "above 1, at most 3"),
        (ANY, "unknown"),
    ],
)
def test_a_range_is_written_as_people_say_it(interval, words):
    assert str(interval) == words


def test_both_ends_change_their_unit():
    assert Quantity(Interval(70.0, 80.0), "kg").to("g") == Quantity(Interval(70000.0, 80000.0), "g")


def test_an_exact_number_stays_exact_in_another_unit():
    read = Quantity(exactly(88.4), "umol/L").to("mg/dL", 113.12)
    assert read.value.is_exact
    assert read.value.low == pytest.approx(1.0, rel=1e-4)


def test_an_open_end_stays_open_in_another_unit():
    assert Quantity(compared("<", 0.03), "g").to("mg").value.low == -math.inf
    assert Quantity(compared(">=", 1.0), "g").to("mg").value == Interval(1000.0, math.inf)


def test_the_same_unit_is_the_same_quantity():
    quantity = Quantity(exactly(70.0), "kg")
    assert quantity.to("kg") is quantity


def test_units_that_measure_different_things_are_refused():
    with pytest.raises(InputError, match="cannot be converted"):
        Quantity(exactly(70.0), "kg").to("cm")
    with pytest.raises(InputError, match="cannot be converted"):
        Quantity(exactly(88.4), "umol/L").to("mg/dL")  # no molar mass, no conversion
