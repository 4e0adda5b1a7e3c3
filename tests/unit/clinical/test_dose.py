"""Doses: a titration, two unequal intakes a day and three days a week are all lists of steps."""

from dataclasses import FrozenInstanceError

import pytest

from fullcourse.clinical.dose import Dose, DoseStep, Regimen, RegimenDrug


def test_unequal_intakes_add_up_to_the_dosing_day():
    step = DoseStep(1, (Dose("morning", 250.0, 1.0), Dose("evening", 500.0, 2.0)), "capsule 250 mg")
    assert step.mg_per_dosing_day == 750.0


def test_a_step_without_a_dose_gives_nothing():
    assert DoseStep(1, ()).mg_per_dosing_day == 0


def test_a_step_is_daily_without_a_maximum_unless_it_says_otherwise():
    step = DoseStep(15, (Dose("morning", 250.0),))
    assert (step.every_days, step.days_of_week, step.max_mg_per_day, step.form) == (1, (), None, "")
    assert step.doses[0].units is None


def test_a_regimen_holds_its_drugs_from_its_first_day_to_its_end():
    regimen = Regimen("proposed", (RegimenDrug("cycloserine"), RegimenDrug("linezolid", to_day=56)))
    assert [(drug.from_day, drug.to_day) for drug in regimen.drugs] == [(1, None), (1, 56)]
    assert regimen.starts_on is None


def test_a_dose_never_changes():
    with pytest.raises(FrozenInstanceError):
        Dose("morning", 250.0).mg = 500.0
