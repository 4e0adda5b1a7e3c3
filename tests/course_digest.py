"""One number for the state of a course: two states that differ in anything that counts or is shown have two."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from fullcourse.clinical.event import Event
from fullcourse.course.fold import CourseState

__all__ = ["digest"]


def digest(state: CourseState) -> str:
    """Return the digest of everything that a state answers when it is asked, in the order in which it answers."""
    parts = [
        *(f"{drug} {_lines(state.doses_of(drug))}" for drug in state.drugs),
        *(f"{kind} {_lines(state.of_kind(kind))}" for kind in sorted(state.others)),
        *sorted(f"clash {_lines(events)}" for events in state.clashes()),
        f"unknown {sorted(map(_line, state.unknown()))}",
        f"all {sorted(map(_line, state.events()))}",
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _lines(events: Iterable[Event]) -> list[str]:
    return [_line(event) for event in events]


def _line(event: Event) -> str:
    return repr(replace(event, received_at=None))
