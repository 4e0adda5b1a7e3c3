"""The file of events of a command, its moment, and new events: the place where clock and chance are allowed."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fullcourse import __version__
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.published.event import SCHEMA, read_event
from fullcourse.adapters.store.event_file import EventFile
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_id import event_id
from fullcourse.clinical.instant import parse_instant
from fullcourse.journey.course import Course, course_from
from fullcourse.knowledge.library import Knowledge

__all__ = ["Opened", "moment_asked", "new_event", "new_patient", "open_course"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A course read from its file.

    Attributes:
        file: Of its events.
        patient: Random id.
        course: What the events come to.
        knowledge: What the sources say.
        profile: Which sources lead.
        now: The moment that is asked about.
    """

    file: EventFile
    patient: str
    course: Course
    knowledge: Knowledge
    profile: str
    now: datetime


def open_course(events: str, at: str | None, profile: str | None) -> Opened:
    """Read the course of a file; raises InputError where it holds none, or cannot be read."""
    now = moment_asked(at)
    file = EventFile(Path(events), now)
    patient = file.only_patient()
    knowledge = load_knowledge()
    if profile:
        knowledge.profile(profile)
    course = course_from(file.recorder.events(patient), knowledge, load_zone, now, profile or "")
    leads = profile or (course.timeline[-1].plan.profile if course.timeline else "us")
    return Opened(file, patient, course, knowledge, leads, now)


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
