"""Dates of a search are spans, and prefixes say how spans must lie: both sides of every edge."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from fullcourse.adapters.fhir.search.dates import read_date
from fullcourse.clinical.errors import InputError

LIMA = timezone(timedelta(hours=-5))
SPAN = (datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("2026-03", True), ("2026-03-15", False), ("ne2026-03", False), ("ne2026-03-15", True),
        ("gt2026-03-18T23:59:59Z", True), ("gt2026-03-19", False), ("gt2026-03-20", False),
        ("lt2026-03-10", False), ("lt2026-03-10T00:00:01Z", True), ("ge2026-03-19", False), ("ge2026-03-18", True),
        ("le2026-03-10T00:00:00Z", False), ("le2026-03-11", True), ("sa2026-03-09", True), ("sa2026-03-10", False),
        ("eb2026-03-20", True), ("eb2026-03-19", False), ("2026", True), ("eq2026", True),
    ],
)  # fmt: skip
def test_a_span_lies_as_its_prefix_says(asked, is_found):
    assert read_date(asked, "date").matches(*SPAN) is is_found


def test_a_day_without_an_offset_is_one_by_the_clock_of_the_resource():
    late = datetime(2026, 3, 10, 23, 30, tzinfo=LIMA)
    span = (late, late + timedelta(microseconds=1))
    assert read_date("2026-03-10", "date").matches(*span)
    assert not read_date("2026-03-11", "date").matches(*span)
    assert read_date("2026-03-11T04:30:00Z", "date").matches(*span)


def test_what_has_no_date_matches_none_and_what_is_open_has_no_end():
    assert not read_date("ne2026", "date").matches(None, None)
    since = datetime(2026, 3, 10)  # noqa: DTZ001 - a day has no offset
    assert read_date("ge2030", "date").matches(since, None)
    assert not read_date("lt2026-03-10", "date").matches(since, None)
    assert read_date("lt2020", "date").matches(None, since)


@pytest.mark.parametrize(
    "text", ["2026-02-29", "2026-13", "9999", "0000-01-01", "2026-01-01T24:00", "ap2026", "26-1-1"]
)
def test_what_is_no_date_is_refused_by_the_name_of_its_parameter(text):
    with pytest.raises(InputError, match=r"^recorded: "):
        read_date(text, "recorded")


def test_lengths_are_those_of_the_calendar():
    for text, days in (("2024-02", 29), ("2026-02", 28), ("2026-12", 31), ("2024", 366), ("2026-12-31", 1)):
        asked = read_date(text, "date")
        assert (asked.high - asked.low).days == days
    assert read_date("2024-02-29", "date").high.day == 1
    assert read_date("2026-01-01T00:00:00.5Z", "date").high.microsecond == 600_000


@pytest.mark.parametrize(
    ("asked", "length"),
    [
        ("2026-01-01T00:00Z", timedelta(minutes=1)),
        ("2026-01-01T00:00:00Z", timedelta(seconds=1)),
        ("2026-01-01T00:00:00.5Z", timedelta(milliseconds=100)),
        ("2026-01-01T00:00:00.500Z", timedelta(milliseconds=1)),
        ("2026-01-01T00:00:00.500000Z", timedelta(microseconds=1)),
        ("2026-11", timedelta(days=30)),
        ("2026", timedelta(days=365)),
    ],
)
def test_a_date_is_as_long_as_it_was_written_exactly(asked, length):
    read = read_date(asked, "date")
    assert read.high - read.low == length


def test_a_plus_that_an_address_turned_into_a_space_is_a_plus():
    assert read_date("2026-01-01T02:00:00 02:00", "date").low == datetime(2026, 1, 1, tzinfo=UTC)
    assert read_date("2026-01-01T00:00:00.25Z", "date").low.microsecond == 250_000


def test_a_date_with_an_offset_stands_where_it_stands_whatever_the_clock_of_the_resource():
    asked = read_date("2026-03-10T12:00:00Z", "date")
    day = datetime(2026, 3, 10), datetime(2026, 3, 11)  # noqa: DTZ001 - a day has no offset
    assert not asked.matches(*day)
    assert read_date("2026-03-10", "date").matches(*day)
    assert read_date("2026-03-10", "date").matches(None, day[1]) is False
    assert read_date("le2026-03-10", "date").matches(None, day[1])
