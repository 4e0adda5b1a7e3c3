"""Dates as records write them: partial ones are ranges, impossible ones are refused by name."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import Moment, day_number, end_of_day_s, parse_day, parse_moment, parse_span


def test_a_year_alone_is_the_whole_year():
    read = parse_moment("1970", "birth_date")
    assert (read.first_day, read.last_day) == (date(1970, 1, 1), date(1970, 12, 31))
    assert read.start_s == 0.0
    assert read.end_s == pytest.approx(365 * 86400, abs=1e-3)
    assert read.end_s < 365 * 86400
    assert not read.is_exact_day


@pytest.mark.parametrize(("text", "last"), [("2023-02", 28), ("2024-02", 29), ("2024-04", 30), ("2024-12", 31)])
def test_a_month_alone_is_the_whole_month(text, last):
    read = parse_moment(text, "on")
    assert read.first_day.day == 1
    assert read.last_day == read.first_day.replace(day=last)
    assert not read.is_exact_day


def test_a_day_is_one_day_and_keeps_its_wording():
    read = parse_moment("2024-02-29", "on")
    assert read.is_exact_day
    assert read.text == "2024-02-29"
    assert read.first_day == read.last_day == date(2024, 2, 29)
    assert 0 < 86400 - (read.end_s - read.start_s) < 1e-3


@pytest.mark.parametrize(
    "text",
    [
        *("2023-02-30", "2023-02-29", "2023-13", "2023-00-10", "2023-04-31", "0000", "2024-01-01T24:00:00Z"),
        *("2024-01-01T12:60:00Z", "2024-01-01T12:00:61Z", "2024-01-01T12:00:00+15:00", "2024-01-01T12:00:00+01:60"),
    ],
)
def test_what_no_calendar_holds_is_refused_by_field_and_value(text):
    with pytest.raises(InputError, match="not a date of the calendar") as refused:
        parse_moment(text, "Observation.effectiveDateTime")
    assert "Observation.effectiveDateTime" in str(refused.value)
    assert text in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "22.11.2026", "2026-11-22 08:00", "2026-1-2", "20261122", "2026-11-22T08", " 2026", "2026\n"],
)
def test_what_is_no_date_is_refused_with_the_form_to_use(text):
    with pytest.raises(InputError, match="Write it as YYYY"):
        parse_moment(text, "on")


@pytest.mark.parametrize("text", ["२०२४", "２０２４-０１-０１"])
def test_digits_of_another_script_are_no_date(text):
    with pytest.raises(InputError, match="is not a date"):
        parse_moment(text, "on")


def test_a_long_text_is_cut_in_the_message():
    with pytest.raises(InputError) as refused:
        parse_moment("x" * 10_000, "on")
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-22T08:30:00Z", datetime(2026, 11, 22, 8, 30, tzinfo=UTC)),
        ("2026-11-22T08:30:00+02:00", datetime(2026, 11, 22, 6, 30, tzinfo=UTC)),
        ("2026-11-22T08:30:00-05:30", datetime(2026, 11, 22, 14, 0, tzinfo=UTC)),
        ("2026-11-22T08:30:00+14:00", datetime(2026, 11, 21, 18, 30, tzinfo=UTC)),
        ("2026-11-22T08:30:00", datetime(2026, 11, 22, 8, 30, tzinfo=UTC)),
        ("2026-11-22T08:30", datetime(2026, 11, 22, 8, 30, tzinfo=UTC)),
    ],
)
def test_an_offset_moves_the_instant_and_never_the_calendar_day(text, utc):
    read = parse_moment(text, "on")
    assert read.start_s == read.end_s == utc.timestamp()
    assert read.first_day == read.last_day == date(2026, 11, 22)


def test_a_fraction_of_a_second_counts():
    read = parse_moment("2026-11-22T08:30:00.250Z", "on")
    assert read.start_s == parse_moment("2026-11-22T08:30:00Z", "on").start_s + 0.25


def test_the_leap_second_is_the_second_before_midnight_and_one_more():
    leap, midnight = parse_moment("2016-12-31T23:59:60Z", "on"), parse_moment("2017-01-01T00:00:00Z", "on")
    assert leap.start_s == midnight.start_s
    assert leap.first_day == date(2016, 12, 31)


@given(text=st.one_of(st.text(max_size=40), st.from_regex(r"\d{4}(-\d{2}){0,2}(T[\d:.+Z-]*)?", fullmatch=True)))
@example("\ud800")
@example("9999-12-31")
@example("0001-01-01T00:00:00+14:00")
@example("9999-12-31T23:59:60-14:00")
def test_any_text_is_either_a_moment_or_refused(text):
    try:
        read = parse_moment(text, "on")
    except InputError as refused:
        assert str(refused).startswith("on: ")
        return
    assert isinstance(read, Moment)
    assert read.text == text
    assert read.first_day <= read.last_day
    assert read.start_s <= read.end_s


@given(day=st.dates())
def test_every_day_of_the_calendar_is_read_as_itself(day):
    assert parse_moment(day.isoformat(), "on").first_day == day


@pytest.mark.parametrize(
    ("day", "number"),
    [(date(1969, 12, 31), -1), (date(1970, 1, 1), 0), (date(1970, 1, 2), 1), (date(2024, 2, 29), 19782)],
)
def test_days_are_counted_from_the_first_day_of_1970(day, number):
    assert day_number(day) == number
    assert day_number(day) * 86400 == parse_moment(day.isoformat(), "on").start_s


def test_a_day_given_by_hand_is_a_day_of_the_calendar_or_refused_by_where_it_was_given():
    assert parse_day("2024-02-29", "--at") == date(2024, 2, 29)
    for text in ("2023-02-29", "2024-02", "tomorrow", ""):
        with pytest.raises(InputError, match=r"--at: .* is not a date\. Write it as YYYY-MM-DD"):
            parse_day(text, "--at")


def test_the_day_given_by_hand_is_cut_in_the_message():
    with pytest.raises(InputError, match=f"--at: '{'x' * 40}' is not"):
        parse_day("x" * 50, "--at")


def test_a_long_text_that_is_no_date_is_cut_in_the_message_to_forty_characters():
    with pytest.raises(InputError, match=f"on: '{'x' * 40}' is not a date"):
        parse_moment("x" * 50, "on")


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("2026-11-22", True),
        ("2026-11-23", False),
        ("2026-11-23T02:00:00+08:00", True),  # Manila's morning is still the 22nd in UTC
        ("2026-11-22T20:00:00-05:00", True),  # Lima's evening is the 23rd in UTC, and the 22nd where it was written
        ("2026-11-22T23:59:59Z", True),
        ("2026-11-23T00:00:00Z", False),
        ("2026-11", True),
        ("2026-12", False),
    ],
)
def test_what_may_lie_no_later_than_a_day_has_begun(text, begun):
    assert parse_moment(text, "on").has_begun(date(2026, 11, 22)) is begun


def test_a_day_ends_where_the_next_one_begins():
    assert end_of_day_s(date(1970, 1, 1)) == 86_400.0
    assert end_of_day_s(date(2026, 11, 22)) == parse_moment("2026-11-23", "on").start_s


@pytest.mark.parametrize("offset", ["+14:00", "-14:00", "+13:59", "+05:45"])
def test_offsets_go_as_far_as_fourteen_hours(offset):
    hours, minutes = int(offset[1:3]), int(offset[4:])
    ahead_s = (hours * 3600 + minutes * 60) * (1 if offset[0] == "+" else -1)
    zulu = parse_moment("2026-11-22T00:00:00Z", "on").start_s
    assert parse_moment(f"2026-11-22T00:00:00{offset}", "on").start_s == zulu - ahead_s


def test_a_span_is_one_date_or_two_with_a_stroke_between():
    assert parse_span("1980", "birth_date") == parse_moment("1980", "birth_date")
    span = parse_span("1979-11-21/1980", "birth_date")
    assert (span.text, span.first_day, span.last_day) == ("1979-11-21/1980", date(1979, 11, 21), date(1980, 12, 31))
    assert span.start_s == parse_moment("1979-11-21", "on").start_s
    assert span.end_s == parse_moment("1980", "on").end_s
