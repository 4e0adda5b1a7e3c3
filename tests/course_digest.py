"""One number for the state of a course: two states that differ in anything that counts or is shown have two."""

import hashlib
from collections.abc import Iterable

from fullcourse.clinical.event import Event
from fullcourse.course.fold import CourseState

__all__ = ["digest"]


def digest(state: CourseState, known: dict[int, str] | None = None) -> str:
    """Return the digest of everything that a state answers when it is asked, in the order in which it answers.

    Args:
        state: Of a course.
        known: What events were written as before, by their identity, where the same ones are asked about again.
    """
    known = {} if known is None else known
    written: dict[int, str] = {}
    for event in state.events():
        if id(event) not in known:
            known[id(event)] = _line(event)
        written[id(event)] = known[id(event)]

    def lines(events: Iterable[Event]) -> str:
        return "\n".join([written[id(event)] for event in events])

    parts = [
        *(f"{drug} {lines(state.doses_of(drug))}" for drug in state.drugs),
        *(f"{kind} {lines(state.of_kind(kind))}" for kind in sorted(state.others)),
        *sorted(f"clash {lines(events)}" for events in state.clashes()),
        f"unknown {lines(state.unknown())}",
        f"all {sorted(written.values())}",
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _line(event: Event) -> str:
    """Return all that an event says; when it was received is no part of it."""
    said = event.id, event.patient, event.kind, event.zone, event.claim.value, event.actor, event.source, event.device
    at = event.occurred_at.isoformat(), event.recorded_at.isoformat(), event.supersedes
    return f"{said} {at} {event.body!r}"
