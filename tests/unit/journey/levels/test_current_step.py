"""Which dose plan a patient takes now."""

from datetime import UTC, datetime, timedelta

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.journey.levels.current_step import current_step

LAST = datetime(2026, 11, 3, 20, 10, tzinfo=UTC)


def test_the_last_step_of_a_plan_is_the_one_taken_now_from_its_first_day() -> None:
    plan = (DoseStep(1, (Dose("08:00", 250.0),)), DoseStep(15, (Dose("08:00", 500.0),)))
    assert current_step(plan, ()) == DoseStep(1, (Dose("08:00", 500.0),))


def test_a_plan_goes_before_the_doses_taken() -> None:
    plan = (DoseStep(1, (Dose("08:00", 250.0),)),)
    assert current_step(plan, (TakenDose(LAST, 500.0),)) == plan[0]


def test_without_a_plan_the_doses_of_the_last_day_are_the_plan_to_the_quarter_hour() -> None:
    doses = (TakenDose(LAST - timedelta(hours=12), 250.0), TakenDose(LAST, 500.0))
    assert current_step((), doses) == DoseStep(1, (Dose("08:00", 250.0), Dose("20:00", 500.0)))


def test_a_dose_under_23_and_a_half_hours_before_the_last_is_of_its_day_and_one_at_that_age_is_not() -> None:
    within = (TakenDose(LAST - timedelta(hours=23, minutes=29), 250.0), TakenDose(LAST, 500.0))
    outside = (TakenDose(LAST - timedelta(hours=23, minutes=30), 250.0), TakenDose(LAST, 500.0))
    kept, dropped = current_step((), within), current_step((), outside)
    assert kept is not None
    assert dropped is not None
    assert len(kept.doses) == 2
    assert len(dropped.doses) == 1


def test_without_plan_or_dose_nothing_is_taken_to_be_known() -> None:
    assert current_step((), ()) is None
