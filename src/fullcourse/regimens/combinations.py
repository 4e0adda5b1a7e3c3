"""Every admissible combination of the drugs of a construction, examined exactly, in the order of its ranking.

A combination takes at most one drug of each slot, so that alternatives are never taken together. All combinations are
held as one array, a bit for each drug, made once for each construction together with the keys that no patient changes;
a patient's drugs and pairs strike out rows, and what is left is ranked by the keys of `KEYS`, the first key first.
Nothing is approximated and nothing is cut off.

A rank is the keys as the digits of one whole number, so that a drug adds to it what it adds to each key: the ranks of
all combinations grow slot by slot.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fullcourse.clinical.finding import Severity
from fullcourse.knowledge.regimens import Construction, Toxicity
from fullcourse.regimens.screened import Screened

__all__ = ["KEYS", "Combination", "Demand", "Ranked", "rank_combinations"]

_Whole = NDArray[np.int64]
_LAST: Final = np.iinfo(np.int64).max

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

    def __init__(self, names: Sequence[str], rows: _Whole, ranks: _Whole, keys_of: "_KeysOf") -> None:
        """Take the rows that are left in the order of the source, with their ranks, and what tells the keys of one."""
        self._names, self._rows, self._ranks, self._keys_of = tuple(names), rows, ranks, keys_of

    def __len__(self) -> int:
        """Return how many combinations are admissible."""
        return len(self._rows)

    def best(self, count: int) -> list[Combination]:
        """Return the first so many, best first."""
        ranks, places = self._ranks.copy(), []
        for _ in range(min(count, len(ranks))):
            places.append(int(ranks.argmin()))  # of equals the first, which the source names first
            ranks[places[-1]] = _LAST
        return [self._combination(place) for place in places]

    def best_with(self, drug: str) -> Combination | None:
        """Return the best one that holds a drug; None where none does."""
        if not len(self._rows):
            return None
        bit = 1 << self._names.index(drug)
        place = int(np.where(self._rows & bit, self._ranks, _LAST).argmin())
        return self._combination(place) if int(self._rows[place]) & bit else None

    def _combination(self, place: int) -> Combination:
        row = int(self._rows[place])
        drugs = tuple(name for bit, name in enumerate(self._names) if row >> bit & 1)
        return Combination(drugs, (*self._keys_of(row), place))


_KeysOf = Callable[[int], tuple[int, ...]]


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
    every = _every(construction, tuple(toxicities), demand.effective_at_least)
    pairs = screened.among(names)
    kept, out = _bits(names, demand.kept), _bits(names, [name for name in names if name not in demand.usable])
    admissible = (every.rows & (out | kept)) == kept
    for apart in (_bits(names, pair.drugs) for pair in pairs if pair.allowed is False):
        admissible &= (every.rows & apart) != apart
    admissible &= every.total >= max(1, len(demand.kept) + demand.new_at_least)
    left = np.flatnonzero(admissible)
    views = [screened.drugs[name] for name in names]
    own = _Own(
        certain=_bits(names, [view.drug for view in views if view.effective is True]),
        majors=tuple(sum(it.severity >= Severity.MAJOR for it in view.against) for view in views),
        pairs=tuple(_bits(names, pair.drugs) for pair in pairs if pair.worst >= Severity.MAJOR),
        waiting=_bits(names, demand.waiting),
    )
    rows = every.rows[left]
    return Ranked(names, rows, _ranks(construction, every, own)[left], lambda row: _keys(every, own, row))


@dataclass(frozen=True, slots=True, eq=False)
class _Every:
    """All combinations of a construction, with what no patient changes.

    Attributes:
        rows: Each combination as bits, the first candidate the lowest; one that names earlier drugs comes first.
        total: How many drugs each holds.
        before: The keys before those that a patient decides, one column a key.
        overlaps: The key behind them.
        rank: The keys of ``before`` as one number.
    """

    rows: _Whole
    total: _Whole
    before: _Whole
    overlaps: _Whole
    rank: _Whole


@dataclass(frozen=True, slots=True)
class _Own:
    """What a patient's results and check add to the keys: bits of drugs, warnings of each, bits of serious pairs."""

    certain: int
    majors: tuple[int, ...]
    pairs: tuple[int, ...]
    waiting: int


