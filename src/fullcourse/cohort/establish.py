"""What evidence comes to at a date, for many patients at once: decided by `rules.found`, once for each shape of it.

No rule stands here. Evidence that `rules.found` cannot tell apart (`shapes`) is decided on the first patient who has
it; the answer names the piece that counts, and everybody gets the value and the age of that piece of their own.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.moment import day_number
from fullcourse.clinical.quantity import Interval
from fullcourse.cohort.alike import alike
from fullcourse.cohort.evidence import F64, I32, I64, NO, YES, Bools, Codebook
from fullcourse.cohort.shapes import Groups, shapes_of
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.found import found
from fullcourse.rules.on_file import did_not_count

__all__ = ["Established", "FactColumn", "as_fact", "establish_columns", "word_of"]

_MOST_KEPT: Final = 200_000
"""Decisions that a process keeps: memory stays flat however odd a register is."""


@dataclass(slots=True)
class FactColumn:
    """What is known of one fact, one element a patient.

    Attributes:
        word: Number of the word; -1 where it is not known, or where the fact is a number.
        low: Lower end of a number; minus infinity where it is not known.
        high: Upper end; infinity where it is not known.
        days: Days between the newest evidence that counted and the check; -1 where it is not dated.
        has_evidence: Whether it rests on anything in the record that speaks of it.
        several: Whether it rests on more than one piece of evidence.
    """

    word: I32
    low: F64
    high: F64
    days: I32
    has_evidence: Bools
    several: Bools

    @classmethod
    def unknown(cls, patients: int) -> "FactColumn":
        """Return a fact of which nothing is known for anybody."""
        return cls(
            np.full(patients, -1, np.int32),
            np.full(patients, -np.inf),
            np.full(patients, np.inf),
            np.full(patients, -1, np.int32),
            np.zeros(patients, np.bool_),
            np.zeros(patients, np.bool_),
        )

    @property
    def is_number_known(self) -> Bools:
        """Whether anything is known of the number."""
        return (self.low > -np.inf) | (self.high < np.inf)

    @property
    def age(self) -> F64:
        """The days, infinite where it is not dated."""
        return np.where(self.days < 0, np.inf, self.days)


def as_fact(definition: FactDefinition, column: FactColumn, patient: int) -> Fact:
    """Return one patient's fact as its column has it; a piece without content stands for what it rests on."""
    word, low, high = int(column.word[patient]), float(column.low[patient]), float(column.high[patient])
    value: bool | str | Interval | None = None
    if word >= 0:
        value = definition.values[word] if definition.values else bool(word)
    elif low > -np.inf or high < np.inf:
        value = Interval(low, high)
    days = int(column.days[patient])
    because = (Evidence(definition.id, value, None, ""),) if column.has_evidence[patient] else ()
    return Fact(definition.id, value, definition.unit, because, days=None if days < 0 else days)


def word_of(definition: FactDefinition, fact: Fact) -> int:
    """Return the number of the word that a fact is; -1 where it is not known, or a number."""
    if isinstance(fact.value, bool):
        return YES if fact.value else NO
    return definition.values.index(fact.value) if isinstance(fact.value, str) and definition.values else -1


class _Decision(NamedTuple):
    """What a shape comes to; places are those of pieces within the group, -1 for none.

    Attributes:
        word: Number of the word.
        value: Place of the piece whose number or date is the fact's.
        days: Place of the piece that is as old as the fact.
        pieces: How many it rests on.
        unused: 1 where some of it did not count, else 0.
    """

    word: int
    value: int
    days: int
    pieces: int
    unused: int


@dataclass(frozen=True, slots=True)
class Established:
    """What the evidence of facts comes to by itself, one element a group.

    Attributes:
        groups: The evidence.
        kind: Number of what a group is alike in with others.
        word: Number of the word; -1 for none.
        value: Place in the group of the piece whose number or date is the fact's; -1 for none.
        unused: Whether some of the evidence did not count.
    """

    groups: Groups
    kind: I64
    word: I64
    value: I64
    unused: Bools


