"""Derived facts of many patients: the formulas of `rules.derived` over columns, decided by `rules.establish`.

A number is computed for everybody at once, by the one span that a formula has. What else there is to a derived fact
(whom a formula is for, what is open, whether it was measured and which then leads) depends on how its inputs compare:
patients in whom they compare alike are decided once, by the one-patient reader.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

import numpy as np

from fullcourse.clinical.ages import months_passed
from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.formulas import ADULT_FROM_YEARS, Sex, birthdays_passed
from fullcourse.clinical.moment import day_number
from fullcourse.clinical.quantity import Interval
from fullcourse.cohort.alike import alike, compared
from fullcourse.cohort.establish import FactColumn
from fullcourse.cohort.evidence import F64, I32, I64, Bools, Codebook
from fullcourse.cohort.shapes import Groups
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.derived import DERIVED, DerivedFact, shows_change
from fullcourse.rules.derived_inputs import DAYS_OF_AGE, MONTHS_OF_AGE, Inputs
from fullcourse.rules.establish import derived
from fullcourse.rules.found import found, unrecorded

__all__ = ["Known", "derive_columns"]

Range = tuple[F64, F64]
Feature = I64 | I32 | Bools
_SEXES: Final[tuple[Sex, Sex]] = ("male", "female")
_CREATININE: Final = "creatinine"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of many patients before anything is derived.

    Attributes:
        facts: Columns of the facts that records speak of.
        pieces: Returns the evidence of a fact of one patient.
        fact: Returns a fact of one patient as the one-patient reader found it.
        count: Number of patients.
    """

    facts: Mapping[str, FactColumn]
    pieces: Callable[[str, int], list[Evidence]]
    fact: Callable[[str, int], Fact]
    count: int

    @classmethod
    def of(cls, facts: Mapping[str, FactColumn], groups: Groups, count: int) -> "Known":
        """Return what columns and the evidence that they were established from tell of patients."""
        numbers = Codebook.of(groups.knowledge).number_of

        def pieces(name: str, patient: int) -> list[Evidence]:
            group = groups.find(patient, numbers[name])
            return [] if group is None else groups.pieces(group, groups.knowledge.facts[name])

        def fact(name: str, patient: int) -> Fact:
            definition, recorded = groups.knowledge.facts[name], pieces(name, patient)
            return found(definition, recorded, groups.at) if recorded else unrecorded(definition)

        return cls(facts, pieces, fact, count)

    def column(self, name: str) -> FactColumn:
        """Return a column; nobody's where no record speaks of the fact."""
        return self.facts.get(name) or FactColumn.unknown(self.count)


def derive_columns(
    names: tuple[str, ...], known: Known, knowledge: Knowledge, at: date
) -> dict[str, tuple[FactColumn, I32]]:
    """Return derived facts, as computed or as measured, each with the bits of its inputs that are asked for.

    Args:
        names: Which facts.
        known: Their inputs, and what was measured of themselves.
        knowledge: Says which formula each follows.
        at: Date of the check.
    """
    inputs = _Ranges(known, knowledge, at)
    return {name: _derive(knowledge.facts[name], inputs) for name in names}


