"""Dose plans as people write them, and those that are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.clinical.dose_plan import clock_hours, parse_dose_plan, planned_doses, say_dose_plan
from fullcourse.clinical.errors import InputError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("250 mg q12h", "250 mg at 08:00 + 250 mg at 20:00"),
        ("250 mg every 8 hours", "250 mg at 06:00 + 250 mg at 14:00 + 250 mg at 22:00"),
        ("0.5 g bid", "500 mg at 08:00 + 500 mg at 20:00"),
        ("600 mg once a day", "600 mg at 08:00"),
        ("250 mg morning + 500 mg evening", "250 mg in the morning + 500 mg in the evening"),
        ("250 mg 08:00 + 500 mg 20:00", "250 mg at 08:00 + 500 mg at 20:00"),
        ("500 mg M-W-F", "500 mg at 08:00 on mon, wed, fri"),
        (
            "400 mg q24h for 2 weeks then 200 mg three times a week",
            "400 mg at 08:00; from day 15: 200 mg at 08:00 on mon, wed, fri",
        ),
    ],
)
def test_a_plan_is_read_as_it_is_written(text: str, said: str):
    assert said == say_dose_plan(parse_dose_plan(text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not understood"),
        ("250 mg", "does not say how often"),
        ("250 mg q5h", "'q5h' is not understood"),
        ("2 capsules q12h", "is in 'capsules'"),
        ("250 mcg q12h", "is in 'mcg'"),
        ("0 mg q12h", "no dose"),
        ("250 mg q12h then 500 mg q12h", "needs its length"),
        ("250 mg morning + 250 mg morning", "fall on the same time"),
    ],
)
def test_what_is_not_a_plan_is_refused_with_the_reason(text: str, why: str):
    with pytest.raises(InputError, match=why):
        parse_dose_plan(text)


def test_monday_wednesday_friday_gives_three_doses_a_week():
    doses = planned_doses(parse_dose_plan("500 mg M-W-F"), days=7)
    assert [dose.time_h for dose in doses] == [8.0, 56.0, 104.0]


def test_a_plan_that_begins_on_a_sunday_starts_with_no_dose():
    doses = planned_doses(parse_dose_plan("500 mg M-W-F"), days=2, first_weekday=6)
    assert [dose.time_h for dose in doses] == [32.0]


def test_a_second_step_begins_on_its_day():
    doses = planned_doses(parse_dose_plan("400 mg q24h for 14 days then 200 mg q24h"), days=15)
    assert (doses[13].mg, doses[14].mg) == (400.0, 200.0)


def test_a_plan_over_no_day_is_refused():
    with pytest.raises(InputError, match="at least one day"):
        planned_doses(parse_dose_plan("250 mg q12h"), days=0)


def test_a_clock_time_that_is_none_is_refused():
    with pytest.raises(InputError, match="not understood"):
        clock_hours("teatime")


@given(text=st.text(max_size=40))
def test_any_text_is_a_plan_or_a_named_error(text: str):
    try:
        steps = parse_dose_plan(text)
    except InputError:
        return
    assert all(dose.mg > 0.0 for step in steps for dose in step.doses)
