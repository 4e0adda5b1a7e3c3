"""Every route with every role and every way in which a course is or is not the caller's: who is let in.

``tests/data/access_matrix.txt`` holds what is expected, one line a route and kind of ownership. A route that is not in
it fails the tests. After a route or the table of rights was changed on purpose, ``python tests/access_matrix.py``
writes the file anew; its diff is what a reviewer reads. Handlers stand still here: only the way to them is walked.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from starlette.testclient import TestClient

from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.routes import PATIENT, Route
from service_people import ADDRESS, Clinic, clinic_at
from signed_assertions import claims_for, key_set, signed

FILE = Path(__file__).parent / "data" / "access_matrix.txt"

STAFF = ("nurse", "clinician", "pharmacist", "laboratory", "programme", "administrator", "auditor")
COLUMNS = ("anonymous", "patient", "supporter", *STAFF, "integration", "unscoped")

HERE, THERE, MOVED, ALONE = (f"{number}" * 8 + f"-1111-4111-8111-{'1' * 12}" for number in (1, 2, 3, 4))
"""Courses: in the clinic, in another one, in another one since a transfer, and that of nobody's phone."""
NOBODY = "99999999-9999-4999-8999-999999999999"

_HEAD = """\
# Who is let in where: 200 let in, 401 sign in first, 403 no such right whoever it is about, 404 as if nothing was there
# Written by tests/access_matrix.py, and compared in every build: a change here is a change of somebody's rights.
#
# own          the patient's own course; the patient's whom one supports; staff and programs: a course of the clinic
# stranger's   another patient's course in the same clinic; for staff and programs a course of another clinic
# transferred  a course that was the clinic's and was handed to another; patient and supporter stay theirs
# revoked      phone shut out, consent withdrawn, account closed, program ended
# opened       a course of another clinic that a clinician opened in an emergency
# unknown      an id that nobody has
# dead         credentials that never held, or hold no more
#
# A line "signed in" stands for calls whose address names no patient: 200 says that the handler asks of each it finds.
# CDS Hooks asks its own clients for tokens where some are listed; here none is: the table of rights alone holds.
#
"""


def rights_of_programs() -> tuple[str, ...]:
    """Return every right that a program can be given."""
    from fullcourse.adapters.access.caller import Role
    from fullcourse.adapters.access.rights import rights

    return tuple(sorted(name for name, row in rights().items() if Role.INTEGRATION in row.reach))


