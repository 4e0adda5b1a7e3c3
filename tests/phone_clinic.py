"""A clinic that a phone's browser can reach: a real service on a socket, its own store and people, a clock of ours."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import uvicorn
from sqlalchemy import insert

from course_events import at, event, plan
from fullcourse.adapters.access.access import open_access
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.courses import Consent, place_course, say_consent
from fullcourse.adapters.access.people.devices import end_device, invite
from fullcourse.adapters.access.store.opening import us
from fullcourse.adapters.access.store.tables import CLINIC
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Body, Dispensed, DoseTaken, PlanActivated, PlanSeen
from fullcourse.interfaces.api.access.door import Door
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.service import Service
from fullcourse.interfaces.api.serving.server import listen_on, worded_address
from fullcourse.interfaces.api.settings import read_settings

__all__ = ["MORNING", "ZONE", "PhoneClinic", "phone_clinic"]

ZONE = "Asia/Kolkata"
MORNING = datetime(2026, 11, 30, 2, 40, tzinfo=UTC)
"""Ten past eight on a Monday, by the clocks of the clinic."""
STARTED = date(2026, 10, 21)
_CLINIC = "synthetic"

knowledge = cache(knowledge_here)


class PhoneClinic:
    """What a clinic and the clock do while phones are looked at."""

    def __init__(self, service: Service, url: str, moment: list[datetime]) -> None:
        self.service, self.url, self._moment = service, url, moment
        assert service.store is not None
        assert service.access is not None
        self.store, self.access = service.store, service.access

    @property
    def now(self) -> datetime:
        return self._moment[0]

    def move_to(self, moment: datetime) -> None:
        """Set the clock of the service."""
        self._moment[0] = moment

    def begin(self, *drugs: str, days: int = 540, until: datetime = MORNING, **more: Any) -> str:
        """Begin a course of which every dose was taken until a moment, and return the patient's id."""
        patient = f"FC-TEST-{uuid4()}"
        planned = plan(*drugs, start=STARTED, zone=ZONE, days=days, profile="who", **more)
        began = event(
            PlanActivated(replace(planned, knowledge=knowledge().digest), "Dr A"), _local(STARTED, 9),
            actor="clinician", zone=ZONE, patient=patient,
        )  # fmt: skip
        self.store.append([began], self.now)
        self.access.write(lambda connection: place_course(connection, patient, _CLINIC, self.now))
        self._take_all(patient, until)
        return patient

    def _take_all(self, patient: str, until: datetime) -> None:
        from fullcourse.adapters.zones import load_zone
        from fullcourse.journey.course import course_from, schedule_of

        course = course_from(self.store.events(patient), knowledge(), load_zone, self.now)
        first = _local(STARTED, 0)
        due = [
            slot
            for occasion in schedule_of(course, knowledge(), first, (until - first).days + 2).occasions
            for slot in occasion.slots
            if slot.due < until - timedelta(hours=1)
        ]
        taken = [
            event(DoseTaken(slot.drug, slot.mg, slot.id), slot.due, patient=patient, zone=ZONE, device="before")
            for slot in due
        ]
        self.store.append(taken, self.now)

    def supply(self, patient: str, drug: str, form: str, units: float) -> None:
        """Hand out units this morning."""
        self.add(patient, Dispensed(drug, form, units, "SYN1"))

    def add(self, patient: str, body: Body, occurred: datetime | None = None, **more: Any) -> Event:
        """Have a clinician write something down."""
        said = {"actor": "clinician", **more}
        made = event(body, occurred or self.now, patient=patient, zone=ZONE, **said)
        self.store.append([made], self.now)
        return made

    def link(self, patient: str, role: str = "patient") -> str:
        """Invite a phone, and return the link that its QR code holds; a supporter's has the patient's consent."""
        link, account = self.invite(patient, role)
        if role == "supporter":
            self.consent(patient, account)
        return link

    def invite(self, patient: str, role: str) -> tuple[str, str]:
        """Invite a phone to whose supporter nobody consented yet; return the link and the account."""
        word, account = invite(self.access, patient, Role(role), AuditEntry(self.now, "phone.invited", "test"))
        return f"{self.url}/p/#{word}", account

    def consent(self, patient: str, account: str, *, given: bool = True) -> None:
        """Have a patient say whether a supporter may see the course."""
        said = Consent(account, given, account, self.now)
        self.access.write(lambda connection: say_consent(connection, patient, said))

    def log(self, patient: str) -> list[Event]:
        """Return what came from phones, in the order of its receipt."""
        return [it for it in self.store.events(patient) if it.source.startswith("fullcourse") or it.device not in _OURS]

    def wait_seen(self, patient: str, times: int = 1, seconds: float = 20.0) -> None:
        """Wait until phones have said so often that they show the plan: now what waits to be sent can be counted."""
        ends = time.monotonic() + seconds
        while sum(isinstance(it.body, PlanSeen) for it in self.store.events(patient)) < times:
            assert time.monotonic() < ends, "no phone said that it shows the plan"
            time.sleep(0.05)

    def shut_out(self, patient: str) -> None:
        """End every phone of a patient."""
        from fullcourse.adapters.access.people.devices import devices_of

        for device in self.access.read(lambda connection: devices_of(connection, patient)):
            name = device.id
            self.access.write(lambda connection, name=name: end_device(connection, patient, name, self.now))


_OURS = frozenset(("before", "device-1"))


def _local(day: date, hour: int) -> datetime:
    return at(f"{day.isoformat()}T{hour:02d}:00+05:30")


@contextmanager
def phone_clinic(folder: Path, now: datetime = MORNING, **settings: str) -> Iterator[PhoneClinic]:
    """Run a service on a free port of this computer, and end it."""
    many = dict.fromkeys(("FULLCOURSE_CALLS_BY_STRANGERS", "FULLCOURSE_CALLS_BY_CALLERS"), "1000000")
    read = read_settings({"FULLCOURSE_PORT": "0", "FULLCOURSE_COUNTRY": "US", **many, **settings})
    moment = [now]
    clock: Callable[[], datetime] = lambda: moment[0]  # noqa: E731
    place = folder / "courses.db"
    with open_store(place) as store, closing(open_access(place)) as access, listen_on(read) as listening:
        read = read.changed(FULLCOURSE_PORT=listening.getsockname()[1])
        service = Service(read, knowledge(), Door(access, read), store, clock, access)
        access.write(
            lambda connection: connection.execute(
                insert(CLINIC).values(id=_CLINIC, name="Synthetic clinic", made_us=us(now))
            )
        )
        server = uvicorn.Server(
            uvicorn.Config(make_app(service, EVERY_ROUTE), log_config=None, access_log=False, lifespan="off")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield PhoneClinic(service, worded_address(listening), moment)
        finally:
            server.should_exit = True
            thread.join(20)
