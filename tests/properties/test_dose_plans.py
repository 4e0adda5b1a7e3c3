"""Dose plans: what is said is read back to the same steps, and every dose stands where a slow count puts it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from fullcourse.clinical.dose import WEEKDAYS, Dose, DoseStep
from fullcourse.clinical.dose_plan import clock_hours, parse_dose_plan, planned_doses, say_dose_plan
from fullcourse.clinical.errors import InputError

AMOUNTS_MG = st.one_of(
    st.sampled_from([125.0, 250.0, 500.0, 750.0, 1.125, 0.125, 62.5, 4000.0]),
    st.integers(1, 12_000).map(float),
    st.floats(0.01, 12_000.0, allow_nan=False),
)
TIMES = st.one_of(
    st.sampled_from(["morning", "noon", "evening", "night"]),
    st.builds(lambda hour, minute: f"{hour:02d}:{minute:02d}", st.integers(0, 23), st.sampled_from([0, 15, 30, 59])),
)
DAYS = st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(lambda days: tuple(day for day in WEEKDAYS if day in days))
FORMS = st.sampled_from([("capsule", 250.0), ("tablet", 400.0), ("tablet", 0.5), ("sachet", 4000.0)])


@st.composite
def intakes(draw: st.DrawFn, most: int) -> tuple[tuple[Dose, ...], str]:
    """Draw the doses of a day and their form."""
    times = draw(st.lists(TIMES, min_size=1, max_size=most, unique_by=clock_hours))
    times.sort(key=clock_hours)
    form = draw(st.none() | FORMS)
    doses = []
    for at in times:
        if form and draw(st.booleans()):
            units = draw(st.integers(1, 12)) / 4.0
            doses.append(Dose(at, units * form[1], units))
        else:
            doses.append(Dose(at, draw(AMOUNTS_MG)))
    return tuple(doses), f"{form[0]} {form[1]:g} mg" if form else ""


@st.composite
def steps_from(draw: st.DrawFn, from_day: int, last_day: int | None) -> DoseStep:
    """Draw one step that begins on a day, and ends by another."""
    rhythm = draw(st.sampled_from(["daily", "days", "week", "hours", "cycle", "cycle on days", "dialysis"]))
    doses, form = draw(intakes(3 if rhythm in {"daily", "days", "week"} else 1))
    every_days = draw(st.integers(2, 30)) if rhythm == "days" else 1
    days = (
        draw(DAYS) if rhythm in {"week", "cycle on days"} else draw(DAYS | st.just(())) if rhythm == "dialysis" else ()
    )
    every_h = draw(st.integers(1, 336)) if rhythm == "hours" else None
    cycle: tuple[float, ...] = ()
    if rhythm.startswith("cycle") or (rhythm == "dialysis" and days and draw(st.booleans())):
        unit = doses[0].mg / doses[0].units if doses[0].units else None
        more = AMOUNTS_MG if unit is None else st.integers(1, 12).map(lambda quarters: quarters / 4.0 * unit)
        cycle = (doses[0].mg, *draw(st.lists(more, min_size=1, max_size=3)))
    most = draw(st.none() | st.integers(36_000, 50_000).map(float))
    to_day = draw(st.none() | st.integers(from_day, last_day or from_day + 200))
    over_h = draw(st.none() | st.sampled_from([0.25, 0.5, 1.5, 3.0, 24.0]))
    return DoseStep(
        from_day, doses, form, days, every_days, most, every_h, cycle, rhythm == "dialysis", to_day, over_h=over_h
    )


@st.composite
def plans(draw: st.DrawFn) -> tuple[DoseStep, ...]:
    """Draw a plan of one to three steps, perhaps with a date."""
    begins = sorted(draw(st.sets(st.integers(1, 35), min_size=1, max_size=3)))
    steps = []
    for begin, after in zip(begins, [*begins[1:], None], strict=True):
        steps.append(draw(steps_from(begin, after and after - 1)))
    if steps[0].from_day == 1 and draw(st.booleans()):
        steps[0] = replace(steps[0], from_date=date(2026, 12, 1))
    return tuple(steps)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a direction from the pieces of which directions are made; some mean nothing, or two things."""
    pieces = [
        ["", "from 2026-12-01: ", "from day 8: ", "take "],
        ["250 mg", "0.5 g", "2 capsules of 250 mg", "1 tablet 400 mg", "250 mg alternating with 500 mg"],
        [
            "",
            " q12h",
            " q36h",
            " twice a day",
            " in the morning",
            " at 08:00 and 20:00",
            " once daily",
            " 3 times a day",
        ],
        ["", " + 250 mg evening", " + 1 capsule of 250 mg at night"],
        [
            "",
            " every other day",
            " on mon, thu",
            " M-W-F",
            " 5x weekly",
            " every 3 days",
            " after dialysis on mon, wed",
        ],
        ["", " for 14 days", " for two weeks", " for 2 weeks then 500 mg q12h", "; from day 30: 250 mg M-W-F"],
    ]
    return "".join(draw(st.sampled_from(choices)) for choices in pieces)


