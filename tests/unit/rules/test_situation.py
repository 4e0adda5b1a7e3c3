"""A patient as rules look at one: how long ago something was, and nobody at all."""

from datetime import date

import pytest

from fullcourse.clinical.moment import parse_moment
from fullcourse.rules.situation import Situation, days_between, nobody
from small_knowledge import small

AT = date(2026, 6, 15)


@pytest.mark.parametrize(("on", "days"), [("2026-06-15", 0), ("2026-06-14", 1), ("2026-06", 14), ("2026-06-16", -1)])
def test_the_most_days_that_can_lie_between_count_from_the_first_day_it_can_mean(on: str, days: int):
    assert days_between(parse_moment(on, "on"), AT) == days


def test_without_a_date_nobody_knows_how_long_ago_it_was():
    assert days_between(None, AT) is None


def test_of_nobody_nothing_is_known():
    person = nobody()
    assert (person.facts, person.medicines, person.unrecognised) == ({}, (), ())
    count = Situation(person, small()).taking("drug.examplam", None)
    assert (count.number.low, count.certain, count.possible) == (0, (), ())
