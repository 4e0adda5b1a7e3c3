"""The log of a course over HTTP: events in, one or many, however often they are sent; events out, from a cursor on.

The id of an event is made where it happened, so that a phone may send what it is not sure of again: the same event is
taken once. An event is answered only when the store has it for good. An id that is there with another body is refused,
and what came is kept apart for a person.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

import msgspec

from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.devices import Skew
from fullcourse.adapters.access.rights import permits
from fullcourse.adapters.published.event import event_json, read_event
from fullcourse.adapters.store.contract import Appended
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import UnknownKind
from fullcourse.clinical.instant import parse_instant
from fullcourse.interfaces.api.advice import json_reply
from fullcourse.interfaces.api.body import read_json
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import BadRequest, Forbidden, NotFound, Unusable
from fullcourse.interfaces.api.routes import PATIENT, Route, Tell

__all__ = ["EVENTS", "open_store_of"]

_CLOCK: Final = "x-device-time"
"""Header in which a phone says what its clock showed as it sent."""

_SHORT_BYTES: Final = 8192
"""A body so long at most is read without a thread of its own."""

_MOST: Final = 500
"""So many events are taken or given at once."""

_OF_A_PLAN: Final = frozenset(("plan_activated", "plan_changed", "outcome", "transfer", "registered"))
"""Kinds that begin, change or end a course."""

_ACTORS: Final = {
    Role.PATIENT: frozenset(("patient", "device")),
    Role.SUPPORTER: frozenset(("supporter", "device")),
    Role.INTEGRATION: frozenset(("patient", "supporter", "clinician", "device")),
}
_STAFF: Final = frozenset(("clinician", "patient", "supporter", "device"))
"""Staff also write down what they were told, by whom it was told."""

_WORDS: Final = {
    Appended.NEW: "new",
    Appended.SAME: "same",
    Appended.SET_ASIDE: "set_aside",
}


def open_store_of(call: Call) -> DurableStore:
    """Return the store; raises NotFound where the service keeps none."""
    if call.service.store is None:
        raise NotFound("This service keeps no courses.")
    return call.service.store


def _put(call: Call) -> Reply:
    event = _event_of(call)
    (became,) = open_store_of(call).append([event], call.now)
    return _put_reply(call, event, became)


def _put_soon(call: Call, tell: Tell) -> None:
    """Take one event without a thread that waits for the disk."""
    event = _event_of(call)

    def told(became: tuple[Appended, ...] | None, error: BaseException | None) -> None:
        def reply() -> Reply:
            if became is None:
                raise error or AssertionError("either events are kept or there is an error")
            return _put_reply(call, event, became[0])

        tell(reply)

    open_store_of(call).append_soon([event], call.now, told)


def _is_soon(call: Call) -> bool:
    """Return whether nothing of a call has to be waited for but the disk; a clock that is told is written down."""
    store = call.service.store
    return store is not None and store.appends_soon and _CLOCK not in call.headers and len(call.body) <= _SHORT_BYTES


def _event_of(call: Call) -> Event:
    event = _read_event(read_json(call.body), call, "$")
    if event.id != call.path["event"]:
        raise Unusable("$.id: it is another than the address names. Send it to its own address.")
    return event


def _put_reply(call: Call, event: Event, became: Appended) -> Reply:
    if became is Appended.SET_ASIDE:
        raise Unusable(
            "another event has this id, and says something else. The first stays; what came now is kept apart for a "
            "person to look at. A correction is a new event, with an id of its own, that supersedes the first."
        )
    return _reply(_told(call, [event], [became]), 201 if became is Appended.NEW else 200)


def _post(call: Call) -> Reply:
    """Take a batch: all of it is read before any of it is kept, and it is kept together or not at all."""
    listed = read_json(call.body)
    if not isinstance(listed, list):
        raise BadRequest("The body is a list of events. For one event use PUT.")
    if not 1 <= len(listed) <= _MOST:
        raise Unusable(f"a batch holds 1 to {_MOST} events. Send what is more in another.")
    events = [_read_event(one, call, f"$[{number}]") for number, one in enumerate(listed)]
    return _reply(_told(call, events, open_store_of(call).append(events, call.now)))


def _get(call: Call) -> Reply:
    """Give events in the order in which they were received, from a cursor on."""
    events = open_store_of(call).events(call.path[PATIENT])
    after = _whole(call, "after", 0, len(events))
    limit = _whole(call, "limit", _MOST, _MOST, least=1)
    page = events[after : after + limit]
    cursor = after + len(page)
    return json_reply(
        {
            "schema": "fullcourse/events/1",
            "events": [event_json(event) for event in page],
            "cursor": cursor,
            "more": cursor < len(events),
        }
    )


def _read_event(value: object, call: Call, path: str) -> Event:
    event = read_event(value, path)
    if event.patient != call.path[PATIENT]:
        raise Unusable(f"{path}.patient: it is another than the address names. Send it to that course.")
    if event.actor not in _actors(call.caller.roles):
        raise Forbidden(f"{path}.actor: who is signed in cannot speak as '{event.actor}'.")
    if event.body.kind in _OF_A_PLAN and not permits(call.caller, "course.change", call.subject):
        raise Forbidden(f"{path}.kind: who is signed in may not begin, change or end a course.")
    return event


@cache
def _actors(roles: frozenset[Role]) -> frozenset[str]:
    """Return as whom somebody may speak."""
    return frozenset().union(*(_ACTORS.get(role, _STAFF) for role in roles))


def _reply(told: dict[str, object], status: int = 200) -> Reply:
    return Reply(msgspec.json.encode(told), status)


def _told(call: Call, events: Sequence[Event], became: Sequence[Appended]) -> dict[str, object]:
    """Say of each event what became of it, where nothing follows from it yet, and whether the phone's clock is off."""
    facts = call.service.knowledge.facts
    skew = _skew(call)
    return {
        "schema": "fullcourse/taken/1",
        "received_at": call.now.isoformat(),
        "clock_off_s": None if skew is None else round(skew.ahead.total_seconds()),
        "clock_is_far_off": skew is not None and skew.is_flagged,
        "events": [
            {"id": event.id, "became": _WORDS[one], "note": _note(event, facts)}
            for event, one in zip(events, became, strict=True)
        ],
    }


