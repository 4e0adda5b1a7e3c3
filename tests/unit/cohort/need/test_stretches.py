"""On which days a drug belongs to a regimen, both sides of each end."""

from datetime import date, timedelta

from fullcourse.cohort.need.stretches import stretches_of
from need_cases import BPALM, plan_of

DAY = timedelta(days=1)
CHILD = {**BPALM, "weight": 4.0, "birth_date": "2026-07-01"}


def test_a_stretch_holds_its_first_and_last_day_and_no_other():
    first, second = stretches_of(plan_of().regimen)["isoniazid"]
    assert (first.first, first.last, second.last) == (date(2026, 12, 1), date(2027, 1, 31), date(2027, 5, 31))
    days = (first.first - DAY, first.first, first.last, first.last + DAY)
    assert [first.holds(day) for day in days] == [False, True, True, False]
    assert second.holds(first.last + DAY)


def test_what_follows_a_longer_phase_begins_later_and_months_of_its_own_are_kept():
    regimen = plan_of(CHILD).regimen
    usual, longest = (stretches_of(regimen, longest=it) for it in (False, True))
    assert [(it.first, it.last) for it in usual["clofazimine"]] == [
        (date(2026, 12, 1), date(2027, 3, 31)), (date(2027, 4, 1), date(2027, 8, 31)),
    ]  # fmt: skip
    assert [(it.first, it.last) for it in longest["clofazimine"]] == [
        (date(2026, 12, 1), date(2027, 5, 31)), (date(2027, 6, 1), date(2027, 10, 31)),
    ]  # fmt: skip
    assert usual["linezolid"] == longest["linezolid"]


def test_without_a_start_nothing_has_days():
    assert stretches_of(plan_of(start=None).regimen) == {}
