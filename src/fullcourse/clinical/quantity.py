"""Numbers as they are known: a range that is a point when the number is exact.

A laboratory's ``<30`` and a birth date known to the year are ranges, so a threshold can be certain although the
number is not: below 30 is certainly below 50, and may or may not be below 20.
"""

import math
from dataclasses import dataclass

from fullcourse.clinical.units import convert

__all__ = ["ANY", "Interval", "Quantity", "compared", "exactly"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed range ``[low, high]``; infinite where a side is not known.

    An open end is the next float: ``<30`` is ``[-inf, nextafter(30, -inf)]``.
    """

    low: float
    high: float

    @property
    def is_exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of it."""
        return self.low == -math.inf and self.high == math.inf

    def hull(self, other: "Interval") -> "Interval":
        """Return the smallest range that holds both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))

    def __str__(self) -> str:
        """Return the range as people write it; an open end is ``below`` or ``above``, not ``at most``."""
        if self.is_exact:
            return f"{self.low:g}"
        least, most = _end(self.low, "above", "at least", -math.inf), _end(self.high, "below", "at most", math.inf)
        if self.low == -math.inf:
            return "unknown" if self.high == math.inf else most
        if self.high == math.inf:
            return least
        if least.startswith("at least") and most.startswith("at most"):
            return f"{self.low:g} to {self.high:g}"
        return f"{least}, {most}"


def _end(end: float, without: str, within: str, outward: float) -> str:
    """Return one end in words: an end that is the float next to a short number excludes that number."""
    written, beyond = f"{end:g}", f"{math.nextafter(end, outward):g}"
    is_open = float(beyond) == math.nextafter(end, outward) and (float(written) != end or len(beyond) < len(written))
    return f"{without} {beyond}" if is_open else f"{within} {written}"


ANY = Interval(-math.inf, math.inf)


def exactly(value: float) -> Interval:
    """Return the range that is one number."""
    return Interval(value, value)


def compared(comparator: str, value: float) -> Interval:
    """Return what a number with a FHIR comparator says.

    Args:
        comparator: ``<``, ``<=``, ``>=``, ``>`` or empty for an exact number.
        value: The number.

    Raises:
        ValueError: Another comparator (``ad`` among them, which bounds nothing).
    """
    match comparator:
        case "":
            return exactly(value)
        case "<":
            return Interval(-math.inf, math.nextafter(value, -math.inf))
        case "<=":
            return Interval(-math.inf, value)
        case ">=":
            return Interval(value, math.inf)
        case ">":
            return Interval(math.nextafter(value, math.inf), math.inf)
    raise ValueError(comparator)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit.

    Attributes:
        value: What is known of the number.
        unit: UCUM code.
    """

    value: Interval
    unit: str

    def to(self, unit: str, molar_mass_g_per_mol: float | None = None, charge: int | None = None) -> "Quantity":
        """Return it in another unit.

        Args:
            unit: UCUM code.
            molar_mass_g_per_mol: Of the substance; needed between mass and amount.
            charge: Of one ion of it, without the sign; needed from or to equivalents.

        Raises:
            InputError: The units do not measure the same thing, or one is not known.
        """
        if unit == self.unit:
            return self
        low = convert(self.value.low, self.unit, unit, molar_mass_g_per_mol, charge)
        if self.value.is_exact:
            return Quantity(exactly(low), unit)
        return Quantity(Interval(low, convert(self.value.high, self.unit, unit, molar_mass_g_per_mol, charge)), unit)
