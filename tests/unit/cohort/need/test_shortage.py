"""How far a stock reaches: to the last unit, and not beyond."""

from fractions import Fraction

import pytest

from fullcourse.cohort.need.shortage import Shortage, first_shortage

UNITS = (Fraction(62), Fraction(0), Fraction(121, 2))


@pytest.mark.parametrize(
    ("quantity", "short"),
    [
        (0.0, Shortage(0, Fraction(62))),
        (61.5, Shortage(0, Fraction(1, 2))),
        (62.0, Shortage(2, Fraction(121, 2))),
        (122.0, Shortage(2, Fraction(1, 2))),
        (122.5, None),
    ],
)
def test_the_first_month_that_lacks_anything_is_named_with_how_much(quantity: float, short: Shortage | None):
    assert first_shortage(UNITS, quantity) == short


def test_where_nothing_is_needed_nothing_lacks():
    assert first_shortage((), 0.0) is None
