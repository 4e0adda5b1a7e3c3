"""A clinic whose staff sit at the desk: the real door, a real store of synthetic people, no scripts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
from starlette.testclient import TestClient

from fullcourse.adapters.demo.clinic import DemoPatient, demo_clinic
from fullcourse.adapters.store.opening import open_store
from fullcourse.interfaces.api.access.door import PROOF_FIELD
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from service_people import ADDRESS, BEGUN, PASSWORD, Clinic, clinic_at, knowledge

__all__ = ["PAGE", "Browser", "DeskClinic", "desk_clinic"]

PAGE = {"Origin": ADDRESS}
_HIDDEN_ID = re.compile(r'name="id" value="([0-9a-f-]+)"')


class Browser:
    """Somebody's browser: it sends the proof of the last page that it loaded."""

    def __init__(self, client: TestClient) -> None:
        self.client, self.text = client, ""

    def get(self, path: str) -> httpx.Response:
        answer = self.client.get(path)
        self.text = answer.text
        return answer

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form as the page that was loaded last would, and follow where it leads."""
        proof = self.text.partition(f'name="{PROOF_FIELD}" value="')[2].partition('"')[0]
        answer = self.client.post(path, data={PROOF_FIELD: proof, **fields}, headers=PAGE)
        self.text = answer.text
        return answer

    @property
    def event_id(self) -> str:
        """Return the id that the forms of the page hold."""
        found = _HIDDEN_ID.search(self.text)
        assert found is not None, self.text
        return found[1]


class DeskClinic:
    """The clinic."""

    def __init__(self, clinic: Clinic, patients: tuple[DemoPatient, ...]) -> None:
        self.clinic, self.patients = clinic, patients

    def at_the_desk(self, name: str, *roles: str, clinics: tuple[str, ...] = ("north",)) -> Browser:
        """Return the browser of somebody of a role who is signed in."""
        if name not in self.clinic.ids:
            self.clinic.add(name, roles or ("clinician",), clinics)
        client = self.clinic.client()
        form = {"login": f"{name}@example.org", "password": PASSWORD, "code": ""}
        assert client.post("/desk/sign-in", data=form, headers=PAGE, follow_redirects=False).status_code == 303
        return Browser(client)

    def whom(self, shows: str) -> str:
        """Return the id of the synthetic patient who shows something."""
        return next(it.patient for it in self.patients if shows in it.shows)


@contextmanager
def desk_clinic(folder: Path, *, people: int | None = None) -> Iterator[DeskClinic]:
    """Open a clinic in which the synthetic patients are; those beyond the first so many are in another clinic."""
    place = folder / "courses.db"
    with open_store(place) as store, clinic_at(place) as clinic:
        patients = demo_clinic(knowledge(), BEGUN)
        for number, patient in enumerate(patients):
            store.append(patient.events, BEGUN)
            clinic.place(patient.patient, "north" if people is None or number < people else "south")
        clinic.service = replace(clinic.service, store=store)
        clinic.app = make_app(clinic.service, EVERY_ROUTE)
        yield DeskClinic(clinic, patients)
