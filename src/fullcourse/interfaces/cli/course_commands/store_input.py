"""The store that a command works on: a database, or a file of events."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, final

from fullcourse.adapters.store.contract import Appended, Recorder, SetAside
from fullcourse.adapters.store.event_file import EventFile
from fullcourse.adapters.store.opening import default_store, open_store
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event

__all__ = ["course_named", "one_patient", "opened_recorder"]

_EVENT_FILES: Final = (".ndjson", ".jsonl")
_WAIT_S: Final = 5.0
"""For so long a command waits for another that has the store."""


@contextmanager
def opened_recorder(store: str | None, now: datetime) -> Iterator[Recorder]:
    """Open a store for as long as a command runs.

    Args:
        store: A database, or a file of events that ends in ``.ndjson``; None for the store of the user.
        now: When events of a file were received that carry no time of receipt.

    Raises:
        InputError: It cannot be opened.
    """
    place = store or default_store()
    if place.endswith(_EVENT_FILES):
        yield _EventFileStore(Path(place), now)
        return
    with open_store(place, wait_s=_WAIT_S) as opened:
        yield opened


def course_named(course: str | None, store: str | None) -> tuple[str | None, str | None]:
    """Return the patient who is named, and the store: a course may be named by its file of events.

    Args:
        course: Random id, or the path of a file of events; None for the only course of a store.
        store: As ``--store`` named it.
    """
    return (None, course) if course and course.endswith(_EVENT_FILES) else (course, store)


def one_patient(recorder: Recorder, patient: str | None) -> str:
    """Return the patient who is asked about: the one named, or the only one.

    Raises:
        InputError: Nobody is named, and the store holds nobody, or more than one.
    """
    if patient:
        return patient
    known = list(recorder.patients())
    if len(known) != 1:
        raise InputError(f"the store holds {len(known)} courses, and one is asked about. Name it by its random id.")
    return known[0]


@final
class _EventFileStore(Recorder):
    """A file of events that is added to as a store is."""

    def __init__(self, path: Path, now: datetime) -> None:
        self._file = EventFile(path, now)

    def append(self, events: Iterable[Event], received_at: datetime) -> tuple[Appended, ...]:
        return self._file.append(events, received_at)

    def events(self, patient: str) -> tuple[Event, ...]:
        return self._file.recorder.events(patient)

    def set_aside(self, patient: str) -> tuple[SetAside, ...]:
        return self._file.recorder.set_aside(patient)

    def patients(self) -> Iterator[str]:
        return self._file.recorder.patients()
