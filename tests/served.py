"""The service in a process of its own, everything in it real but the door: it lets in whoever says who they are.

The real door is tested by itself; here the question is what becomes of calls when things break.
"""

import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from clinic_service import NORTH, WordDoor
from fullcourse.adapters.access.caller import Subject
from fullcourse.adapters.store.contract import Appended, Recorder, SetAside
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.clinical.event import Event
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.serving.log import start_log
from fullcourse.interfaces.api.serving.opened import opened_service
from fullcourse.interfaces.api.serving.server import listen_on, run, worded_address
from fullcourse.interfaces.api.settings import read_settings


class Early(Recorder):
    """A store that says that an event is kept before it is: a planted fault, which a test has to find."""

    def __init__(self, store: DurableStore) -> None:
        self._store = store

    def append(self, events: Iterable[Event], received_at: datetime) -> tuple[Appended, ...]:
        listed = list(events)
        threading.Timer(0.3, self._store.append, (listed, received_at)).start()
        return (Appended.NEW,) * len(listed)

    def events(self, patient: str) -> tuple[Event, ...]:
        return self._store.events(patient)

    def set_aside(self, patient: str) -> tuple[SetAside, ...]:
        return self._store.set_aside(patient)

    def patients(self) -> Iterator[str]:
        return self._store.patients()


class EveryPatientIsOurs(WordDoor):
    """Every course belongs to one clinic."""

    def subject(self, patient: str) -> Subject | None:
        return Subject(patient, NORTH)


def main() -> None:
    settings = read_settings()
    start_log()
    with listen_on(settings) as listening, opened_service(settings, EveryPatientIsOurs()) as service:
        if "early" in sys.argv:
            service = replace(service, store=Early(service.store))

        def begun() -> None:
            print(f"  is it well    {worded_address(listening)}/healthz")
            print("Stop it", flush=True)

        run(make_app(service, EVERY_ROUTE), settings, listening, begun)
    print("Stopped", flush=True)


if __name__ == "__main__":
    sys.exit(main())
