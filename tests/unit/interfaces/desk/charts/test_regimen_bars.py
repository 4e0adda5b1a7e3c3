"""Bars stand at their days, holds on them; the description says what is drawn."""

from datetime import date

import pytest
from lxml import etree as ET

from fullcourse.interfaces.desk.charts.drawing import COURSE_LEFT, COURSE_WIDTH
from fullcourse.interfaces.desk.charts.regimen_bars import Bar, DrugRow, regimen_bars

DAY_PX = (COURSE_WIDTH - 8 - COURSE_LEFT) / 100
SVG = "{http://www.w3.org/2000/svg}"
DAYS = (date(2026, 1, 1), date(2026, 4, 10))  # a hundred days
TODAY = date(2026, 3, 1)
LINEZOLID = DrugRow(
    "linezolid",
    (
        Bar(date(2026, 1, 1), date(2026, 2, 19), "600 mg once a day"),
        Bar(date(2026, 2, 10), date(2026, 2, 14), "held: side effects", is_hold=True),
        Bar(date(2026, 2, 20), None, "300 mg once a day"),
    ),
)


def drawn(*rows):
    return ET.fromstring(regimen_bars("regimen", "Regimen", rows, DAYS, TODAY))


def bars(svg):
    """Return the left end and the width of every bar, as shares of the axis."""
    return [
        (round((float(it.get("x")) - COURSE_LEFT) / DAY_PX, 1), round(float(it.get("width")) / DAY_PX, 1))
        for it in svg.iter(f"{SVG}rect")
    ]


def test_steps_follow_each_other_and_a_hold_lies_on_its_days():
    assert bars(drawn(LINEZOLID)) == [(0.0, 50.0), (40.0, 5.0), (50.0, 50.0)]


def test_a_bar_says_drug_dose_and_days_in_words():
    titles = [title.text for title in drawn(LINEZOLID).iter(f"{SVG}title")]
    assert "linezolid: 600 mg once a day, from 1 Jan 2026 to 19 Feb 2026" in titles
    assert "linezolid: held: side effects, from 10 Feb 2026 to 14 Feb 2026" in titles
    assert "linezolid: 300 mg once a day, from 20 Feb 2026 and goes on" in titles


def test_the_description_tells_every_dose_and_that_there_was_a_hold():
    assert drawn(LINEZOLID).find(f"{SVG}desc").text == "linezolid: 600 mg once a day; 300 mg once a day (held 1 time)."


@pytest.mark.parametrize(
    "bar",
    [Bar(date(2025, 1, 1), date(2025, 12, 31), "before"), Bar(date(2026, 4, 11), None, "after")],
)
def test_a_span_beside_the_axis_is_not_drawn(bar):
    assert bars(drawn(DrugRow("isoniazid", (bar,)))) == []


def test_a_bar_of_one_day_can_be_seen():
    one = Bar(date(2026, 2, 1), date(2026, 2, 1), "5 mg")
    assert float(next(drawn(DrugRow("isoniazid", (one,))).iter(f"{SVG}rect")).get("width")) >= 2.0


def test_words_from_elsewhere_are_escaped():
    bar = Bar(date(2026, 1, 1), None, "<i>")
    assert "<i>" not in regimen_bars("regimen", "Regimen", [DrugRow("<script>", (bar,))], DAYS, TODAY)
