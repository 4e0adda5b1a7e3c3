"""Pages: each resource on one of them, in one order; a cursor is of its search, or nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.adapters.fhir.search.page import page_of, place_of, read_cursor, write_cursor
from fullcourse.adapters.fhir.search.query import read_query
from fullcourse.adapters.fhir.served.resource import served
from fullcourse.clinical.errors import InputError

NOW = datetime(2026, 11, 30, tzinfo=UTC)
BASE = "https://clinic.example/fhir"


def resource(number, minute):
    starts = None if minute is None else NOW + timedelta(minutes=minute)
    return served({"resourceType": "Observation", "id": f"p.{number}"}, NOW, starts, starts)


@given(
    st.lists(st.none() | st.integers(-1_000_000, 1_000_000), max_size=30), st.integers(1, 7), st.sampled_from(["", "-"])
)
def test_pages_hold_everything_once_and_in_order(minutes, count, turned):
    found = [resource(number, minute) for number, minute in enumerate(minutes)]
    seen, cursor = [], ""
    while True:
        asked = {"patient": ("p",), "_count": (str(count),), "_sort": (f"{turned}date",), "_cursor": (cursor,)}
        query = read_query("Observation", asked if cursor else {k: v for k, v in asked.items() if k != "_cursor"}, BASE)
        begins = read_cursor(query, NOW)
        page = page_of(found, query, begins.place)
        seen += page[:count]
        if len(page) <= count:
            break
        cursor = write_cursor(query, begins.moment, "p", page[count - 1])
    places = [place_of(it, "date") for it in seen]
    assert sorted(it.id for it in seen) == sorted(it.id for it in found)
    assert places == sorted(places, reverse=bool(turned))


@pytest.mark.parametrize("text", ["x", "%", "W10", "bnVsbA", "eyJhIjoxfQ", "=" * 50, "\u00e9", "A" * 5000])
def test_what_is_no_cursor_is_refused(text):
    query = read_query("Observation", {"patient": ("p",), "_cursor": (text,)}, BASE)
    with pytest.raises(InputError, match=r"^_cursor: "):
        read_cursor(query, NOW)


def test_a_cursor_of_the_future_is_refused_and_one_of_another_search_is_too():
    query = read_query("Observation", {"patient": ("p",)}, BASE)
    ahead = write_cursor(query, NOW + timedelta(seconds=1), "p", resource(1, 1))
    other = write_cursor(read_query("Observation", {"patient": ("q",)}, BASE), NOW, "q", resource(1, 1))
    for cursor in (ahead, other):
        asked = read_query("Observation", {"patient": ("p",), "_cursor": (cursor,)}, BASE)
        with pytest.raises(InputError):
            read_cursor(asked, NOW)
