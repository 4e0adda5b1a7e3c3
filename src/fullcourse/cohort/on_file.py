"""Which facts of a register have evidence that did not count, as `rules.on_file` decides.

Only whether there is any matters here, fact by fact: it keeps a decision from being no objection. The columns hold it
as words of bits, one bit a fact that can move a decision. It was asked with each shape of evidence, and is asked anew
only where something else than the evidence itself settled the fact.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from fullcourse.cohort.alike import alike
from fullcourse.cohort.establish import Established, FactColumn, as_fact
from fullcourse.cohort.evidence import I64, Bools, Codebook
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.on_file import did_not_count

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
    established: Established, facts: Mapping[str, FactColumn], decisive: Iterable[str], count: int
) -> list[I64]:
    """Return the words of many patients.

    Args:
        established: What the evidence came to by itself.
        facts: What is known in the end.
        decisive: The facts that have a bit, in their order.
        count: Number of patients.
    """
    groups, names = established.groups, tuple(decisive)
    words = [np.zeros(count, np.int64) for _ in range(0, len(names), BITS)]
    order = np.argsort(groups.fact, kind="stable")
    numbers, book = groups.fact[order], Codebook.of(groups.knowledge)
    for bit, name in enumerate(names):
        begin, end = np.searchsorted(numbers, [book.number_of[name], book.number_of[name] + 1])
        chosen = order[begin:end]
        if chosen.size:
            unused = chosen[_unused(groups.knowledge.facts[name], facts[name], established, chosen)]
            words[bit // BITS][groups.patient[unused]] |= np.int64(1 << bit % BITS)
    return words


def _unused(definition: FactDefinition, fact: FactColumn, established: Established, chosen: I64) -> Bools:
    """Return of which groups, all of one fact, some evidence did not count."""
    groups, who = established.groups, established.groups.patient[chosen]
    word, low, high = fact.word[who], fact.low[who], fact.high[who]
    source = groups.starts[chosen] + np.maximum(established.value[chosen], 0)
    as_found = np.where(
        established.value[chosen] >= 0,
        (low == groups.rows.low[source]) & (high == groups.rows.high[source]),
        np.isinf(low) & np.isinf(high),
    ) & (word == established.word[chosen])
    is_known = (word >= 0) | (low > -np.inf) | (high < np.inf)
    # Of what is open nothing counted, whatever there is.
    unused: Bools = np.where(is_known, established.unused[chosen], True)
    other = np.flatnonzero(is_known & ~as_found)
    if not other.size:
        return unused
    by_itself = np.where(word[other] >= 0, 0, other + 1)  # of numbers no two are alike
    kinds = alike([established.kind[chosen[other]], word[other], by_itself])
    judged = []
    for first in kinds.first.tolist():
        known = as_fact(definition, fact, int(who[other[first]]))
        judged.append(
            bool(did_not_count(definition, known, groups.pieces(int(chosen[other[first]]), definition), groups.at))
        )
    unused[other] = np.array(judged, np.bool_)[kinds.kind]
    return unused
