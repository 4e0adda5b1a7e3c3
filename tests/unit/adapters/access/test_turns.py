"""Of several processes one alone has the turn, whoever dies with it keeps it for no longer than it was taken for."""

from datetime import UTC, datetime, timedelta

import pytest

from fullcourse.adapters.access.access import open_access
from fullcourse.adapters.access.turns import CLOCKS_DIFFER, Turns

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOLDS = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


@pytest.fixture
def access(tmp_path):
    """Open what access keeps, empty."""
    opened = open_access(tmp_path / "courses.db")
    yield opened
    opened.close()


def test_what_was_due_before_anybody_asked_is_nobodys(access):
    first = Turns(access, "one")
    assert first.done("work", NOW) == NOW
    assert first.done("work", NOW + HOLDS) == NOW


def test_one_of_two_has_the_turn_and_what_is_done_is_not_done_again(access):
    one, other = Turns(access, "one"), Turns(access, "other")
    one.done("work", NOW)
    due = NOW + SECOND
    assert one.take("work", due, due, HOLDS)
    assert not other.take("work", due, due, HOLDS)
    one.finish("work", due)
    assert not other.take("work", due, due + SECOND, HOLDS)
    assert other.take("work", due + SECOND, due + SECOND, HOLDS)


def test_the_turn_of_one_who_died_is_free_at_its_end_and_not_before(access):
    one, other = Turns(access, "one"), Turns(access, "other")
    one.done("work", NOW)
    due = NOW + SECOND
    assert one.take("work", due, due, HOLDS)
    assert not other.take("work", due, due + HOLDS - SECOND, HOLDS)
    assert other.take("work", due, due + HOLDS, HOLDS)
    one.finish("work", due + HOLDS)  # it was not dead, only slow: the turn is the other's now, and it says nothing
    assert Turns(access, "third").done("work", due + HOLDS) == NOW


def test_work_that_failed_may_be_tried_again_from_when_it_says(access):
    one, other = Turns(access, "one"), Turns(access, "other")
    one.done("work", NOW)
    due = NOW + SECOND
    assert one.take("work", due, due, HOLDS)
    one.fail("work", due + timedelta(minutes=1))
    assert not other.take("work", due, due + timedelta(seconds=59), HOLDS)
    assert other.take("work", due, due + timedelta(minutes=1), HOLDS)


@pytest.mark.parametrize(("ahead", "until"), [(CLOCKS_DIFFER, CLOCKS_DIFFER), (CLOCKS_DIFFER + SECOND, 0 * SECOND)])
def test_a_clock_that_was_years_ahead_stops_no_work_for_years(access, ahead, until):
    """Ten minutes between two machines are borne; what was done further ahead was done by a wrong clock."""
    Turns(access, "one").done("work", NOW + ahead)
    assert Turns(access, "other").done("work", NOW) == NOW + until


def test_a_turn_that_a_wrong_clock_took_for_years_is_free(access):
    one, other = Turns(access, "one"), Turns(access, "other")
    one.done("work", NOW)
    years = NOW + timedelta(days=2000)
    assert one.take("work", years, years, HOLDS)
    assert other.take("work", NOW + SECOND, NOW + SECOND, HOLDS)


def test_turns_stand_in_the_store_and_not_in_the_program(tmp_path):
    for number, expected in enumerate((NOW, NOW)):
        opened = open_access(tmp_path / "courses.db")
        assert Turns(opened, f"process {number}").done("work", NOW + number * HOLDS) == expected
        opened.close()
