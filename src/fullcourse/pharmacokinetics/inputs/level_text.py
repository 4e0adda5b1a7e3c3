"""Reads a measured level as people write it: ``31 mg/L @ 2026-11-03T10:05+02:00``.

Units and instants are read as everywhere else; what a person wrote wrong is said with the mend.
"""

import math
import re

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.instant import parse_instant
from fullcourse.clinical.level import MATRICES, Level, level_mg_per_l

__all__ = ["parse_level"]

_LEVEL = re.compile(
    r"(?P<below><)?\s*(?P<value>[+-]?[\d.,eE+-]+|nan|inf|-inf)\s*(?P<unit>\S+)\s*@\s*(?P<at>\S+)(?:\s+in\s+(?P<matrix>\w+))?"
)


def parse_level(text: str) -> Level:
    """Read one level.

    Args:
        text: ``31 mg/L @ 2026-11-03T10:05+02:00``; ``<2 mg/L @ ...`` is below the limit of quantification;
            ``... in saliva`` names another matrix.

    Raises:
        InputError: It is not understood, negative, not finite, or in a unit that no level is measured in.

    Example:
        >>> parse_level("31 mcg/mL @ 2026-11-03T10:05+02:00").mg_per_l
        31.0
    """
    parts = _LEVEL.fullmatch(text.strip())
    if parts is None:
        raise InputError(
            f"level '{text[:60]}' is not understood. Write it as '31 mg/L @ 2026-11-03T10:05+02:00' "
            "(mg/L is the same as mcg/mL)."
        )
    value = _number(parts["value"], text)
    mg_per_l = level_mg_per_l(value, parts["unit"])
    if mg_per_l is None:
        raise InputError(_unit_message(text, parts["unit"], value))
    if value < 0.0:
        raise InputError(f"level '{text[:60]}' is below zero, which cannot be measured. Correct the value.")
    if parts["below"] and value == 0.0:
        raise InputError(f"level '{text[:60]}': a limit of quantification is above 0. Write '<2 mg/L @ ...'.")
    matrix = (parts["matrix"] or "serum").lower()
    if matrix not in MATRICES:
        raise InputError(f"level '{text[:60]}': matrix '{matrix}' is not known. Use serum, plasma, saliva or csf.")
    at = parse_instant(parts["at"], "level")
    return Level(mg_per_l, at, parts["below"] is not None, matrix, recorded=text.strip())


def _number(written: str, text: str) -> float:
    try:
        value = float(written.replace(",", "."))
    except ValueError:
        raise InputError(f"level '{text[:60]}': '{written}' is not a number. Write it as '31 mg/L @ ...'.") from None
    if not math.isfinite(value):
        raise InputError(f"level '{text[:60]}': '{written}' is not a finite number. Correct the value.")
    return value


def _unit_message(text: str, unit: str, value: float) -> str:
    hint = f" {value:g} mg/mL would be {value * 1000.0:,.0f} mg/L, which is no serum level." if (
        unit.lower() in {"mg/ml", "g/l"}
    ) else ""  # fmt: skip
    return (
        f"level '{text[:60]}': unit '{unit}' is not one that serum levels are given in.{hint} "
        "Check the laboratory report and write mg/L, which is the same as mcg/mL."
    )
