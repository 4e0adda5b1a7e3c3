"""Derived facts of many patients: the formulas of `rules.derived` over columns, with ranges as there.

Each formula is the published one of `clinical.formulas`, in the same order of operations, so that a number comes out
the same to its last bit. A formula that has no column form here names every patient for the one-patient reader.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from fullcourse.clinical.formulas import ADULT_FROM_YEARS, COCKCROFT_GAULT_BELOW_YEARS
from fullcourse.cohort.establish import FactColumn, Routed, day_number
from fullcourse.cohort.evidence import F64, I32, I64, Bools
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.derived import DERIVED

__all__ = ["derive_columns"]

Range = tuple[F64, F64]
_MALE, _FEMALE = "male", "female"


def derive_columns(
    names: tuple[str, ...], facts: Mapping[str, FactColumn], knowledge: Knowledge, at: date, count: int, routed: Routed
) -> dict[str, tuple[FactColumn, I32]]:
    """Return derived facts, each with the bits of its inputs that are open.

    Args:
        names: Which facts.
        facts: What is known of their inputs.
        knowledge: Says which formula each follows.
        at: Date of the check.
        count: Number of patients.
        routed: Gets the patients whose inputs no formula takes.
    """
    inputs = _Inputs(facts, knowledge, at, count, routed)
    found: dict[str, tuple[FactColumn, I32]] = {}
    for name in names:
        formula = DERIVED[knowledge.facts[name].derived]
        compute = _FORMULAS.get(formula.name)
        if compute is None:
            routed.add(f"{name} has no column form", np.arange(count))
            found[name] = (FactColumn.unknown(count), np.zeros(count, np.int32))
            continue
        result = compute(inputs)
        odd = ~(np.isfinite(result.low) & (np.isfinite(result.high) | (result.high == np.inf)))
        routed.add(f"{name} is no number", np.flatnonzero(odd & ~result.refused))
        found[name] = _column(result, inputs, formula.inputs, formula.aged_by)
        if (limits := knowledge.facts[name].plausible) is not None:
            column = found[name][0]
            routed.add(f"{name} cannot be", np.flatnonzero((column.low > limits[1]) | (column.high < limits[0])))
    return found


@dataclass(slots=True)
class _Result:
    """Ranges, and where no value is given.

    Attributes:
        low: Lower end.
        high: Upper end.
        refused: Where the formula does not hold; nothing is known there.
        missing: Bits of open inputs where they are not simply those that are not exact; -1 elsewhere.
    """

    low: F64
    high: F64
    refused: Bools
    missing: I32


class _Inputs:
    """The inputs of formulas as ranges from 0, read once each."""

    def __init__(
        self, facts: Mapping[str, FactColumn], knowledge: Knowledge, at: date, count: int, routed: Routed
    ) -> None:
        self.facts, self.at, self.count, self.routed = facts, at, count, routed
        words = knowledge.facts["sex"].values if "sex" in knowledge.facts else ()
        sex = facts["sex"].word if "sex" in facts else np.full(count, -1, np.int32)
        self.male = sex == words.index(_MALE) if _MALE in words else np.zeros(count, np.bool_)
        self.female = sex == words.index(_FEMALE) if _FEMALE in words else np.zeros(count, np.bool_)
        self._numbers: dict[str, Range] = {}
        self._age: Range | None = None

    def number(self, name: str) -> Range:
        """Return a quantity as a range from 0; names those for whom it cannot be."""
        found = self._numbers.get(name)
        if found is None:
            column = self.facts.get(name) or FactColumn.unknown(self.count)
            self.routed.add(f"{name} cannot be", np.flatnonzero(~(column.high > 0) | ~(column.low < np.inf)))
            found = self._numbers[name] = (np.maximum(column.low, 0.0), column.high)
        return found

    def age(self) -> Range:
        """Return completed years; not a number where the birth date is not known."""
        if self._age is None:
            column = self.facts.get("birth_date") or FactColumn.unknown(self.count)
            known = column.is_number_known
            today = day_number(self.at)
            first = np.where(known, column.low, today).astype(np.int64)
            last = np.where(known, np.minimum(column.high, today), today).astype(np.int64)
            self._age = (
                np.where(known, _years(last, self.at), np.nan),
                np.where(known, _years(np.minimum(first, today), self.at), np.nan),
            )
        return self._age

    def is_exact(self, name: str) -> Bools:
        """Return whether an input is known exactly."""
        if name == "sex":
            return self.male | self.female
        low, high = self.age() if name == "birth_date" else self.number(name)
        exact: Bools = low == high
        return exact

    def days(self, name: str) -> tuple[Bools, I32]:
        """Return where an input is known, and how old its evidence is."""
        column = self.facts.get(name) or FactColumn.unknown(self.count)
        return column.is_number_known, column.days

    def hull(self, of_sex: Callable[[str], Range]) -> Range:
        """Return the range of the sex, or the range that holds both where it is not known."""
        male, female = of_sex(_MALE), of_sex(_FEMALE)
        low = np.where(self.male, male[0], np.where(self.female, female[0], np.minimum(male[0], female[0])))
        high = np.where(self.male, male[1], np.where(self.female, female[1], np.maximum(male[1], female[1])))
        return low, high


def _years(born: I64, at: date) -> F64:
    day = born.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    year = day.astype("datetime64[Y]")
    month_of_year = (month - year.astype("datetime64[M]")).astype(np.int64) + 1
    day_of_month = (day - month.astype("datetime64[D]")).astype(np.int64) + 1
    birthday_to_come = (at.month * 100 + at.day) < (month_of_year * 100 + day_of_month)
    years: F64 = (at.year - (year.astype(np.int64) + 1970) - birthday_to_come).astype(np.float64)
    return years


def _column(
    result: _Result, inputs: _Inputs, names: tuple[str, ...], aged_by: tuple[str, ...]
) -> tuple[FactColumn, I32]:
    unknown = result.refused | ((result.low == 0.0) & (result.high == np.inf))
    column = FactColumn.unknown(inputs.count)
    column.low = np.where(unknown, -np.inf, result.low)
    column.high = np.where(unknown, np.inf, result.high)
    exact = ~unknown & (result.low == result.high)
    open_bits = np.zeros(inputs.count, np.int32)
    for bit, name in enumerate(names):
        open_bits |= np.where(inputs.is_exact(name), 0, 1 << bit).astype(np.int32)
    missing = np.where(exact, 0, np.where(result.missing >= 0, result.missing, open_bits)).astype(np.int32)
    column.days = np.where(unknown, -1, _days(inputs, aged_by)).astype(np.int32)
    return column, missing


def _days(inputs: _Inputs, aged_by: tuple[str, ...]) -> I32:
    """Return how old a result is: as its oldest input that changes; 0 where none does."""
    oldest = np.full(inputs.count, -1 if aged_by else 0, np.int32)
    undated = np.zeros(inputs.count, np.bool_)
    for name in aged_by:
        known, days = inputs.days(name)
        undated |= known & (days < 0)
        oldest = np.where(known, np.maximum(oldest, days), oldest).astype(np.int32)
    return np.where(undated, -1, oldest).astype(np.int32)


def _end(limit: float, formula: Callable[..., F64], *numbers: F64) -> F64:
    """Return one end of a formula's range: the limit where a number is 0 or infinite."""
    edge = np.zeros(numbers[0].shape, np.bool_)
    for number in numbers:
        edge |= (number == 0) | np.isinf(number)
    usable = [np.where(edge, 1.0, number) for number in numbers]
    end: F64 = np.where(edge, limit, formula(*usable))
    return end


