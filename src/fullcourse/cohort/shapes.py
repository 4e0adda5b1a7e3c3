"""The evidence of each patient and fact as a shape: all that `rules.found` can tell two of them apart by.

A shape holds, piece by piece in the order of time, how far it goes, its word, whether it is dated, lies after the check
or inside its shelf life, what is as new as what, and what says the same as the newest. The values and dates themselves
do not stand in it: of a shape it is decided which piece counts, and each patient gets that piece's own value and age.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.moment import Moment, day_number, day_of, end_of_day_s
from fullcourse.clinical.quantity import Interval
from fullcourse.cohort.evidence import ABSURD, BESIDE, F64, I64, OVER, STATED, UNSURE, Bools, Codebook, EvidenceColumns
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["Groups", "gathered", "shapes_of"]

_LONGEST: Final = 60
"""More pieces than this of one fact are decided for their patient alone."""

_STANDINGS: Final = {
    STATED: Standing.STATED,
    UNSURE: Standing.UNSURE,
    ABSURD: Standing.ABSURD,
    OVER: Standing.OVER,
    BESIDE: Standing.BESIDE,
}
_NEVER: Final = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Groups:
    """Evidence by patient and fact, in the order of time; what has no date stands first.

    Attributes:
        rows: The evidence so ordered.
        place: Where each of its rows stood before, by which the record's own order is known.
        starts: Where each group begins.
        sizes: How many pieces it has.
        patient: Of each group.
        fact: Of each group.
        knowledge: Whose facts these are.
        at: Date of the check.
    """

    rows: EvidenceColumns
    place: I64
    starts: I64
    sizes: I64
    patient: I64
    fact: I64
    knowledge: Knowledge
    at: date

    def find(self, patient: int, fact: int) -> int | None:
        """Return the group of a patient and fact; None where nothing speaks of it."""
        begin, end = np.searchsorted(self.patient, [patient, patient + 1])
        group = int(begin + np.searchsorted(self.fact[begin:end], fact))
        return group if group < end and self.fact[group] == fact else None

    def pieces(self, group: int, definition: FactDefinition) -> list[Evidence]:
        """Return the evidence of a group as the record lists it; each piece's origin is its place in the group."""
        start, size = int(self.starts[group]), int(self.sizes[group])
        in_record = np.argsort(self.place[start : start + size], kind="stable") if size > 1 else [0]
        return [self._piece(start + int(number), int(number), definition) for number in in_record]

    def _piece(self, row: int, number: int, definition: FactDefinition) -> Evidence:
        rows = self.rows
        standing = _STANDINGS[int(rows.standing[row])]
        on = None
        if rows.has_date[row]:
            day = day_of(int(rows.first_day[row]))
            on = Moment("", day, day, float(rows.start_s[row]), float(rows.end_s[row]))
        says = standing in (Standing.STATED, Standing.OVER)
        value = _value(definition, int(rows.word[row]), float(rows.low[row]), float(rows.high[row])) if says else None
        return Evidence(definition.id, value, on, str(number), None, "", standing)


def _value(definition: FactDefinition, word: int, low: float, high: float) -> bool | str | Interval | None:
    if word >= 0:
        return definition.values[word] if definition.values else bool(word)
    if low == -np.inf and high == np.inf:
        return None
    if definition.kind == "date":
        return "/".join(day_of(int(day)).isoformat() for day in (low, high))
    return Interval(low, high)


def gathered(evidence: EvidenceColumns, knowledge: Knowledge, at: date) -> Groups:
    """Return evidence by patient and fact."""
    facts = len(knowledge.facts)
    key = evidence.patient * facts + evidence.fact
    place = np.lexsort((np.where(evidence.has_date, evidence.start_s, -np.inf), key))
    key = key[place]
    rows = EvidenceColumns(**{name: getattr(evidence, name)[place] for name in EvidenceColumns.__slots__})
    starts = np.flatnonzero(np.concatenate([np.ones(min(1, len(key)), np.bool_), key[1:] != key[:-1]]))
    sizes = np.diff(np.append(starts, len(key)))
    return Groups(rows, place, starts, sizes, key[starts] // facts, key[starts] % facts, knowledge, at)


def shapes_of(groups: Groups) -> tuple[I64, Bools]:
    """Return the shape of each row, as one number, and which groups can share a decision with their like."""
    rows, today = groups.rows, day_number(groups.at)
    definitions = [groups.knowledge.facts[name] for name in Codebook.of(groups.knowledge).facts]
    limits = np.array([np.inf if it.valid_days is None else it.valid_days for it in definitions], np.float64)
    of_row = np.repeat(np.arange(len(groups.starts)), groups.sizes)
    later = rows.has_date & (rows.first_day > today) & (rows.start_s >= end_of_day_s(groups.at))
    age = today - rows.first_day
    fresh = rows.has_date & (age <= limits[rows.fact])
    same, near = _as_the_newest(groups, of_row, ~later & (rows.standing != BESIDE))
    reach = _reach(groups, of_row)
    day = np.where(rows.has_date, rows.first_day, _NEVER)
    follows = np.concatenate([[False], of_row[1:] == of_row[:-1]]) if len(of_row) else np.zeros(0, np.bool_)
    another_day = follows & (day != np.roll(day, 1))
    backwards = follows & (day < np.roll(day, 1))
    has_value = (rows.word >= 0) | (rows.low > -np.inf) | (rows.high < np.inf)
    shape = rows.standing.astype(np.int64)
    for feature, bits in (
        (rows.word + 1, 24), (rows.has_date, 1), (later, 1), (fresh, 1), (age <= 0, 1), (same, 1), (another_day, 1),
        (has_value, 1), (reach, 7),
    ):  # fmt: skip
        shape = (shape << bits) | feature.astype(np.int64)
    alone = groups.sizes > _LONGEST
    alone[of_row[near | backwards | (rows.word >= 2**24 - 1)]] = True
    return shape, ~alone


def _as_the_newest(groups: Groups, of_row: I64, seen: Bools) -> tuple[Bools, Bools]:
    """Return which rows hold the very value of the newest that is seen, and which one that may pass as equal to it."""
    rows = groups.rows
    if not len(of_row):
        return np.zeros(0, np.bool_), np.zeros(0, np.bool_)
    newest = np.maximum(np.maximum.reduceat(np.where(seen, np.arange(len(seen)), -1), groups.starts), 0)[of_row]
    low, high = rows.low[newest], rows.high[newest]
    same_word = rows.word == rows.word[newest]
    same = (rows.low == low) & (rows.high == high) & same_word
    near = ~same & same_word & _near(rows.low, low) & _near(rows.high, high)
    return same, near


def _near(ends: F64, others: F64) -> Bools:
    """Return which ends are alike to a millionth: wider than any rounding, since they are then looked at alone."""
    with np.errstate(invalid="ignore"):
        near: Bools = (ends == others) | (np.abs(ends - others) <= 1e-6 * np.abs(others))
    return near


def _reach(groups: Groups, of_row: I64) -> I64:
    """Return for each row how many of the rows behind it begin no later than it ends, up to the longest shape."""
    rows, count = groups.rows, len(of_row)
    start = np.where(rows.has_date, rows.start_s, -np.inf)
    end = np.where(rows.has_date, rows.end_s, -np.inf)
    reach = np.zeros(count, np.int64)
    open_ = np.arange(count)
    for behind in range(1, _LONGEST + 1):
        open_ = open_[open_ + behind < count]
        other = open_ + behind
        open_ = open_[(of_row[open_] == of_row[other]) & (end[open_] >= start[other])]
        if not open_.size:
            break
        reach[open_] = behind
    return reach
