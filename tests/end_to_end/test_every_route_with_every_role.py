"""Every route with every role and ownership, against the file in which the rights of everybody are written down."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from access_matrix import FILE, HERE, NOBODY, THERE, Cast, address_of, blocks, walked
from fullcourse.adapters.access.rights import rights
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.headers import EVERY_ANSWER
from fullcourse.interfaces.desk.pages import PAGE_HEADERS
from service_people import clinic_at

NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The number of a call, which alone may differ."""


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    with clinic_at(tmp_path_factory.mktemp("access") / "courses.db") as clinic:
        yield Cast(clinic)


def test_every_route_lets_in_whom_the_file_says_and_nobody_else(cast: Cast) -> None:
    written, now = blocks(FILE.read_text("utf-8")), blocks(walked(cast))
    assert written.keys() == now.keys(), "a route is missing or gone: python tests/access_matrix.py, and read its diff"
    changed = [head for head in now if now[head] != written[head]]
    assert not changed, f"rights have changed at {changed}: python tests/access_matrix.py, and read its diff"


def test_a_strangers_course_and_none_give_the_same_answer_byte_for_byte(cast: Cast) -> None:
    told = []
    for route in EVERY_ROUTE:
        named = [address_of(route, patient) for patient in (THERE, NOBODY, "nobody-of-this-name")]
        if len(set(named)) == 1 or not route.has_subject or route.right == "course.open-in-emergency":
            continue
        for role in ("patient", "supporter", "nurse", "clinician", "integration"):
            token = {"Authorization": f"Bearer {cast.tokens['live'][role]}"}
            answers = [cast.client.request(route.method, address, headers=token) for address in named]
            assert all(patient not in f"{it.text}{it.headers}" for it in answers for patient in (THERE, NOBODY)), (
                route.path
            )
            plain = [
                (it.status_code, NUMBER.sub("", it.text), NUMBER.sub("", str(sorted(it.headers.items()))))
                for it in answers
            ]
            told += [(route.path, role, it) for it in plain[1:] if it != plain[0]]
            assert plain[0][0] == 404, (route.path, role)
    assert not told


def test_every_answer_has_the_headers_that_guard_a_browser_errors_too(cast: Cast) -> None:
    for route in EVERY_ROUTE:
        path = route.path.replace("{patient}", HERE)
        for method in (route.method, "TRACE", "PATCH"):
            for token in ("", cast.tokens["live"]["administrator"], "dead"):
                answer = cast.client.request(
                    method, path, headers={"Authorization": f"Bearer {token}"} if token else {}
                )
                wanted = EVERY_ANSWER
                if path.startswith("/desk") and answer.headers["content-type"].startswith("text/html"):
                    wanted = {**EVERY_ANSWER, **PAGE_HEADERS}  # a page loads our own files, and sends its origin
                missing = {name for name, value in wanted.items() if answer.headers.get(name) != value}
                assert not missing, (method, path, answer.status_code, missing)
    assert "unsafe" not in PAGE_HEADERS["Content-Security-Policy"]
    assert PAGE_HEADERS["Content-Security-Policy"].startswith("default-src 'none'")
    assert cast.client.get("/nothing/is/here").headers["content-security-policy"].startswith("default-src 'none'")


def test_every_right_is_asked_by_a_route_or_by_one_that_is_to_come() -> None:
    asked = {route.right for route in EVERY_ROUTE}
    assert asked <= rights().keys()


def test_the_file_names_each_role_in_each_block() -> None:
    text = Path(FILE).read_text("utf-8")
    assert len(blocks(text)) == len({(route.method, route.path) for route in EVERY_ROUTE})
