"""From a number and its unit, as written, to what it says of a fact: converted, or refused with the reason.

A unit is never guessed. A value that no patient can have is kept as absurd, so that it is named where it would count
and does not hide behind an older one.
"""

import math
from dataclasses import dataclass

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.quantity import Interval, Quantity
from fullcourse.clinical.unit_spellings import read_unit
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["Measured", "beside", "measure"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a measured value says of a fact.

    Attributes:
        value: In the unit of the fact; None unless it is stated.
        standing: How far it goes.
        reason: Why it is not stated.
    """

    value: Interval | None
    standing: Standing = Standing.STATED
    reason: str = ""


def measure(fact: FactDefinition, value: Interval, unit: str) -> Measured:
    """Return what a number says of a fact.

    Args:
        fact: A fact of kind ``number``.
        value: The number as written; a range where a comparator stood beside it.
        unit: The unit as written, a UCUM code or a spelling of laboratories; empty when there was none.
    """
    if math.isnan(value.low) or math.isnan(value.high) or value.is_unknown or value.low > value.high:
        return Measured(None, Standing.ABSURD, f"{fact.label} is not a number")
    if not unit and fact.unit not in ("", "1"):
        return Measured(None, Standing.UNUSABLE, f"no unit is recorded; {fact.label} is read in {fact.unit}")
    known = read_unit(unit, fact.unit)
    if unit and unit != fact.unit and known is None:
        return Measured(None, Standing.UNUSABLE, f"the unit '{unit[:20]}' is not a known UCUM code or spelling of one")
    try:
        converted = value
        if known is not None and known.code != fact.unit:
            converted = Quantity(value, known.code).to(fact.unit, *fact.substance).value
    except InputError:
        return Measured(None, Standing.UNUSABLE, f"{unit} does not measure what {fact.unit} measures")
    low, high = fact.plausible or (0.0, math.inf)
    if converted.low > high or converted.high < low or (converted.is_exact and math.isinf(converted.low)):
        limits = f"{low:g} to {high:g} {fact.unit}" if fact.plausible else "0 or more"
        return Measured(None, Standing.ABSURD, f"{converted} {fact.unit} is outside what is possible ({limits})")
    return Measured(converted)


def beside(fact: FactDefinition, said: Evidence, other: FactDefinition) -> Evidence:
    """Return a value of one measure as it stands beside another that is near to it: compared, and never counted.

    Args:
        fact: What was measured.
        said: What the record says of it.
        other: The fact that it is not.
    """
    value = said.value if fact.unit == other.unit else None
    reason = f"it is {fact.label}, not {other.label}" + (f"; {said.reason}" if said.reason else "")
    return said._replace(fact=other.id, value=value, standing=Standing.BESIDE, reason=reason)
