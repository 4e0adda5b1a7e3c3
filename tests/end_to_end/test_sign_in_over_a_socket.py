"""Sign-in and the audit over a real socket, by uvicorn, with many callers at once."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
import uvicorn

from access_places import ENGINES, opened
from fullcourse.adapters.access.audit.reading import entries, verify_audit
from service_people import PASSWORD, Clinic

PATIENT = "11111111-1111-4111-8111-111111111111"


@pytest.fixture(params=ENGINES)
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Clinic, int]]:
    for clinic in opened(request.param, tmp_path):
        config = uvicorn.Config(clinic.app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield clinic, server.servers[0].sockets[0].getsockname()[1]
        server.should_exit = True
        thread.join(10)


def called(port: int, method: str, path: str, body: object = None, **headers: str) -> tuple[int, object, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {"Content-Type": "application/json", **headers}
    connection.request(method, path, None if body is None else json.dumps(body), sent)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, json.loads(content) if content else None, answer.getheader("set-cookie") or ""


def test_a_browser_signs_in_reads_and_signs_out(served: tuple[Clinic, int]) -> None:
    _, port = served
    own = f"http://127.0.0.1:{port}"
    body = {"login": "admin@example.org", "password": PASSWORD}
    status, told, cookie = called(port, "POST", "/api/v1/sign-in", body, Origin=own)
    assert status == 200 and cookie.startswith("fullcourse-session=")
    kept = {"Cookie": cookie.partition(";")[0]}
    assert isinstance(told, dict)
    assert called(port, "GET", "/api/v1/session", **kept)[0] == 200
    assert called(port, "POST", "/api/v1/sign-out", None, Origin=own, **kept)[0] == 403
    proof = {"X-CSRF-Token": told["csrf"]}
    assert called(port, "POST", "/api/v1/sign-out", None, Origin=own, **kept, **proof)[0] == 204
    assert called(port, "GET", "/api/v1/session", **kept)[0] == 401


def test_each_of_many_reads_at_once_has_its_entry_before_its_answer(served: tuple[Clinic, int]) -> None:
    clinic, port = served
    clinic.add("nurse", ("nurse",), ("north",))
    clinic.place(PATIENT, "north")
    before = verify_audit(clinic.access.kept).entries
    token = {"Authorization": f"Bearer {clinic.tokens['nurse']}"}

    def read(_: int) -> int:
        return called(port, "GET", f"/api/v1/courses/{PATIENT}/consents", **token)[0]

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read, range(80))) == {200}
    made = list(entries(clinic.access.kept, after=before))
    assert len(made) == 80 and len({it.call for it in made}) == 80
    assert {(it.account, it.patient, it.where) for it in made} == {(clinic.ids["nurse"], PATIENT, "127.0.0.1")}
    assert verify_audit(clinic.access.kept).broken == ()
