"""Doses of a plan, one by one."""

import pytest

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.clinical.dose_plan import parse_dose_plan, planned_doses
from fullcourse.clinical.errors import InputError


def hours(text: str, days: int) -> list[float]:
    return [dose.time_h for dose in planned_doses(parse_dose_plan(text), days)]


def test_every_36_hours_moves_between_morning_and_evening():
    assert hours("500 mg q36h", 5) == [8.0, 44.0, 80.0, 116.0]


def test_every_other_day_keeps_its_time_of_day():
    assert hours("500 mg every other day", 5) == [8.0, 56.0, 104.0]


def test_amounts_in_turn_follow_dosing_days_not_days():
    doses = planned_doses(parse_dose_plan("250 mg alternating with 500 mg on mon, wed, fri"), 14)
    assert [dose.mg for dose in doses] == [250.0, 500.0, 250.0, 500.0, 250.0, 500.0]


def test_the_last_step_may_end_too():
    assert hours("250 mg daily for 2 days then 500 mg daily for 1 day", 9) == [8.0, 32.0, 56.0]


def test_a_plan_that_begins_later_has_no_dose_before():
    assert hours("from day 3: 250 mg daily", 4) == [56.0, 80.0]


def test_a_dated_plan_knows_its_own_weekday():
    """1 December 2026 is a Tuesday."""
    assert hours("from 2026-12-01: 250 mg on wed", 3) == [32.0]


def test_a_dose_after_dialysis_on_unknown_days_is_not_placed():
    with pytest.raises(InputError, match="days of dialysis are not known"):
        hours("500 mg after dialysis", 7)


def test_steps_out_of_order_are_refused():
    dose = (Dose("08:00", 250.0),)
    with pytest.raises(InputError, match="ascending day"):
        planned_doses([DoseStep(8, dose), DoseStep(1, dose)], 9)


def test_a_plan_of_one_day_is_a_plan_and_one_without_steps_gives_nothing():
    assert hours("250 mg q12h", 1) == [8.0, 20.0]
    assert planned_doses([], 3) == ()


def test_two_steps_from_the_same_day_are_refused():
    dose = (Dose("08:00", 250.0),)
    with pytest.raises(InputError, match="ascending day"):
        planned_doses([DoseStep(1, dose), DoseStep(1, dose)], 9)


def test_hours_are_counted_from_the_first_dose_of_a_later_step_and_end_before_midnight():
    assert hours("from day 3: 500 mg q36h", 5) == [56.0, 92.0]
    assert hours("500 mg every 12 h from 00:00", 2) == [0.0, 12.0, 24.0, 36.0]


def test_every_third_day_is_counted_from_the_first_day_of_the_step():
    assert hours("from day 2: 500 mg every 3 days", 8) == [32.0, 104.0, 176.0]


@pytest.mark.parametrize("rhythm", ["q24h", "q36h"])
def test_each_dose_says_how_long_it_is_infused_or_that_it_is_not(rhythm: str):
    infused = planned_doses(parse_dose_plan(f"750 mg over 2 h {rhythm}"), 3)
    assert {dose.over_h for dose in infused} == {2.0}
    assert {dose.over_h for dose in planned_doses(parse_dose_plan(f"750 mg {rhythm}"), 3)} == {0.0}
