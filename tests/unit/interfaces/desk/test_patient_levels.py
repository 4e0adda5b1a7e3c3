"""The page of a drug's levels: curve and lines about the last level, or why there is none."""

import itertools
from collections.abc import Iterator

import pytest
from lxml import html

from clinic_service import NORTH, as_of
from desk_courses import Desk, desk_at, person


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with desk_at(tmp_path_factory.mktemp("desk")) as opened:
        for number in (3, 6):
            opened.keep(person(number).patient, person(number).events)
        yield opened


def levels(desk: Desk, number: int, drug: str, **asked: str):
    address = f"/desk/courses/{person(number).patient}/levels/{drug}"
    return desk.client.get(address, params=asked, headers=as_of("clinician", NORTH))


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
