"""Every admissible combination of the drugs of a construction, examined exactly, in the order of its ranking.

A combination takes at most one drug of each slot, so that alternatives are never taken together. All combinations are
held as one array, made once for each construction; a patient's drugs and pairs strike out rows, and what is left is
ranked by the keys of `KEYS`, the first key first. Nothing is approximated and nothing is cut off.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fullcourse.clinical.finding import Severity
from fullcourse.knowledge.regimens import Construction, Toxicity
from fullcourse.regimens.screened import Screened

__all__ = ["KEYS", "Combination", "Demand", "Ranked", "rank_combinations"]

_Whole = NDArray[np.int64]
_Marks = NDArray[np.float32]

KEYS: Final = (
    ("short", "it comes nearer to the number of effective drugs that is asked for"),
    ("first_group", "it holds more drugs of the first group"),
    ("second_group", "it holds the drugs of the second group that are asked for"),
    ("drugs", "it needs fewer drugs"),
    ("later_groups", "its further drugs come earlier in the order of the source"),
    ("certain", "more of its drugs are shown effective"),
    ("majors", "fewer serious warnings apply to its drugs and pairs"),
    ("open", "fewer of its drugs wait for an answer"),
    ("overlaps", "fewer of its drugs share a harm"),
    ("place", "its drugs are named first by the source"),
)
"""The keys of the ranking, each with what it says of the better one."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of a combination for one patient.

    Attributes:
        usable: Drugs that may be in it.
        waiting: Those of them that cannot be assessed yet.
        effective_at_least: How many effective drugs it has.
        kept: Drugs that must be in it.
        new_at_least: How many drugs beside those kept it has at least.
    """

    usable: frozenset[str]
    waiting: frozenset[str]
    effective_at_least: int
    kept: frozenset[str] = frozenset()
    new_at_least: int = 0


@dataclass(frozen=True, slots=True)
class Combination:
    """One combination with its keys, in the order of `KEYS`; smaller is better in each."""

    drugs: tuple[str, ...]
    keys: tuple[int, ...]

    def stands_before(self, other: "Combination") -> str:
        """Return why this one stands before another."""
        for (_, says), mine, theirs in zip(KEYS, self.keys, other.keys, strict=True):
            if mine != theirs:
                return says
        return "nothing sets them apart"


class Ranked:
    """The admissible combinations of one construction for one patient, ranked."""

    def __init__(self, names: Sequence[str], rows: _Marks, keys: _Whole) -> None:
        """Take the rows that are left in the order of the source, with their keys, one column a key."""
        self._names, self._rows, self._keys = tuple(names), rows, keys
        self._ranks = _as_one(keys)

    def __len__(self) -> int:
        """Return how many combinations are admissible."""
        return len(self._rows)

    def best(self, count: int) -> list[Combination]:
        """Return the first so many, best first."""
        ranks, places = self._ranks.copy(), []
        for _ in range(min(count, len(ranks))):
            places.append(int(ranks.argmin()))  # of equals the first, which the source names first
            ranks[places[-1]] = np.iinfo(np.int64).max
        return [self._combination(place) for place in places]

    def best_with(self, drug: str) -> Combination | None:
        """Return the best one that holds a drug; None where none does."""
        holding = np.flatnonzero(self._rows[:, self._names.index(drug)])
        return self._combination(int(holding[self._ranks[holding].argmin()])) if len(holding) else None

    def _combination(self, place: int) -> Combination:
        row = self._rows[place]
        drugs = tuple(name for name, taken in zip(self._names, row, strict=True) if taken)
        return Combination(drugs, (*(int(key) for key in self._keys[place]), place))


def rank_combinations(
    construction: Construction, screened: Screened, demand: Demand, toxicities: Sequence[Toxicity]
) -> Ranked:
    """Return every admissible combination, ranked.

    Args:
        construction: Whose candidates, groups and numbers.
        screened: What the check said of each candidate and pair.
        demand: What is asked for this patient.
        toxicities: Harms that drugs may share.
    """
    names = [candidate.drug for candidate in construction.candidates]
    rows = _every(construction)
    forbidden = rows @ _column(name not in demand.usable for name in names)
    lacking = len(demand.kept & set(names)) - rows @ _column(name in demand.kept for name in names)
    apart = np.zeros((len(names), len(names)), dtype=np.float32)
    for pair in screened.among(names):
        if pair.allowed is False:
            apart[names.index(pair.drugs[0]), names.index(pair.drugs[1])] = 1.0
    forbidden += _both(rows, apart)
    total = rows @ np.ones(rows.shape[1], dtype=np.float32)
    admissible = (forbidden == 0) & (lacking == 0) & (total > 0)
    admissible &= total - len(demand.kept) >= demand.new_at_least
    left = rows[admissible]
    return Ranked(names, left, _keys(construction, left, screened, demand, toxicities))


@lru_cache(maxsize=8)
def _every(construction: Construction) -> _Marks:
    """Return all combinations, one row each; a row that names earlier drugs comes first."""
    slots: dict[str, list[int]] = {}
    for place, candidate in enumerate(construction.candidates):
        slots.setdefault(candidate.slot, []).append(place)
    choices = list(product(*((*places, -1) for places in slots.values())))
    rows = np.zeros((len(choices), len(construction.candidates)), dtype=np.float32)
    for column in np.array(choices, dtype=np.int64).T:
        taken = column >= 0
        rows[np.flatnonzero(taken), column[taken]] = 1.0
    return rows


def _keys(
    construction: Construction,
    rows: _Marks,
    screened: Screened,
    demand: Demand,
    toxicities: Sequence[Toxicity],
) -> _Whole:
    """Return the keys of each row but the last, which is its place.

    Everything counted is a small whole number, which a single-precision float holds exactly.
    """
    candidates = construction.candidates
    names = [candidate.drug for candidate in candidates]
    views = [screened.drugs[name] for name in names]
    marks: list[list[float]] = [
        [float(it.group == construction.groups[0]) for it in candidates],
        [float(it.group == construction.groups[1]) for it in candidates],
        _weights(construction),
        [float(view.effective is True) for view in views],
        [float(sum(it.severity >= Severity.MAJOR for it in view.against)) for view in views],
        [float(name in demand.waiting) for name in names],
        *([float(name in toxicity.drugs) for name in names] for toxicity in toxicities),
    ]
    first, second, later, certain, majors, waiting, *harms = np.array(marks, dtype=np.float32) @ rows.T
    serious = np.zeros((len(names), len(names)), dtype=np.float32)
    for pair in screened.among(names):
        if pair.worst >= Severity.MAJOR:
            serious[names.index(pair.drugs[0]), names.index(pair.drugs[1])] = 1.0
    asked = np.where(
        first >= construction.first_group_whole,
        construction.second_group_at_least,
        construction.second_group_otherwise,
    )
    total = rows @ np.ones(rows.shape[1], dtype=np.float32)
    keys = (
        np.maximum(demand.effective_at_least - total, 0),
        -np.minimum(first, construction.first_group_whole),
        np.maximum(asked - second, 0),
        total,
        -later,
        -certain,
        majors + _both(rows, serious),
        waiting,
        sum((np.maximum(harm - 1, 0) for harm in harms), np.zeros(len(rows), dtype=np.float32)),
    )
    return np.stack(keys, axis=1).astype(np.int64)


def _both(rows: _Marks, pairs: _Marks) -> _Marks:
    """Return how many of some pairs each row holds."""
    held: _Marks = np.einsum("ij,ij->i", rows @ pairs, rows)
    return held


def _column(marks: Iterable[bool]) -> _Marks:
    return np.array(list(marks), dtype=np.float32)


def _as_one(keys: _Whole) -> _Whole:
    """Return one number for each row that orders rows as their keys do, the first key first."""
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    lowest, spans = keys.min(axis=0), [int(span) + 1 for span in np.ptp(keys, axis=0)]
    if math.prod(spans) >= np.iinfo(np.int64).max:
        raise ValueError("the keys of combinations do not fit into one number")
    ranks = np.zeros(len(keys), dtype=np.int64)
    for column, low, span in zip(keys.T, lowest, spans, strict=True):
        ranks = ranks * span + (column - low)
    return ranks


def _weights(construction: Construction) -> list[float]:
    """Return a weight for each candidate of the later groups: an earlier slot outweighs all that come after it."""
    later = set(construction.groups[2:])
    slots = list(dict.fromkeys(it.slot for it in construction.candidates if it.group in later))
    return [2.0 ** (len(slots) - slots.index(it.slot)) if it.group in later else 0.0 for it in construction.candidates]
