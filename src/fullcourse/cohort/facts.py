"""From evidence to the table of facts: one row a patient, with the columns that the statements read.

Two ways lead here, and end in the same columns: arrays for almost everybody, and `Patient` for those that the
one-patient reader had to read.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from fullcourse.clinical.fact import Fact
from fullcourse.clinical.medicine import Medicine
from fullcourse.clinical.patient import Patient
from fullcourse.clinical.quantity import Interval
from fullcourse.cohort.derived import derive_columns
from fullcourse.cohort.establish import FactColumn, Routed, establish_columns
from fullcourse.cohort.evidence import (
    F64,
    NO,
    YES,
    Bools,
    EvidenceColumns,
    MedicineColumns,
    PatientColumns,
)
from fullcourse.cohort.medicines import (
    ProductTable,
    count_members,
    dated_later,
    not_checked,
    not_understood,
    taken_within,
)
from fullcourse.cohort.on_file import NOT_CLEAR, aside_columns, aside_words, words_of
from fullcourse.cohort.plan import decisive_facts, fact_columns, missing_column, missing_inputs, taking_targets
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import FactCondition
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.kleene import Truth
from fullcourse.rules.on_file import set_aside, was_left_unread
from fullcourse.rules.situation import Situation
from fullcourse.rules.sql import days_column, high_column, low_column, taking_name, value_column
from fullcourse.screening.screen import UNRECOGNISED_FACT
from fullcourse.screening.unchecked_medicines import UncheckedMedicines

__all__ = ["FactTable", "Part", "fact_row", "fact_table"]

Masked = np.ma.MaskedArray[Any, Any]
Cell = bool | str | float | int | None


@dataclass(frozen=True, slots=True)
class Part:
    """The evidence of one part of a register.

    Attributes:
        evidence: Pieces of evidence.
        medicines: Medicine lists.
        products: Products by number.
        patients: What was not understood, one element a patient.
    """

    evidence: EvidenceColumns
    medicines: MedicineColumns
    products: Sequence[Medicine]
    patients: PatientColumns


@dataclass(frozen=True, slots=True)
class FactTable:
    """Facts of many patients.

    Attributes:
        columns: By name, in the order of `fact_columns`; masked where they are NULL.
        routed: Patients whose row is not to be used: the one-patient reader must read them, by reason.
    """

    columns: Mapping[str, Masked]
    routed: Routed


def fact_table(part: Part, knowledge: Knowledge, at: date) -> FactTable:
    """Return the table of facts of a part of a register at a date."""
    routed = Routed({})
    count = len(part.patients.problem)
    unclear = (
        part.patients.medicine | not_understood(part.medicines, at, count) | dated_later(part.medicines, at, count)
    )
    facts = establish_columns(part.evidence, replace(part.patients, medicine=unclear), knowledge, at, routed)
    wanted = fact_columns(knowledge)
    names = tuple(name for name, definition in knowledge.facts.items() if definition.derived and _is_read(name, wanted))
    derived = derive_columns(names, facts, knowledge, at, count, routed)
    facts |= {name: _measured_or(name, facts.get(name), column, routed) for name, (column, _) in derived.items()}
    _shown(facts, knowledge, count)
    _never(facts, knowledge, count)
    columns: dict[str, Masked] = {}
    complete = facts["medicines_complete"].word == YES if "medicines_complete" in facts else np.zeros(count, np.bool_)
    table = ProductTable(knowledge, part.products, at)
    targets = taking_targets(knowledge)
    windows = {None, *(window for _, window in targets)}
    taken = {window: taken_within(part.medicines, at, window) for window in windows}
    for target, window in targets:
        stem = taking_name(target, window)
        low, high = count_members(target, taken[window], part.medicines, table, complete)
        columns[low_column(stem)] = np.ma.masked_array(low)
        columns[high_column(stem)] = np.ma.masked_array(high, np.isinf(high))
    columns[value_column(UNRECOGNISED_FACT)] = np.ma.masked_array(np.zeros(count, np.bool_), unclear)
    for name, was_not_checked in not_checked(part.medicines, part.products, knowledge, taken[None], count).items():
        columns[value_column(name)] = np.ma.masked_array(was_not_checked)
    decisive = decisive_facts(knowledge)
    words = aside_columns(part.evidence, facts, decisive, knowledge, at, count)
    columns |= {name: np.ma.masked_array(word) for name, word in zip(aside_words(decisive), words, strict=True)}
    people = part.patients
    columns[NOT_CLEAR] = np.ma.masked_array(people.problem | people.allergy | unclear | people.unread)
    for name, (_, missing) in derived.items():
        exact = facts[name].is_number_known & (facts[name].low == facts[name].high)
        columns[missing_column(name)] = np.ma.masked_array(np.where(exact, 0, missing).astype(np.int32))
    for column in wanted:
        if column not in columns:
            columns[column] = _fact_cells(column, wanted[column], facts, knowledge, count)
    return FactTable({column: columns[column] for column in wanted}, routed)


def _is_read(name: str, wanted: Mapping[str, str]) -> bool:
    stem = value_column(name)
    return any(column in wanted for column in (low_column(stem), days_column(name), missing_column(name)))


def _fact_cells(column: str, kind: str, facts: Mapping[str, FactColumn], knowledge: Knowledge, count: int) -> Masked:
    stem, _, end = column.rpartition("__")
    if end in ("low", "high"):
        fact = facts.get(stem.removeprefix("fact__")) or FactColumn.unknown(count)
        values = fact.low if end == "low" else fact.high
        return np.ma.masked_array(values, np.isinf(values))
    if end == "days":
        fact = facts.get(stem.removeprefix("fact__")) or FactColumn.unknown(count)
        return np.ma.masked_array(fact.days, fact.days < 0)
    name = column.removeprefix("fact__")
    fact = facts.get(name) or FactColumn.unknown(count)
    if kind == "BOOLEAN":
        return np.ma.masked_array(fact.word == YES, fact.word < 0)
    words = np.array([*knowledge.facts[name].values, ""], object)
    return np.ma.masked_array(words[fact.word], fact.word < 0)


def _measured_or(name: str, measured: FactColumn | None, computed: FactColumn, routed: Routed) -> FactColumn:
    """Return a derived fact as computed or as measured: the newer, and of one day the higher; as `rules.establish`."""
    if measured is None:
        return computed
    unusable = measured.has_evidence & ~measured.is_number_known & computed.is_number_known
    routed.add(f"a measured {name} that cannot be used", np.flatnonzero(unusable))
    days, other_days = (np.where(fact.days < 0, np.inf, fact.days) for fact in (measured, computed))
    known, other_known = measured.is_number_known, computed.is_number_known
    alone = known & (~other_known | (days < other_days))
    both = known & other_known & (days == other_days)

    def chosen(one: F64, other: F64) -> F64:
        return np.where(alone, one, np.where(both, np.maximum(one, other), other))

    return FactColumn(
        computed.word,
        chosen(measured.low, computed.low),
        chosen(measured.high, computed.high),
        np.where(alone, measured.days, computed.days).astype(np.int32),
        computed.has_evidence | measured.has_evidence,
    )


def _shown(facts: dict[str, FactColumn], knowledge: Knowledge, count: int) -> None:
    """Make yes of what a number shows, and unknown of a no that it may contradict; as `rules.establish` does."""
    for name, definition in knowledge.facts.items():
        if not definition.shown_by:
            continue
        fact = facts.get(name) or FactColumn.unknown(count)
        said_no = (fact.word == NO) & fact.has_evidence
        age = np.where(fact.days < 0, np.inf, fact.days)
        for condition in definition.shown_by:
            number = facts.get(condition.fact) or FactColumn.unknown(count)
            own = knowledge.facts[condition.fact]
            counts = number.has_evidence & (fact.word != YES)
            counts &= ~(said_no & (age <= np.where(number.days < 0, np.inf, number.days)))
            holds = counts & _holds(condition, facts, own, count)
            possible = counts & ~holds & (fact.word == NO) & _possible(condition, number)
            fact.word[holds], fact.days[holds] = YES, number.days[holds]
            fact.word[possible], fact.days[possible] = -1, -1
            fact.has_evidence |= holds | possible
        facts[name] = fact


def _possible(condition: FactCondition, fact: FactColumn) -> Bools:
    """Return where the comparisons of a condition possibly hold."""
    possible = np.ones(len(fact.word), np.bool_)
    opposite = {"below": "at_least", "at_most": "above", "above": "at_most", "at_least": "below"}
    for kind, bound in condition.bounds:
        possible &= ~_compare(opposite[kind], fact, float(bound))  # type: ignore[arg-type]  # as in `_holds`
    return possible


def _never(facts: dict[str, FactColumn], knowledge: Knowledge, count: int) -> None:
    """Make no of what cannot be, unless the record raises it after all; as `rules.establish` does."""
    for name, definition in knowledge.facts.items():
        if not definition.never_when:
            continue
        fact = facts.get(name) or FactColumn.unknown(count)
        impossible = np.zeros(count, np.bool_)
        for condition in definition.never_when:
            impossible |= _holds(condition, facts, knowledge.facts[condition.fact], count)
        impossible &= (fact.word < 0) & ~fact.has_evidence
        fact.word[impossible] = 0
        fact.days[impossible] = -1
        facts[name] = fact


def _holds(condition: FactCondition, facts: Mapping[str, FactColumn], definition: FactDefinition, count: int) -> Bools:
    """Return where a condition of ``never_when`` certainly holds."""
    fact = facts.get(condition.fact) or FactColumn.unknown(count)
    holds = np.ones(count, np.bool_)
    if condition.among or isinstance(condition.equals, bool | str):
        words = condition.among or (condition.equals,)
        values: Sequence[bool | str] = definition.values or (False, True)
        holds &= np.isin(fact.word, [values.index(word) for word in words if word in values])
    else:
        for kind, bound in condition.bounds:
            holds &= _compare(kind, fact, float(bound))  # type: ignore[arg-type]  # the reader lets no multiple in
    if condition.within_days is not None:
        holds &= (fact.days >= 0) & (fact.days <= condition.within_days)
    return holds


def _compare(kind: str, fact: FactColumn, bound: float) -> Bools:
    match kind:
        case "below":
            holds: Bools = fact.high < bound
        case "at_most":
            holds = fact.high <= bound
        case "above":
            holds = fact.low > bound
        case _:
            holds = fact.low >= bound
    return holds


def fact_row(patient: Patient, knowledge: Knowledge) -> dict[str, Cell]:
    """Return the same row for one patient as the one-patient reader established it."""
    unrecognised: Truth = None if any(entry.kind == "medicine" for entry in patient.unrecognised) else False
    handed_in = {**patient.facts, UNRECOGNISED_FACT: Fact(UNRECOGNISED_FACT, unrecognised)}
    unchecked = UncheckedMedicines(knowledge)
    handed_in |= {fact.id: fact for drug in knowledge.drugs.values() for fact in (unchecked.fact(patient, drug),)}
    situation = Situation(patient, knowledge, handed_in)
    targets = {taking_name(*target): target for target in taking_targets(knowledge)}
    decisive = decisive_facts(knowledge)
    words = words_of(set_aside(patient, knowledge), decisive)
    row: dict[str, Cell] = dict(zip(aside_words(decisive), words, strict=True))
    row[NOT_CLEAR] = bool(patient.unrecognised) or was_left_unread(patient.record)
    return {
        column: row[column] if column in row else _cell(column, situation, targets, knowledge)
        for column in fact_columns(knowledge)
    }


def _cell(
    column: str, situation: Situation, targets: Mapping[str, tuple[str, int | None]], knowledge: Knowledge
) -> Cell:
    stem, _, end = column.rpartition("__")
    if stem in targets:
        number = situation.taking(*targets[stem]).number
        return _finite(number.low if end == "low" else number.high)
    fact = situation.facts.get(stem.removeprefix("fact__"))
    if end in ("low", "high"):
        value = fact.value if fact is not None and isinstance(fact.value, Interval) else None
        return None if value is None else _finite(value.low if end == "low" else value.high)
    if end == "days":
        return None if fact is None else fact.days
    if end == "missing":
        inputs = missing_inputs(knowledge, stem.removeprefix("fact__"))
        asked = () if fact is None else fact.missing
        return sum(1 << bit for bit, name in enumerate(inputs) if name in asked)
    fact = situation.facts.get(column.removeprefix("fact__"))
    value_known = None if fact is None else fact.value
    return None if isinstance(value_known, Interval) else value_known


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
