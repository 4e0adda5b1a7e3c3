"""Reads an event that is written as nearly all are, without a path for each field that could be wrong.

Whatever is unusual in the least is left to the careful reader of `fullcourse.adapters.published.event`, which says what
is wrong with it; a test holds both to the same answers. Reading took more of an event's way into a store than
encrypting, chaining and writing it together.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache, lru_cache
from operator import itemgetter
from typing import Final, get_args, get_type_hints

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Claim, Event
from fullcourse.clinical.event_bodies import BODIES, Body
from fullcourse.clinical.event_id import is_event_id

__all__ = ["ACTORS", "SCHEMA", "usual_event"]

SCHEMA: Final = "fullcourse/event/1"
ACTORS: Final = ("patient", "supporter", "clinician", "device")

_HEAD: Final = (
    "schema", "id", "patient", "kind", "occurred_at", "recorded_at", "zone", "claim", "actor", "source", "device",
    "body",
)  # fmt: skip
_head_of: Final = itemgetter(*_HEAD)
_SENDERS_KEPT: Final = 4096
_PLAIN: Final = frozenset((str, float, int, bool))


class _Unusual(Exception):
    """The careful reader has to look."""


def usual_event(value: object, received_at: datetime | None = None) -> Event | None:
    """Return an event; None for one that is unusual in any way, whether or not it is one at all.

    Args:
        value: As JSON was parsed.
        received_at: When a store took it, where that stands beside it and not in it; with an offset.
    """
    if value.__class__ is not dict:
        return None
    try:
        return _read(value, received_at)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, _Unusual, InputError):
        return None


def _read(table: dict[str, object], received: datetime | None) -> Event:
    schema, event_id, patient, kind, occurred, recorded, zone, claim, actor, source, device, body = _head_of(table)
    if len(table) != len(_HEAD):
        if received is not None or len(table) != len(_HEAD) + 1:
            raise _Unusual
        received = _instant(table["received_at"])
    if schema != SCHEMA or not is_event_id(event_id) or not patient.strip() or patient.__class__ is not str:
        raise _Unusual
    return Event(
        event_id, patient, _body(kind, body), _instant(occurred), _instant(recorded), zone,
        _claim(zone, claim, actor, source, device), actor, source, device, "", received,
    )  # fmt: skip


def _instant(text: object) -> datetime:
    at = datetime.fromisoformat(text)  # type: ignore[arg-type]  # anything but a text raises TypeError
    if at.tzinfo is None or "T" not in text:  # type: ignore[operator]  # it is a text
        raise _Unusual
    return at


@lru_cache(_SENDERS_KEPT)
def _claim(zone: str, claim: str, actor: str, source: str, device: str) -> Claim:
    """Return how something is known, once for all events of one device; raises for what is no usual sender."""
    if (
        not all(it.__class__ is str for it in (zone, claim, actor, source, device))
        or not zone.strip()
        or not source.strip()
        or actor not in ACTORS
    ):
        raise _Unusual
    return Claim(claim)


def _body(kind: str, value: object) -> Body:
    types = _types(kind)
    if types is None or value.__class__ is not dict:
        raise _Unusual
    values: dict[str, object] = value
    whole: list[str] = []
    for name, inner in values.items():
        wanted = types[name]
        if inner.__class__ is not wanted:
            if wanted is not float or inner.__class__ is not int:
                raise _Unusual
            whole.append(name)
    if whole:
        values = {name: float(inner) if name in whole else inner for name, inner in values.items()}  # type: ignore[arg-type]  # those are whole numbers
    shape: Callable[..., Body] = BODIES[kind]
    return shape(**values)


@cache
def _types(kind: str) -> Mapping[str, type] | None:
    """Return the type of each field of a body whose fields are all plain; None for any other."""
    if kind not in BODIES:
        return None
    hints = get_type_hints(BODIES[kind])
    types: dict[str, type] = {}
    for field in fields(BODIES[kind]):
        hint = hints[field.name]
        inner = [part for part in get_args(hint) if part is not type(None)]
        plain = inner[0] if type(None) in get_args(hint) else hint
        if plain not in _PLAIN:
            return None
        types[field.name] = plain
    return types
