"""From rows of facts to each patient's model and covariates, or to the reason why there is none.

The covariates are found by `pharmacokinetics.inputs.covariates`, as for a single patient; nothing is guessed here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.cohort.levels.question import LevelQuestion, facts_needed, facts_read
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.model_choice import default_of, offered_models
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.pharmacokinetics.inputs.covariates import (
    Covariates,
    KnownFact,
    PatientFacts,
    amounts_of,
    dose_refusal,
    patient_covariates,
)
from fullcourse.rules.sql import high_column, low_column, taking_name, value_column

__all__ = ["NOT_SOLVED", "REASONS", "Person", "columns_read", "people_of", "taking_stem", "words_of"]

Cells = Mapping[str, Any]
"""Columns by name: arrays, masked where a cell is NULL."""

NOT_SOLVED: Final = "not_solved"
REASONS: Final = {
    "record": "the record cannot be used; 'because' says why",
    "missing": "a fact that the model needs is not established at the date; 'facts' names it",
    "outside_population": "the patient or the dose is outside the people the model was fitted to; 'facts' says in what",
    "not_for": "a fact of the patient forbids the model; 'facts' names it",
    "unusable": "a value cannot be used; 'because' says why",
    NOT_SOLVED: "the numbers of this patient could not be worked out; 'because' says why",
}
"""Why a row has no prediction, by the code that it carries."""

AGE, COMPLETE = "age", "medicines_complete"
AGE_SPAN_YEARS: Final = 1.0
"""An age that is known to a year is used, as for a single patient."""


@dataclass(frozen=True, slots=True)
class Person:
    """One patient's model and covariates, or why there are none.

    Attributes:
        model: Id of the model; empty where none could be chosen.
        found: The covariates; None where a reason stands.
        reason: A code of ``REASONS``; empty where there are covariates.
        facts: The facts that the reason is about.
        because: The reason in words.
    """

    model: str = ""
    found: Covariates | None = None
    reason: str = ""
    facts: tuple[str, ...] = ()
    because: str = ""


def columns_read(question: LevelQuestion, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the columns of a table of facts that a question reads."""
    names = {name for file in question.files.values() for name in facts_read(file)} | {AGE}
    columns = [column for name in sorted(names & knowledge.facts.keys()) for column in _columns_of(name, knowledge)]
    for name in _taken(question):
        columns += [low_column(taking_stem(name)), high_column(taking_stem(name))]
    return (*dict.fromkeys([*columns, value_column(COMPLETE)]),)


def taking_stem(inn: str) -> str:
    """Return what the columns of a medicine begin with."""
    return taking_name(f"drug.{inn}", None)


def _columns_of(name: str, knowledge: Knowledge) -> tuple[str, ...]:
    stem = value_column(name)
    return (low_column(stem), high_column(stem)) if _is_number(knowledge.facts[name]) else (stem,)


def _is_number(definition: FactDefinition) -> bool:
    return definition.kind == "number" or bool(definition.derived)


def _taken(question: LevelQuestion) -> tuple[str, ...]:
    rows = [row for file in question.files.values() for row in file.covariates.values() if row.formula == "taking"]
    return tuple(dict.fromkeys(row.fact for row in rows))


def people_of(question: LevelQuestion, knowledge: Knowledge, cells: Cells, count: int) -> list[Person]:
    """Return every patient of a table of facts.

    Args:
        question: What is asked.
        knowledge: Says the units of facts.
        cells: The columns of `columns_read`, and ``error``.
        count: How many rows.
    """
    names = {name for file in question.files.values() for name in facts_read(file)} | {AGE}
    known = {name: _known(name, knowledge.facts[name], cells) for name in sorted(names & knowledge.facts.keys())}
    errors = words_of(cells["error"])
    taking, complete = _taking_of(question, cells, count)
    refused = {file.id: dose_refusal(file, amounts_of(question.steps)) for file in question.files.values()}
    people = []
    for at in range(count):
        if errors[at] is not None:
            people.append(Person(reason="record", because=str(errors[at])))
            continue
        facts = {name: fact for name, values in known.items() if (fact := values[at]) is not None}
        people.append(_person(question, PatientFacts(facts, taking[at], complete[at]), refused))
    return people


