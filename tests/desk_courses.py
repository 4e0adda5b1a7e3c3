"""The desk over a store with courses of synthetic patients, asked without a socket."""

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import html
from starlette.testclient import TestClient

from clinic_service import NORTH, NOW, WordDoor, as_of
from fullcourse.adapters.demo import clinic as demo
from fullcourse.adapters.demo.clinic import DemoPatient, demo_clinic
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.event import Event
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.service import Service
from fullcourse.interfaces.api.settings import read_settings

__all__ = ["Desk", "desk_at", "person", "two_years"]


@cache
def _people() -> dict[str, DemoPatient]:
    return {it.name[-2:]: it for it in demo_clinic(knowledge_here(), NOW)}


def person(number: int) -> DemoPatient:
    """Return a synthetic patient of the demonstration."""
    return _people()[f"{number:02d}"]


@cache
def two_years() -> DemoPatient:
    """Return a synthetic patient with two years of doses, results each month, and a hold."""
    rows = tomllib.loads((files(demo.__package__) / "people.toml").read_text("utf-8"))["person"]
    row: dict[str, Any] = dict(next(it for it in rows if it["number"] == 2))
    measured = (
        ("qtcf", 420.0, "ms"),
        ("alt", 30.0, "U/L"),
        ("haemoglobin", 11.0, "g/dL"),
        ("creatinine", 0.9, "mg/dL"),
    )
    results = [
        {"day": day, "kind": "result", "body": {"fact": fact, "value": value + day % 5 / 10, "unit": unit}}
        for day in range(1, 730, 28)
        for fact, value, unit in measured
    ]
    row.update(number=90, begun=730, days=760, share=0.93, event=[*row["event"], *results])
    return demo._Person(row, knowledge_here(), NOW, 1).lived()


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk: its browser, and the service behind it."""

    client: TestClient
    service: Service

    def keep(self, patient: str, events: Iterable[Event], at: datetime = NOW) -> str:
        """Put a course into the clinic of the north, and return the address of its page."""
        store = self.service.store
        assert store is not None
        store.append(tuple(events), at)
        self.service.door.assign(patient, NORTH, self.service.door.caller(as_of("clinician", NORTH), "", at), at)
        return f"/desk/courses/{patient}"

    def page(self, address: str, role: str = "clinician", clinic: str = NORTH) -> html.HtmlElement:
        """Return a page as somebody sees it."""
        answer = self.client.get(address, headers=as_of(role, clinic))
        assert answer.status_code == 200, answer.text
        return html.document_fromstring(answer.text)


@contextmanager
def desk_at(folder: Path, now: datetime = NOW) -> Iterator[Desk]:
    """Open a desk over a new store."""
    with open_store(folder / "courses.db") as store:
        service = Service(read_settings({}), knowledge_here(), WordDoor(), store, lambda: now)
        yield Desk(TestClient(make_app(service, EVERY_ROUTE), raise_server_exceptions=False), service)
