"""The page of a drug's levels: curve and lines about the last level, or why there is none."""

import itertools
import time
from collections.abc import Iterator

import pytest
from lxml import html

from clinic_service import NORTH, NOW, as_of
from course_events import event
from desk_courses import Desk, desk_at, person
from fullcourse.clinical.event_bodies import Result
from fullcourse.interfaces.desk import patient_levels

PENDING = "Being worked out"


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with desk_at(tmp_path_factory.mktemp("desk")) as opened:
        for number in (3, 6):
            opened.keep(person(number).patient, person(number).events)
        yield opened


def asked_once(desk: Desk, number: int, drug: str, **asked: str):
    address = f"/desk/courses/{person(number).patient}/levels/{drug}"
    return desk.client.get(address, params=asked, headers=as_of("clinician", NORTH))


def levels(desk: Desk, number: int, drug: str, **asked: str):
    """Return the page as it is once nothing of it is being worked out any more."""
    ends = time.monotonic() + 120.0
    while PENDING in (answer := asked_once(desk, number, drug, **asked)).text:
        assert time.monotonic() < ends
        time.sleep(0.1)
    return answer


def test_the_curve_stands_with_the_lines_of_the_plan_and_of_another_dose_and_as_a_table(desk):
    answer = levels(desk, 6, "cycloserine", dose="250 mg once a day")
    assert answer.status_code == 200
    page = html.document_fromstring(answer.text)
    heads = [it.text_content() for it in page.xpath("//section[@aria-labelledby='table']//th[@scope='col']")]
    assert heads[-2:] == ["if taken as planned", "if 250 mg once a day"]
    rows = [[float(cell.text) for cell in row.findall("td")] for row in page.xpath("//tbody/tr")]
    assert len(rows) > 5
    taken, planned, other = ([row[place] for row in rows] for place in (0, 3, 4))
    assert max(other) < max(taken) / 2  # a quarter of the daily amount
    assert max(abs(a - b) for a, b in zip(taken, planned, strict=True)) < 3.0  # every dose was logged, minutes late
    hours = [float(it.text) for it in page.xpath("//tbody//th")]
    assert all(later - hour < 6.0 for hour, later in itertools.pairwise(hours))
    assert "24 mg/L on 2026-11-07 10:00; 36 mg/L on 2026-11-20 10:00" in page.text_content()


@pytest.mark.parametrize(
    ("number", "drug", "asked", "told"),
    [
        (6, "linezolid", {}, "no level of it that can be used"),
        (6, "bedaquiline", {}, "not in the plan in force"),
        (6, "cycloserine", {"dose": "much"}, "is not understood"),
        (3, "rifampin", {}, "no level of it that can be used"),
    ],
)
def test_why_no_curve_is_drawn_is_said(desk, number, drug, asked, told):
    answer = levels(desk, number, drug, **asked)
    assert answer.status_code == 200
    assert told in html.document_fromstring(answer.text).xpath("//*[@role='alert']")[0].text_content()
    assert "<svg" not in answer.text


def test_a_drug_that_nobody_knows_has_no_page(desk):
    assert levels(desk, 6, "nonsense").status_code == 404


@pytest.fixture
def at_once(monkeypatch):
    """Let no page wait for a curve."""
    monkeypatch.setattr(patient_levels, "_WAIT_S", 0.0)


@pytest.fixture
def own_desk(tmp_path) -> Iterator[Desk]:
    with desk_at(tmp_path) as opened:
        opened.keep(person(6).patient, person(6).events)
        yield opened


def test_a_curve_that_takes_longer_is_said_to_be_worked_out_and_then_shown(own_desk, at_once):
    answer = asked_once(own_desk, 6, "cycloserine", dose="250 mg q24h")
    assert answer.status_code == 200
    page = html.document_fromstring(answer.text)
    assert PENDING in page.xpath("//*[@id='levels'][@data-looks-again]//*[@role='status']")[0].text_content()
    assert "<svg" not in answer.text
    again = page.xpath("//a[text()='Look again']/@href")
    assert again == [f"/desk/courses/{person(6).patient}/levels/cycloserine?dose=250%20mg%20q24h"]
    assert not page.xpath("//meta[@http-equiv='refresh']")  # it would move a reader who is elsewhere on the page
    shown = levels(own_desk, 6, "cycloserine", dose="250 mg q24h")
    assert "<svg" in shown.text
    assert "data-looks-again" not in shown.text


def test_after_an_event_the_old_curve_is_not_shown(own_desk, at_once):
    levels(own_desk, 6, "cycloserine")
    assert "<svg" in asked_once(own_desk, 6, "cycloserine").text
    own_desk.keep(person(6).patient, [event(Result("cycloserine_level", 30.0, "mg/L"), NOW, patient=person(6).patient)])
    answer = asked_once(own_desk, 6, "cycloserine")
    assert PENDING in answer.text
    assert "<svg" not in answer.text
    assert "30 mg/L on 2026-11-22" in levels(own_desk, 6, "cycloserine").text


def test_of_an_erased_course_no_curve_is_left(own_desk, at_once):
    levels(own_desk, 6, "cycloserine")
    own_desk.service.store.erase(person(6).patient, NOW)
    answer = asked_once(own_desk, 6, "cycloserine")
    assert answer.status_code >= 400
    assert "<svg" not in answer.text


def test_whoever_may_not_see_the_course_sees_no_curve_that_is_kept(own_desk):
    levels(own_desk, 6, "cycloserine")
    address = f"/desk/courses/{person(6).patient}/levels/cycloserine"
    assert own_desk.client.get(address, headers=as_of("clinician", "clinic-south")).status_code == 404
