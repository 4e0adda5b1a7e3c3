"""One person's course as one file: events as they came, what was set aside, the same as FHIR R4, and what they come to.

The events are the course: what is read back is read from them alone. The FHIR Bundle stands beside them for other
programs, says what FHIR can say of a course, and is never read here. The file is a function of the log and of the
version of the program: it holds no date of its own, so that two exports of one log are the same bytes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fullcourse import __version__
from fullcourse.adapters.exchange.container import pack, unpack
from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.adapters.published.event import event_line, read_event_line
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event

__all__ = ["PARTS", "SCHEMA", "PersonFile", "log_digest", "read_person_file", "write_person_file"]

SCHEMA: Final = "fullcourse/person/1"
PARTS: Final = ("manifest.json", "events.ndjson", "set-aside.ndjson", "course.fhir.json")
_MANIFEST, _EVENTS, _ASIDE, _FHIR = PARTS
_KEYS: Final = frozenset(
    ("schema", "software", "patient", "events", "set_aside", "log_digest", "sha256", "transfer", "token", "sender")
)


@dataclass(frozen=True, slots=True)
class PersonFile:
    """What a file of one person holds.

    Attributes:
        patient: Random id.
        events: In the order in which the store that wrote it received them, each with its time of receipt there.
        set_aside: Events whose id was taken there by another, in the order in which they came.
        software: The program that wrote it, with its version.
        transfer: Number of the transfer that it belongs to; empty for a plain export.
        token: What only somebody who opened the transfer knows; empty for a plain export.
        sender: Name of the facility that sends it; empty for a plain export.
    """

    patient: str
    events: tuple[Event, ...]
    set_aside: tuple[Event, ...]
    software: str
    transfer: str = ""
    token: str = ""
    sender: str = ""


def log_digest(events: Iterable[Event]) -> str:
    """Return the SHA-256 of what a log says: the same whatever order events came in, how often, and when.

    Two stores with one digest fold to one state, since the state is made from these events and nothing else.
    """
    lines = sorted({event_line(replace(event, received_at=None)) for event in events})
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


def write_person_file(
    events: Sequence[Event],
    set_aside: Sequence[Event],
    fhir: Mapping[str, object],
    *,
    transfer: str = "",
    token: str = "",
    sender: str = "",
) -> bytes:
    """Return the file of one person.

    Args:
        events: In the order of receipt, at least one.
        set_aside: Events whose id was taken.
        fhir: What FHIR can say of them: a Bundle.
        transfer: Number of a transfer.
        token: Of the transfer.
        sender: Of the transfer.
    """
    parts = {_EVENTS: _lines(events), _ASIDE: _lines(set_aside), _FHIR: _json(fhir)}
    manifest: dict[str, object] = {
        "schema": SCHEMA,
        "software": f"fullcourse {__version__}",
        "patient": events[0].patient,
        "events": len(events),
        "set_aside": len(set_aside),
        "log_digest": log_digest(events),
        "sha256": {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()},
    }
    if transfer:
        manifest |= {"transfer": transfer, "token": token, "sender": sender}
    return pack({_MANIFEST: _json(manifest), **parts})


def read_person_file(data: bytes, what: str) -> PersonFile:
    """Read the file of one person, whole or not at all.

    Args:
        data: Its bytes.
        what: What it is called in messages.

    Raises:
        InputError: It is no such file, or was cut, altered or made by a newer program; the message says where.
    """
    parts = unpack(data, PARTS, what)
    manifest = _manifest(parts[_MANIFEST], what)
    sums = manifest["sha256"]
    for name in PARTS[1:]:
        if not isinstance(sums, dict) or sums.get(name) != hashlib.sha256(parts[name]).hexdigest():
            raise _contradicts(what, f"{name} is not the one that its manifest names")
    events, aside = (_events(parts[name], f"{what}, {name}") for name in (_EVENTS, _ASIDE))
    patient = _text(manifest, "patient")
    for name, read in ((_EVENTS, events), (_ASIDE, aside)):
        for number, event in enumerate(read, 1):
            if event.patient != patient:
                raise _contradicts(what, f"{name}, line {number} belongs to somebody else")
    if not events or (manifest["events"], manifest["set_aside"]) != (len(events), len(aside)):
        raise _contradicts(what, "it holds another number of events than its manifest says")
    if manifest["log_digest"] != log_digest(events):
        raise _contradicts(what, "its events do not come to what its manifest says")
    software = _text(manifest, "software")
    transfer, token, sender = (_text(manifest, key) for key in ("transfer", "token", "sender"))
    return PersonFile(patient, events, aside, software, transfer, token, sender)


def _manifest(part: bytes, what: str) -> dict[str, object]:
    value = parse_json(decode_text(part, f"{what}, {_MANIFEST}"), f"{what}, {_MANIFEST}")
    schema = value.get("schema") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(schema, str) or not schema.startswith("fullcourse/person/"):
        raise InputError(f"{what} is no exported course: its manifest is not '{SCHEMA}'. Nothing was taken from it.")
    if schema != SCHEMA or value.keys() - _KEYS:
        raise InputError(
            f"{what} was written by a newer program ({_text(value, 'software')[:40]}), and a part of it could be lost "
            "here. Nothing was taken from it; update this program first."
        )
    if lacking := sorted({"software", "patient", "events", "set_aside", "log_digest", "sha256"} - value.keys()):
        raise _contradicts(what, f"its manifest does not say '{lacking[0]}'")
    return value


def _text(manifest: Mapping[str, object], key: str) -> str:
    value = manifest.get(key, "")
    return value if isinstance(value, str) else ""


def _events(part: bytes, what: str) -> tuple[Event, ...]:
    text = decode_text(part, what)
    if text and not text.endswith("\n"):
        raise InputError(f"{what} ends in the middle of a line: a part of it is missing. Nothing was taken from it.")
    return tuple(read_event_line(line, what, number) for number, line in enumerate(text.split("\n")[:-1], 1))


def _contradicts(what: str, why: str) -> InputError:
    return InputError(
        f"{what} contradicts itself: {why}. It was put together by something else, or altered. Nothing was taken from "
        "it; export it again."
    )


def _lines(events: Iterable[Event]) -> bytes:
    return "".join(f"{event_line(event)}\n" for event in events).encode("utf-8")


def _json(value: Mapping[str, object]) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")
