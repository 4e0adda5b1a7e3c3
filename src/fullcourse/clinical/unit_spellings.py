"""Units as laboratories write them, read into UCUM codes: one table and one function for every kind of record.

A unit is taken apart at its stroke, each side is looked up, and the two are put together again; what comes out must be
a code of `units`. So ``mcg/mL``, ``µg/ml`` and ``ug/mL`` are one unit, and a spelling that stands nowhere is no unit.
Capitals are passed over, since whole laboratories write in them, save where they tell two units apart: ``G/L`` is a
count, 10*9/L, and ``g/L`` a mass. Nothing is guessed: what can be read in two ways is not read.
"""

import re
from functools import lru_cache
from typing import Final

from fullcourse.clinical.units import Unit, find_unit

__all__ = ["read_unit"]

_NUMERATORS: Final[dict[str, str]] = {
    spelling: part
    for part, spellings in {
        "kg": "kg kgs kilogram kilograms",
        "g": "g gm gms gram grams",
        "mg": "mg mgs mgm milligram milligrams",
        "ug": "ug mcg microgram micrograms",
        "ng": "ng nanogram nanograms",
        "pg": "pg picogram picograms",
        "[lb_av]": "[lb_av] lb lbs pound pounds",
        "[oz_av]": "[oz_av] oz",
        "m": "m metre metres meter meters",
        "cm": "cm cms centimetre centimetres centimeter centimeters",
        "mm": "mm",
        "[in_i]": "[in_i] in inch inches",
        "[ft_i]": "[ft_i] ft foot feet",
        "s": "s sec secs second seconds",
        "ms": "ms msec msecs millisecond milliseconds",
        "min": "min minute minutes",
        "h": "h hr hrs hour hours",
        "d": "d day days",
        "wk": "wk week weeks",
        "mo": "mo mos month months",
        "a": "a yr yrs year years",
        "L": "l litre litres liter liters",
        "mL": "ml",
        "mol": "mol",
        "mmol": "mmol mmols millimol millimole millimoles",
        "umol": "umol umols mcmol micromol micromole micromoles",
        "nmol": "nmol",
        "meq": "meq meqs",
        "U": "u unit units",
        "[IU]": "[iu] iu",
        "10*9": "10*9",
        "10*6": "10*6",
        "10*3": "10*3 k thou thousand",
        "": "cell cells {cells} beat beats {beats}",
    }.items()
    for spelling in spellings.split()
}  # fmt: skip
_DENOMINATORS: Final[dict[str, str]] = {
    spelling: part
    for part, spellings in {
        "L": "l litre liter ltr",
        "dL": "dl 100ml decilitre deciliter",
        "mL": "ml millilitre milliliter",
        "uL": "ul mcl microlitre microliter",
        "mm3": "mm3 mm^3 cumm cu.mm",
        "min": "min minute",
        "h": "h hr hour",
        "s": "s sec second",
        "m2": "m2 m^2",
        "{1.73_m2}": "{1.73_m2} 1.73m2 1.73m^2 1.73_m2 1.73sqm {1.73m2}",
    }.items()
    for spelling in spellings.split()
}  # fmt: skip
_WHOLE: Final = {"bpm": "/min", "mg%": "mg/dL", "gm%": "g/dL", "g%": "g/dL"}
"""Spellings that have no stroke. Mass in a hundred parts of blood is mass in a decilitre of it."""
_GIGA: Final = {"G/L": "10*9/L", "G/l": "10*9/L"}
"""In capitals another unit than in small letters."""

# The micro sign and the Greek letter are two characters that look alike; so are three ways to write a power of ten.
_SIGNS: Final = str.maketrans({"µ": "u", "μ": "u", "×": "x", "⁄": "/", "²": "2", "³": "3"})
_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_POWER_RAISED: Final = re.compile(r"10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_POWER: Final = re.compile(r"^[x*]?10(?:\^|\*\*?|e|\^\(|\()\+?0?(\d)\)?(?=/)")


@lru_cache(maxsize=1024)  # a record names few units, thousands of times
def read_unit(written: str, wanted: str = "") -> Unit | None:
    """Return the unit that a text means, or None where it means none of ours, or may mean two.

    Args:
        written: A UCUM code, or a unit as laboratories write it.
        wanted: UCUM code of the unit that the quantity is kept in. An enzyme's ``IU`` is its ``U``: both are the
            activity that turns over 1 umol a minute. Of anything else an international unit is a unit of its own.

    Example:
        >>> read_unit("µmol/L").code, read_unit("IU/L", "U/L").code, read_unit("mg%").code
        ('umol/L', 'U/L', 'mg/dL')
        >>> read_unit("kilo") is None
        True
    """
    unit = find_unit(written) or _spelled(written)
    target = find_unit(wanted)
    if unit is not None and target is not None and unit.dimension == f"{target.dimension}/international":
        return find_unit(unit.code.replace("[IU]", "U"))
    return unit


def _spelled(written: str) -> Unit | None:
    text = _POWER_RAISED.sub(lambda power: f"10^{power[1].translate(_RAISED)}", written)
    text = "".join(text.translate(_SIGNS).replace(" per ", "/").split())
    if text in _GIGA:
        return find_unit(_GIGA[text])
    text = _POWER.sub(r"10*\1", text.casefold())
    if text in _WHOLE:
        return find_unit(_WHOLE[text])
    over, *under = text.split("/", 1)
    over_part = _NUMERATORS.get(over, None if over else "")
    # A clearance indexed to body surface has two strokes.
    parts = [_DENOMINATORS.get(part) for part in (under[0].split("/") if under else ())]
    known = [part for part in parts if part is not None]
    if over_part is None or len(known) < len(parts) or not (over_part or known):
        return None
    return find_unit("/".join([over_part, *known]))
