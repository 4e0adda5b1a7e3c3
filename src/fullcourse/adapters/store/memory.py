"""A store of events in memory: what the others are compared with, and what a file of events is read into."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import final

from fullcourse.adapters.store.contract import Appended, Recorder, SetAside
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event

__all__ = ["MemoryRecorder"]


@final
class MemoryRecorder(Recorder):
    """Keeps events while the program runs."""

    def __init__(self) -> None:
        """Begin without any event."""
        self._events: dict[str, dict[str, Event]] = {}
        self._aside: dict[str, list[SetAside]] = {}

    def append(self, events: Iterable[Event], received_at: datetime) -> tuple[Appended, ...]:
        """Take events, and say of each what became of it."""
        if received_at.tzinfo is None:
            raise InputError("received_at: the time has no offset, and could be hours off. Write it with one.")
        return tuple([self._take(event, received_at) for event in events])

    def _take(self, event: Event, received_at: datetime) -> Appended:
        kept = self._events.setdefault(event.patient, {})
        there = kept.get(event.id)
        if there is None:
            kept[event.id] = replace(event, received_at=received_at)
            return Appended.NEW
        if there == event:
            return Appended.SAME
        aside = self._aside.setdefault(event.patient, [])
        if all(other.event != event for other in aside):
            aside.append(SetAside(replace(event, received_at=received_at), there))
        return Appended.SET_ASIDE

    def events(self, patient: str) -> tuple[Event, ...]:
        """Return the events of a patient in the order in which they were received."""
        return tuple(self._events.get(patient, {}).values())

    def set_aside(self, patient: str) -> tuple[SetAside, ...]:
        """Return the events of a patient whose id was taken."""
        return tuple(self._aside.get(patient, ()))

    def patients(self) -> Iterator[str]:
        """Yield every patient with an event."""
        yield from sorted(patient for patient, events in self._events.items() if events)
