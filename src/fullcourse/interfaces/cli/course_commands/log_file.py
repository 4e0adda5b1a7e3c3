"""The course of a command, its moment, and new events: the place where clock and chance are allowed."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from fullcourse import __version__
from fullcourse.adapters.knowledge_cache import knowledge_here, load_knowledge
from fullcourse.adapters.published.event import SCHEMA, read_event
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.event_file import EventFile
from fullcourse.adapters.store.opening import STORE_VARIABLE, default_store, open_store
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_id import event_id
from fullcourse.clinical.instant import parse_instant
from fullcourse.journey.course import Course, course_from
from fullcourse.knowledge.library import Knowledge

__all__ = [
    "Opened",
    "moment_asked",
    "new_event",
    "new_patient",
    "open_course",
    "open_new",
    "opened_store",
    "read_course",
    "store_option",
]

_FILES: Final = (".ndjson", ".jsonl")
_WAIT_S: Final = 5.0
"""For so long a command waits for another that has the store."""

store_option = click.option(
    "--store",
    metavar="FILE|URL",
    help=f"Where courses are kept: an SQLite file or postgresql://...; without it ${STORE_VARIABLE}, else one file in "
    "your data folder. COURSE may also be a file of events (EVENTS.ndjson), which needs no store.",
)
"""The option by which a command is told where courses are kept."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A course that was read.

    Attributes:
        file: Where its events are kept: a store, or a file of events.
        patient: Random id.
        course: What the events come to.
        knowledge: What the sources say.
        profile: Which sources lead.
        now: The moment that is asked about.
    """

    file: EventFile | DurableStore
    patient: str
    course: Course
    knowledge: Knowledge
    profile: str
    now: datetime


def open_course(course: str, store: str | DurableStore | None, at: str | None, profile: str | None) -> Opened:
    """Read a course.

    Args:
        course: The patient's random id in the store, or the path of a file of events.
        store: As ``--store`` named it; or an open one, which stays open.
        at: As ``--at`` named it.
        profile: Which sources lead; None for those of the plan.

    Raises:
        InputError: There is no such course, or it cannot be read.
    """
    now = moment_asked(at)
    if isinstance(store, DurableStore):
        return read_course(store, course, now, profile, knowledge_here())
    if not _is_file(course):
        return read_course(opened_store(store), course, now, profile, load_knowledge())
    file = EventFile(Path(course), now)
    patient = file.only_patient()
    return _opened(file, patient, file.recorder.events(patient), now, profile, load_knowledge())


def read_course(store: DurableStore, patient: str, now: datetime, profile: str | None, knowledge: Knowledge) -> Opened:
    """Read a course from an open store.

    Args:
        store: In which it is.
        patient: Random id.
        now: The moment that is asked about.
        profile: Which sources lead; None for those of the plan.
        knowledge: What the sources say.

    Raises:
        InputError: There is no such course, or it cannot be read.
    """
    events = store.events(patient)
    if not events:
        raise InputError(
            "no course of this id is in the store. Check the id and --store; begin a course with 'course start'."
        )
    return _opened(store, patient, events, now, profile, knowledge)


def _opened(
    file: EventFile | DurableStore,
    patient: str,
    events: Sequence[Event],
    now: datetime,
    profile: str | None,
    knowledge: Knowledge,
) -> Opened:
    if profile:
        knowledge.profile(profile)
    read = course_from(events, knowledge, load_zone, now, profile or "")
    leads = profile or (read.timeline[-1].plan.profile if read.timeline else "us")
    return Opened(file, patient, read, knowledge, leads, now)


def open_new(events: str | None, store: str | None, now: datetime) -> EventFile | DurableStore:
    """Return where a new course is kept; raises InputError for a file of events that holds one already."""
    if events is None:
        return opened_store(store)
    file = EventFile(Path(events), now)
    if list(file.recorder.patients()):
        raise InputError(f"{file.path.name} holds a course already. Use 'course change', or name another file.")
    return file


def opened_store(store: str | None) -> DurableStore:
    """Open the store for the command that runs; it is closed when the command ends."""
    opened = open_store(store or default_store(), wait_s=_WAIT_S)
    click.get_current_context().call_on_close(opened.close)
    return opened


def _is_file(course: str) -> bool:
    return course.endswith(_FILES) or Path(course).is_file()


def moment_asked(at: str | None) -> datetime:
    """Return the moment of ``--at`` with its offset, or now.

    Raises:
        InputError: It is no time with an offset.
    """
    if at is None:
        return datetime.now(UTC).astimezone()
    moment = parse_instant(at, "--at")
    if moment.tzinfo is None:
        raise InputError("--at: the time has no offset, and could be hours off. Write it as 2026-11-03T10:05+02:00.")
    return moment


def new_patient() -> str:
    """Return a random id of a patient."""
    return str(uuid.uuid4())


def new_event(patient: str, kind: str, body: object, times: tuple[datetime, datetime], zone: str, **more: str) -> Event:
    """Return an event made here, by way of its JSON form, so that it is held to the same rules as any other.

    Args:
        patient: Random id.
        kind: Of the event.
        body: What it says, as JSON holds it.
        times: When it happened, and when it is written down.
        zone: IANA name of the patient's zone.
        more: Further keys: claim, actor, device, supersedes.

    Raises:
        InputError: Something in it is wrong.
    """
    occurred_at, recorded_at = times
    written: dict[str, object] = {
        "schema": SCHEMA,
        "id": event_id(int(recorded_at.timestamp() * 1000), secrets.randbits(74)),
        "patient": patient,
        "kind": kind,
        "occurred_at": occurred_at.isoformat(),
        "recorded_at": recorded_at.isoformat(),
        "zone": zone,
        "source": f"fullcourse {__version__}",
        "body": body,
        **more,
    }
    return read_event(written, "the event")
