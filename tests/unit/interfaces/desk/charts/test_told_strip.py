"""A mark stands at its day with a shape of its own; what cannot be read is not drawn as negative."""

from datetime import date

from lxml import etree as ET

from fullcourse.interfaces.desk.charts.told_strip import Told, ToldMark, ToldRow, told_strip

SVG = "{http://www.w3.org/2000/svg}"
DAYS = (date(2026, 1, 1), date(2026, 4, 10))
CULTURES = ToldRow(
    "sputum culture",
    (
        Told(date(2026, 1, 2), ToldMark.POSITIVE, "positive"),
        Told(date(2026, 2, 2), ToldMark.OTHER, "contaminated"),
        Told(date(2026, 3, 2), ToldMark.NEGATIVE, "negative"),
    ),
)


def marks(*rows):
    svg = ET.fromstring(told_strip("told", "Told", rows, DAYS))
    return [path.get("data-mark") for path in svg.iter(f"{SVG}path") if path.get("data-mark")]


def test_marks_follow_the_days_and_what_is_not_read_is_a_mark_of_its_own():
    assert marks(CULTURES) == ["positive", "other", "negative"]


def test_what_lies_beside_the_axis_is_left_out():
    assert marks(ToldRow("mood", (Told(date(2025, 12, 31), ToldMark.THERE, "there"),))) == []


def test_the_description_says_every_entry_with_its_day():
    svg = ET.fromstring(told_strip("told", "Told", [CULTURES], DAYS))
    said = "sputum culture: positive on 2 Jan 2026, contaminated on 2 Feb 2026, negative on 2 Mar 2026."
    assert said == svg.find(f"{SVG}desc").text


def test_a_symptom_that_came_and_went_has_two_shapes():
    row = ToldRow("low mood", (Told(DAYS[0], ToldMark.THERE, "there"), Told(DAYS[1], ToldMark.GONE, "gone")))
    svg = ET.fromstring(told_strip("told", "Told", [row], DAYS))
    shapes = {path.get("d").partition("m")[2] for path in svg.iter(f"{SVG}path") if path.get("data-mark")}
    assert marks(row) == ["there", "gone"]
    assert len(shapes) == 2