@lru_cache(maxsize=16)
def _every(construction: Construction, toxicities: tuple[Toxicity, ...], effective_at_least: int) -> _Every:
    candidates = construction.candidates
    names = [it.drug for it in candidates]
    rows = _grown(construction, [1 << place for place in range(len(names))])

    def held(marks: Iterable[bool]) -> _Whole:
        return _grown(construction, [int(mark) for mark in marks])

    first, second = (held(it.group == group for it in candidates) for group in construction.groups[:2])
    asked = np.where(
        first >= construction.first_group_whole,
        construction.second_group_at_least,
        construction.second_group_otherwise,
    )
    total = held(True for _ in candidates)
    before = (
        np.maximum(effective_at_least - total, 0),
        -np.minimum(first, construction.first_group_whole),
        np.maximum(asked - second, 0),
        total,
        -_grown(construction, _weights(construction)),
    )
    harms = (np.maximum(held(name in it.drugs for name in names) - 1, 0) for it in toxicities)
    return _Every(rows, total, np.stack(before, axis=1), sum(harms, np.zeros_like(total)), _as_one(before))


def _grown(construction: Construction, worth: Sequence[int]) -> _Whole:
    """Return the sum of what its drugs are worth, for every combination."""
    sums = np.zeros(1, dtype=np.int64)
    for places in _slots(construction):
        choices = np.array([*(worth[place] for place in places), 0], dtype=np.int64)
        sums = (sums[:, None] + choices).ravel()
    return sums


@lru_cache(maxsize=8)
def _slots(construction: Construction) -> tuple[tuple[int, ...], ...]:
    """Return the places of the candidates of each slot."""
    slots: dict[str, list[int]] = {}
    for place, candidate in enumerate(construction.candidates):
        slots.setdefault(candidate.slot, []).append(place)
    return tuple(map(tuple, slots.values()))


def _ranks(construction: Construction, every: _Every, own: _Own) -> _Whole:
    """Return one number for each combination that orders them as their keys do, the first key first."""
    count = len(own.majors)
    of_overlaps = int(every.overlaps.max(initial=0)) + 1
    of_waiting = of_overlaps * (count + 1)
    of_majors = of_waiting * (sum(own.majors) + len(own.pairs) + 1)
    of_certain = of_majors * (count + 1)
    if (int(every.rank.max(initial=0)) + 1) * of_certain >= _LAST:
        raise ValueError("the keys of combinations do not fit into one number")
    worth = [
        majors * of_waiting - (own.certain >> place & 1) * of_majors + (own.waiting >> place & 1) * of_overlaps
        for place, majors in enumerate(own.majors)
    ]
    ranks = every.rank * of_certain + count * of_majors + every.overlaps + _grown(construction, worth)
    for pair in own.pairs:
        ranks += ((every.rows & pair) == pair) * np.int64(of_waiting)
    return ranks


def _keys(every: _Every, own: _Own, row: int) -> tuple[int, ...]:
    """Return the keys of one combination, but the last, which is its place."""
    place = int(np.flatnonzero(every.rows == row)[0])
    majors = sum(count for bit, count in enumerate(own.majors) if row >> bit & 1)
    pairs = sum(row & pair == pair for pair in own.pairs)
    own_keys = (-(row & own.certain).bit_count(), majors + pairs, (row & own.waiting).bit_count())
    return (*every.before[place].tolist(), *own_keys, int(every.overlaps[place]))


def _bits(names: Sequence[str], chosen: Iterable[str]) -> int:
    """Return some drugs as bits; one that is no candidate has none."""
    return sum(1 << names.index(name) for name in set(chosen) if name in names)


def _as_one(keys: Sequence[_Whole]) -> _Whole:
    """Return one number for each row that orders rows as their keys do, the first key first, from 0."""
    ranks = np.zeros(len(keys[0]), dtype=np.int64)
    for column in keys:
        low = int(column.min())
        ranks = ranks * (int(column.max()) - low + 1) + (column - low)
    return ranks


def _weights(construction: Construction) -> list[int]:
    """Return a weight for each candidate of the later groups: an earlier slot outweighs all that come after it."""
    later = set(construction.groups[2:])
    slots = list(dict.fromkeys(it.slot for it in construction.candidates if it.group in later))
    return [1 << len(slots) - slots.index(it.slot) if it.group in later else 0 for it in construction.candidates]
