"""When a stock no longer covers what is needed, month after month; nothing is added to it on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Shortage", "first_shortage"]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A month that a stock does not cover.

    Attributes:
        place: Of the month, from 0.
        units: How many lack in it, above 0.
    """

    place: int
    units: Fraction


def first_shortage(units: Sequence[Fraction], quantity: float) -> Shortage | None:
    """Return the first month that a stock does not cover; None where it covers all of them.

    Args:
        units: Needed in each month.
        quantity: In stock on the first day, 0 or more.

    Example:
        >>> first_shortage((Fraction(62), Fraction(60)), 100.0)
        Shortage(place=1, units=Fraction(22, 1))
    """
    left = Fraction(repr(float(quantity)))
    for place, needed in enumerate(units):
        if needed > left:
            return Shortage(place, needed - left)
        left -= needed
    return None
