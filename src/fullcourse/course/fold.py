"""The state of a course as a fold of its log: the same whatever order events come in, and however often.

``fold(events)`` and any run of ``append`` over the same events make equal states. Nothing is thrown away: an event that
another corrects stays beside it, two bodies under one id are both kept, and a kind that nobody knows is kept too. What
counts is asked of the state: ``doses_of``, ``of_kind``.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import BODIES, DosePartlyTaken, DoseSkipped, DoseTaken, DoseVomited

__all__ = ["CourseState", "append", "fold"]

_DOSE_KINDS = frozenset((DoseTaken, DosePartlyTaken, DoseVomited, DoseSkipped))
_Events = tuple[Event, ...]
_Key = Callable[[Event], tuple[float | str, ...]]


@dataclass(frozen=True, slots=True)
class CourseState:
    """Everything a log comes to. Events stand in order of when they happened, then of when they were written down.

    Attributes:
        by_id: By the last two digits of the id, then by id: the events of that id; more than one where bodies differ.
        doses: What is said of doses, by drug.
        others: Every other event, by kind.
        corrections: By the id that they name: the events that correct it or take it back.
    """

    by_id: Mapping[str, Mapping[str, _Events]]
    doses: Mapping[str, _Events]
    others: Mapping[str, _Events]
    corrections: Mapping[str, _Events]

    def doses_of(self, drug: str) -> _Events:
        """Return what is said of a drug's doses and was not corrected."""
        return self._in_force(self.doses.get(drug, ()))

    def of_kind(self, kind: str) -> _Events:
        """Return the events of a kind, doses apart, that were not corrected."""
        return self._in_force(self.others.get(kind, ()))

    def stands(self, event: Event) -> bool:
        """Return whether an event counts: no later event that itself counts corrects it.

        Only an event written down later corrects one, so that two cannot take each other back; and only one of the same
        actor, or of a clinician: what a supporter says against a patient is a contradiction, and both are shown.
        """
        return not any(
            _may_correct(other, event) and self.stands(other) for other in self.corrections.get(event.id, ())
        )

    def unknown(self) -> _Events:
        """Return the events of kinds that this version does not know."""
        return tuple(event for kind, events in self.others.items() if kind not in BODIES for event in events)

    def clashes(self) -> Iterator[_Events]:
        """Yield the events that share an id and say different things."""
        for shard in self.by_id.values():
            yield from (events for events in shard.values() if len(events) > 1)

    def events(self) -> Iterator[Event]:
        """Yield every event once, in no order that means anything."""
        for shard in self.by_id.values():
            for events in shard.values():
                yield from events

    @property
    def drugs(self) -> tuple[str, ...]:
        """Return the drugs that doses are told of, by name."""
        return tuple(sorted(self.doses))

    def _in_force(self, events: _Events) -> _Events:
        if not self.corrections:
            return events
        return tuple(
            [event for event in events if event.id not in self.corrections or self.stands(event)]
        )  # most logs have few corrections: the walk is made for the events that one names


_EMPTY = CourseState({}, {}, {}, {})


def fold(events: Iterable[Event]) -> CourseState:
    """Return the state of a log.

    Args:
        events: Of one patient, in any order, each once or more often.
    """
    by_id: dict[str, dict[str, _Events]] = defaultdict(dict)
    doses: dict[str, list[Event]] = defaultdict(list)
    others: dict[str, list[Event]] = defaultdict(list)
    corrections: dict[str, list[Event]] = defaultdict(list)
    dose_kinds, has_clash = _DOSE_KINDS, False
    for event in events:
        name = event.id
        shard = by_id[name[-2:]]
        if name in shard:
            if event in shard[name]:
                continue
            shard[name], has_clash = tuple(sorted((*shard[name], event), key=_order_of_clash)), True
        else:
            shard[name] = (event,)
        body = event.body
        if body.__class__ in dose_kinds:
            doses[body.drug].append(event)  # type: ignore[union-attr]  # a body of these classes has a drug
        else:
            others[event.kind].append(event)
        if event.supersedes:
            corrections[event.supersedes].append(event)
    key: _Key = _order_of_clash if has_clash else _order
    return CourseState(dict(by_id), *(_sorted(listed, key) for listed in (doses, others, corrections)))


def append(state: CourseState, event: Event) -> CourseState:
    """Return the state with one event more; what it has already changes nothing.

    Only the parts that the event belongs to are made anew, so that a long course grows as quickly as a short one.
    """
    end = event.id[-2:]
    shard = state.by_id.get(end, {})
    there = shard.get(event.id, ())
    if event in there:
        return state
    by_id = {**state.by_id, end: {**shard, event.id: tuple(sorted((*there, event), key=_order_of_clash))}}
    key: _Key = _order_of_clash if there else _order
    doses, others, corrections = state.doses, state.others, state.corrections
    if isinstance(event.body, DoseTaken | DosePartlyTaken | DoseVomited | DoseSkipped):
        doses = _with(doses, event.body.drug, event, key)
    else:
        others = _with(others, event.kind, event, key)
    if event.supersedes:
        corrections = _with(corrections, event.supersedes, event, key)
    return CourseState(by_id, doses, others, corrections)


def _with(events: Mapping[str, _Events], name: str, event: Event, key: _Key) -> dict[str, _Events]:
    listed = events.get(name, ())
    place = bisect_left(listed, key(event), key=key)
    return {**events, name: (*listed[:place], event, *listed[place:])}


def _sorted(events: Mapping[str, list[Event]], key: _Key) -> dict[str, _Events]:
    return {name: tuple(sorted(listed, key=key)) for name, listed in events.items()}


_order: _Key = attrgetter("order")
"""Returns what events are put in order by."""


def _order_of_clash(event: Event) -> tuple[float, float, str, str]:
    """Return what puts events of one id in order too: what they say, whenever they were received."""
    return *event.order, repr(replace(event, received_at=None))


def _recorded(event: Event) -> tuple[float, str]:
    return event.recorded_s, event.id


def _may_correct(other: Event, event: Event) -> bool:
    """Return whether one event is written down later, by whoever wrote the first or by a clinician."""
    return _recorded(other) > _recorded(event) and other.actor in (event.actor, "clinician")
