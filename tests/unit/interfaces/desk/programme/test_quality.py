"""What the data lack as a page: what the list of who is needed says of silence, and filters by quarter."""

from collections.abc import Iterator

import pytest

from desk_clinic import DeskClinic
from desk_programme import PATIENTS, programme_clinic, shown_numbers, whole
from fullcourse.adapters.worklist.index import Worklist


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with programme_clinic(tmp_path_factory.mktemp("desk")) as opened:
        opened.at_the_desk("nurse", "nurse").get("/desk/programme/quality")
        whole(opened)
        worklist = opened.clinic.service.parts["worklist"]
        assert isinstance(worklist, Worklist)
        worklist.finish(opened.clinic.clock())
        yield opened


def test_silent_courses_are_those_of_the_list_of_who_is_needed(desk: DeskClinic):
    browser = desk.at_the_desk("nurse", "nurse")
    silent = shown_numbers(browser.get("/desk/programme/quality").text)["quality.silent"]
    listed = browser.get("/desk/programme/list?number=quality.silent").text
    queue = browser.get("/desk/queue?tab=silent").text
    those = {name for name, patient in PATIENTS.items() if f'href="/desk/courses/{patient}"' in queue}
    assert those
    assert {name for name, patient in PATIENTS.items() if patient in listed} == those
    assert silent == str(len(those))


@pytest.mark.parametrize(("quarter", "count"), [("2026-Q3", "2"), ("2026-Q2", "0")])
def test_a_quarter_that_is_chosen_holds_its_own_cases_alone(desk: DeskClinic, quarter: str, count: str):
    browser = desk.at_the_desk("nurse", "nurse")
    assert shown_numbers(browser.get(f"/desk/programme/quality?quarter={quarter}").text)["quality.no-plan"] == count


def test_what_cannot_be_read_is_named_whatever_quarter_is_chosen(desk: DeskClinic):
    browser = desk.at_the_desk("nurse", "nurse")
    shown = shown_numbers(browser.get("/desk/programme/quality?quarter=2025-Q1").text)
    assert shown["quality.not-readable"] == "1"
    text = browser.get("/desk/programme/list?number=quality.not-readable&quarter=2025-Q1").text
    assert PATIENTS["l"] in text
    assert "fullcourse course verify" in text


def test_each_number_that_is_not_nought_says_what_to_do(desk: DeskClinic):
    text = desk.at_the_desk("nurse", "nurse").get("/desk/programme/quality").text
    assert "Begin the course, or write down how it ended" in text
    assert "Give the plan its length" not in text  # every plan of the store has a last day
