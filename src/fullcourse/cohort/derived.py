"""Derived facts of many patients: the spans of `rules.derived` over columns, so that no formula stands here.

What is left to do over columns is what is asked apart from arithmetic: whose age allows it, which inputs are open, and
who has an input that no formula takes and goes to the one-patient reader.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import numpy as np

from fullcourse.clinical.ages import months_passed
from fullcourse.clinical.formulas import ADULT_FROM_YEARS, Sex, birthdays_passed
from fullcourse.clinical.moment import day_number
from fullcourse.cohort.establish import FactColumn, Routed
from fullcourse.cohort.evidence import F64, I32, I64, Bools
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.derived import DERIVED, DerivedFact
from fullcourse.rules.derived_inputs import DAYS_OF_AGE, MONTHS_OF_AGE

__all__ = ["derive_columns"]

Range = tuple[F64, F64]
_SEXES: Final[tuple[Sex, Sex]] = ("male", "female")


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
    columns: dict[str, tuple[FactColumn, I32]] = {}
    for name in names:
        derived = DERIVED[knowledge.facts[name].derived]
        with np.errstate(all="ignore"):  # a number out of all bounds comes out as none, and is routed
            low, high = inputs.hull(derived)
        refused, settled_by = _refused(derived, inputs)
        odd = ~(np.isfinite(low) & (np.isfinite(high) | (high == np.inf)))
        routed.add(f"{name} is no number", np.flatnonzero(odd & ~refused))
        columns[name] = _column(derived, inputs, (low, high), refused, settled_by)
        if (limits := knowledge.facts[name].plausible) is not None:
            column = columns[name][0]
            routed.add(f"{name} cannot be", np.flatnonzero((column.low > limits[1]) | (column.high < limits[0])))
    return columns


class _Inputs:
    """The inputs of formulas as ranges from 0, read once each."""

    def __init__(
        self, facts: Mapping[str, FactColumn], knowledge: Knowledge, at: date, count: int, routed: Routed
    ) -> None:
        self.facts, self.at, self.count, self.routed = facts, at, count, routed
        words = knowledge.facts["sex"].values if "sex" in knowledge.facts else ()
        sex = facts["sex"].word if "sex" in facts else np.full(count, -1, np.int32)
        self.male, self.female = (
            sex == words.index(word) if word in words else np.zeros(count, np.bool_) for word in _SEXES
        )
        self._ranges: dict[str, Range] = {}

    def range_of(self, name: str) -> Range:
        """Return a quantity as a range from 0; of a birth date, the age, from 0 to infinite where it is not known."""
        known = self._ranges.get(name)
        if known is None:
            known = self._ranges[name] = self._age(name) if name in _AGES else self._number(name)
        return known

    def _number(self, name: str) -> Range:
        """Return a quantity; names those for whom it cannot be."""
        column = self.facts.get(name) or FactColumn.unknown(self.count)
        self.routed.add(f"{name} cannot be", np.flatnonzero(~(column.high > 0) | ~(column.low < np.inf)))
        return np.maximum(column.low, 0.0), column.high

    def _age(self, read_as: str) -> Range:
        column = self.facts.get("birth_date") or FactColumn.unknown(self.count)
        known = column.is_number_known
        today = day_number(self.at)
        first, last = (
            np.where(known, np.minimum(end, today), today).astype(np.int64) for end in (column.low, column.high)
        )
        completed = _AGES[read_as]
        return np.where(known, completed(last, self.at), 0.0), np.where(known, completed(first, self.at), np.inf)

    def is_exact(self, name: str, age_as: str) -> Bools:
        """Return whether an input is known exactly, a birth date as it is read."""
        if name == "sex":
            return self.male | self.female
        low, high = self.range_of(age_as if name == "birth_date" else name)
        exact: Bools = low == high
        return exact

    def days(self, name: str) -> tuple[Bools, I32]:
        """Return where an input is known, and how old its evidence is."""
        column = self.facts.get(name) or FactColumn.unknown(self.count)
        return column.is_number_known, column.days

    def hull(self, derived: DerivedFact) -> Range:
        """Return the range of the sex, or the range that holds both where it is not known."""
        male = derived.span(self.range_of, "male")
        if "sex" not in derived.inputs:
            return male
        female = derived.span(self.range_of, "female")
        low = np.where(self.male, male[0], np.where(self.female, female[0], np.minimum(male[0], female[0])))
        high = np.where(self.male, male[1], np.where(self.female, female[1], np.maximum(male[1], female[1])))
        return low, high


def _years(born: I64, at: date) -> F64:
    passed: I64 = birthdays_passed(*_calendar(born), at)
    return passed.astype(np.float64)


def _months(born: I64, at: date) -> F64:
    passed: I64 = months_passed(*_calendar(born), at)
    return passed.astype(np.float64)


def _days_old(born: I64, at: date) -> F64:
    passed: I64 = day_number(at) - born
    return passed.astype(np.float64)


_AGES: Final[Mapping[str, Callable[[I64, date], F64]]] = MappingProxyType(
    {"birth_date": _years, MONTHS_OF_AGE: _months, DAYS_OF_AGE: _days_old}
)


def _calendar(born: I64) -> tuple[I64, I64, I64]:
    """Return year, month and day of days of birth."""
    day = born.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    year = day.astype("datetime64[Y]")
    month_of_year = (month - year.astype("datetime64[M]")).astype(np.int64) + 1
    day_of_month = (day - month.astype("datetime64[D]")).astype(np.int64) + 1
    return year.astype(np.int64) + 1970, month_of_year, day_of_month


def _refused(derived: DerivedFact, inputs: _Inputs) -> tuple[Bools, I32]:
    """Return where the ages do not allow a formula, and the bits of what would settle that; -1 for what is open."""
    if not derived.adults_by:
        return np.zeros(inputs.count, np.bool_), np.full(inputs.count, -1, np.int32)
    youngest, oldest = inputs.range_of("birth_date")
    too_old = youngest >= derived.below_years
    birth_date = 1 << derived.inputs.index("birth_date")
    settled_by = np.where(too_old, birth_date, np.where(oldest < ADULT_FROM_YEARS, 0, -1)).astype(np.int32)
    return (youngest < ADULT_FROM_YEARS) | too_old, settled_by


def _column(
    derived: DerivedFact, inputs: _Inputs, ends: Range, refused: Bools, settled_by: I32
) -> tuple[FactColumn, I32]:
    low, high = ends
    unknown = refused | ((low == 0.0) & (high == np.inf))
    column = FactColumn.unknown(inputs.count)
    column.low, column.high = np.where(unknown, -np.inf, low), np.where(unknown, np.inf, high)
    open_bits = np.zeros(inputs.count, np.int32)
    for bit, name in enumerate(derived.inputs):
        open_bits |= np.where(inputs.is_exact(name, derived.age_as), 0, 1 << bit).astype(np.int32)
    is_exact = ~unknown & (low == high)
    missing = np.where(is_exact, 0, np.where(settled_by >= 0, settled_by, open_bits)).astype(np.int32)
    column.days = np.where(unknown, -1, _days(inputs, derived.aged_by)).astype(np.int32)
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
