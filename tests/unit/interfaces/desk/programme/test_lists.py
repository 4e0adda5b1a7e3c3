"""The list behind a number: page by page, and what each case does not hold."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from course_events import event
from desk_clinic import DeskClinic
from desk_programme import PATIENTS, programme_clinic, whole
from fullcourse.clinical.event_bodies import Registered
from service_people import BEGUN

MORE = 51


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with programme_clinic(tmp_path_factory.mktemp("desk")) as opened:
        store = opened.clinic.service.store
        assert store is not None
        for number in range(MORE):
            patient = f"more{number:04}-0000-4000-8000-000000000000"
            made = event(Registered(), "2026-02-03T08:00", patient=patient, actor="clinician")
            store.append([replace(made, zone="UTC")], BEGUN)
            opened.clinic.place(patient, "south")
        opened.at_the_desk("both", "nurse", clinics=("north", "south")).get("/desk/programme")
        whole(opened)
        yield opened


@pytest.mark.parametrize(("page", "rows"), [(1, 50), (2, 1), (3, 0)])
def test_a_page_holds_fifty_and_keeps_quarter_and_clinic(desk: DeskClinic, page: int, rows: int):
    browser = desk.at_the_desk("both", "nurse", clinics=("north", "south"))
    asked = f"number=registration.group.not-recorded&quarter=2026-Q1&clinic=south&page={page}"
    text = browser.get(f"/desk/programme/list?{asked}").text
    assert text.count('href="/desk/courses/more') == rows
    assert text.count("quarter=2026-Q1&amp;clinic=south&amp;number=registration.group.not-recorded") >= 1
    assert len(text) < 100_000


@pytest.mark.parametrize("page", ["0", "x", "-1", "1" * 9])
def test_a_page_that_is_no_number_is_refused(desk: DeskClinic, page: str):
    browser = desk.at_the_desk("both", "nurse", clinics=("north", "south"))
    assert browser.get(f"/desk/programme/list?number=read.without-day&page={page}").status_code == 400


def test_a_list_without_a_number_says_where_to_begin(desk: DeskClinic):
    answer = desk.at_the_desk("both", "nurse", clinics=("north", "south")).get("/desk/programme/list")
    assert answer.status_code == 400
    assert "Open the list from the page of the number" in answer.text


def test_what_a_case_does_not_hold_stands_in_its_row(desk: DeskClinic):
    text = desk.at_the_desk("nurse", "nurse").get("/desk/programme/list?number=quality.no-plan").text
    row = text.partition(PATIENTS["k"])[2].partition("</tr>")[0]
    assert "age, diagnosis, site, resistance, HIV status, plan, susceptibility test" in row