class _Ranges:
    """The inputs of formulas as ranges from 0, read once each, and how they compare."""

    def __init__(self, known: Known, knowledge: Knowledge, at: date) -> None:
        self.known, self.at = known, at
        words = knowledge.facts["sex"].values if "sex" in knowledge.facts else ()
        self.sex = known.column("sex").word
        self.male, self.female = (
            self.sex == words.index(word) if word in words else np.zeros(known.count, np.bool_) for word in _SEXES
        )
        self._ranges: dict[str, Range] = {}
        self._changes: Bools | None = None

    def range_of(self, name: str) -> Range:
        """Return a quantity as a range from 0; of a birth date, the age, from 0 to infinite where it is not known."""
        read = self._ranges.get(name)
        if read is None:
            read = self._ranges[name] = self._age(name) if name in _AGES else self._number(name)
        return read

    def _number(self, name: str) -> Range:
        column = self.known.column(name)
        return np.maximum(column.low, 0.0), column.high

    def _age(self, read_as: str) -> Range:
        column, completed = self.known.column("birth_date"), _AGES[read_as]
        is_known, today = column.is_number_known, day_number(self.at)
        first, last = (
            np.where(is_known, np.minimum(end, today), today).astype(np.int64) for end in (column.low, column.high)
        )
        return np.where(is_known, completed(last, self.at), 0.0), np.where(is_known, completed(first, self.at), np.inf)

    def value_of(self, formula: DerivedFact) -> Range:
        """Return the range of the sex, or the range that holds both where it is not known."""
        with np.errstate(all="ignore"):  # a number out of all bounds comes out as none
            male = formula.span(self.range_of, "male")
            if "sex" not in formula.inputs:
                return male
            female = formula.span(self.range_of, "female")
        low = np.where(self.male, male[0], np.where(self.female, female[0], np.minimum(male[0], female[0])))
        high = np.where(self.male, male[1], np.where(self.female, female[1], np.maximum(male[1], female[1])))
        return low, high

    def compare(self, formula: DerivedFact) -> Iterator[Feature]:
        """Yield how the inputs of a formula compare with whatever `rules.derived` compares them with."""
        for name in formula.inputs:
            column = self.known.column(name)
            yield column.has_evidence
            if name == "sex":
                yield self.sex
            elif name == "birth_date":
                today = day_number(self.at)
                years, read = self.range_of(name), self.range_of(formula.age_as)
                yield column.is_number_known
                yield from (compared(column.low, today), compared(column.high, today), compared(*read))
                for limit in (ADULT_FROM_YEARS, formula.below_years):
                    yield from (compared(end, limit) for end in years)
            else:
                yield column.is_number_known
                yield from (compared(column.low, 0.0), compared(column.high, 0.0), compared(column.low, column.high))
                yield from (np.isinf(column.low), np.isinf(column.high), column.days < 0)
        if _CREATININE in formula.inputs:
            yield self._creatinine_changes()

    def _creatinine_changes(self) -> Bools:
        """Return whose creatinine is not stable: asked of each patient with several values, since no two are alike."""
        if self._changes is None:
            self._changes = np.zeros(self.known.count, np.bool_)
            for patient in np.flatnonzero(self.known.column(_CREATININE).several).tolist():
                self._changes[patient] = shows_change(self.known.fact(_CREATININE, patient))
        return self._changes


def _derive(definition: FactDefinition, ranges: _Ranges) -> tuple[FactColumn, I32]:
    formula, known = DERIVED[definition.derived], ranges.known
    computed, measured = ranges.value_of(formula), known.column(definition.id)
    ends = (computed[0], measured.low), (computed[1], measured.high)
    days = [known.column(name).days for name in formula.aged_by] or [np.zeros(known.count, np.int32)]
    if definition.id in known.facts:
        days.append(measured.days)
    patients = alike(_features(definition, formula, ranges, computed, days))
    column, missing = FactColumn.unknown(known.count), np.zeros(known.count, np.int32)
    for first, who in patients.members():
        facts = {name: known.fact(name, first) for name in formula.inputs}
        fact = derived(definition, known.pieces(definition.id, first), Inputs(facts, ranges.at))
        column.has_evidence[who] = bool(fact.because)
        missing[who] = sum(1 << bit for bit, name in enumerate(formula.inputs) if name in fact.missing)
        if not isinstance(fact.value, Interval):
            continue
        low, high = (
            next(end for end in both if end[first] == value)
            for both, value in zip(ends, (fact.value.low, fact.value.high), strict=True)
        )
        column.low[who], column.high[who] = low[who], high[who]
        if fact.days is not None:
            column.days[who] = next(source for source in days if source[first] == fact.days)[who]
    return column, missing


def _features(
    definition: FactDefinition, formula: DerivedFact, ranges: _Ranges, computed: Range, days: list[I32]
) -> Iterator[Feature]:
    """Yield all that `rules.establish.derived` can tell two patients apart by, in whom a formula comes out somehow."""
    low, high = computed
    yield from ranges.compare(formula)
    yield from (compared(low, 0.0), compared(low, high), np.isinf(low), np.isinf(high))
    for limit in definition.plausible or ():
        yield from (compared(low, limit), compared(high, limit))
    for number, some in enumerate(days):
        yield from (compared(some, other) for other in days[:number])
    measured = ranges.known.facts.get(definition.id)
    if measured is None:
        return
    is_known = measured.is_number_known
    yield from (measured.has_evidence, is_known, measured.days < 0, compared(measured.low, measured.high))
    yield from (compared(low, measured.low), compared(high, measured.high))
    # What was measured and cannot be used counts by the day of what it rests on: decided for each by itself.
    yield np.where(measured.has_evidence & ~is_known, np.arange(1, len(low) + 1), 0)


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
