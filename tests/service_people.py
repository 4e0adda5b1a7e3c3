"""A service on which people of every role are signed in, driven over HTTP with a clock of ours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.testclient import TestClient

from fullcourse.adapters.access.access import Access, open_access
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.interfaces.api.access.door import Door, setup_link
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.service import Service
from fullcourse.interfaces.api.settings import read_settings

__all__ = ["BEGUN", "PASSWORD", "Clinic", "Clock", "clinic_at"]

BEGUN = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
PASSWORD = "lantern gravel wednesdays cobalt"  # noqa: S105 - of nobody
ADDRESS = "http://127.0.0.1:8080"
PIN = "8305"

knowledge = cache(load_knowledge)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = BEGUN

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Clinic:
    """A service with an administrator, two clinics, and whoever is asked for."""

    def __init__(self, access: Access, settings: Mapping[str, str]) -> None:
        self.clock, self.access = Clock(), access
        many = dict.fromkeys(("FULLCOURSE_CALLS_BY_STRANGERS", "FULLCOURSE_CALLS_BY_CALLERS"), "1000000")
        read = read_settings({"FULLCOURSE_FAILURES_BY_ADDRESS": "1000", **many, **settings})
        self.door = Door(access, read)
        self.service = Service(read, knowledge(), self.door, None, self.clock, access)
        self.app = make_app(self.service, EVERY_ROUTE)
        self.words: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.tokens: dict[str, str] = {}

    def client(self, peer: str = "192.0.2.7") -> TestClient:
        """Return a browser without a cookie."""
        return TestClient(self.app, ADDRESS, raise_server_exceptions=False, client=(peer, 50000))

    def call(self, method: str, path: str, token: str = "", body: Any = None, **headers: str) -> httpx.Response:
        """Call without a cookie."""
        sent = {**headers, **({"Authorization": f"Bearer {token}"} if token else {})}
        return self.client().request(method, path, json=body, headers=sent)

    def set_up(self) -> None:
        """Make the administrator by the link of the first start, and two clinics."""
        link = setup_link(self.access, ADDRESS, self.clock())
        body = {"link": link.partition("#")[2], "password": PASSWORD, "login": "admin@example.org", "name": "Synthetic"}
        made = self.call("POST", "/api/v1/password", body=body)
        assert made.status_code == 201, made.text
        self.ids["administrator"] = made.json()["account"]
        self.tokens["administrator"] = self.sign_in("admin@example.org")
        for clinic in ("north", "south"):
            self.ok("POST", "/api/v1/clinics", "administrator", {"id": clinic, "name": f"Synthetic {clinic}"})

    def ok(self, method: str, path: str, who: str, body: Any = None) -> Any:
        """Call as somebody, and return what was answered; anything but success is a failure of the test."""
        answer = self.call(method, path, self.tokens[who], body)
        assert answer.status_code < 300, (method, path, who, answer.text)
        return answer.json() if answer.content else None

    def add(self, name: str, roles: tuple[str, ...], clinics: tuple[str, ...], password: str = PASSWORD) -> str:
        """Make an account of staff, set its password by its link, sign in, and return its id."""
        body = {"login": f"{name}@example.org", "name": f"Synthetic {name}", "roles": roles, "clinics": clinics}
        made = self.ok("POST", "/api/v1/users", "administrator", body)
        set_ = {"link": made["link"].partition("#")[2], "password": password}
        assert self.call("POST", "/api/v1/password", body=set_).status_code == 201
        self.ids[name] = made["id"]
        self.tokens[name] = self.sign_in(f"{name}@example.org", password)
        return str(made["id"])

    def sign_in(self, login: str, password: str = PASSWORD, code: str = "") -> str:
        """Sign in, and return the bearer word."""
        answer = self.call(
            "POST", "/api/v1/sign-in", body={"login": login, "password": password, "code": code, "as_bearer": True}
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["bearer"])

    def browser(self, login: str) -> tuple[TestClient, dict[str, str]]:
        """Return a browser that is signed in, and the headers that its pages send."""
        client = self.client()
        answer = client.post("/api/v1/sign-in", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client, {"X-CSRF-Token": answer.json()["csrf"], "Origin": ADDRESS}

    def place(self, patient: str, clinic: str) -> None:
        """Give a course to a clinic."""
        self.ok("POST", f"/api/v1/clinics/{clinic}/courses", "administrator", {"patient": patient})

    def phone(self, name: str, patient: str, role: str, invited_by: str) -> tuple[str, str]:
        """Invite a phone, join with it, open it, and return its id and secret."""
        made = self.ok("POST", f"/api/v1/courses/{patient}/invitations", invited_by, {"role": role})
        joined = self.call(
            "POST", "/api/v1/phones", body={"invitation": made["link"].partition("#")[2], "pin": PIN}
        ).json()
        self.ids[name] = made["account"]
        self.tokens[name] = self.open(joined["device"], joined["secret"])
        return joined["device"], joined["secret"]

    def open(self, device: str, secret: str, pin: str = PIN) -> str:
        """Open a phone, and return its bearer word."""
        answer = self.call("POST", "/api/v1/phones/session", body={"device": device, "secret": secret, "pin": pin})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["bearer"])


@contextmanager
def clinic_at(place: str | Path, key_file: Path | None = None, **settings: str) -> Iterator[Clinic]:
    """Open a service with its administrator and two clinics."""
    access = open_access(place, key_file=key_file)
    try:
        clinic = Clinic(access, settings)
        clinic.set_up()
        yield clinic
    finally:
        access.close()
