"""Instants with a zone or without one, and one clock for all that are compared."""

import time
from datetime import UTC, timedelta, timezone

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.instant import check_clock, in_zone, parse_instant, seconds_since_1970

CAPE_TOWN = timezone(timedelta(hours=2))


@pytest.mark.parametrize("text", ["2026-11-03", "2026-02-30T10:05Z", "2026-11-03T24:05", "noon"])
def test_what_has_no_time_of_day_or_is_no_date_is_refused(text: str):
    with pytest.raises(InputError, match="level: "):
        parse_instant(text, "level")


def test_an_instant_without_a_zone_gets_the_one_given_and_one_with_a_zone_keeps_its_own():
    bare = parse_instant("2026-11-03T10:05", "level")
    assert in_zone(bare, CAPE_TOWN).isoformat() == "2026-11-03T10:05:00+02:00"
    assert in_zone(bare, None) == bare
    assert in_zone(bare.replace(tzinfo=UTC), CAPE_TOWN).tzinfo is UTC


def test_the_order_of_instants_does_not_hang_on_the_computer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert seconds_since_1970(parse_instant("1970-01-01T02:00", "level")) == 7200.0
        assert seconds_since_1970(parse_instant("1970-01-01T02:00+02:00", "level")) == 0.0
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_time_without_a_zone_beside_times_with_one_is_refused():
    times = [
        ("dose 1", parse_instant("2026-11-03T08:00+02:00", "dose")),
        ("level 1", parse_instant("2026-11-03T10:05", "l")),
    ]
    with pytest.raises(InputError, match="level 1: the time has no zone"):
        check_clock(times)


def test_times_all_without_a_zone_are_one_local_clock():
    assert check_clock([("level 1", parse_instant("2026-11-03T10:05", "level"))])


def test_a_zone_given_for_all_settles_the_matter():
    times = [
        ("dose 1", parse_instant("2026-11-03T08:00+02:00", "dose")),
        ("level 1", parse_instant("2026-11-03T10:05", "l")),
    ]
    assert not check_clock(times, "+02:00")


def test_times_on_one_clock_need_no_zone():
    assert check_clock([("level 1", parse_instant("2026-11-03T10:05+02:00", "l"))]) is False
    assert check_clock([], None) is False


def test_a_long_text_is_cut_in_the_message_and_a_day_is_repeated_with_its_mend():
    with pytest.raises(InputError, match=f"time '{'x' * 40}' is not"):
        parse_instant("x" * 50, "level")
    with pytest.raises(InputError, match=r"'2026-W45-2' has no time of day, .* Write it as 2026-W45-2T10:05"):
        parse_instant("2026-W45-2", "level")


def test_a_day_and_an_hour_with_another_sign_between_are_given_back_with_the_sign():
    text = "2026-11-03x10:05:00.000000+02:00:00.000000"
    with pytest.raises(InputError) as refused:
        parse_instant(text, "level")
    assert f"'{text[:40]}' has no time of day" in str(refused.value)
    assert "Write it as 2026-11-03T10:05+02:00." in str(refused.value)