def establish_columns(groups: Groups, count: int) -> tuple[dict[str, FactColumn], Established]:
    """Return what is known of every fact that records speak of, by their own evidence alone.

    Args:
        groups: The evidence.
        count: Number of patients.
    """
    book = Codebook.of(groups.knowledge)
    kind, decision = _decided(groups)
    rows, starts = groups.rows, groups.starts
    order = np.argsort(groups.fact, kind="stable")
    cuts = np.flatnonzero(np.diff(groups.fact[order])) + 1
    facts: dict[str, FactColumn] = {}
    for chosen in np.split(order, cuts) if order.size else ():
        name = book.facts[int(groups.fact[chosen[0]])]
        column = facts[name] = FactColumn.unknown(count)
        who, (word, value, days, pieces, _) = groups.patient[chosen], decision[:, chosen]
        column.word[who] = word
        column.has_evidence[who], column.several[who] = pieces > 0, pieces > 1
        known = value >= 0
        source = (starts[chosen] + value)[known]
        column.low[who[known]], column.high[who[known]] = rows.low[source], rows.high[source]
        dated = days >= 0
        source = (starts[chosen] + days)[dated]
        column.days[who[dated]] = np.maximum(0, day_number(groups.at) - rows.first_day[source])
    return facts, Established(groups, kind, decision[0], decision[1], decision[4] > 0)


def _decided(groups: Groups) -> tuple[I64, I64]:
    """Return the kind of each group, and its decision, one column a group."""
    shape, can_share = shapes_of(groups)
    number = np.arange(len(groups.starts))
    kinds = alike([groups.fact, groups.sizes, np.where(can_share, 0, number + 1)]) if number.size else None
    if kinds is None:
        return np.zeros(0, np.int64), np.zeros((len(_Decision._fields), 0), np.int64)
    kind = kinds.kind
    for place in range(int(groups.sizes[can_share].max(initial=0))):
        some = np.flatnonzero(can_share & (groups.sizes > place))
        kind[some] = alike([kind[some], shape[groups.starts[some] + place]]).kind + (kind.max() + 1)
    kinds = alike([kind])
    known = _kept(groups.knowledge)
    definitions = list(groups.knowledge.facts.values())
    decisions = []
    for group in kinds.first.tolist():
        start, definition = int(groups.starts[group]), definitions[int(groups.fact[group])]
        key = (definition.id, shape[start : start + int(groups.sizes[group])].tobytes())
        decision = known.get(key) if can_share[group] else None
        if decision is None:
            decision = _decide(groups, group, definition)
            if can_share[group] and len(known) < _MOST_KEPT:
                known[key] = decision
        decisions.append(decision)
    by_kind = np.array(decisions, np.int64)
    return kinds.kind, by_kind[kinds.kind].T


@lru_cache(maxsize=4)
def _kept(knowledge: Knowledge) -> dict[tuple[str, bytes], _Decision]:
    """Return the decisions that were made before with a knowledge: a shape is alike on every date."""
    return {}


def _decide(groups: Groups, group: int, definition: FactDefinition) -> _Decision:
    """Have the one-patient reader decide a group, and tell which of its pieces the answer is of."""
    pieces = groups.pieces(group, definition)
    fact = found(definition, pieces, groups.at)
    word = word_of(definition, fact)
    value = -1
    if word < 0 and fact.value is not None:
        value = next(int(piece.origin) for piece in pieces if piece.value is fact.value)
    days = -1
    if fact.days is not None:
        ages = {int(it.origin): (groups.at - it.on.first_day).days for it in fact.because if it.on is not None}
        days = next(place for place, age in ages.items() if max(0, age) == fact.days)
    unused = int(bool(did_not_count(definition, fact, pieces, groups.at)))
    return _Decision(word, value, days, len(fact.because), unused)
