"""Reads a measured level as people write it: ``31 mg/L @ 2026-11-03T10:05+02:00``.

A level in the wrong unit is off by a thousand and decides a dose, so units are a closed list; and a time without a
zone beside times with one could be hours away from what was meant, so the two are never mixed.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.units import convert

__all__ = ["Level", "check_clock", "parse_instant", "parse_level"]

UNITS = {
    "mg/l": "mg/L", "ug/ml": "ug/mL", "mcg/ml": "ug/mL", "µg/ml": "ug/mL", "μg/ml": "ug/mL", "ng/ml": "ng/mL",
    "ug/l": "ug/L", "mcg/l": "ug/L", "µg/l": "ug/L", "μg/l": "ug/L",
}  # fmt: skip
"""Units of serum levels, as written and as UCUM. mg/mL and g/L are left out: no level is that high."""

_LEVEL = re.compile(
    r"(?P<below><)?\s*(?P<value>[+-]?[\d.,eE+-]+|nan|inf|-inf)\s*(?P<unit>\S+)\s*@\s*(?P<at>\S+)(?:\s+in\s+(?P<matrix>\w+))?"
)


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
    """

    mg_per_l: float
    at: datetime
    below_limit: bool = False
    matrix: str = "serum"
    analyte: str = ""
    origin: str = "level"
    recorded: str = ""


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
    found = _LEVEL.fullmatch(text.strip())
    if found is None:
        raise InputError(
            f"level '{text[:60]}' is not understood. Write it as '31 mg/L @ 2026-11-03T10:05+02:00' "
            "(mg/L is the same as mcg/mL)."
        )
    value, unit = _number(found["value"], text), UNITS.get(found["unit"].lower())
    if unit is None:
        raise InputError(_unit_message(text, found["unit"], value))
    if value < 0.0:
        raise InputError(f"level '{text[:60]}' is below zero, which cannot be measured. Correct the value.")
    if found["below"] and value == 0.0:
        raise InputError(f"level '{text[:60]}': a limit of quantification is above 0. Write '<2 mg/L @ ...'.")
    matrix = (found["matrix"] or "serum").lower()
    if matrix not in {"serum", "plasma", "saliva", "csf"}:
        raise InputError(f"level '{text[:60]}': matrix '{matrix}' is not known. Use serum, plasma, saliva or csf.")
    at = parse_instant(found["at"], "level")
    return Level(convert(value, unit, "mg/L"), at, found["below"] is not None, matrix, recorded=text.strip())


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


def parse_instant(text: str, field: str) -> datetime:
    """Read an ISO 8601 date and time, with or without an offset.

    Raises:
        InputError: It has no time of day, or is no date of the calendar.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{field}: time '{text[:40]}' is not understood. Write it as 2026-11-03T10:05+02:00."
        ) from None
    if "T" not in text and " " not in text:
        raise InputError(
            f"{field}: '{text[:40]}' has no time of day, and hours decide. Write it as {text[:10]}T10:05+02:00."
        )
    return instant


def check_clock(instants: Sequence[tuple[str, datetime]], zone: str | None = None) -> bool:
    """Return whether times are all on one clock without a zone; refuse a mixture.

    Args:
        instants: What each time is, and the time.
        zone: The offset that was given for times without one; None where none was.

    Raises:
        InputError: Some times have a zone and others have none, and no zone was given for these.
    """
    naive = [what for what, at in instants if at.tzinfo is None]
    if not naive or zone is not None:
        return False
    if len(naive) < len(instants):
        raise InputError(
            f"{naive[0]}: the time has no zone, while other times have one; the difference could be hours. "
            "Write the offset, for example 2026-11-03T10:05+02:00, or give --zone."
        )
    return True
