"""The rhythm of a plan as the level engine follows it, and the plans that it refuses."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.advice.exposure import response_to_1_mg, steady_exposure
from fullcourse.pharmacokinetics.advice.population import draw_population
from fullcourse.pharmacokinetics.inputs.plan_rhythm import (
    check_modelled,
    check_same_every_day,
    check_start_known,
    following_doses,
    modelled_doses,
    steady_cycle,
)

DRAWS = draw_population(
    read_pk_models()["cycloserine.alghamdi-2019"], 40, 5, {"weight": 59.0, "creatinine_clearance": 89.1}
).draws
TUESDAY = datetime(2026, 12, 1)  # noqa: DTZ001  # a clock without a place


@pytest.mark.parametrize(
    ("text", "cycle_h", "doses"),
    [
        ("250 mg q12h", 24.0, ((8.0, 250.0), (20.0, 250.0))),
        ("500 mg on mon, thu", 168.0, ((8.0, 500.0), (80.0, 500.0))),
        ("500 mg every 3 days", 72.0, ((8.0, 500.0),)),
        ("500 mg q36h", 36.0, ((8.0, 500.0),)),
        ("250 mg alternating with 500 mg", 48.0, ((8.0, 250.0), (32.0, 500.0))),
        ("250 mg alternating with 500 mg on mon", 336.0, ((8.0, 250.0), (176.0, 500.0))),
        (
            "250 mg alternating with 500 mg on mon, wed, fri",
            336.0,
            ((8.0, 250.0), (56.0, 500.0), (104.0, 250.0), (176.0, 500.0), (224.0, 250.0), (272.0, 500.0)),
        ),
    ],
)
def test_a_step_repeats_after_its_cycle(text: str, cycle_h: float, doses: tuple[tuple[float, float], ...]):
    assert steady_cycle(parse_dose_plan(text)[0]) == (cycle_h, doses)


@pytest.mark.parametrize(
    ("text", "why"), [("500 mg daily for 14 days", "no steady state"), ("500 mg after dialysis on mon", "dialysis")]
)
def test_what_has_no_steady_state_is_refused(text: str, why: str):
    with pytest.raises(InputError, match=why):
        steady_cycle(parse_dose_plan(text)[0])


@pytest.mark.parametrize("text", ["500 mg q36h", "500 mg every 3 days", "250 mg alternating with 500 mg on mon, thu"])
def test_steady_state_is_what_a_long_course_of_single_doses_comes_to(text: str):
    """Amounts add in a linear model: 1 mg is asked for once, and every dose of 40 weeks is added by hand."""
    step = parse_dose_plan(text)[0]
    steady = steady_exposure(DRAWS, step)
    weeks = 40
    doses = modelled_doses([step], weeks * 7, 0)
    begin = (weeks - 8) * 168.0 // steady.cycle_h * steady.cycle_h
    points = begin + steady.time_h
    ages = np.unique(np.concatenate([point - np.array([dose.time_h for dose in doses]) for point in points]))
    ages = ages[ages > 0.0]
    once, _ = response_to_1_mg(DRAWS, ages, steady=False)
    total = np.zeros(steady.mg_per_l.shape)
    for dose in doses:
        since = points - dose.time_h
        after = since > 0.0
        total[:, after] += dose.mg * once[:, np.searchsorted(ages, since[after])]
    assert np.allclose(total, steady.mg_per_l, rtol=1e-4, atol=1e-3)


def test_hours_and_days_that_are_the_same_give_the_same_levels():
    hours, days = (steady_exposure(DRAWS, parse_dose_plan(f"500 mg {said}")[0]) for said in ("q48h", "every other day"))
    assert np.allclose(hours.peak, days.peak) and np.allclose(hours.auc24, days.auc24)


def test_auc_of_amounts_in_turn_is_that_of_their_mean():
    turn, mean = (
        steady_exposure(DRAWS, parse_dose_plan(said)[0])
        for said in ("250 mg alternating with 750 mg", "500 mg once a day")
    )
    assert np.allclose(turn.auc24, mean.auc24)
    assert (turn.peak > mean.peak).all()


def test_a_plan_after_dialysis_is_under_no_model():
    with pytest.raises(InputError, match="no published model here knows what dialysis takes out"):
        check_modelled(parse_dose_plan("500 mg after dialysis on mon, wed, fri"))


def test_days_without_a_dose_are_refused():
    steps = parse_dose_plan("from day 8: 250 mg daily")
    with pytest.raises(InputError, match="no dose falls in the first 7 days"):
        modelled_doses(steps, 7, 0)
    assert len(modelled_doses(steps, 8, 0)) == 1


@pytest.mark.parametrize("text", ["500 mg M-W-F", "500 mg q36h", "500 mg qod", "250 mg alternating with 500 mg"])
def test_a_late_dose_is_weighed_for_equal_days_alone(text: str):
    with pytest.raises(InputError, match="a late dose is weighed for plans that are the same every day"):
        check_same_every_day(parse_dose_plan(text)[0], "a late dose")
    check_same_every_day(parse_dose_plan("250 mg q12h")[0], "a late dose")


@pytest.mark.parametrize(
    ("text", "last", "mg", "following"),
    [
        ("250 mg q12h", 8, 250.0, [(20, 250.0), (32, 250.0), (44, 250.0)]),
        ("500 mg M-W-F", -16, 500.0, [(32, 500.0)]),
        ("500 mg q36h", 8, 500.0, [(44, 500.0)]),
        ("500 mg every other day", -16, 500.0, [(32, 500.0)]),
        ("500 mg every other day", 8, 500.0, []),
        ("250 mg alternating with 500 mg", 8, 250.0, [(32, 500.0)]),
        ("250 mg alternating with 500 mg", -16, 250.0, [(8, 500.0), (32, 250.0)]),
    ],
)
def test_a_plan_goes_on_from_its_last_dose(text: str, last: int, mg: float, following: list[tuple[int, float]]):
    """Hours count from midnight of Tuesday, 1 December 2026; two days are looked at."""
    step = parse_dose_plan(text)[0]
    due = following_doses(step, TUESDAY + timedelta(hours=last), mg, TUESDAY, 2)
    assert due == [(TUESDAY + timedelta(hours=hour), amount) for hour, amount in following]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("250 mg alternating with 500 mg", "does not say which"),
        ("250 mg daily for 14 days", "on which day it ends"),
        ("250 mg after dialysis on mon", "dialysis"),
    ],
)
def test_a_plan_that_cannot_be_carried_on_is_refused(text: str, why: str):
    with pytest.raises(InputError, match=why):
        following_doses(parse_dose_plan(text)[0], TUESDAY, 375.0, TUESDAY, 2)


@pytest.mark.parametrize("text", ["500 mg q36h", "500 mg qod", "250 mg alternating with 500 mg"])
def test_a_plan_that_counts_from_its_first_day_needs_it(text: str):
    with pytest.raises(InputError, match="Give --since DATE"):
        check_start_known(parse_dose_plan(text))


@pytest.mark.parametrize("text", ["500 mg M-W-F", "250 mg q12h"])
def test_a_plan_that_counts_from_no_day_needs_none(text: str):
    assert check_start_known(parse_dose_plan(text)) is None
