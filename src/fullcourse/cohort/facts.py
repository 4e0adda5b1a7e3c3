"""From evidence to the table of facts: one row a patient, with the columns that the statements read.

Two ways lead here, and end in the same columns: arrays for almost everybody, and `Patient` for those that the
one-patient reader had to read.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from fullcourse.clinical.fact import Fact
from fullcourse.clinical.medicine import Medicine
from fullcourse.clinical.patient import Patient
from fullcourse.clinical.quantity import Interval
from fullcourse.cohort.derived import Known, derive_columns
from fullcourse.cohort.establish import Established, FactColumn, establish_columns
from fullcourse.cohort.evidence import I32, I64, YES, Bools, EvidenceColumns, MedicineColumns, PatientColumns
from fullcourse.cohort.follow import put_impossible, put_listed, put_shown
from fullcourse.cohort.medicines import (
    ProductTable,
    count_members,
    dated_later,
    not_checked,
    not_understood,
    taken_within,
    unchecked_in,
)
from fullcourse.cohort.on_file import NOT_CLEAR, aside_columns, aside_words, words_of
from fullcourse.cohort.plan import decisive_facts, fact_columns, missing_column, missing_inputs, taking_targets
from fullcourse.cohort.shapes import gathered
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.kleene import Truth
from fullcourse.rules.on_file import set_aside, was_left_unread
from fullcourse.rules.situation import Situation
from fullcourse.rules.sql import days_column, high_column, low_column, taking_name, value_column
from fullcourse.screening.screen import UNRECOGNISED_FACT

__all__ = ["FactTable", "Part", "Routed", "fact_row", "fact_table"]

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
class Routed:
    """Patients for the one-patient reader, by reason."""

    reasons: dict[str, I64]

    def add(self, reason: str, patients: I64) -> None:
        """Name patients with the reason; naming one twice does no harm."""
        if patients.size:
            known = self.reasons.get(reason)
            self.reasons[reason] = np.unique(patients if known is None else np.concatenate([known, patients]))


@dataclass(frozen=True, slots=True)
class FactTable:
    """Facts of many patients.

    Attributes:
        columns: By name, in the order of `fact_columns`; masked where they are NULL.
        routed: Patients whose row is not to be used: the one-patient reader must read them, by reason. Evidence alone
            sends nobody there; whoever reads a register adds those whose records columns cannot hold.
    """

    columns: Mapping[str, Masked]
    routed: Routed


def fact_table(part: Part, knowledge: Knowledge, at: date) -> FactTable:
    """Return the table of facts of a part of a register at a date."""
    count = len(part.patients.problem)
    unclear = (
        part.patients.medicine | not_understood(part.medicines, at, count) | dated_later(part.medicines, at, count)
    )
    facts, missing, established = _facts(part, unclear, knowledge, at)
    columns: dict[str, Masked] = {}
    complete = facts["medicines_complete"].word == YES if "medicines_complete" in facts else np.zeros(count, np.bool_)
    table = ProductTable(knowledge, part.products)
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
    decisive, wanted = decisive_facts(knowledge), fact_columns(knowledge)
    words = aside_columns(established, facts, decisive, count)
    columns |= {name: np.ma.masked_array(word) for name, word in zip(aside_words(decisive), words, strict=True)}
    people = part.patients
    columns[NOT_CLEAR] = np.ma.masked_array(people.problem | people.allergy | unclear | people.unread)
    columns |= {missing_column(name): np.ma.masked_array(bits) for name, bits in missing.items()}
    for column in wanted:
        if column not in columns:
            columns[column] = _fact_cells(column, wanted[column], facts, knowledge, count)
    return FactTable({column: columns[column] for column in wanted}, Routed({}))


def _facts(
    part: Part, unclear: Bools, knowledge: Knowledge, at: date
) -> tuple[dict[str, FactColumn], dict[str, I32], Established]:
    """Return what is known of every fact, in the order of `rules.establish`.

    With it what is asked for of derived facts, and what the evidence came to by itself.
    """
    count, wanted = len(unclear), fact_columns(knowledge)
    groups = gathered(part.evidence, knowledge, at)
    facts, established = establish_columns(groups, count)
    understood = {"problems": ~part.patients.problem, "allergies": ~part.patients.allergy, "medicines": ~unclear}
    put_listed(facts, understood, knowledge, count)
    names = tuple(name for name, definition in knowledge.facts.items() if definition.derived and _is_read(name, wanted))
    derived = derive_columns(names, Known.of(facts, groups, count), knowledge, at)
    facts |= {name: column for name, (column, _) in derived.items()}
    put_shown(facts, knowledge, count)
    put_impossible(facts, knowledge, count)
    return facts, {name: missing for name, (_, missing) in derived.items()}, established


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


def fact_row(patient: Patient, knowledge: Knowledge) -> dict[str, Cell]:
    """Return the same row for one patient as the one-patient reader established it."""
    unrecognised: Truth = None if any(entry.kind == "medicine" for entry in patient.unrecognised) else False
    handed_in = {**patient.facts, UNRECOGNISED_FACT: Fact(UNRECOGNISED_FACT, unrecognised)}
    unchecked = unchecked_in(knowledge)
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