def _plain(inputs: _Inputs, low: F64, high: F64) -> _Result:
    return _Result(low, high, np.zeros(inputs.count, np.bool_), np.full(inputs.count, -1, np.int32))


def _adults(inputs: _Inputs, low: F64, high: F64) -> _Result:
    """Return a result that holds for adults: refused for others, with nothing to ask where they surely are not."""
    youngest, oldest = inputs.age()
    child = oldest < ADULT_FROM_YEARS
    refused = np.isnan(youngest) | (youngest < ADULT_FROM_YEARS)
    return _Result(low, high, refused, np.where(child, 0, -1).astype(np.int32))


def _age(inputs: _Inputs) -> _Result:
    low, high = inputs.age()
    unknown = np.isnan(low)
    result = _plain(inputs, np.where(unknown, 0.0, low), np.where(unknown, np.inf, high))
    result.refused = unknown
    return result


def _bmi(inputs: _Inputs) -> _Result:
    (weight_low, weight_high), (height_low, height_high) = inputs.number("weight"), inputs.number("height")

    def index(weight_kg: F64, height_cm: F64) -> F64:
        return weight_kg / _squared(height_cm / 100.0)

    return _plain(inputs, _end(0.0, index, weight_low, height_high), _end(math.inf, index, weight_high, height_low))