@given(steps=plans())
def test_a_plan_that_is_said_is_read_back_to_the_same_steps(steps: tuple[DoseStep, ...]):
    assert steps == parse_dose_plan(say_dose_plan(steps))


@given(text=texts())
def test_a_text_that_is_a_plan_means_the_same_when_it_is_said_back(text: str):
    try:
        steps = parse_dose_plan(text)
    except InputError as refused:
        assert str(refused).startswith("dose ")
        return
    assert steps == parse_dose_plan(say_dose_plan(steps))


def counted_slowly(steps: Sequence[DoseStep], days: int, first: date) -> list[tuple[float, float]]:
    """Return hour and amount of every dose, by asking each minute of the plan whether a dose falls on it."""
    midnight = steps[0].from_date or first
    doses = []
    for day in range(1, days + 1):
        step = None
        for later in steps:
            step = later if later.from_day <= day else step
        if step is None or (step.to_day is not None and day > step.to_day):
            continue
        begun = [midnight + timedelta(days=number - 1) for number in range(step.from_day, day + 1)]
        for minute in range(1440):
            if step.every_h is not None:
                since = (day - step.from_day) * 1440 + minute - round(clock_hours(step.doses[0].at) * 60)
                if since >= 0 and since % (step.every_h * 60) == 0:
                    doses.append(((day - 1) * 24 + minute / 60, step.doses[0].mg))
                continue
            for dose in step.doses:
                if round(clock_hours(dose.at) * 60) != minute:
                    continue
                if step.days_of_week and WEEKDAYS[begun[-1].weekday()] not in step.days_of_week:
                    continue
                if (begun[-1] - begun[0]).days % step.every_days != 0:
                    continue
                taken = [on for on in begun if not step.days_of_week or WEEKDAYS[on.weekday()] in step.days_of_week]
                mg = step.cycle[(len(taken) - 1) % len(step.cycle)] if step.cycle else dose.mg
                doses.append(((day - 1) * 24 + minute / 60, mg))
    return doses


@settings(deadline=None, max_examples=examples(60))
@given(steps=plans(), days=st.integers(1, 40), first=st.dates(date(2026, 1, 1), date(2026, 1, 7)))
def test_every_dose_stands_where_a_slow_count_puts_it(steps: tuple[DoseStep, ...], days: int, first: date):
    if any(step.after_dialysis and not step.days_of_week for step in steps):
        with pytest.raises(InputError, match="days of dialysis are not known"):
            planned_doses(steps, days, first.weekday())
        return
    doses = [(dose.time_h, dose.mg) for dose in planned_doses(steps, days, first.weekday())]
    assert doses == [(pytest.approx(time_h), mg) for time_h, mg in counted_slowly(steps, days, first)]
