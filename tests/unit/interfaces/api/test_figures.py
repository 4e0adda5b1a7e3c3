import re

from fullcourse.interfaces.api.figures import BOUNDS_S, Figures, Sample, exposition

LINE = re.compile(r'[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-z_]+="(\\.|[^"\\\n])*",?)*\})? (\+Inf|-?[0-9.e+-]+)')
"""A sample of Prometheus' text format, 0.0.4."""


def shown(figures: Figures) -> str:
    return exposition(figures.samples())


def test_every_line_is_one_that_prometheus_reads():
    figures = Figures()
    figures.call("/fhir/Patient/{patient}", "GET", 200, 0.0123)
    figures.cards(["warning", "info", "warning"])
    assert 'fullcourse_cards_total{indicator="warning"} 2' in shown(figures)
    for line in shown(figures).splitlines():
        assert line.startswith("# ") or LINE.fullmatch(line), line


def test_a_duration_on_a_bound_belongs_to_it_and_one_above_to_the_next():
    figures = Figures()
    figures.call("/a", "GET", 200, 0.1)
    figures.call("/a", "GET", 200, 0.1000001)
    figures.call("/a", "GET", 200, 60.0)
    text = shown(figures)
    assert 'fullcourse_call_seconds_bucket{route="/a",le="0.05"} 0' in text
    assert 'fullcourse_call_seconds_bucket{route="/a",le="0.1"} 1' in text
    assert 'fullcourse_call_seconds_bucket{route="/a",le="0.25"} 2' in text
    assert 'fullcourse_call_seconds_bucket{route="/a",le="10"} 2' in text
    assert 'fullcourse_call_seconds_bucket{route="/a",le="+Inf"} 3' in text
    assert 'fullcourse_call_seconds_count{route="/a"} 3' in text


def test_buckets_only_grow():
    figures = Figures()
    for place, bound in enumerate(BOUNDS_S):
        for _ in range(place):
            figures.call("/a", "GET", 200, bound)
    counts = [int(line.rpartition(" ")[2]) for line in shown(figures).splitlines() if "_bucket" in line]
    assert counts == sorted(counts)


def test_calls_are_counted_by_route_method_and_status():
    figures = Figures()
    figures.call("/a", "GET", 200, 0.1)
    figures.call("/a", "GET", 200, 0.1)
    figures.call("/a", "PUT", 503, 0.1)
    text = shown(figures)
    assert 'fullcourse_calls_total{route="/a",method="GET",status="200"} 2' in text
    assert 'fullcourse_calls_total{route="/a",method="PUT",status="503"} 1' in text


def test_a_label_with_signs_of_its_own_is_escaped():
    sample = Sample("a", "gauge", "b", (("", (("c", 'd"e\\f\ng'),), 1),))
    assert 'a{c="d\\"e\\\\f\\ng"} 1' in exposition([sample])


def test_memory_is_told_in_bytes():
    found = re.search(r"process_resident_memory_bytes (\d+)", shown(Figures()))
    assert found
    assert 10_000_000 < int(found[1]) < 10_000_000_000
