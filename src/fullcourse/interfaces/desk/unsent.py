"""Reminders that could not be sent, as the list shows them: how many, and of whom, so that somebody calls."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fullcourse.adapters.access.caller import Subject
from fullcourse.adapters.access.rights import permits
from fullcourse.adapters.reminders.sent import unsent
from fullcourse.interfaces.api.access.asked import access_of, door_of
from fullcourse.interfaces.api.call import Call
from fullcourse.interfaces.desk.worklist import QUEUE_RIGHT

__all__ = ["UnsentHere", "unsent_here"]

_SINCE: Final = timedelta(days=7)
_NAMED: Final = 20
"""So many people are named; how many there are is said."""


@dataclass(frozen=True, slots=True)
class UnsentHere:
    """What the list says.

    Attributes:
        reminders: How many could not be sent in seven days.
        people: Of how many.
        named: Whom it names, with how many of each.
        subjects: Whose data that is.
    """

    reminders: int
    people: int
    named: tuple[tuple[str, int], ...]
    subjects: tuple[Subject, ...]


def unsent_here(call: Call, patients: frozenset[str]) -> UnsentHere:
    """Return the reminders that could not be sent to some patients: those of the caller's clinics."""
    found = access_of(call).read(lambda connection: unsent(connection, call.now - _SINCE, call.now, patients))
    door = door_of(call)
    asked = ((door.subject(patient), count) for patient, count in list(found.by_patient.items())[:_NAMED])
    named = [(it, count) for it, count in asked if it is not None and permits(call.caller, QUEUE_RIGHT, it)]
    rows, subjects = tuple((it.patient, count) for it, count in named), tuple(it for it, _ in named)
    return UnsentHere(found.reminders, found.people, rows, subjects)
