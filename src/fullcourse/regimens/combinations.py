"""Every admissible combination of the drugs of a construction, examined exactly, in the order of its ranking.

A combination takes at most one drug of each slot, so that alternatives are never taken together. All combinations are
held as one array, made once for each construction; a patient's drugs and pairs strike out rows, and what is left is
ranked by the keys of `KEYS`, the first key first. Nothing is approximated and nothing is cut off.
"""

from collections.abc import Sequence
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
    """The admissible combinations of one construction for one patient, best first."""

    def __init__(self, names: Sequence[str], rows: NDArray[np.uint8], keys: _Whole) -> None:
        """Take the rows that are left, with their keys, one column a key."""
        self._names, self._rows, self._keys = tuple(names), rows, keys
        order = np.lexsort(keys.T[::-1]) if len(rows) else np.zeros(0, dtype=np.int64)
        self._order = order

    def __len__(self) -> int:
        """Return how many combinations are admissible."""
        return len(self._rows)

    def best(self, count: int) -> list[Combination]:
        """Return the first so many."""
        return [self._combination(int(place)) for place in self._order[:count]]

    def best_with(self, drug: str) -> Combination | None:
        """Return the best one that holds a drug; None where none does."""
        column = self._rows[self._order, self._names.index(drug)]
        first = int(np.argmax(column)) if len(column) else 0
        return self._combination(int(self._order[first])) if len(column) and column[first] else None

    def _combination(self, place: int) -> Combination:
        row = self._rows[place]
        drugs = tuple(name for name, taken in zip(self._names, row, strict=True) if taken)
        return Combination(drugs, tuple(int(key) for key in self._keys[place]))


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
    admissible = np.ones(len(rows), dtype=bool)
    for place, name in enumerate(names):
        if name not in demand.usable:
            admissible &= rows[:, place] == 0
        elif name in demand.kept:
            admissible &= rows[:, place] == 1
    for pair in screened.among(names):
        if pair.allowed is False:
            admissible &= (rows[:, names.index(pair.drugs[0])] & rows[:, names.index(pair.drugs[1])]) == 0
    if demand.new_at_least:
        admissible &= rows.sum(axis=1, dtype=np.int64) - len(demand.kept) >= demand.new_at_least
    admissible &= rows.any(axis=1)
    left = rows[admissible]
    return Ranked(names, left, _keys(construction, left, np.flatnonzero(admissible), screened, demand, toxicities))


@lru_cache(maxsize=8)
def _every(construction: Construction) -> NDArray[np.uint8]:
    """Return all combinations, one row each; a row that names earlier drugs comes first."""
    slots: dict[str, list[int]] = {}
    for place, candidate in enumerate(construction.candidates):
        slots.setdefault(candidate.slot, []).append(place)
    choices = list(product(*((*places, -1) for places in slots.values())))
    rows = np.zeros((len(choices), len(construction.candidates)), dtype=np.uint8)
    for column in np.array(choices, dtype=np.int64).T:
        taken = column >= 0
        rows[np.flatnonzero(taken), column[taken]] = 1
    return rows


def _keys(
    construction: Construction,
    rows: NDArray[np.uint8],
    places: _Whole,
    screened: Screened,
    demand: Demand,
    toxicities: Sequence[Toxicity],
) -> _Whole:
    candidates = construction.candidates
    counts = rows.astype(np.int64)

    def number(marks: Sequence[int]) -> _Whole:
        return counts @ np.array(marks, dtype=np.int64)

    first, second = (number([it.group == name for it in candidates]) for name in construction.groups[:2])
    asked = np.where(
        first >= construction.first_group_whole,
        construction.second_group_at_least,
        construction.second_group_otherwise,
    )
    total = counts.sum(axis=1)
    effects = [screened.drugs[it.drug].effective for it in candidates]
    majors = number([sum(it.severity >= Severity.MAJOR for it in screened.drugs[c.drug].against) for c in candidates])
    names = [it.drug for it in candidates]
    for pair in screened.among(names):
        if pair.worst >= Severity.MAJOR:
            majors = majors + counts[:, names.index(pair.drugs[0])] * counts[:, names.index(pair.drugs[1])]
    shared = [np.maximum(number([it.drug in toxicity.drugs for it in candidates]) - 1, 0) for toxicity in toxicities]
    keys = (
        np.maximum(demand.effective_at_least - total, 0),
        -np.minimum(first, construction.first_group_whole),
        np.maximum(asked - second, 0),
        total,
        -number(_weights(construction)),
        -number([effect is True for effect in effects]),
        majors,
        number([name in demand.waiting for name in names]),
        sum(shared, np.zeros(len(rows), dtype=np.int64)),
        places,
    )
    return np.stack(keys, axis=1) if len(rows) else np.zeros((0, len(KEYS)), dtype=np.int64)


def _weights(construction: Construction) -> list[int]:
    """Return a weight for each candidate of the later groups: an earlier slot outweighs all that come after it."""
    later = set(construction.groups[2:])
    slots = list(dict.fromkeys(it.slot for it in construction.candidates if it.group in later))
    return [2 ** (len(slots) - slots.index(it.slot)) if it.group in later else 0 for it in construction.candidates]
