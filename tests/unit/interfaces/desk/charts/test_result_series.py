"""Results are drawn in their order and height; a limit of a source only where results come near it."""

from datetime import date

from lxml import etree as ET

from fullcourse.interfaces.desk.charts.result_series import Limit, ResultPoint, ResultSeries, result_series

SVG = "{http://www.w3.org/2000/svg}"
DAYS = (date(2026, 1, 1), date(2026, 4, 10))
FAR, NEAR = Limit(9.0, "a source: stop"), Limit(1.5, "a source: reduce")
RISING = tuple(ResultPoint(date(2026, month, 5), value) for month, value in ((1, 0.8), (2, 1.1), (3, 1.4)))


def drawn(points, limits=()):
    return ET.fromstring(result_series("alt", ResultSeries("ALT", "U/L", points, limits), DAYS))


def test_results_go_from_left_to_right_and_greater_ones_stand_higher():
    line = next(drawn(RISING).iter(f"{SVG}polyline")).get("points").split()
    places = [tuple(map(float, place.split(","))) for place in line]
    assert places == sorted(places)
    assert [place[1] for place in places] == sorted((place[1] for place in places), reverse=True)


def test_the_newest_result_is_said_in_the_title_with_its_day_and_unit():
    assert drawn(RISING).find(f"{SVG}title").text == "ALT: 1.4 U/L on 5 Mar 2026"


def test_a_limit_that_results_come_near_is_drawn_and_one_far_off_is_not():
    described = drawn(RISING, (NEAR, FAR)).find(f"{SVG}desc").text
    assert "Line at 1.5: a source: reduce." in described
    assert "stop" not in described


def test_one_result_is_a_point_without_a_line():
    svg = drawn(RISING[:1])
    assert len(list(svg.iter(f"{SVG}circle"))) == 1
    assert list(svg.iter(f"{SVG}polyline")) == []


def test_results_that_are_all_alike_are_drawn_inside_the_chart():
    svg = drawn(tuple(ResultPoint(point.on, 0.0) for point in RISING))
    assert 0.0 < float(next(svg.iter(f"{SVG}circle")).get("cy")) < 84.0
