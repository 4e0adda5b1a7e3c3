"""The morning's message of each clinic, sent by the service itself: one a day and reader, late rather than not at all.

It is due once on each of the clinic's days; what was not made until noon is not made any more, and the message says so.
Whether it was sent stands in the database of access and in the outbox, so that a service that is begun again, or
several over one store, send it once. A second one all the same would carry the same Message-ID.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from fullcourse.adapters.access.people.courses import courses_of
from fullcourse.adapters.access.turns import Turns
from fullcourse.adapters.messages.files import FileSender
from fullcourse.adapters.messages.message import Message, Sender
from fullcourse.adapters.worklist.digest import Digest, message_of
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.zone import Zone
from fullcourse.interfaces.api.service import Service
from fullcourse.interfaces.api.serving.timetable import Job, MayGoOn
from fullcourse.interfaces.api.settings import Settings
from fullcourse.interfaces.desk.worklist import worklist_of

__all__ = ["morning_jobs"]

_LOG: Final = logging.getLogger("fullcourse.service")
_NOON: Final = time(12)
_IN_TIME: Final = timedelta(minutes=5)
"""So long after its time a message is not called late."""
_DAY: Final = timedelta(days=1)


class _Stopped(Exception):
    """The service is stopped before the list was whole: the next one makes it."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who gets the list of a clinic.

    Attributes:
        clinic: Its id.
        address: Of who reads it.
    """

    clinic: str
    address: str

    @property
    def mark(self) -> str:
        """Return what tells readers apart and says nothing of them."""
        return hashlib.sha256(f"{self.clinic}\0{self.address}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Mornings:
    """When the message is due.

    Attributes:
        clock: By the wall clock of the clinic.
        zone: Where it is.
        now: The clock.
    """

    clock: time
    zone: Zone
    now: Callable[[], datetime]

    def of(self, day: date) -> datetime:
        """Return when it is due on a day."""
        return self.zone.instant(day, self.clock)

    def day(self, at: datetime) -> date:
        """Return the day of an instant by the calendar of the clinic."""
        return self.zone.local(at).date()

    def following(self, after: datetime) -> datetime:
        """Return when it is due after it was made: on a later day, and of mornings that are over on the last alone."""
        return max(self.of(self.day(after) + _DAY), self.of(self.day(self.now())))


def morning_jobs(service: Service) -> tuple[Job, ...]:
    """Return the jobs that send the morning's lists, one for each clinic and reader; none where nobody is set.

    Raises:
        InputError: What was set cannot be kept to.
    """
    settings = service.settings
    readers = [_Reader(*pair.split("=", 1)) for pair in settings.words("FULLCOURSE_DIGEST_TO")]
    if not readers or service.store is None or service.access is None:
        return ()
    mornings = _Mornings(time.fromisoformat(settings.text("FULLCOURSE_DIGEST_AT")), _zone(settings), service.now)
    sender = _sender(settings)
    return tuple(_job(service, reader, mornings, sender) for reader in readers)


def _zone(settings: Settings) -> Zone:
    name = settings.text("FULLCOURSE_DIGEST_ZONE")
    if not name:
        raise InputError(
            "FULLCOURSE_DIGEST_ZONE: it is not set, so nobody can say when it is morning for those that "
            "FULLCOURSE_DIGEST_TO names. Set it, as Africa/Johannesburg."
        )
    return load_zone(name)


def _sender(settings: Settings) -> Sender:
    outbox = settings.text("FULLCOURSE_DIGEST_OUTBOX")
    if not outbox or not Path(outbox).is_dir():
        raise InputError(
            "FULLCOURSE_DIGEST_OUTBOX: it names no folder, so the messages of the morning can be put nowhere. Make the "
            "folder, and name it."
        )
    return FileSender(Path(outbox))


def _job(service: Service, reader: _Reader, mornings: _Mornings, sender: Sender) -> Job:
    name = f"digest {reader.mark}"

    def work(now: datetime, may_go_on: MayGoOn) -> None:
        missed = _missed(service, name, mornings, now)
        message = _message(service, reader, mornings, now, missed, may_go_on)
        sender.send(message)
        due = mornings.of(mornings.day(now))
        told = {"event": "digest_sent", "job": name, "late_s": max(round((now - due).total_seconds()), 0)}
        _LOG.info("%s", json.dumps(told))

    return Job(name, mornings.following, work)


def _missed(service: Service, name: str, mornings: _Mornings, now: datetime) -> tuple[date, date] | None:
    """Return the first and the last day before this one without a message; None where there is none."""
    assert service.access is not None  # noqa: S101 - there are no jobs without it
    last = mornings.day(Turns(service.access, "").done(name, now))
    yesterday = mornings.day(now) - _DAY
    return (last + _DAY, yesterday) if last < yesterday else None


def _message(
    service: Service,
    reader: _Reader,
    mornings: _Mornings,
    now: datetime,
    missed: tuple[date, date] | None,
    may_go_on: MayGoOn,
) -> Message:
    local, due = mornings.zone.local(now), mornings.of(mornings.day(now))
    public = service.settings.text("FULLCOURSE_PUBLIC_URL")
    desk = f"{public}/desk" if public else ""
    key = f"{mornings.day(now):%Y%m%d}-{reader.mark}"
    said: list[str] = []
    if missed is not None:
        first, last = missed
        said.append(f"No list was made on {first}." if first == last else f"No list was made from {first} to {last}.")
    clock = f"{mornings.clock:%H:%M}"
    if local.time() >= _NOON:
        said.append(f"This morning's list was not made: the service could not make it between {clock} and noon.")
        return Message(reader.address, "Today's list", _lines(said, desk), local, key)
    if now - due > _IN_TIME:
        said.append(f"Made at {local:%H:%M}, late: it could not be made at {clock}.")
    digest = _digest(service, reader.clinic, local, may_go_on)
    if digest is None:
        said.append("No course is kept for this clinic. If there should be one, correct FULLCOURSE_DIGEST_TO.")
        return Message(reader.address, "Today's list", _lines(said, desk), local, key)
    return message_of(digest, reader.address, desk, said, key)


def _lines(said: Sequence[str], desk: str) -> str:
    return "\n".join([*said, *([desk] if desk else []), ""])


def _digest(service: Service, clinic: str, now: datetime, may_go_on: MayGoOn) -> Digest | None:
    """Return the list of a clinic, every course of it looked at; None where no course is there."""
    assert service.access is not None  # noqa: S101 - there are no jobs without it
    patients = service.access.read(lambda connection: frozenset(courses_of(connection, frozenset((clinic,)))))
    if not patients:
        return None
    worklist = worklist_of(service)
    if not worklist.finish(now, may_go_on):
        raise _Stopped("the service is stopped before the list was whole.")
    unread = len(worklist.not_read(patients)[1])
    return Digest(clinic, now, worklist.listing(patients, now), unread)