class Cast:
    """Somebody of every role, in one clinic; and those whose right was taken back."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic, self.phones = clinic, dict[str, str]()
        routes = [replace(route, answer=_answer) for route in EVERY_ROUTE]
        self.client = TestClient(make_app(clinic.service, routes), ADDRESS, client=("192.0.2.7", 50000))
        for patient, clinic_id in ((HERE, "north"), (THERE, "south"), (MOVED, "north"), (ALONE, "north")):
            clinic.place(patient, clinic_id)
        self.tokens: dict[str, dict[str, str]] = {"live": {"anonymous": ""}, "revoked": {"anonymous": ""}}
        for group in ("live", "revoked"):
            self._sign_everybody_in(group)
        self._take_back()
        clinic.ok("PUT", f"/api/v1/courses/{MOVED}/clinic", "clinician-live", {"clinic": "south"})
        clinic.ok(
            "POST",
            f"/api/v1/courses/{THERE}/emergency",
            "clinician-opened",
            {"reason": "Unconscious, brought in"},
        )

    def _sign_everybody_in(self, group: str) -> None:
        clinic, made = self.clinic, self.tokens[group]
        for role in STAFF:
            clinic.add(f"{role}-{group}", (role,), ("north",))
            made[role] = clinic.tokens[f"{role}-{group}"]
        if group == "live":
            clinic.add("clinician-opened", ("clinician",), ("north",))
        for patient in (HERE, MOVED):
            name = f"{group}-{patient[0]}"
            self.phones[name], _ = clinic.phone(f"patient-{name}", patient, "patient", f"nurse-{group}")
            clinic.phone(f"supporter-{name}", patient, "supporter", f"nurse-{group}")
            consent = {"supporter": clinic.ids[f"supporter-{name}"], "given": True}
            clinic.ok("POST", f"/api/v1/courses/{patient}/consents", f"patient-{name}", consent)
        for role in ("patient", "supporter"):
            made[role] = clinic.tokens[f"{role}-{group}-1"]
        made["integration"] = self._program(group, rights_of_programs())
        made["unscoped"] = self._program(f"{group}-unscoped", ("advice.ask",))

    def _program(self, name: str, scopes: tuple[str, ...]) -> str:
        body = {"name": name, "jwks": key_set(), "scopes": scopes, "clinics": ["north"]}
        made = self.clinic.ok("POST", "/api/v1/programs", "administrator", body)
        self.clinic.ids[name] = made["client_id"]
        sent = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": signed(claims_for(made["client_id"], made["audience"], self.clinic.clock())),
        }
        return str(self.clinic.client().post("/api/v1/token", data=sent).json()["access_token"])

    def _take_back(self) -> None:
        clinic = self.clinic
        consent = {"supporter": clinic.ids["supporter-revoked-1"], "given": False}
        clinic.ok("POST", f"/api/v1/courses/{HERE}/consents", "nurse-live", consent)
        clinic.ok("DELETE", f"/api/v1/courses/{HERE}/phones/{self.phones['revoked-1']}", "nurse-live")
        for role in STAFF:
            clinic.ok("PATCH", f"/api/v1/users/{clinic.ids[f'{role}-revoked']}", "administrator", {"closed": True})
        for program in ("revoked", "revoked-unscoped"):
            clinic.ok("DELETE", f"/api/v1/programs/{clinic.ids[program]}", "administrator")

    def status(self, route: Route, token: str, patient: str = "") -> int:
        """Return the status that a caller gets."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.request(route.method, address_of(route, patient), headers=headers).status_code

    def lines(self, route: Route) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield each kind of ownership with the status that each column gets."""
        live, revoked = self.tokens["live"], self.tokens["revoked"]
        dead = dict.fromkeys(COLUMNS, "a-word-that-nobody-was-given") | {"anonymous": ""}
        if not route.has_subject or address_of(route, HERE) == address_of(route, THERE):
            for name, tokens in (("signed in", live), ("revoked", revoked), ("dead", dead)):
                yield name, self._row(route, tokens, {})
            return
        others = dict.fromkeys(COLUMNS, THERE) | {"patient": ALONE, "supporter": ALONE}
        moved = live | {role: self.clinic.tokens[f"{role}-live-3"] for role in ("patient", "supporter")}
        opened = live | {"clinician": self.clinic.tokens["clinician-opened"]}
        yield "own", self._row(route, live, dict.fromkeys(COLUMNS, HERE))
        yield "stranger's", self._row(route, live, others)
        yield "transferred", self._row(route, moved, dict.fromkeys(COLUMNS, MOVED))
        yield "revoked", self._row(route, revoked, dict.fromkeys(COLUMNS, HERE))
        yield "opened", self._row(route, opened, dict.fromkeys(COLUMNS, THERE))
        yield "unknown", self._row(route, live, dict.fromkeys(COLUMNS, NOBODY))
        yield "dead", self._row(route, dead, dict.fromkeys(COLUMNS, HERE))

    def _row(self, route: Route, tokens: Mapping[str, str], patients: Mapping[str, str]) -> tuple[int, ...]:
        return tuple(self.status(route, tokens[column], patients.get(column, "")) for column in COLUMNS)


def address_of(route: Route, patient: str) -> str:
    """Return the address of a route that names a patient, as each part of the service names one."""
    path = route.path.replace("{" + PATIENT + "}", patient)
    kind = route.path.split("/")[2] if route.path.startswith("/fhir/") else ""
    if "{id}" in path:
        return path.replace("{id}", patient if kind == "Patient" else f"{patient}.{'a' * 26}")
    if patient and kind and route.subject_of is not None:
        return f"{path}?{'_id' if kind == 'Patient' else 'patient'}={patient}"
    return path


def _answer(call: Call) -> Reply:
    return Reply(b"{}")


def walked(cast: Cast) -> str:
    """Return the whole file, as it is now."""
    parts = [_HEAD]
    for route in sorted(EVERY_ROUTE, key=lambda it: (it.path, it.method)):
        parts.append(f"\n{route.method} {route.path}   [{route.right}]\n")
        parts.append(f"  {'':12} {' '.join(f'{column[:7]:>7}' for column in COLUMNS)}\n")
        for name, row in cast.lines(route):
            parts.append(f"  {name:12} {' '.join(f'{status:>7}' for status in row)}\n")
    return "".join(parts)


def blocks(text: str) -> dict[str, str]:
    """Return what stands under each route."""
    made = {}
    for block in text.split("\n\n"):
        head, _, rest = block.strip().partition("\n")
        if not head.startswith("#"):
            made[head] = rest
    return made


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, clinic_at(Path(folder) / "courses.db") as opened:
        FILE.write_text(walked(Cast(opened)), "utf-8")
    sys.stdout.write(f"{FILE} was written: read its diff.\n")
