"""Which evidence of a register did not count, for many patients at once: `rules.on_file` over columns.

Only whether there is any matters here, fact by fact: it keeps a decision from being no objection. The columns hold it
as words of bits, one bit a fact that can move a decision.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import numpy as np

from fullcourse.clinical.moment import day_number, end_of_day_s
from fullcourse.cohort.establish import FactColumn, close_to
from fullcourse.cohort.evidence import F64, I64, OVER, STATED, YES, Bools, Codebook, EvidenceColumns
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["BITS", "NOT_CLEAR", "aside_columns", "aside_words", "words_of"]

BITS: Final = 62
"""Bits in one word: a BIGINT of every engine holds them, and their sum is never negative."""

NOT_CLEAR: Final = "record__not_clear"
"""The column that says whether an entry was not understood, or a part of the record not read."""


def aside_words(decisive: Iterable[str]) -> list[str]:
    """Return the columns that hold the words of bits of so many facts."""
    return [f"aside__{number}" for number in range(-(-len(tuple(decisive)) // BITS))]


def words_of(aside: Iterable[str], decisive: Iterable[str]) -> list[int]:
    """Return the words of one patient.

    Args:
        aside: Facts of which evidence did not count.
        decisive: The facts that have a bit, in their order.
    """
    facts, held = tuple(decisive), frozenset(aside)
    return [
        sum(1 << bit for bit, name in enumerate(facts[start : start + BITS]) if name in held)
        for start in range(0, len(facts), BITS)
    ]


def aside_columns(
    evidence: EvidenceColumns,
    facts: Mapping[str, FactColumn],
    decisive: Iterable[str],
    knowledge: Knowledge,
    at: date,
    count: int,
) -> list[I64]:
    """Return the words of many patients.

    Args:
        evidence: All evidence of these patients.
        facts: What it comes to.
        decisive: The facts that have a bit, in their order.
        knowledge: Its vocabulary.
        at: Date of the check.
        count: Number of patients.
    """
    names = tuple(decisive)
    words = [np.zeros(count, np.int64) for _ in range(0, len(names), BITS)]
    order = np.argsort(evidence.fact, kind="stable")
    numbers = evidence.fact[order]
    book = Codebook.of(knowledge)
    for bit, name in enumerate(names):
        number = book.number_of[name]
        begin, end = np.searchsorted(numbers, number), np.searchsorted(numbers, number, "right")
        if begin == end:
            continue
        rows = order[begin:end]
        unused = _unused(knowledge.facts[name], facts.get(name) or FactColumn.unknown(count), evidence, rows, at)
        words[bit // BITS][evidence.patient[rows[unused]]] |= np.int64(1 << bit % BITS)
    return words


def _unused(definition: FactDefinition, fact: FactColumn, evidence: EvidenceColumns, rows: I64, at: date) -> Bools:
    """Return which rows, all of one fact, did not count, where nothing newer has replaced them."""
    patient, standing = evidence.patient[rows], evidence.standing[rows]
    has_date, end_s = evidence.has_date[rows], evidence.end_s[rows]
    is_stated = standing == STATED
    known: Bools = (fact.word[patient] >= 0) | fact.is_number_known[patient]
    agrees = _agrees(definition, fact, evidence, rows) & known & (is_stated | (standing == OVER))
    later: Bools = has_date & (evidence.first_day[rows] > day_number(at))
    later &= evidence.start_s[rows] >= end_of_day_s(at)
    if definition.kind == "history":
        newest = _newest(evidence, rows, is_stated & agrees & ~later, len(fact.word))[patient]
        contradicts = is_stated & ~agrees & ~(has_date & (end_s < newest))
    else:
        newest = _newest(evidence, rows, is_stated & ~later, len(fact.word))[patient]
        undated = ~has_date & (definition.valid_days is not None) & ~agrees & (standing != OVER)
        is_yes = (fact.word[patient] == YES) & (definition.kind == "state")
        doubts = is_yes & ~is_stated & (standing != OVER) & ~(has_date & (end_s < newest))
        contradicts = undated | doubts
    unused: Bools = np.where(later, ~agrees, ~known | contradicts)
    return unused


def _agrees(definition: FactDefinition, fact: FactColumn, evidence: EvidenceColumns, rows: I64) -> Bools:
    patient = evidence.patient[rows]
    same: Bools = evidence.word[rows] == fact.word[patient]
    if definition.kind in ("number", "date"):
        same = close_to(evidence.low[rows], fact.low[patient])
        same &= close_to(evidence.high[rows], fact.high[patient])
    return same


def _newest(evidence: EvidenceColumns, rows: I64, among: Bools, count: int) -> F64:
    """Return for each patient the latest start of dated rows."""
    newest = np.full(count, -np.inf)
    dated = rows[among & evidence.has_date[rows]]
    np.maximum.at(newest, evidence.patient[dated], evidence.start_s[dated])
    return newest
