"""An event as it is put into a store, and read back from there.

What is acknowledged must be readable later: whatever the reader of events would refuse, or read back as something else,
is refused here, before anything is kept.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from msgspec import DecodeError
from msgspec.json import Decoder

from fullcourse.adapters.published.dose_event import dose_event_text
from fullcourse.adapters.published.event import ACTORS, SCHEMA, event_json, read_event
from fullcourse.adapters.published.usual_event import usual_event
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DOSE_BODIES
from fullcourse.clinical.event_id import parse_event_id

__all__ = ["Written", "dose_teller", "read_written", "write_down"]

_DOSE_KINDS: Final = tuple(f'{body.kind}",'.encode() for body in DOSE_BODIES)
_decode: Final = Decoder().decode
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


@dataclass(slots=True)  # not frozen: one is made for every event, and nobody changes it
class Written:
    """An event and its bytes.

    Attributes:
        event: As it came.
        event_id: Its id in bytes.
        text: What is sealed: its JSON without the time of receipt.
    """

    event: Event
    event_id: bytes
    text: bytes


def write_down(events: Iterable[Event]) -> list[Written]:
    """Return the bytes of events.

    Raises:
        InputError: One could not be read back as what it is.
    """
    return [_written(event) for event in events]


def read_written(text: bytes, received_at: datetime | None = None) -> Event:
    """Return the event of bytes that were opened."""
    try:
        if (event := usual_event(_decode(text), received_at)) is not None:
            return event
    except DecodeError:
        pass  # the careful way says what is wrong with it
    table = json.loads(text.decode())  # whole numbers of any length stay whole here, and not there
    if received_at is not None:
        table["received_at"] = received_at.isoformat()
    return read_event(table, "the stored event")


def dose_teller(patient: str) -> Callable[[str, bytes], bool]:
    """Return what tells, of an event's id and bytes, whether it is on a dose and corrects nothing, without reading it.

    Whatever is not certainly that, by the very first bytes that `write_down` gives such an event, is none.
    """
    named = _ENCODE(patient)

    def is_dose(event_id: str, text: bytes) -> bool:
        head = f'{{"schema":"{SCHEMA}","id":"{event_id}","patient":{named},"kind":"'.encode()
        return text.startswith(tuple(head + kind for kind in _DOSE_KINDS)) and b'"supersedes":' not in text

    return is_dose


def _written(event: Event) -> Written:
    if "\0" in event.patient:
        raise InputError("patient: it holds a NUL, which no database can keep. Give the patient a random id.")
    try:
        written = dose_event_text(event)
        if written is not None:
            return Written(event, event.id.encode(), written.encode())
        table = event_json(event)
        table.pop("received_at", None)
        text = _ENCODE(table).encode()
    except ValueError:
        raise InputError(
            "the event holds a number that is none, or half of a surrogate pair: it could not be read back. Correct it."
        ) from None
    _check_head(event)
    if read_written(text) != event:
        raise InputError("the event would be read back as another one. Make it by way of its JSON form.")
    return Written(event, event.id.encode(), text)


def _check_head(event: Event) -> None:
    for field, value in (("patient", event.patient), ("zone", event.zone), ("source", event.source)):
        if not value.strip():
            raise InputError(f"{field}: it is empty. Write it.")
    if event.actor not in ACTORS:
        raise InputError(f"actor: it is not one of {', '.join(ACTORS)}. Correct it.")
    if parse_event_id(event.id, "id") != event.id:
        raise InputError("id: it is not in lower case. Correct it.")
    if event.supersedes and parse_event_id(event.supersedes, "supersedes") != event.supersedes:
        raise InputError("supersedes: it is not in lower case. Correct it.")
