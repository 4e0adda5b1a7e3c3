"""The memory of a service that shows pages all day: what is kept has an end, and a page leaves nothing behind."""

import gc
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from clinic_service import NORTH, NOW, as_of
from desk_courses import Desk, desk_at, person
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.every_route import EVERY_ROUTE

VIEWS = 1000
BLOCKS_A_VIEW = 20
"""What is remembered of a moment is a few blocks, of so many moments at most; a page that stayed would be thousands."""
PEOPLE = (3, 5, 7, 10)
PAGES = ("", "/log", "/doses", "/enter", "/follow-up?matter=silent", "/plan")


class Clock:
    """A clock that goes on by half a minute with each look."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=30)
        return self.at


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with desk_at(tmp_path) as opened:
        for number in PEOPLE:
            opened.keep(person(number).patient, person(number).events)
        service = replace(opened.service, now=Clock())
        yield Desk(TestClient(make_app(service, EVERY_ROUTE), raise_server_exceptions=False), service)


def test_a_thousand_pages_leave_nothing_behind(desk: Desk):
    addresses = [f"/desk/courses/{person(number).patient}{page}" for number in PEOPLE for page in PAGES]

    def look(times: int) -> int:
        for number in range(times):
            answer = desk.client.get(addresses[number % len(addresses)], headers=as_of("clinician", NORTH))
            assert answer.status_code == 200, answer.text
        gc.collect()
        return sys.getallocatedblocks()

    before = look(3 * len(addresses))  # what is made once is made
    after = look(VIEWS)
    assert after - before < BLOCKS_A_VIEW * VIEWS
