"""Wall clocks and instants, and the patient's day that ends at 03:00."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from fullcourse.adapters.zones import load_zone

JOHANNESBURG = load_zone("Africa/Johannesburg")


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-03-02T02:59", date(2026, 3, 1)),
        ("2026-03-02T03:00", date(2026, 3, 2)),
        ("2026-03-02T00:30", date(2026, 3, 1)),
        ("2026-03-02T23:59", date(2026, 3, 2)),
    ],
)
def test_the_patients_day_ends_at_three(local: str, day: date):
    at = datetime.fromisoformat(local).replace(tzinfo=JOHANNESBURG.rules)
    assert JOHANNESBURG.day_of(at) == day


def test_the_day_is_told_by_the_wall_clock_on_a_night_when_clocks_change():
    paris = load_zone("Europe/Paris")
    # 00:59 UTC is 02:59 summer time, the first time round; 01:59 UTC is 02:59 again.
    assert paris.day_of(datetime(2026, 10, 25, 0, 59, tzinfo=UTC)) == date(2026, 10, 24)
    assert paris.day_of(datetime(2026, 10, 25, 1, 59, tzinfo=UTC)) == date(2026, 10, 24)
    assert paris.day_of(datetime(2026, 10, 25, 2, 0, tzinfo=UTC)) == date(2026, 10, 25)


def test_an_instant_comes_back_as_the_clock_shows_it():
    at = JOHANNESBURG.instant(date(2026, 3, 2), time(8))
    assert at == datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert JOHANNESBURG.local(at).isoformat() == "2026-03-02T08:00:00+02:00"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", [("2026-03-01T00:00", 0)]),
        ("Europe/Paris", [("2026-03-01T00:00", 1), ("2026-03-29T01:00", 2), ("2026-10-25T01:00", 1)]),
        ("Africa/Casablanca", [("2026-03-01T00:00", 0), ("2026-03-22T02:00", 1)]),
    ],
)
def test_changes_of_a_clock_are_told_to_the_second(zone: str, expected: list[tuple[str, int]]):
    first, last = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    told = load_zone(zone).changes(first, last)
    wanted = [(datetime.fromisoformat(at).replace(tzinfo=UTC), timedelta(hours=hours)) for at, hours in expected]
    assert list(told)[: len(wanted)] == wanted


def test_no_change_lies_beyond_the_end_that_is_asked_for():
    paris, first = load_zone("Europe/Paris"), datetime(2026, 3, 28, tzinfo=UTC)
    assert len(paris.changes(first, datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC))) == 1
    assert len(paris.changes(first, datetime(2026, 3, 29, 1, 0, 0, tzinfo=UTC))) == 2
    assert len(paris.changes(first, first)) == 1


def test_a_change_just_before_the_end_is_told_to_its_whole_second():
    paris, change = load_zone("Europe/Paris"), datetime(2026, 3, 29, 1, tzinfo=UTC)
    first, last = change - timedelta(seconds=1), change + timedelta(milliseconds=500)
    assert paris.changes(first, last) == ((first, timedelta(hours=1)), (change, timedelta(hours=2)))
