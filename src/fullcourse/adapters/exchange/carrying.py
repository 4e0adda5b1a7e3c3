"""Takes a person's course out of a store as a file, and a file into a store: all of it, or nothing."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fullcourse.adapters.exchange.person_file import PersonFile, log_digest
from fullcourse.adapters.store.contract import Appended, Recorder
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import UnknownKind

__all__ = ["Imported", "Log", "log_of", "take_in"]

Append = Callable[[Sequence[Event], datetime], tuple[Appended, ...]]


@dataclass(frozen=True, slots=True)
class Log:
    """Everything that a store keeps of one person.

    Attributes:
        events: In the order of receipt.
        set_aside: Events whose id was taken by another.
    """

    events: tuple[Event, ...]
    set_aside: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the events of a file.

    Attributes:
        patient: Random id.
        new: Events that the store did not have.
        same: Events that it had already.
        set_aside: Events that contradict one of the store or of the file under one id, new here, kept for a person.
        future: Events that happened, or were written down, after the moment of the import: some clock is wrong.
        unknown: Kinds that this version does not know, kept as they came, with how many there are.
        log_digest: What the store's log of this person comes to now.
    """

    patient: str
    new: int
    same: int
    set_aside: int
    future: tuple[Event, ...]
    unknown: Mapping[str, int]
    log_digest: str


def log_of(recorder: Recorder, patient: str) -> Log:
    """Return what a store keeps of one person.

    Raises:
        InputError: It knows nobody of that id.
    """
    events = recorder.events(patient)
    if not events:
        raise InputError("the store knows nobody of that id. See the ids with 'course show', or name another store.")
    return Log(events, tuple(aside.event for aside in recorder.set_aside(patient)))


def take_in(
    recorder: Recorder, append: Append, file: PersonFile, now: datetime, more: Sequence[Event] = ()
) -> Imported:
    """Take the events of a file into a store, in one call, so that all of them are kept or none.

    Args:
        recorder: Is read for what it has.
        append: Takes events into the same store.
        file: As it was read, whole.
        now: The moment of the import, with an offset.
        more: Events that are kept with those of the file: the receipt of a transfer.
    """
    before = len(recorder.set_aside(file.patient))
    carried = [replace(event, received_at=None) for event in (*file.events, *file.set_aside)]
    became = Counter(append([*carried, *more], now)[: len(carried)])
    events = recorder.events(file.patient)
    return Imported(
        file.patient,
        became[Appended.NEW],
        became[Appended.SAME],
        len(recorder.set_aside(file.patient)) - before,
        tuple(event for event in carried if now < max(event.occurred_at, event.recorded_at)),
        Counter(event.kind for event in carried if isinstance(event.body, UnknownKind)),
        log_digest(events),
    )
