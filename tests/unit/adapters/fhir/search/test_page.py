"""Pages: each resource on one of them, in one order; a cursor is of its search, or nothing."""

import base64
import json
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


def test_a_page_begins_behind_the_last_and_holds_one_more_where_there_are_more():
    found = [resource(number, number) for number in range(4)]
    query = read_query("Observation", {"patient": ("p",), "_count": ("2",)}, BASE)
    assert [it.id for it in page_of(found, query, None)] == ["p.0", "p.1", "p.2"]
    assert [it.id for it in page_of(found, query, place_of(found[1], "date"))] == ["p.2", "p.3"]


def test_what_has_no_date_stands_first_and_what_has_an_end_alone_by_it():
    ends = served({"resourceType": "Observation", "id": "p.1"}, NOW, None, NOW)
    assert place_of(ends, "date") == (NOW.timestamp(), "p.1")
    assert place_of(resource(1, None), "date")[0] < place_of(resource(1, -1_000_000_000), "date")[0]
    assert place_of(resource(1, None), "_lastUpdated") == (NOW.timestamp(), "p.1")
    day = served({"resourceType": "Observation", "id": "p.1"}, NOW, datetime(1970, 1, 2))  # noqa: DTZ001 - a day
    assert place_of(day, "date") == (86_400.0, "p.1")


def test_a_cursor_leads_back_to_its_moment_its_patient_and_its_place():
    query = read_query("Observation", {"patient": ("p",)}, BASE)
    cursor = write_cursor(query, NOW, "p", resource(1, 1))
    assert "=" not in cursor
    asked = read_query("Observation", {"patient": ("p",), "_cursor": (cursor,)}, BASE)
    read = read_cursor(asked, NOW)
    assert (read.moment, read.patient, read.place) == (NOW, "p", ((NOW + timedelta(minutes=1)).timestamp(), "p.1"))
    assert read_cursor(query, NOW).place is None


@pytest.mark.parametrize(
    "change",
    [{1: "2026-11-30T00:00:00"}, {1: 5}, {2: 5}, {3: "1"}, {3: 1}, {4: 5}, {0: "x"}],
)
def test_a_cursor_that_was_changed_is_refused(change):
    query = read_query("Observation", {"patient": ("p",)}, BASE)
    parts = [query.digest, NOW.isoformat(), "p", 1.5, "p.1"]
    for place, value in change.items():
        parts[place] = value
    text = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
    asked = read_query("Observation", {"patient": ("p",), "_cursor": (text,)}, BASE)
    with pytest.raises(InputError, match="belongs to no page"):
        read_cursor(asked, NOW)
