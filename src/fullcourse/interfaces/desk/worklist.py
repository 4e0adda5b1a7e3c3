"""The list of a running service: one for all calls, made at the first; and which courses a caller sees of it."""

import threading
from datetime import datetime, timedelta
from typing import Final

from fullcourse.adapters.access.caller import Subject
from fullcourse.adapters.access.people.courses import courses_of
from fullcourse.adapters.access.remembered import Remembered
from fullcourse.adapters.access.rights import permits
from fullcourse.adapters.working_days import every_day_is_open
from fullcourse.adapters.worklist.index import Worklist
from fullcourse.adapters.worklist.rows import Row
from fullcourse.interfaces.api.access.asked import access_of, door_of
from fullcourse.interfaces.api.call import Call
from fullcourse.interfaces.api.events import open_store_of
from fullcourse.interfaces.api.service import Service

__all__ = ["QUEUE_RIGHT", "age", "courses_seen", "fresh_worklist", "subjects_of", "worklist_of"]

QUEUE_RIGHT: Final = "queue.read"
_PART: Final = "worklist"
_SEEN: Final = "worklist.seen"
_MOST: Final = 32
"""The courses of so many sets of clinics are kept in memory."""
_WAIT_S: Final = 0.1
"""For so long a call waits for courses that changed; the others are worked out beside it, and their number is said."""
_MAKING: Final = threading.Lock()
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def fresh_worklist(call: Call) -> Worklist:
    """Return the list with what changed taken in, as far as a call can wait for it."""
    open_store_of(call)
    made = worklist_of(call.service)
    made.refresh(call.now, _WAIT_S)
    return made


def worklist_of(service: Service) -> Worklist:
    """Return the list of a service that keeps courses, as it is."""
    if service.store is None:
        raise TypeError("a service without a store has no list")
    with _MAKING:
        made = service.parts.get(_PART)
        if not isinstance(made, Worklist):
            made = service.parts[_PART] = Worklist(service.store, service.knowledge, every_day_is_open)
    return made


def courses_seen(call: Call) -> frozenset[str]:
    """Return the patients whose courses the caller's clinics have, and those opened in an emergency."""
    clinics = call.caller.clinics
    remembered = call.service.parts.setdefault(_SEEN, Remembered[frozenset[str]](access_of(call).kept.database, _MOST))
    if not isinstance(remembered, Remembered):
        raise TypeError(_SEEN)
    listed: frozenset[str] = remembered.get(clinics, lambda it: frozenset(courses_of(it, clinics))) or frozenset()
    return listed | call.caller.opened if call.caller.opened else listed


def subjects_of(call: Call, rows: tuple[Row, ...]) -> tuple[Subject, ...]:
    """Return whose data rows hold, each once, where the caller has the right over it."""
    door = door_of(call)
    found = (door.subject(patient) for patient in dict.fromkeys(row.patient for row in rows))
    return tuple(it for it in found if it is not None and permits(call.caller, QUEUE_RIGHT, it))


def age(since: datetime, now: datetime) -> str:
    """Return how long ago something was, in the largest unit that says it.

    Example:
        >>> noon = datetime.fromisoformat("2026-11-30T12:00+00:00")
        >>> age(noon - timedelta(minutes=20), noon), age(noon - timedelta(hours=30), noon), age(noon + _DAY, noon)
        ('under an hour', '30 hours', 'in 1 day')
    """
    span = now - since
    if span < timedelta():
        return f"in {_counted(max(round(-span / _DAY), 1), 'day')}"
    if span < _HOUR:
        return "under an hour"
    if span < 2 * _DAY:
        return _counted(int(span / _HOUR), "hour")
    return _counted(int(span / _DAY), "day")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
