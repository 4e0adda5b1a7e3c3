"""What every store of events keeps to; ``tests/unit/adapters/store/recorder_contract.py`` holds each one to it.

The key of an event is its patient and its id. An event is never changed and never removed by a correction: a correction
is another event. Whatever order events come in, and however often, a store ends with the same set.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fullcourse.clinical.event import Event

__all__ = ["AppendTold", "Appended", "Recorder", "SetAside"]


class Appended(Enum):
    """What became of one event that was handed in."""

    NEW = "new"
    """It was not there, and is now."""
    SAME = "same"
    """The very same event was there: nothing changed, and the sender may forget it."""
    SET_ASIDE = "set aside"
    """Its id was there with another body: the first stays, this one is kept apart for a person to look at."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """An event whose id was taken by another, kept for a person.

    Attributes:
        event: As it came.
        kept: The event that has the id.
    """

    event: Event
    kept: Event


AppendTold = Callable[["tuple[Appended, ...] | None", BaseException | None], None]
"""Is told what became of events, or why they are not kept."""


class Recorder(ABC):
    """A store of events.

    ``append`` answers only when what it acknowledges is as durable as the store can make it. All events of one call
    that belong to one patient are taken together or not at all.
    """

    @abstractmethod
    def append(self, events: Iterable[Event], received_at: datetime) -> tuple[Appended, ...]:
        """Take events, and say of each what became of it, in their order.

        An event is the same when everything it says is equal, whatever ``received_at`` it carries. A new event gets
        ``received_at``, also where it carries one already from another store. An event that was set aside before and
        comes again is not set aside twice.

        Args:
            events: In any order, of one patient or several.
            received_at: Now, with an offset.
        """

    appends_soon = False
    """Whether `append_soon` returns at once, so that whoever serves others may call it."""

    def append_soon(self, events: Iterable[Event], received_at: datetime, told: AppendTold) -> None:
        """Take events as `append` does, and tell what became of them when it is known.

        Args:
            events: As for `append`.
            received_at: As for `append`.
            told: Called once, by any thread, with what `append` returns or raises: never before it is durable.
        """
        try:
            became = self.append(events, received_at)
        except Exception as error:  # noqa: BLE001 - it goes to whom it concerns
            told(None, error)
        else:
            told(became, None)

    @abstractmethod
    def events(self, patient: str) -> tuple[Event, ...]:
        """Return the events of a patient in the order in which they were received; empty for one nobody knows."""

    @abstractmethod
    def set_aside(self, patient: str) -> tuple[SetAside, ...]:
        """Return the events of a patient whose id was taken, in the order in which they came."""

    @abstractmethod
    def patients(self) -> Iterator[str]:
        """Yield every patient with an event, in order of their ids."""
