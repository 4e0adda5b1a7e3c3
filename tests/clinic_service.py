"""A service over a real store, asked without a socket; who calls is told by a word in a header."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.testclient import TestClient

from fullcourse.adapters.access.caller import ANONYMOUS, Caller, Role, Subject
from fullcourse.adapters.access.rights import permits
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.store.opening import open_store
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.problems import NotSignedIn
from fullcourse.interfaces.api.service import Doorkeeper, Service
from fullcourse.interfaces.api.settings import read_settings

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NORTH, SOUTH = "clinic-north", "clinic-south"


class WordDoor(Doorkeeper):
    """Lets in by ``Authorization: Bearer ROLE CLINIC``, as tests say it; the real door is tested by itself."""

    def __init__(self):
        self.clinics: dict[str, str] = {}

    def caller(self, headers, peer, at):
        words = headers.get("authorization", "").split()[1:]
        if not words:
            return ANONYMOUS
        if words[0] not in set(Role):
            raise NotSignedIn
        role = Role(words[0])
        mine = frozenset(words[1:])
        scopes = frozenset(("course.read", "event.write", "course.begin", "course.change", "advice.ask"))
        return Caller(f"id-{role}", frozenset((role,)), mine, mine, scopes if role is Role.INTEGRATION else frozenset())

    def subject(self, patient):
        clinic = self.clinics.get(patient)
        return None if clinic is None else Subject(patient, clinic, frozenset(("id-supporter",)))

    def patients_of(self, caller, right):
        known = sorted(self.clinics)
        return tuple(it for it in known if permits(caller, right, self.subject(it)))

    def assign(self, patient, clinic, caller, at):
        self.clinics[patient] = clinic


@contextmanager
def clinic_service(folder: Path, clock=None, **environment: str):
    """Yield a client of a service with a store in a folder."""
    moment = clock or (lambda: NOW)
    with open_store(folder / "courses.db") as store:
        service = Service(read_settings(environment), knowledge_here(), WordDoor(), store, moment)
        yield TestClient(make_app(service, EVERY_ROUTE), raise_server_exceptions=False)


def as_of(role: str, *mine: str) -> dict[str, str]:
    """Return the headers of a caller."""
    return {"Authorization": " ".join(("Bearer", role, *mine))}


def later(**more: int) -> datetime:
    """Return a moment after `NOW`."""
    return NOW + timedelta(**more)
