"""Which courses of a store are likely one person's: shown with why, and never put together here.

A log holds no name, no birth date and no sex. What is left to tell by: events that stand under both ids, a transfer
that left under one id and arrived under another, and things that happened to both at one instant. A phone is a weak
sign: families share one, and tuberculosis runs in families. What many share tells nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Dispensed, Outcome, Result, Transfer

__all__ = ["LikelyPair", "likely_pairs"]

_Key = tuple[object, ...]

_ENOUGH: Final = 3
"""So many weak signs make a pair worth a look: our own choice, see the decision page."""
_SHARED_BY: Final = 5
"""A sign that more patients share tells nothing of two of them."""
_SAME: Final = "the same events"
_TRANSFER: Final = "one transfer"
_TELLING: Final = frozenset((_SAME, _TRANSFER))


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """Two courses that may be one person's.

    Attributes:
        first: Random id; the lesser of the two.
        second: Random id.
        why: What speaks for it, most telling first, each with how often.
        against: What speaks against it.
    """

    first: str
    second: str
    why: tuple[str, ...]
    against: tuple[str, ...]


def likely_pairs(logs: Iterable[tuple[str, Sequence[Event]]]) -> tuple[LikelyPair, ...]:
    """Return the pairs of courses that a person has to look at, in order of their ids.

    Args:
        logs: Patient and events of each.
    """
    holders: dict[_Key, set[str]] = defaultdict(set)
    died: dict[str, float] = {}
    heard: dict[str, float] = {}
    for patient, events in logs:
        for event in events:
            for key in _keys(event):
                holders[key].add(patient)
            heard[patient] = max(heard.get(patient, 0.0), event.occurred_s)
            if isinstance(event.body, Outcome) and event.body.outcome == "died":
                died[patient] = event.occurred_s
    signs: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, patients in holders.items():
        if 2 <= len(patients) <= _SHARED_BY:
            for pair in combinations(sorted(patients), 2):
                signs[pair][str(key[0])] += 1
    return tuple(
        LikelyPair(*pair, _why(told), _against(pair, died, heard))
        for pair, told in sorted(signs.items())
        if told.keys() & _TELLING or sum(told.values()) >= _ENOUGH
    )


def _keys(event: Event) -> Iterable[_Key]:
    yield _SAME, event.id
    match event.body:
        case Transfer(_, _, number) if number:
            yield _TRANSFER, number
        case Result(fact, value, unit):
            yield "one result at one instant", fact, value, unit, event.occurred_s
        case Dispensed(drug, form, units, lot):
            yield "one delivery at one instant", drug, form, units, lot, event.occurred_s
    if event.device and event.actor == "patient":
        yield "one device that the patient writes with", event.device


def _why(told: Mapping[str, int]) -> tuple[str, ...]:
    ordered = sorted(told.items(), key=lambda item: (item[0] not in _TELLING, item[0]))
    return tuple(f"{sign} ({count})" for sign, count in ordered)


def _against(pair: tuple[str, str], died: Mapping[str, float], heard: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(
        "one has died, and of the other there is news after that"
        for one, other in (pair, pair[::-1])
        if one in died and heard[other] > died[one] and other not in died
    )
