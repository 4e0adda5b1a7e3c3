"""The whole description of the service fuzzed by schemathesis over a real socket, as people of every role.

No call may bring about an internal error, an answer that its schema does not allow, or an answer without a sign-in
where one is asked. Every role takes long: the usual run is as a clinician and as nobody, and every role runs with
``FULLCOURSE_FAULTS=full``. Addresses that end the caller's own session are left out, since nothing is reached after.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

import fullcourse
from effort import FULL
from fullcourse.adapters.store.opening import open_store
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from service_people import Clinic, clinic_at

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth,"
    "negative_data_rejection"
)
STAFF = ("nurse", "clinician", "pharmacist", "laboratory", "programme", "administrator", "auditor")
ROLES = (*STAFF, "patient", "supporter", "anonymous")
RECORD = json.loads((Path(fullcourse.__file__).parent / "examples" / "synthetic-patient.json").read_text("utf-8"))


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Clinic, str]]:
    """Yield a clinic with a course, and the address at which it is served."""
    with clinic_at(folder / "courses.db") as clinic, open_store(folder / "courses.db") as store:
        clinic.clock.at = datetime.now(UTC)  # schemathesis' own calls are of today
        clinic.tokens["administrator"] = clinic.sign_in("admin@example.org")  # the session of set-up has ended since
        clinic.service = replace(clinic.service, store=store)
        app = make_app(clinic.service, EVERY_ROUTE)
        clinic.app = app
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="critical"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield clinic, f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(10)


def signed_in(clinic: Clinic) -> str:
    """Sign people of every role in, begin a course, bind phones to it, and return its id."""
    for role in STAFF:
        if role != "administrator":
            clinic.add(role, (role,), ("north",))
    body = {
        "record": RECORD, "clinic": "north", "zone": "Africa/Johannesburg", "start": "2026-11-02", "profile": "who",
        "confirmed_by": "synthetic", "because": "a test", "plan": [{"drug": "linezolid", "dose": "600 mg once a day"}],
    }  # fmt: skip
    course = str(clinic.ok("POST", "/api/v1/courses", "clinician", body)["course"])
    clinic.phone("patient", course, "patient", "nurse")
    clinic.tokens["anonymous"] = ""
    return course


@pytest.mark.parametrize("role", ROLES if FULL else ("clinician", "anonymous"))
def test_no_call_breaks_the_service(tmp_path, role):
    with serving(tmp_path) as (clinic, address):
        course = signed_in(clinic)
        if role == "supporter":
            clinic.phone("supporter", course, "supporter", "nurse")
        (tmp_path / "schemathesis.toml").write_text(f'[parameters]\n"path.patient" = "{course}"\n', "utf-8")
        token = clinic.tokens[role]
        found = subprocess.run(  # noqa: S603 - our own words alone
            [
                Path(sys.executable).with_name("schemathesis"), "--config-file", tmp_path / "schemathesis.toml", "run",
                f"{address}/openapi.json", "--seed", "1",
                "--exclude-path-regex", "/sign-out$|/sessions/", "--checks", CHECKS, "--phases",
                "coverage,fuzzing,stateful" if FULL else "coverage,fuzzing",
                "--max-examples", "60" if FULL else "2", *(("-H", f"Authorization: Bearer {token}") if token else ()),
            ],
            cwd=tmp_path, capture_output=True, text=True, timeout=3000, check=False,
        )  # fmt: skip
        assert " passed" in found.stdout, found.stdout + found.stderr
        assert found.returncode == 0, found.stdout[-6000:]
