"""Orders of doses: MedicationRequest, as far as its one dosage says amount, rhythm and length of an infusion.

An order says nothing of a dose that was given; a question about levels falls back on it where the record holds no
administration, and says so. An order that cannot be followed is kept with the reason.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.elements import Element, child, children, moment_at, number, text
from fullcourse.adapters.fhir.read.evidence import Reading
from fullcourse.clinical.dose import MOST_HOURS_OVER, WEEKDAYS, Dose, DoseStep
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.ordered_dose import OrderedDose
from fullcourse.clinical.units import convert

__all__ = ["read_order"]

_HOURS: Final[Mapping[str, float]] = {"h": 1.0, "min": 1.0 / 60.0, "s": 1.0 / 3600.0, "d": 24.0}
_MG_PER_H: Final[Mapping[str, float]] = {"mg/h": 1.0, "g/h": 1000.0, "mg/min": 60.0}
_MOST_A_DAY: Final = 4
"""Doses by the hour that a plan can hold are 6 hours apart at least."""


class _Unclear(Exception):
    """The order cannot be followed; the message says why."""


def read_order(entry: Entry, ingredients: tuple[str, ...], doubt: str, reading: Reading) -> None:
    """Read how one MedicationRequest has a drug given.

    Args:
        entry: The MedicationRequest.
        ingredients: INN in lower case of all that the product has or may have.
        doubt: Why the product is not certain; empty when it is.
        reading: The record being read.
    """
    if not ingredients:
        return
    drug, place = ingredients[0], entry.origin
    try:
        if doubt or len(ingredients) > 1:
            raise _Unclear("its product is not one drug that is recognised with certainty")
        order = _order(entry, drug)
    except _Unclear as reason:
        order = OrderedDose(drug, place, why=str(reason))
    except InputError:
        order = OrderedDose(drug, place, why="its dosage cannot be read")
    reading.gathered.orders.append(order)


def _order(entry: Entry, drug: str) -> OrderedDose:
    resource, place = entry.resource, entry.origin
    if resource.get("modifierExtension"):
        raise _Unclear("an extension changes its meaning in a way that is not understood")
    if text(resource, "status", place) not in ("active", "completed"):
        raise _Unclear("it is neither active nor completed")
    dosages = children(resource, "dosageInstruction", place)
    if len(dosages) != 1:
        raise _Unclear(f"it has {len(dosages) or 'no'} dosage instructions, and one is followed")
    where = f"{place}.dosageInstruction"
    dosage = dosages[0]
    if dosage.get("asNeededBoolean") or dosage.get("asNeededCodeableConcept"):
        raise _Unclear("it is to be given as needed")
    timing = child(dosage, "timing", where) or {}
    repeat = child(timing, "repeat", f"{where}.timing") or {}
    amounts = children(dosage, "doseAndRate", where)
    if len(amounts) != 1:
        raise _Unclear("it gives no amount, or several")
    mg = _mg(child(amounts[0], "doseQuantity", where) or {}, where)
    over_h = _over_h(amounts[0], repeat, mg, where)
    step = _step(repeat, mg, f"{where}.timing.repeat")
    first = moment_at(repeat, "boundsPeriod.start", where) or moment_at(resource, "authoredOn", place)
    last = moment_at(repeat, "boundsPeriod.end", where)
    if first is None or not first.is_exact_day:
        raise _Unclear("it names no first day")
    until: date | None = None if last is None else last.last_day
    if over_h != step.over_h:
        step = replace(step, over_h=over_h)
    return OrderedDose(drug, place, step, first.first_day, until)


def _mg(quantity: Element, place: str) -> float:
    value = number(quantity, "value", place)
    unit = text(quantity, "code", place) or text(quantity, "unit", place)
    if value is None or not value > 0.0 or unit not in ("mg", "g"):
        raise _Unclear("its amount is not in mg or g")
    return convert(value, unit, "mg")


def _over_h(amount: Element, repeat: Element, mg: float, place: str) -> float | None:
    """Return how long a dose is infused, h, by its rate or by the length of the event; None where neither is said."""
    rate, ratio = child(amount, "rateQuantity", place), child(amount, "rateRatio", place)
    hours: float | None = None
    if rate is not None:
        value = number(rate, "value", place)
        per_h = _MG_PER_H.get(text(rate, "code", place) or text(rate, "unit", place))
        if value is None or not value > 0.0 or per_h is None:
            raise _Unclear("its rate of infusion is not in mg/h, g/h or mg/min")
        hours = mg / (value * per_h)
    elif ratio is not None:
        top, bottom = child(ratio, "numerator", place) or {}, child(ratio, "denominator", place) or {}
        given, time = _mg(top, place), number(bottom, "value", place)
        unit = _HOURS.get(text(bottom, "code", place) or text(bottom, "unit", place))
        if time is None or not time > 0.0 or unit is None:
            raise _Unclear("its rate of infusion is not an amount in a time")
        hours = mg / given * time * unit
    elif (length := number(repeat, "duration", place)) is not None:
        unit = _HOURS.get(text(repeat, "durationUnit", place))
        hours = None if unit is None else length * unit
    if hours is not None and not 0.0 < hours <= MOST_HOURS_OVER:
        raise _Unclear("its infusion lasts 0 or above 24 hours")
    return hours


def _step(repeat: Element, mg: float, place: str) -> DoseStep:
    """Return the rhythm of an order.

    Raises:
        _Unclear: It is another than doses by the day, by hours or on days of the week.
    """
    times = tuple(time[:5] for time in _words(repeat, "timeOfDay"))
    named = _words(repeat, "dayOfWeek")
    days = tuple(day for day in WEEKDAYS if day in named)
    frequency, period = number(repeat, "frequency", place), number(repeat, "period", place)
    unit = text(repeat, "periodUnit", place)
    if repeat.get("frequencyMax") or repeat.get("periodMax") or repeat.get("when"):
        raise _Unclear("its rhythm leaves a choice")
    if times:
        every_day = days or (period in (None, 1.0) and unit in ("", "d"))
        if not every_day or (frequency is not None and not days and frequency != len(times)):
            raise _Unclear("its times of day and its frequency differ")
        return DoseStep(1, tuple(Dose(time, mg) for time in sorted(times)), days_of_week=days)
    if days:
        return DoseStep(1, (Dose("08:00", mg),), days_of_week=days)
    if frequency is None or period is None or unit not in ("d", "h"):
        raise _Unclear("it does not say how often")
    if unit == "h" and frequency == 1.0 and period.is_integer():
        return _every(mg, f"{period:g}")
    if unit == "d" and frequency == 1.0 and period.is_integer() and period > 1.0:
        return DoseStep(1, (Dose("08:00", mg),), every_days=int(period))
    several = period == 1.0 and 1.0 <= frequency <= _MOST_A_DAY and frequency.is_integer()
    if unit == "d" and several and 24 % int(frequency) == 0:
        return _every(mg, str(24 // int(frequency)))
    raise _Unclear("its rhythm is not one of days, hours or days of the week")


@lru_cache(maxsize=1_024)
def _every(mg: float, hours: str) -> DoseStep:
    """Return doses by the hour, as a plan in words is read; the same few are ordered for everybody."""
    return parse_dose_plan(f"{mg:g} mg q{hours}h")[0]


def _words(repeat: Element, name: str) -> tuple[str, ...]:
    """Return the words of a list; empty where it is absent.

    Raises:
        _Unclear: It is no list of words.
    """
    given = repeat.get(name, [])
    if not isinstance(given, list):
        raise _Unclear(f"its {name} cannot be read")
    return tuple(str(word) for word in given)
