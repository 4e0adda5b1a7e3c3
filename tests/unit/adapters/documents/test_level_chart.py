"""The chart of levels: everything on it is said in words too, and nothing leaves its frame."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from fullcourse.adapters.documents.level_chart import (
    ChartBand,
    ChartDose,
    ChartPoint,
    LevelChart,
    svg_chart,
    terminal_chart,
)

HOURS = [0.0, 2.0, 6.0, 12.0]
CHART = LevelChart(
    "Cycloserine <own> curve",
    HOURS,
    [
        [5.0, 15.0, 12.0, 8.0],
        [6.0, 18.0, 15.0, 10.0],
        [8.0, 22.0, 18.0, 12.0],
        [9.0, 26.0, 22.0, 15.0],
        [11.0, 33.0, 27.0, 19.0],
    ],
    ChartBand(20.0, 35.0, "aimed at: peak 20 to 35 mg/L"),
    [(30.0, "30 mg/L, label")],
    [ChartPoint(2.0, 31.0, 4.0)],
    [ChartDose(0.0, 250.0), ChartDose(12.0, 250.0, taken=False)],
)


def test_the_chart_is_well_formed_and_escapes_what_it_is_given():
    root = ElementTree.fromstring(svg_chart(CHART))  # noqa: S314 - our own drawing
    assert root.tag.endswith("svg")
    assert root[0].text == "Cycloserine <own> curve"


def test_it_is_described_for_those_who_cannot_see_it():
    drawn = svg_chart(CHART)
    assert 'role="img"' in drawn
    assert "Measured: 31 mg/L." in drawn


@pytest.mark.parametrize(
    "said", ["90 per cent band", "50 per cent band", "median", "measured 31 mg/L", "250 mg missed", "30 mg/L, label"]
)
def test_every_mark_has_a_title(said: str):
    assert said in svg_chart(CHART)


def test_it_holds_no_script_and_names_nothing_outside():
    drawn = svg_chart(CHART)
    assert "<script" not in drawn
    assert re.findall(r"https?://[^\"' ]+", drawn) == ["http://www.w3.org/2000/svg"]


def test_every_level_stays_inside_the_frame():
    numbers = [
        float(y)
        for points in re.findall(r'points="([^"]+)"', svg_chart(CHART))
        for y in re.findall(r",([\d.]+)", points)
    ]
    assert all(0.0 <= y <= 360.0 for y in numbers)


def test_the_terminal_shows_the_curve_and_marks_the_range():
    lines = terminal_chart(CHART, width=20, height=6)
    assert len(lines) == 7
    assert any("|" in line for line in lines)
    assert "h 0" in lines[-1]
    assert "h 12" in lines[-1]


def test_a_level_of_zero_everywhere_can_be_drawn():
    flat = LevelChart("nothing", [0.0, 1.0], [[0.0, 0.0]] * 5)
    assert svg_chart(flat).startswith("<svg")
