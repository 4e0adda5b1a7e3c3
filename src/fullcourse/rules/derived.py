"""Derived facts: numbers that follow from other facts by a published formula, each with what it was computed from.

A number known as a range stays a range: every formula here rises or falls steadily in each input, so its ends come
from the ends of the inputs. An unknown sex gives the range that holds both answers. Nothing is filled in: what an
input leaves open stays open in the result, and the result names the facts to ask for. Learning more about an input
narrows the result and never moves it elsewhere, save one case: a second creatinine that shows an unstable kidney
makes the clearance unknown again.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from fullcourse.clinical.fact import Evidence, Fact, Standing
from fullcourse.clinical.formulas import (
    ADULT_FROM_YEARS,
    COCKCROFT_GAULT_BELOW_YEARS,
    KDIGO_LONGER_WINDOW_HOURS,
    Sex,
    adjusted_body_weight_kg,
    body_mass_index_kg_per_m2,
    ckd_epi_2021_ml_per_min_per_1_73_m2,
    cockcroft_gault_ml_per_min,
    fat_free_mass_kg,
    ideal_body_weight_bounds_kg,
    meets_kdigo_creatinine_criterion,
    qtc_fridericia_ms,
)
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.clinical.quantity import Interval
from fullcourse.rules.derived_inputs import OPEN, Inputs, end_of, hull_of

__all__ = ["DERIVED", "DerivedFact"]


@dataclass(frozen=True, slots=True)
class DerivedFact:
    """A formula by which a fact follows from others.

    Attributes:
        name: Its name in the vocabulary's ``derived``.
        formula: Its name for people, shown as the origin of the value.
        unit: UCUM code of the result; a fact derived so must have this unit.
        inputs: The facts it is computed from; all are found in records, none is derived itself.
        aged_by: Those of the inputs that change from day to day: the result is as old as the oldest of them.
        compute: Returns the fact from the facts it follows from, the date of the check, and the fact's id. Raises
            InputError for an input that cannot be, by name.
    """

    name: str
    formula: str
    unit: str
    inputs: tuple[str, ...]
    aged_by: tuple[str, ...]
    compute: Callable[[Mapping[str, Fact], date, str], Fact]


@dataclass(frozen=True, slots=True)
class _Result:
    """What a formula comes to.

    Attributes:
        value: The range; ``OPEN`` when nothing is known.
        values: The pieces to show, each with the name of what gave it.
        reason: Why it is unknown, or how it came about.
        missing: What would settle it, where that is not every input still open.
    """

    value: Interval
    values: tuple[tuple[str, Interval], ...] = ()
    reason: str = ""
    missing: tuple[str, ...] | None = None


def _age(inputs: Inputs) -> _Result:
    age = inputs.age()
    return _Result(OPEN) if age is None else _Result(age, (("completed years", age),))


def _bmi(inputs: Inputs) -> _Result:
    weight, height = inputs.number("weight"), inputs.number("height")
    low = end_of(0.0, body_mass_index_kg_per_m2, weight.low, height.high)
    value = Interval(low, end_of(math.inf, body_mass_index_kg_per_m2, weight.high, height.low))
    return _Result(value, (("body mass index", value),))


def _ideal(inputs: Inputs, sex: Sex) -> Interval:
    """Return the ideal weight; a range below 152.4 cm, where practice differs (see the formula)."""
    height = inputs.number("height")

    def bound(end: int) -> Callable[[float], float]:
        return lambda height_cm: ideal_body_weight_bounds_kg(height_cm, sex)[end]

    return Interval(end_of(0.0, bound(0), height.low), end_of(math.inf, bound(1), height.high))


def _adjusted(inputs: Inputs, sex: Sex) -> Interval:
    ideal, weight = _ideal(inputs, sex), inputs.number("weight")
    low = end_of(0.0, adjusted_body_weight_kg, ideal.low, weight.low)
    return Interval(low, end_of(math.inf, adjusted_body_weight_kg, ideal.high, weight.high))


def _fat_free(inputs: Inputs, sex: Sex) -> Interval:
    weight, height = inputs.number("weight"), inputs.number("height")
    low = end_of(0.0, fat_free_mass_kg, weight.low, height.low, sex=sex)
    return Interval(low, end_of(math.inf, fat_free_mass_kg, weight.high, height.high, sex=sex))


def _weight(origin: str, of_sex: Callable[[Inputs, Sex], Interval]) -> Callable[[Inputs], _Result]:
    """Return the computation of a body weight that adults have by their sex."""

    def compute(inputs: Inputs) -> _Result:
        refused = _not_adult(inputs, origin)
        if refused is not None:
            return refused
        value = hull_of(of_sex(inputs, sex) for sex in inputs.sexes())
        return _Result(value, ((origin, value),), _why_range(inputs) if of_sex is not _fat_free else "")

    return compute


def _why_range(inputs: Inputs) -> str:
    """Return why the ideal weight is a range although the height is exact; empty where it is not."""
    if not inputs.number("height").is_exact or all(_ideal(inputs, sex).is_exact for sex in inputs.sexes()):
        return ""
    return "in adults below 5 feet the ideal weight is known as a range only"


def _not_adult(inputs: Inputs, formula: str) -> _Result | None:
    """Return the result for somebody who is not, or may not be, an adult; None for adults."""
    age = inputs.age()
    if age is None:
        return _Result(OPEN, reason=f"{formula} is for adults; birth_date is not known")
    if age.low >= ADULT_FROM_YEARS:
        return None
    if age.high < ADULT_FROM_YEARS:
        return _Result(OPEN, reason=f"{formula} is for adults", missing=())
    return _Result(OPEN, reason=f"{formula} is for adults; the age may be below {ADULT_FROM_YEARS}")


def _cockcroft_gault(inputs: Inputs) -> _Result:
    """Return the clearance by actual, ideal and adjusted weight; the lowest of the three leads.

    Where only the actual (or only the ideal) weight is known, its clearance is the upper end: the other can but lower
    it. The adjusted weight lies between the other two, so it never leads; it is shown.
    """
    name = "Cockcroft-Gault"
    refused = _not_adult(inputs, name) or _unstable(inputs)
    if refused is not None:
        return refused
    age, actual = inputs.age(), inputs.number("weight")
    if age is None or age.low >= COCKCROFT_GAULT_BELOW_YEARS:
        return _Result(OPEN, reason=f"{name} does not reach this age; check it", missing=("birth_date",))

    def clearance(weight: Interval, sex: Sex) -> Interval:
        creatinine = inputs.number("creatinine")
        low = 0.0
        if age.high < COCKCROFT_GAULT_BELOW_YEARS:
            low = end_of(0.0, cockcroft_gault_ml_per_min, age.high, weight.low, creatinine.high, sex=sex)
        high = end_of(math.inf, cockcroft_gault_ml_per_min, age.low, weight.high, creatinine.low, sex=sex)
        return Interval(low, high)

    sexes = inputs.sexes()
    shown = {
        f"{name}, actual weight": hull_of(clearance(actual, sex) for sex in sexes),
        f"{name}, ideal weight (Devine)": hull_of(clearance(_ideal(inputs, sex), sex) for sex in sexes),
        f"{name}, adjusted weight": hull_of(clearance(_adjusted(inputs, sex), sex) for sex in sexes),
    }
    value = hull_of(clearance(_lower(actual, _ideal(inputs, sex)), sex) for sex in sexes)
    if value == OPEN:
        return _Result(OPEN)
    known = sorted(((origin, one) for origin, one in shown.items() if one != OPEN), key=lambda item: item[1].high)
    leads = "the lowest of the clearances by actual, ideal and adjusted weight leads"
    why_range = "" if value.is_exact else _why_range(inputs)
    return _Result(value, tuple(known), "; ".join(part for part in (leads, why_range) if part))


def _lower(one: Interval, other: Interval) -> Interval:
    return Interval(min(one.low, other.low), min(one.high, other.high))


def _ckd_epi_2021(inputs: Inputs) -> _Result:
    name = "CKD-EPI 2021"
    refused = _not_adult(inputs, name) or _unstable(inputs)
    age, creatinine = inputs.age(), inputs.number("creatinine")
    if refused is not None or age is None:
        return refused or _Result(OPEN)
    formula = ckd_epi_2021_ml_per_min_per_1_73_m2
    value = hull_of(
        Interval(
            end_of(0.0, formula, age.high, creatinine.high, sex=sex),
            end_of(math.inf, formula, age.low, creatinine.low, sex=sex),
        )
        for sex in inputs.sexes()
    )
    return _Result(value, ((name, value),))


def _unstable(inputs: Inputs) -> _Result | None:
    """Return the result for a creatinine that is not stable; None where nothing shows that.

    Two values of the evidence are compared when both lie in KDIGO's longer window before the newest one.
    The published criterion is a rise; a fall as large is taken for an injury that resolves or was treated, which is
    not stable either: a reading of ours. A day without a time may be any time of that day, and the shorter distance
    counts, so a doubt about 48 hours is decided against stability. Ranges count by the smallest change they allow.
    """
    fact = inputs.facts.get("creatinine")
    dated = [
        (item.on, item.value)
        for item in (fact.because if fact is not None else ())
        if item.standing is Standing.STATED and item.on is not None and isinstance(item.value, Interval)
    ]
    newest = max((on.end_s for on, _ in dated), default=-math.inf)
    recent = [(on, value) for on, value in dated if newest - on.end_s <= KDIGO_LONGER_WINDOW_HOURS * 3600]
    for index, (one_on, one) in enumerate(recent):
        for other_on, other in recent[index + 1 :]:
            lower, higher = sorted((one, other), key=lambda value: value.high)
            if 0 < lower.high <= higher.low < math.inf and meets_kdigo_creatinine_criterion(
                lower.high, higher.low, _hours_between(one_on, other_on)
            ):
                return _Result(OPEN, reason="creatinine is not stable", missing=("creatinine",))
    return None


def _hours_between(one: Moment, other: Moment) -> float:
    """Return the shortest time that can lie between two moments, h."""
    return max(0.0, one.start_s - other.end_s, other.start_s - one.end_s) / 3600


def _qtcf(inputs: Inputs) -> _Result:
    interval, rate = inputs.number("qt_interval"), inputs.number("heart_rate")
    low = end_of(0.0, qtc_fridericia_ms, interval.low, rate.low)
    value = Interval(low, end_of(math.inf, qtc_fridericia_ms, interval.high, rate.high))
    return _Result(value, (("Fridericia", value),))


def _fact(derived: DerivedFact, result: _Result, inputs: Inputs, definition_id: str) -> Fact:
    """Return the fact of a result: its value, what it rests on, and what would make it exact."""
    because = [item for name in derived.inputs if (fact := inputs.facts.get(name)) for item in fact.because]
    missing: tuple[str, ...] = ()
    if not result.value.is_exact:
        missing = inputs.still_open(derived.inputs) if result.missing is None else result.missing
    if result.value == OPEN:
        reason = result.reason or inputs.why_open(derived.inputs)
        return Fact(definition_id, None, derived.unit, _once(because), missing, f"{derived.formula}: {reason}")
    days, on = _age_of(derived, inputs)
    shown = [
        Evidence(definition_id, value, on, origin, value.low if value.is_exact else str(value), derived.unit)
        for origin, value in result.values
    ]
    open_inputs = "" if result.value.is_exact else inputs.why_open(derived.inputs)
    if open_inputs and result.value.low == 0 < result.value.high < math.inf:
        open_inputs = f"only the upper end is known, because {open_inputs}"
    reason = "; ".join(part for part in (derived.formula, result.reason, open_inputs) if part)
    return Fact(definition_id, result.value, derived.unit, _once([*shown, *because]), missing, reason, days)


def _age_of(derived: DerivedFact, inputs: Inputs) -> tuple[int | None, Moment | None]:
    """Return how old a result is, and when it was so: as its oldest changing input, or as the check if it has none."""
    if not derived.aged_by:
        return 0, parse_moment(inputs.at.isoformat(), "at")
    facts = [fact for name in derived.aged_by if (fact := inputs.facts.get(name)) and fact.value is not None]
    ages = [fact.days for fact in facts]
    oldest = max(facts, key=lambda fact: math.inf if fact.days is None else fact.days, default=None)
    on = oldest.because[0].on if oldest is not None and oldest.because else None
    return (None if not ages or None in ages else max(days for days in ages if days is not None)), on


def _once(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(evidence))


def _derived(
    name: str,
    formula: str,
    unit: str,
    inputs: tuple[str, ...],
    aged_by: tuple[str, ...],
    result: Callable[[Inputs], _Result],
) -> DerivedFact:
    def compute(facts: Mapping[str, Fact], at: date, definition_id: str) -> Fact:
        read = Inputs(facts, at)
        return _fact(derived, result(read), read, definition_id)

    derived = DerivedFact(name, formula, unit, inputs, aged_by, compute)
    return derived


_BODY: Final = ("birth_date", "sex", "weight", "height")

DERIVED: Final[Mapping[str, DerivedFact]] = MappingProxyType(
    {
        derived.name: derived
        for derived in (
            _derived("age", "age at the date of the check", "a", ("birth_date",), (), _age),
            _derived("bmi", "body mass index", "kg/m2", ("weight", "height"), ("weight",), _bmi),
            _derived(
                "ideal_weight",
                "ideal body weight (Devine)",
                "kg",
                ("birth_date", "sex", "height"),
                ("height",),
                _weight("Devine", _ideal),
            ),
            _derived(
                "adjusted_weight",
                "adjusted body weight (0.4 of the excess over Devine)",
                "kg",
                _BODY,
                ("weight",),
                _weight("adjusted body weight", _adjusted),
            ),
            _derived(
                "fat_free_weight",
                "fat-free mass (Janmahasatian 2005)",
                "kg",
                _BODY,
                ("weight",),
                _weight("Janmahasatian", _fat_free),
            ),
            _derived(
                "cockcroft_gault",
                "creatinine clearance (Cockcroft-Gault)",
                "mL/min",
                ("birth_date", "sex", "creatinine", "weight", "height"),
                ("creatinine", "weight"),
                _cockcroft_gault,
            ),
            _derived(
                "ckd_epi_2021",
                "estimated glomerular filtration rate (CKD-EPI 2021)",
                "mL/min/{1.73_m2}",
                ("birth_date", "sex", "creatinine"),
                ("creatinine",),
                _ckd_epi_2021,
            ),
            _derived(
                "qtcf",
                "QT interval corrected for heart rate (Fridericia)",
                "ms",
                ("qt_interval", "heart_rate"),
                ("qt_interval", "heart_rate"),
                _qtcf,
            ),
        )
    }
)
"""Every formula by which a fact of the vocabulary may be derived, by its name."""
