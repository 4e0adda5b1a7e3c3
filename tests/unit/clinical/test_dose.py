"""Doses: a titration, two unequal intakes a day and three days a week are all lists of steps."""

from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import pytest

from fullcourse.clinical.dose import Dose, DoseStep, Regimen, RegimenDrug
from fullcourse.clinical.errors import InputError


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


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"every_days": 2, "days_of_week": ("mon",)}, "two rhythms"),
        ({"every_h": 36, "every_days": 2}, "two rhythms"),
        ({"every_h": 36, "days_of_week": ("mon",)}, "two rhythms"),
        ({"after_dialysis": True, "every_days": 2}, "two rhythms"),
        ({"every_days": 0}, "days count from 1"),
        ({"from_day": 0}, "days count from 1"),
        ({"from_day": 8, "to_day": 7}, "days count from 1"),
        ({"from_day": 2, "from_date": date(2026, 12, 1)}, "belongs to day 1"),
        ({"days_of_week": ("thu", "mon")}, "no days of the week in order"),
        ({"days_of_week": ("monday",)}, "no days of the week in order"),
        ({"every_h": 0}, "1 to 336 hours"),
        ({"every_h": 337}, "1 to 336 hours"),
        ({"every_h": 36, "doses": (Dose("08:00", 250.0), Dose("20:00", 250.0))}, "1 to 336 hours"),
        ({"cycle": (250.0,)}, "a cycle is"),
        ({"cycle": (500.0, 250.0)}, "a cycle is"),
        ({"cycle": (250.0, 0.0)}, "a cycle is"),
        ({"cycle": (250.0, 500.0), "every_days": 2}, "a cycle is"),
        ({"max_mg_per_day": 249.0}, "more than its own maximum"),
        ({"cycle": (250.0, 500.0), "max_mg_per_day": 499.0}, "more than its own maximum"),
        ({"over_h": 0.0}, "an infusion lasts up to 24 hours"),
        ({"over_h": 24.1}, "an infusion lasts up to 24 hours"),
        ({"days_of_week": ("x" * 70,)}, f"^dose step from day 1: '{'x' * 60}' are no days"),
        ({"form": "capsule 250 mg", "doses": (Dose("08:00", 250.0, 0.0),)}, "not its number of capsule 250 mg"),
        ({"form": "capsule 250 mg", "doses": (Dose("08:00", 500.1, 2.0),)}, "not its number of capsule 250 mg"),
        ({"form": "capsule 250 mg", "doses": (Dose("08:00", 250.0, 2.0),)}, "not its number of capsule 250 mg"),
    ],
)
def test_a_step_that_means_nothing_is_refused(wrong: dict[str, Any], why: str):
    with pytest.raises(InputError, match=why):
        DoseStep(**{"from_day": 1, "doses": (Dose("08:00", 250.0),), **wrong})


@pytest.mark.parametrize(
    "right",
    [
        {"every_h": 1}, {"every_h": 336}, {"from_day": 8, "to_day": 8}, {"from_date": date(2026, 12, 1)},
        {"max_mg_per_day": 250.0}, {"cycle": (250.0, 500.0), "days_of_week": ("mon", "thu")},
        {"over_h": 0.5}, {"over_h": 24.0}, {"cycle": (0.5, 1.0), "doses": (Dose("08:00", 0.5),)},
        {"after_dialysis": True}, {"form": "capsule 250 mg", "doses": (Dose("08:00", 500.0, 2.0),)},
    ],
)  # fmt: skip
def test_a_step_with_one_rhythm_is_taken(right: dict[str, Any]):
    assert DoseStep(**{"from_day": 1, "doses": (Dose("08:00", 250.0),), **right})


def test_amounts_in_turn_count_by_the_greatest_and_are_all_named():
    step = DoseStep(1, (Dose("08:00", 250.0),), cycle=(250.0, 500.0))
    assert (step.mg_per_dosing_day, step.amounts_mg) == (500.0, {250.0, 500.0})


@pytest.mark.parametrize(
    ("rhythm", "daily"),
    [({}, True), ({"every_days": 2}, False), ({"every_h": 24}, False), ({"cycle": (250.0, 500.0)}, False),
     ({"days_of_week": ("mon",)}, False), ({"after_dialysis": True}, False)],
)  # fmt: skip
def test_only_equal_days_are_daily(rhythm: dict[str, Any], daily: bool):
    assert daily is DoseStep(1, (Dose("08:00", 250.0),), **rhythm).is_daily
