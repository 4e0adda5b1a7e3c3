"""The service's FHIR over a real store of either engine, with two clinics' courses, and HL7's schema to hold it to."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import jsonschema_rs
from starlette.testclient import TestClient

import fullcourse
from carried import every_kind
from clinic_service import NORTH, SOUTH, WordDoor, as_of
from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.published.event import read_event_line
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.event import Event
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.service import Service
from fullcourse.interfaces.api.settings import read_settings

__all__ = [
    "CLINICIAN",
    "ENGINES",
    "INTEGRATION",
    "MINE",
    "NORTH",
    "NOW",
    "PATIENT",
    "PROGRAMME",
    "SOUTH",
    "THEIRS",
    "Clinic",
    "as_of",
    "clinic",
    "dose",
    "observed",
    "sample",
    "schema",
    "transaction",
]

MINE, THEIRS = "5f0c1111-2222-4333-8444-555566667777", "5f0c9999-2222-4333-8444-555566667777"
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ENGINES = ("sqlite", "postgresql")
CLINICIAN, INTEGRATION = as_of("clinician", NORTH), as_of("integration", NORTH)
PROGRAMME, PATIENT = as_of("programme", NORTH), as_of("patient", MINE)
_SCHEMA = Path(__file__).parent / "conformance" / "data" / "fhir-r4-service.schema.json"
_EXAMPLES = Path(fullcourse.__file__).parent / "examples"


@cache
def schema() -> jsonschema_rs.Validator:
    """Return HL7's schema of what the service writes."""
    return jsonschema_rs.validator_for(json.loads(_SCHEMA.read_text("utf-8")))


def sample(name: str = "course", patient: str = MINE) -> list[Event]:
    """Return the events of a sample course that ships, as another patient's."""
    lines = (_EXAMPLES / f"{name}.ndjson").read_text("utf-8").splitlines()
    return [replace(read_event_line(line, name, number), patient=patient) for number, line in enumerate(lines, 1)]


class SeenDoor(WordDoor):
    """Lets in as `WordDoor` does, with the scopes of FHIR, and keeps who saw whom."""

    def __init__(self):
        super().__init__()
        self.log: list[tuple[str, str, str | None, int]] = []

    def caller(self, headers, peer, at):
        caller = super().caller(headers, peer, at)
        scopes = caller.scopes | {"fhir.read", "fhir.write", "fhir.export"}
        return replace(caller, scopes=scopes) if Role.INTEGRATION in caller.roles else caller

    def saw(self, seen):
        self.log += [(seen.caller.id, seen.right, patient, seen.status) for patient in seen.patients or (None,)]


class Clinic:
    """A client of a service that has one course in the north, and one in the south."""

    def __init__(self, store: DurableStore, door: SeenDoor, service: Service, place: str) -> None:
        self.store, self.door, self.service = store, door, service
        self.place = place
        self.client = TestClient(make_app(service, EVERY_ROUTE), raise_server_exceptions=False)

    def damage(self, patient: str) -> None:
        """Change what is stored of a patient, as a disk that fails does."""
        sql = "UPDATE course_event SET received_us = received_us + 1 WHERE patient_id = '{}' AND seq = 1"
        if self.place.startswith("postgresql"):
            import psycopg

            with psycopg.connect(self.place, autocommit=True) as raw:
                raw.execute(sql.format(patient))  # type: ignore[arg-type]  # our own words
        else:
            with closing(sqlite3.connect(self.place)) as file, file:
                file.execute(sql.format(patient))

    def get(self, path: str, headers=CLINICIAN, **more):
        return self.client.get(path, headers={**headers, **more})

    def post(self, path: str, resource, headers=CLINICIAN, **more):
        sent = {"Content-Type": "application/fhir+json", **headers, **more}
        return self.client.post(path, content=json.dumps(resource).encode(), headers=sent)

    def found(self, path: str, headers=CLINICIAN) -> list[dict]:
        """Return what a search finds, page after page."""
        resources = []
        url: str | None = path
        while url:
            answer = self.get(url, headers)
            assert answer.status_code == 200, answer.text
            bundle = answer.json()
            schema().validate(bundle)
            entries = bundle.get("entry", [])
            resources += [it["resource"] for it in entries if it["search"]["mode"] == "match"]
            url = next((it["url"] for it in bundle["link"] if it["relation"] == "next"), None)
        return resources


@contextmanager
def clinic(
    engine: str = "sqlite", log: Sequence[Event] | None = None, clock=None, **environment: str
) -> Iterator[Clinic]:
    """Yield a clinic on an engine; its course is the sample that ships where no other is given."""
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "key"
        if engine == "postgresql":
            from postgres_server import new_database

            place = new_database()
        else:
            place = str(Path(folder) / "courses.db")
        opened = open_store(place, key_file=key)
        with opened as store:
            door = SeenDoor()
            door.clinics.update({MINE: NORTH, THEIRS: SOUTH})
            for patient in (MINE, THEIRS):
                events = sample() if log is None else log
                store.append([replace(it, patient=patient) for it in events], NOW - timedelta(days=1))
            moment = clock or (lambda: NOW)
            yield Clinic(store, door, Service(read_settings(environment), knowledge_here(), door, store, moment), place)


def generated() -> list[Event]:
    """Return a log with an event of every kind."""
    return every_kind()


def dose(name: str = "d1", mg: float = 250, patient: str = MINE, **more) -> dict:
    """Return a dose of cycloserine that was seen taken."""
    resource = {
        "resourceType": "MedicationAdministration",
        "identifier": [{"system": "https://phone.example", "value": name}],
        "status": "completed",
        "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "J04AB01"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": "2026-11-29T08:05:00+02:00",
        "dosage": {"dose": {"value": mg, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}},
        **more,
    }
    return {key: value for key, value in resource.items() if value is not None}


def observed(name: str = "o1", code: str = "2160-0", patient: str = MINE, **more) -> dict:
    """Return a creatinine of 1.1 mg/dL."""
    value = {"value": 1.1, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"}
    resource = {
        "resourceType": "Observation",
        "identifier": [{"system": "https://lab.example", "value": name}],
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": "2026-11-28T09:00:00+02:00",
        "valueQuantity": value,
        **more,
    }
    return {key: value for key, value in resource.items() if value is not None}


def transaction(*resources: dict, kind: str = "transaction") -> dict:
    """Return a Bundle that posts resources."""
    entries = [
        {"fullUrl": f"urn:uuid:0000000{n}", "resource": it, "request": {"method": "POST", "url": it["resourceType"]}}
        for n, it in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}