def _squared(values: F64) -> F64:
    # The ** of Python, element by element: the last bit of NumPy's may differ.
    return np.array([value**2 for value in values.tolist()], np.float64)


def _ideal_of(inputs: _Inputs, sex: str) -> Range:
    low, high = inputs.number("height")
    base = 50.0 if sex == _MALE else 45.5

    def devine(height_cm: F64) -> F64:
        return base + 2.3 * (height_cm - 152.4) / 2.54

    return (
        _end(0.0, lambda height_cm: np.maximum(0.0, devine(height_cm)), low),
        _end(math.inf, lambda height_cm: np.maximum(devine(height_cm), base), high),
    )


def _ideal(inputs: _Inputs) -> _Result:
    return _adults(inputs, *inputs.hull(lambda sex: _ideal_of(inputs, sex)))


def _cockcroft_gault(inputs: _Inputs) -> _Result:
    youngest, oldest = (np.nan_to_num(end, nan=0.0) for end in inputs.age())
    creatinine_low, creatinine_high = inputs.number("creatinine")
    actual_low, actual_high = inputs.number("weight")
    ends_within = oldest < COCKCROFT_GAULT_BELOW_YEARS

    def of_sex(sex: str) -> Range:
        ideal_low, ideal_high = _ideal_of(inputs, sex)
        factor = 1.0 if sex == _MALE else 0.85

        def clearance(age: F64, weight_kg: F64, creatinine: F64) -> F64:
            return factor * ((140.0 - age) * weight_kg) / (72.0 * creatinine)

        low = _end(0.0, clearance, oldest, np.minimum(actual_low, ideal_low), creatinine_high)
        high = _end(math.inf, clearance, youngest, np.minimum(actual_high, ideal_high), creatinine_low)
        return np.where(ends_within, low, 0.0), high

    result = _adults(inputs, *inputs.hull(of_sex))
    too_old = youngest >= COCKCROFT_GAULT_BELOW_YEARS
    result.refused |= too_old
    result.missing = np.where(too_old, 1, result.missing).astype(np.int32)  # bit 0: the birth date
    return result


def _ckd_epi_2021(inputs: _Inputs) -> _Result:
    youngest, oldest = (np.nan_to_num(end, nan=0.0) for end in inputs.age())
    creatinine_low, creatinine_high = inputs.number("creatinine")

    def of_sex(sex: str) -> Range:
        kappa, alpha, factor = (0.9, -0.302, 1.0) if sex == _MALE else (0.7, -0.241, 1.012)

        def rate(age: F64, creatinine: F64) -> F64:
            ratio = creatinine / kappa
            below, above = _power(np.minimum(ratio, 1.0), alpha), _power(np.maximum(ratio, 1.0), -1.200)
            by_age = np.array([math.pow(0.9938, one) for one in age.tolist()], np.float64)
            return 142.0 * below * above * by_age * factor

        low, high = _end(0.0, rate, oldest, creatinine_high), _end(math.inf, rate, youngest, creatinine_low)
        return low, high

    return _adults(inputs, *inputs.hull(of_sex))


def _qtcf(inputs: _Inputs) -> _Result:
    (interval_low, interval_high), (rate_low, rate_high) = inputs.number("qt_interval"), inputs.number("heart_rate")

    def corrected(interval_ms: F64, rate: F64) -> F64:
        return interval_ms * _power(rate / 60.0, 1.0 / 3.0)

    return _plain(
        inputs, _end(0.0, corrected, interval_low, rate_low), _end(math.inf, corrected, interval_high, rate_high)
    )


def _power(values: F64, exponent: float) -> F64:
    # math.pow, element by element: the last bit of NumPy's may differ.
    return np.array([math.pow(value, exponent) for value in values.tolist()], np.float64)


_FORMULAS: Final[Mapping[str, Callable[[_Inputs], _Result]]] = {
    "age": _age,
    "bmi": _bmi,
    "cockcroft_gault": _cockcroft_gault,
    "ckd_epi_2021": _ckd_epi_2021,
    "ideal_weight": _ideal,
    "qtcf": _qtcf,
}
