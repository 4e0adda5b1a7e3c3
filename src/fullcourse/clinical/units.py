"""Units by UCUM code: a short closed table, so that a number never changes its unit by guess.

Only the codes that facts, statements and laboratory records need stand here; anything else is unknown, and a
value in an unknown unit is unusable. The factors are proved against a units library in the tests. Mass and amount
of substance meet only through a molar mass that the caller names, equivalents and amount only through a charge.
Other ways of writing a unit are read in `unit_spellings`.
"""

from dataclasses import dataclass
from functools import cache

from fullcourse.clinical.errors import InputError

__all__ = ["MOLAR_MASS_G_PER_MOL", "Unit", "convert", "find_unit", "known_units"]

MOLAR_MASS_G_PER_MOL = {"creatinine": 113.12, "bilirubin": 584.67}
"""Of substances that formulas and population models meet by mass and by amount.

From the standard atomic weights of IUPAC (C 12.011, H 1.008, N 14.007, O 15.999): C4H7N3O, and C33H36N4O6
(https://chemistry.stackexchange.com/questions/137205, which shows how the 584.66 often printed comes of rounding).
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement.

    Attributes:
        code: UCUM code, case sensitive.
        dimension: What it measures, as exponents of base quantities (``mass/volume``, ``time``, ...).
        factor: How many of the dimension's reference unit one of it is.
    """

    code: str
    dimension: str
    factor: float


# Reference units: kg, m, s, L, g/L, mol/L, mL/h, U/L, 1, ... Every factor is a decimal, so that ratios are exact.
_TABLE: dict[str, Unit] = {
    code: Unit(code, dimension, factor)
    for dimension, rows in {
        "mass": {"kg": 1.0, "g": 1e-3, "mg": 1e-6, "ug": 1e-9, "[lb_av]": 0.45359237, "[oz_av]": 0.028349523125},
        "length": {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "[in_i]": 0.0254, "[ft_i]": 0.3048},
        "time": {"s": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0, "d": 86400.0, "wk": 604800.0, "mo": 2629800.0,
                 "a": 31557600.0},
        "volume": {"L": 1.0, "l": 1.0, "dL": 0.1, "mL": 1e-3, "ml": 1e-3},
        "mass/volume": {
            "g/L": 1.0, "g/l": 1.0, "g/dL": 10.0, "g/dl": 10.0, "mg/dL": 1e-2, "mg/dl": 1e-2,
            "mg/L": 1e-3, "mg/l": 1e-3, "ug/mL": 1e-3, "ug/ml": 1e-3, "mg/mL": 1.0, "mg/ml": 1.0,
            "ug/dL": 1e-5, "ug/L": 1e-6, "ng/mL": 1e-6, "ng/ml": 1e-6, "ng/L": 1e-9, "pg/mL": 1e-9,
        },
        "amount/volume": {"mol/L": 1.0, "mmol/L": 1e-3, "mmol/l": 1e-3, "umol/L": 1e-6, "umol/l": 1e-6, "nmol/L": 1e-9},
        "volume/time": {"mL/min": 60.0, "ml/min": 60.0, "L/h": 1000.0, "L/min": 60000.0, "mL/s": 3600.0},
        "volume/time/area": {"mL/min/{1.73_m2}": 1.0},
        "mass/area": {"kg/m2": 1.0},
        "charge/volume": {"meq/L": 1e-3},
        "catalysis/volume": {"U/L": 1.0},
        "catalysis/volume/international": {"[IU]/L": 1.0, "m[IU]/L": 1e-3, "u[IU]/mL": 1e-3},
        "number/volume": {
            "10*9/L": 1.0, "10*3/uL": 1.0, "10*3/mm3": 1.0, "/uL": 1e-3, "/mm3": 1e-3, "10*6/L": 1e-3,
        },
        "number": {"1": 1.0, "%": 1e-2},
        "rate": {"/min": 1.0, "{beats}/min": 1.0},
        "temperature": {"Cel": 1.0},
    }.items()
    for code, factor in rows.items()
}  # fmt: skip


def known_units() -> tuple[Unit, ...]:
    """Return every unit of the table."""
    return tuple(_TABLE.values())


def find_unit(code: str) -> Unit | None:
    """Return the unit of a UCUM code, or None when the table does not hold it; see `unit_spellings.read_unit`."""
    return _TABLE.get(code)


def convert(
    value: float, code: str, to: str, molar_mass_g_per_mol: float | None = None, charge: int | None = None
) -> float:
    """Return a value in another unit.

    Args:
        value: The number as measured.
        code: UCUM code of its unit.
        to: UCUM code of the unit wanted.
        molar_mass_g_per_mol: Of the substance measured; needed only between mass and amount of substance.
        charge: Elementary charges of one ion of it, without the sign; needed only from or to equivalents.

    Returns:
        The value in ``to``; the same float when both codes are equal.

    Raises:
        InputError: A code is not in the table, or the two do not measure the same thing.
    """
    if code == to:
        return value
    source, target = find_unit(code), find_unit(to)
    if source is None or target is None:
        wrong = code if source is None else to
        raise InputError(f"unit '{wrong}' is not known; the value cannot be used. Give a UCUM code such as '{to}'.")
    if source.dimension == target.dimension:
        return _scaled(value, source.factor, target.factor)
    pair = {source.dimension, target.dimension}
    if charge and source.dimension == "charge/volume":
        return convert(_scaled(value, source.factor, 1.0) / charge, "mol/L", to, molar_mass_g_per_mol)
    if charge and target.dimension == "charge/volume":
        return _scaled(convert(value, code, "mol/L", molar_mass_g_per_mol) * charge, 1.0, target.factor)
    if pair == {"mass/volume", "amount/volume"} and molar_mass_g_per_mol:
        scaled = _scaled(value, source.factor, target.factor)
        return scaled / molar_mass_g_per_mol if source.dimension == "mass/volume" else scaled * molar_mass_g_per_mol
    raise InputError(
        f"unit '{code}' measures {source.dimension} and '{to}' measures {target.dimension}; "
        "the value cannot be converted. Check the unit in the record."
    )


def _scaled(value: float, factor: float, to: float) -> float:
    over, under = _ratio(factor, to)
    return value * over / under


@cache
def _ratio(factor: float, to: float) -> tuple[int, int]:
    """Return the ratio of two decimal factors in whole numbers.

    A float ratio is not exact (1e-6 / 1e-3 makes 1.9999999999999998 g of 2000 mg), and a threshold would be missed.
    """
    from fractions import Fraction  # few checks convert

    return (Fraction(str(factor)) / Fraction(str(to))).as_integer_ratio()