def words_of(values: Any) -> list[Any]:
    """Return the cells of a column of words, or of yes and no; None where a cell is NULL."""
    words: list[Any] = np.ma.asarray(values).tolist()
    return words


def _known(name: str, definition: FactDefinition, cells: Cells) -> list[KnownFact | None]:
    """Return what is exactly known of a fact, patient by patient."""
    stem = value_column(name)
    if not _is_number(definition):
        kind = str if definition.values else bool
        return [None if word is None else KnownFact(kind(word)) for word in words_of(cells[stem])]
    low, high = (np.ma.filled(cells[end(stem)].astype(np.float64), np.nan) for end in (low_column, high_column))
    exact = (high - low <= AGE_SPAN_YEARS) if name == AGE else (low == high)
    return [
        KnownFact(value, definition.unit) if usable else None
        for value, usable in zip(low.tolist(), exact.tolist(), strict=True)
    ]


def _taking_of(question: LevelQuestion, cells: Cells, count: int) -> tuple[list[frozenset[str]], list[bool]]:
    """Return the medicines that each patient certainly takes, and whether all others are certainly not taken."""
    complete = np.ma.filled(cells[value_column(COMPLETE)].astype(np.bool_), False)
    taking: list[set[str]] = [set() for _ in range(count)]
    for name in _taken(question):
        low = np.ma.filled(cells[low_column(taking_stem(name))].astype(np.float64), 0.0)
        high = np.ma.filled(cells[high_column(taking_stem(name))].astype(np.float64), np.inf)
        complete = complete & ((low >= 1.0) | (high == 0.0))
        for at in np.flatnonzero(low >= 1.0).tolist():
            taking[at].add(name)
    return [frozenset(names) for names in taking], complete.tolist()


def _person(question: LevelQuestion, facts: PatientFacts, refused: Mapping[str, str]) -> Person:
    file, person = _choose(question, facts)
    if file is None:
        return person
    if refused[file.id]:
        return Person(file.id, None, "outside_population", ("dose",), refused[file.id])
    try:
        return Person(file.id, patient_covariates(file, facts))
    except OutsideLabel as error:
        return Person(file.id, None, *_outside(file, facts), str(error))
    except InputError as error:
        lacking = tuple(name for name in facts_needed(file) if name not in facts.facts)
        return Person(file.id, None, "missing" if lacking else "unusable", lacking, str(error))


def _choose(question: LevelQuestion, facts: PatientFacts) -> tuple[PkModelFile | None, Person]:
    """Return the model of a patient, or the reason why none is."""
    if question.is_named:
        return next(iter(question.files.values())), Person()
    age = facts.facts.get(AGE)
    if age is None:
        return None, Person(reason="missing", facts=(AGE,), because="the model depends on the age, which is not known")
    file = default_of(offered_models(question.files, float(age.value)))
    says = f"no model of {question.drug} here is for people of {age.value} years"
    return file, Person(reason="outside_population", facts=(AGE,), because=says)


def _outside(file: PkModelFile, facts: PatientFacts) -> tuple[str, tuple[str, ...]]:
    """Return the code of a refusal, and what it is about."""
    for row in file.not_for:
        fact = facts.facts.get(row.fact)
        if fact is not None and fact.value is True:
            return "not_for", (row.fact,)
    limits = [limit for limit in file.limits if limit.outside == "refuse" and limit.covariate != "dose"]
    for limit in limits:
        value = facts.number(limit.covariate, limit.unit) if limit.covariate not in file.covariates else None
        if value is not None and not (limit.low or 0.0) <= value <= (np.inf if limit.high is None else limit.high):
            return "outside_population", (limit.covariate,)
    return "outside_population", _names(limits)


def _names(limits: Sequence[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(limit.covariate for limit in limits))
