"""The one JSON form of an event, ``fullcourse/event/1``, written and read back without loss.

It is described by ``schemas/event-1.json``. The keys of a body are the fields of its class, so that writer and reader
cannot disagree. What is wrong in an event is refused with its path; a kind that a newer version made is kept whole.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from functools import cache
from typing import Final, get_args, get_type_hints

from fullcourse.adapters.json_text import parse_json
from fullcourse.adapters.published.course_plan import plan_json, read_plan
from fullcourse.adapters.published.usual_event import ACTORS, SCHEMA, usual_event
from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Claim, Event
from fullcourse.clinical.event_bodies import BODIES, Body, UnknownKind
from fullcourse.clinical.event_id import parse_event_id
from fullcourse.clinical.instant import parse_instant
from fullcourse.clinical.moment import parse_day

__all__ = ["ACTORS", "SCHEMA", "event_json", "event_line", "read_carefully", "read_event", "read_event_line"]

_CLAIMS: Final = {claim.value: claim for claim in Claim}
_NEEDED: Final = ("schema", "id", "patient", "kind", "occurred_at", "recorded_at", "zone", "claim", "actor", "source")
_KEYS: Final = frozenset((*_NEEDED, "device", "supersedes", "received_at", "body"))

_AS_IT_IS: Final = frozenset((str, float, int, bool))

_Read = Callable[[object, str], object]


def event_json(event: Event) -> dict[str, object]:
    """Return an event as plain values that JSON can hold."""
    written: dict[str, object] = {
        "schema": SCHEMA,
        "id": event.id,
        "patient": event.patient,
        "kind": event.kind,
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "zone": event.zone,
        "claim": event.claim.value,
        "actor": event.actor,
        "source": event.source,
        "device": event.device,
    }
    if event.supersedes:
        written["supersedes"] = event.supersedes
    if event.received_at is not None:
        written["received_at"] = event.received_at.isoformat()
    written["body"] = _body_json(event.body)
    return written


def event_line(event: Event) -> str:
    """Return an event on one line of NDJSON, without its end."""
    return json.dumps(event_json(event), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def read_event_line(line: str, what: str, number: int) -> Event:
    """Read an event from one line of NDJSON; raises InputError with the line and the path of what is wrong."""
    return read_event(parse_json(line, what, number), f"{what}, line {number}: $")


def read_event(value: object, path: str = "$") -> Event:
    """Read an event.

    Args:
        value: As JSON was parsed.
        path: Where it stands, for messages.

    Raises:
        InputError: Something is wrong; the message has the path and the mend, and no value that may name a patient.
    """
    return usual_event(value) or read_carefully(value, path)


def read_carefully(value: object, path: str = "$") -> Event:
    """Read an event as `read_event` does, whichever it is: nearly all are usual, and are read at once elsewhere."""
    table = _object(value, path)
    if table.get("schema") != SCHEMA:
        raise InputError(
            f"{path}.schema: it is not '{SCHEMA}', so nobody can say what the rest means. Export it again."
        )
    for key in _NEEDED:
        if key not in table:
            raise InputError(f"{path}.{key}: it is not there. Add it.")
    if extra := sorted(table.keys() - _KEYS):
        raise InputError(f"{path}: the key '{extra[0][:40]}' has no place in {SCHEMA}. Remove it.")
    kind = _text(table["kind"], f"{path}.kind")
    claim = _text(table["claim"], f"{path}.claim")
    if claim not in _CLAIMS:
        raise InputError(f"{path}.claim: '{claim[:40]}' is not one of {', '.join(_CLAIMS)}. Correct it.")
    actor = _text(table["actor"], f"{path}.actor")
    if actor not in ACTORS:
        raise InputError(f"{path}.actor: '{actor[:40]}' is not one of {', '.join(ACTORS)}. Correct it.")
    body = _read_body(kind, table.get("body", {}), f"{path}.body")
    received, supersedes = table.get("received_at"), table.get("supersedes")
    try:
        return Event(
            id=parse_event_id(_text(table["id"], f"{path}.id"), f"{path}.id"),
            patient=_text(table["patient"], f"{path}.patient"),
            body=body,
            occurred_at=_instant(table["occurred_at"], f"{path}.occurred_at"),
            recorded_at=_instant(table["recorded_at"], f"{path}.recorded_at"),
            zone=_text(table["zone"], f"{path}.zone"),
            claim=_CLAIMS[claim],
            actor=actor,
            source=_text(table["source"], f"{path}.source"),
            device=_any_text(table.get("device", ""), f"{path}.device"),
            supersedes="" if supersedes is None else parse_event_id(_text(supersedes, path), f"{path}.supersedes"),
            received_at=None if received is None else _instant(received, f"{path}.received_at"),
        )
    except InputError as error:
        raise (error if str(error).startswith(path) else InputError(f"{path}: {error}")) from None


def _body_json(body: Body) -> object:
    if isinstance(body, UnknownKind):
        kept: object = json.loads(body.content)
        return kept
    written: dict[str, object] = {}
    for name, default in _defaults(body.kind):
        value = getattr(body, name)
        if value != default:
            written[name] = value if value.__class__ in _AS_IT_IS else _plain(value)
    return written


@cache
def _defaults(kind: str) -> tuple[tuple[str, object], ...]:
    """Return the fields of a body with their defaults."""
    return tuple((field.name, field.default) for field in fields(BODIES[kind]))


def _plain(value: object) -> object:
    match value:
        case CoursePlan():
            return plan_json(value)
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
    return value


def _read_body(kind: str, value: object, path: str) -> Body:
    if kind not in BODIES:
        content = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return UnknownKind(kind, content)
    table = _object(value, path)
    readers = _readers(kind)
    if extra := sorted(table.keys() - readers.keys()):
        raise InputError(f"{path}: the key '{extra[0][:40]}' has no place in a body of kind '{kind}'. Remove it.")
    shape: Callable[..., Body] = BODIES[kind]
    for field in fields(BODIES[kind]):
        if field.name not in table and field.default is MISSING:
            raise InputError(f"{path}.{field.name}: it is not there. Add it.")
    values = {key: readers[key](inner, f"{path}.{key}") for key, inner in table.items()}
    try:
        return shape(**values)
    except InputError as error:
        raise InputError(f"{path}.{error}") from None


@cache
def _readers(kind: str) -> Mapping[str, _Read]:
    """Return how each field of a body is read, by the type that its class declares."""
    hints = get_type_hints(BODIES[kind])
    return {field.name: _reader(hints[field.name]) for field in fields(BODIES[kind])}


def _reader(hint: object) -> _Read:
    inner = [part for part in get_args(hint) if part is not type(None)]
    if hint is not tuple and type(None) in get_args(hint):
        return _reader(inner[0])
    return _tuple if hint == tuple[str, ...] else _READERS[hint]


def _object(value: object, path: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise InputError(f"{path}: an object is expected. Write it between braces.")
    return value


def _text(value: object, path: str) -> str:
    text = _any_text(value, path)
    if not text.strip():
        raise InputError(f"{path}: it is empty. Write it.")
    return text


def _any_text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"{path}: a text is expected. Write it between quotation marks.")
    return value


def _number(value: object, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{path}: a number is expected. Write it without quotation marks.")
    try:
        return float(value)
    except OverflowError:
        raise InputError(f"{path}: the number is larger than any amount can be. Correct it.") from None


def _whole(value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"{path}: a whole number is expected. Correct it.")
    return value


def _flag(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{path}: true or false is expected. Correct it.")
    return value


def _day(value: object, path: str) -> date:
    return parse_day(_text(value, path), path)


def _instant(value: object, path: str) -> datetime:
    at = parse_instant(_text(value, path), path)
    if at.tzinfo is None:
        raise InputError(f"{path}: the time has no offset, and could be hours off. Write 2026-11-03T10:05+02:00.")
    return at


def _tuple(value: object, path: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InputError(f"{path}: a list of texts is expected. Write it between brackets.")
    return tuple(_text(inner, f"{path}[{number}]") for number, inner in enumerate(value))


_READERS: Final[Mapping[object, _Read]] = {
    str: _any_text,
    float: _number,
    int: _whole,
    bool: _flag,
    date: _day,
    CoursePlan: read_plan,
}