def _skew(call: Call) -> Skew | None:
    """Keep by how much the clock of what sent a call is off; times of events stay as they were told."""
    told = call.headers.get(_CLOCK)
    if told is None:
        return None
    try:
        moment = parse_instant(told, "X-Device-Time")
    except InputError as error:
        raise BadRequest(str(error)) from None
    if moment.tzinfo is None:
        raise BadRequest("X-Device-Time: the time has no offset. Write it as 2026-11-03T10:05:00+02:00.")
    return call.service.door.note_clock(call.caller, moment, call.now)


def _note(event: Event, facts: object) -> str | None:
    """Return what a person has to know of an event that is kept and not understood; None elsewhere."""
    if isinstance(event.body, UnknownKind):
        return "This version does not know events of this kind. It is kept whole, and nothing follows from it."
    name = getattr(event.body, "symptom", None) or getattr(event.body, "fact", None)
    if name is not None and name not in facts:  # type: ignore[operator]  # the vocabulary is a mapping
        return "Its name is in no vocabulary, so that nothing follows from it. A person has to look at it."
    return None


def _whole(call: Call, name: str, default: int, most: int, *, least: int = 0) -> int:
    text = call.asked(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or not least <= int(text) <= most:
        raise BadRequest(f"'{name}' is no whole number from {least} to {most}.")
    return int(text)


_ADDRESS: Final = "/api/v1/courses/{patient}/events"
EVENTS = (
    Route(
        "PUT",
        f"{_ADDRESS}/{{event}}",
        "event.write",
        _put,
        "Add one event; sent again it is the same.",
        takes_schema="event-1",
        gives="taken-1",
        is_slow=True,
        answers_soon=_put_soon,
        is_soon_for=_is_soon,
        statuses={201: "It is new, and kept for good."},
    ),
    Route(
        "POST",
        _ADDRESS,
        "event.write",
        _post,
        f"Add up to {_MOST} events of one course, together or not at all.",
        takes_schema="event-1",
        takes_many=True,
        gives="taken-1",
        is_slow=True,
    ),
    Route(
        "GET",
        _ADDRESS,
        "course.read",
        _get,
        "Events in the order of their receipt.",
        gives="events-1",
        query={"after": "How many events are left out: the cursor of the answer before.", "limit": f"1 to {_MOST}."},
        is_slow=True,
    ),
)
"""The addresses of the log."""
