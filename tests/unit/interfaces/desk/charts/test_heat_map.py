"""Every day of the last weeks is one cell of its own mark; the whole course is there too, and words tell the same."""

from datetime import date, timedelta

from lxml import etree as ET

from fullcourse.interfaces.desk.charts.heat_map import WEEKS_SHOWN, Day, DayMark, heat_map

TODAY = date(2026, 11, 30)  # a Monday
SVG = "{http://www.w3.org/2000/svg}"


def drawn(days):
    return ET.fromstring(heat_map("doses", "Doses", days, TODAY))


def cells(svg, mark):
    """Return how many cells the path of a mark holds."""
    return sum(path.get("d").count("M") for path in svg.iter(f"{SVG}path") if path.get("data-mark") == mark)


def ago(number, mark=DayMark.ALL, **more):
    return Day(TODAY - timedelta(days=number), mark, **more)


def test_each_day_is_a_cell_of_its_own_mark():
    svg = drawn(
        [ago(9, DayMark.NONE), ago(8, DayMark.SOME), ago(7, DayMark.HELD), ago(6), ago(5), ago(0, DayMark.OPEN)]
    )
    assert [cells(svg, it) for it in ("none", "some", "held", "all", "due", "not known")] == [1, 1, 1, 2, 1, 0]


def test_a_day_that_nobody_knows_is_not_drawn_as_one_without_a_dose():
    svg = drawn([ago(3, DayMark.UNKNOWN)])
    assert (cells(svg, "not known"), cells(svg, "none")) == (1, 0)


def test_a_day_of_which_two_people_say_different_things_is_framed_and_told():
    svg = drawn([ago(3, disputed=True), ago(2)])
    assert cells(svg, "disputed") == 1
    assert "told differently on 1" in svg.find(f"{SVG}desc").text


def test_only_the_last_weeks_are_drawn_day_by_day_and_the_course_below_them():
    svg = drawn([ago(number) for number in range(729, -1, -1)])
    assert cells(svg, "all") == WEEKS_SHOWN * 7 - 6  # today is a Monday: six days of its week are to come
    assert "Of all 730 days" in svg.find(f"{SVG}desc").text
    assert "Whole" in [text.text for text in svg.iter(f"{SVG}text")]


def test_a_short_course_has_no_strip_of_the_whole():
    assert "Whole" not in [text.text for text in drawn([ago(4), ago(3)]).iter(f"{SVG}text")]


def test_the_cell_of_a_day_stands_in_the_row_of_its_weekday():
    monday, sunday = drawn([ago(7)]), drawn([ago(1)])
    tops = [
        float(path.get("d").split()[1].partition("h")[0])
        for svg in (monday, sunday)
        for path in svg.iter(f"{SVG}path")
        if path.get("data-mark") == "all"
    ]
    assert tops == [20.0, 140.0]


def test_a_week_says_what_was_less_than_all():
    svg = drawn([ago(7), ago(6, DayMark.SOME, says="1 of 2 taken"), ago(5, DayMark.UNKNOWN)])
    titles = [title.text for title in svg.iter(f"{SVG}title")]
    assert "Week of 23 Nov 2026: Tue 1 of 2 taken, Wed not known" in titles


def test_words_from_elsewhere_are_escaped():
    made = heat_map("doses", "<b>&", [ago(7, DayMark.SOME, says="</svg><script>")], TODAY)
    assert "<script>" not in made
    assert "<b>" not in made


def test_a_course_of_two_years_is_small():
    days = [ago(number, DayMark.SOME, says="3 of 4 taken") for number in range(729, -1, -1)]
    assert len(heat_map("doses", "Doses", days, TODAY)) < 25_000


def test_a_course_without_a_dose_that_was_due_says_so():
    assert drawn([]).find(f"{SVG}desc").text == "No dose was due yet."
