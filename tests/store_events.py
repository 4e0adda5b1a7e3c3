"""Events by the thousand, each with an id that tells its number, for stores that are filled, killed and damaged."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from course_events import event
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DoseTaken, Note, UnknownKind
from fullcourse.clinical.event_id import event_id

__all__ = ["NOW", "numbered", "some_events"]

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
_FIRST = datetime(2026, 3, 2, 8, tzinfo=UTC)


def numbered(patient: str, number: int) -> Event:
    """Return an event of a patient, the same for the same number."""
    chance = random.Random(f"{patient} {number}")
    body = (
        UnknownKind("hologram_shown", '{"a":1}')
        if number % 97 == 96
        else Note("slept badly " * (number % 11))
        if number % 7 == 6
        else DoseTaken("cycloserine", 250.0, lot=f"L{number % 5}")
    )
    return event(
        body,
        _FIRST + timedelta(hours=12 * (number % 1500)),
        id=event_id(1_772_000_000_000 + number, chance.getrandbits(74)),
        patient=patient,
    )


def some_events(patients: int, each: int, name: str = "patient") -> Iterator[Event]:
    """Yield events of several patients, in turns."""
    for number in range(each):
        for patient in range(patients):
            yield numbered(f"{name}-{patient}", number)
