"""Courses that pages of the desk were made of, kept in memory while nothing is added to them.

Opening thousands of sealed events takes longer than everything else that a page needs. What is kept is bound to where
the course's chain ends: an event more, an erasure or damage of its row, and it is read anew.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event import Event
from fullcourse.interfaces.api.call import Call
from fullcourse.interfaces.api.events import open_store_of
from fullcourse.interfaces.api.problems import NotFound
from fullcourse.interfaces.api.routes import PATIENT
from fullcourse.interfaces.cli.course_commands.log_file import Opened
from fullcourse.journey.course import course_from
from fullcourse.journey.desk import Settled

__all__ = ["CourseHere", "CoursesRead", "courses_of", "opened_here"]

_MOST_EVENTS: Final = 40_000
"""So many events are kept in memory by one process; a course of two years has some thousands."""

_PART: Final = "desk.courses"


@dataclass(slots=True)
class CoursesRead:
    """Events of courses by patient, those asked for last at the end.

    Attributes:
        most_events: How many events are kept at most, all courses together.
    """

    most_events: int = _MOST_EVENTS
    _kept: "OrderedDict[str, tuple[bytes, tuple[Event, ...]]]" = field(default_factory=OrderedDict)
    _settled: dict[str, Settled] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def events(self, store: DurableStore, patient: str) -> tuple[Event, ...]:
        """Return the events of a patient; nothing where nobody of this id is in the store.

        Raises:
            ErasedCourse: The course was erased.
            DamagedCourse: Anything of it is damaged.
        """
        head = store.head(patient)
        if head is None or not head.check or head.is_erased:
            with self._lock:
                self._kept.pop(patient, None)
                self._settled.pop(patient, None)
            return () if head is None else store.events(patient)  # which raises for what is erased or damaged
        with self._lock:
            there = self._kept.get(patient)
            if there is not None and there[0] == head.check:
                self._kept.move_to_end(patient)
                return there[1]
        events = store.events(patient)
        if len(events) == head.events:  # else something was added in between: it is read again the next time
            self._keep(patient, head.check, events)
        return events

    def _keep(self, patient: str, check: bytes, events: tuple[Event, ...]) -> None:
        with self._lock:
            self._settled.pop(patient, None)
            self._kept[patient] = (check, events)
            self._kept.move_to_end(patient)
            held = sum(len(listed) for _, listed in self._kept.values())
            while held > self.most_events and self._kept:
                gone, (_, listed) = self._kept.popitem(last=False)
                self._settled.pop(gone, None)
                held -= len(listed)

    def bound(self, patient: str, events: tuple[Event, ...]) -> bytes:
        """Return what tells these very events from any others of the patient: where the chain ends, and how many."""
        with self._lock:
            there = self._kept.get(patient)
            check = there[0] if there is not None and there[1] is events else b""
        return check + b"%d" % len(events)

    def settled(self, patient: str, events: tuple[Event, ...]) -> Settled | None:
        """Return what became of the doses of these very events as of an earlier moment; None where nothing is kept."""
        with self._lock:
            there = self._kept.get(patient)
            return self._settled.get(patient) if there is not None and there[1] is events else None

    def settle(self, patient: str, events: tuple[Event, ...], settled: Settled) -> None:
        """Keep what became of the doses of these very events."""
        with self._lock:
            there = self._kept.get(patient)
            if there is not None and there[1] is events:
                self._settled[patient] = settled


def courses_of(call: Call) -> CoursesRead:
    """Return the courses that this service keeps in memory for its pages."""
    read = call.service.parts.setdefault(_PART, CoursesRead())
    if not isinstance(read, CoursesRead):
        raise TypeError(_PART)
    return read


@dataclass(frozen=True, slots=True)
class CourseHere:
    """A course that an address names.

    Attributes:
        opened: What was read.
        events: The very events that it was read from.
        bound: Tells this log from any other of the course: what was worked out of it is of no other.
        settled: What became of its doses as of an earlier moment; None where nothing is kept.
    """

    opened: Opened
    events: tuple[Event, ...]
    bound: bytes
    settled: Settled | None


def opened_here(call: Call) -> CourseHere:
    """Return the course that an address names.

    Raises:
        NotFound: There is none.
    """
    store, patient, knowledge = open_store_of(call), call.path[PATIENT], call.service.knowledge
    read = courses_of(call)
    events = read.events(store, patient)
    if not events:
        raise NotFound
    course = course_from(events, knowledge, load_zone, call.now)
    leads = course.timeline[-1].plan.profile if course.timeline else "us"
    opened = Opened(store, patient, course, knowledge, leads, call.now)
    return CourseHere(opened, events, read.bound(patient, events), read.settled(patient, events))
