"""A measured level, and the units that levels are given in.

A level in the wrong unit is off by a thousand and decides a dose, so the units are a closed list.
"""

from dataclasses import dataclass
from datetime import datetime

from fullcourse.clinical.unit_spellings import read_unit
from fullcourse.clinical.units import convert

__all__ = ["MATRICES", "Level", "level_mg_per_l"]

MATRICES = ("serum", "plasma", "saliva", "csf")
"""What a level is measured in."""

_UNITS = frozenset({"mg/L", "mg/l", "ug/mL", "ug/ml", "ng/mL", "ng/ml", "ug/L"})
"""UCUM codes of serum levels, however they are written. mg/mL and g/L are left out: no level is that high."""


@dataclass(frozen=True, slots=True)
class Level:
    """One measured level.

    Attributes:
        mg_per_l: The concentration, mg/L (mcg/mL of US laboratories); of a level below the limit of
            quantification, that limit.
        at: When the sample was drawn.
        below_limit: Whether it is below the limit of quantification.
        matrix: ``serum``, ``plasma``, ``saliva`` or ``csf``.
        analyte: What was measured; empty for the drug itself.
        origin: Which record or option it came from.
        recorded: As written.
        drugs: INN in lower case of the drugs that the record names; empty where the question names the drug.
    """

    mg_per_l: float
    at: datetime
    below_limit: bool = False
    matrix: str = "serum"
    analyte: str = ""
    origin: str = "level"
    recorded: str = ""
    drugs: tuple[str, ...] = ()


def level_mg_per_l(value: float, unit: str) -> float | None:
    """Return a concentration in mg/L; None when the unit is not one that levels are given in.

    Args:
        value: The number as measured.
        unit: As written, in capitals or not.

    Example:
        >>> level_mg_per_l(31.0, "mcg/mL")
        31.0
    """
    known = read_unit(unit.strip())
    return convert(value, known.code, "mg/L") if known is not None and known.code in _UNITS else None
