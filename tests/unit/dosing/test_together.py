"""A combination holds several drugs: a plan that gives one of them by itself on the same days is none."""

import pytest

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.dosing.answer import PlannedStep
from fullcourse.dosing.together import at_odds

HR = (("isoniazid", 300.0), ("rifampin", 600.0))


def step(mg: float, *, held=(), phase: str = "", from_day: int = 1, to_day: int | None = None) -> PlannedStep:
    return PlannedStep(
        DoseStep(from_day, (Dose("morning", mg, 4),), "tablet", to_day=to_day), holds_mg=held, phase=phase
    )


def test_the_same_intake_of_one_combination_is_taken_once():
    assert at_odds({"isoniazid": [step(300, held=HR)], "rifampin": [step(300, held=HR)]}) == ()


def test_a_drug_of_the_combination_given_by_itself_too_is_named():
    assert at_odds({"isoniazid": [step(300, held=HR)], "rifampin": [step(600)]}) == ("rifampin",)


def test_a_drug_that_nobody_meant_to_give_is_named():
    assert at_odds({"isoniazid": [step(300, held=HR)]}) == ("rifampin",)


def test_a_drug_that_has_no_dose_yet_waits_and_is_not_at_odds():
    assert at_odds({"isoniazid": [step(300, held=HR)], "rifampin": []}) == ()


@pytest.mark.parametrize(("other", "found"), [("continuation", ()), ("intensive", ("rifampin",)), ("", ("rifampin",))])
def test_only_the_same_phase_counts(other, found):
    plans = {"isoniazid": [step(300, held=HR, phase="intensive")], "rifampin": [step(600, phase=other)]}
    assert at_odds(plans) == found


@pytest.mark.parametrize(("from_day", "found"), [(57, ()), (56, ("rifampin",))])
def test_only_days_that_meet_count(from_day, found):
    plans = {"isoniazid": [step(300, held=HR, to_day=56)], "rifampin": [step(600, from_day=from_day)]}
    assert at_odds(plans) == found


@pytest.mark.parametrize(("phase", "found"), [("intensive", ("rifampin",)), ("continuation", ())])
def test_a_step_without_a_phase_is_in_those_of_its_drug(phase, found):
    plans = {"isoniazid": [step(300, held=HR, phase="intensive")], "rifampin": [step(600)]}
    assert at_odds(plans, {"rifampin": {phase}}) == found
