"""Advice on amikacin: for whom each amount is, what two sources that contradict one another come to, and infusions."""

from dataclasses import replace

import numpy as np
import pytest

from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets
from fullcourse.pharmacokinetics.advice.advise import Advice, Person, advise, contradicts
from fullcourse.pharmacokinetics.advice.exposure import Draws
from fullcourse.pharmacokinetics.advice.population import draw_population

FILE = read_pk_models()["amikacin.jin-2020"]
TARGETS = read_targets("amikacin")
PEOPLE = draw_population(FILE, 60, 7, {"weight": 58.0, "egfr_mdrd": 92.5}).draws
KNOWN = Draws(PEOPLE.model, 0.05 * np.random.default_rng(3).standard_normal((60, 2)), PEOPLE.kappa, PEOPLE.covariates)


def advised(over_h: float | None = 0.5, **numbers: float | None) -> Advice:
    known = {"weight": 58.0, "age": 42.0, "creatinine_clearance": 90.0, **numbers}
    person = Person({name: value for name, value in known.items() if value is not None})
    return advise(KNOWN, TARGETS, person=person, over_h=over_h, details=0)


def amounts(advice: Advice) -> list[float]:
    return sorted(plan.plan.greatest_mg_per_day for plan in advice.plans)


def why(advice: Advice, plan: str) -> str:
    return dict(advice.left_out)[plan]


def test_amounts_are_from_8_to_20_mg_for_each_kilogram_and_at_most_a_gram():
    assert amounts(advised()) == [500.0, 625.0, 750.0, 875.0, 1000.0]
    assert amounts(advised(weight=40.0)) == [375.0, 500.0, 625.0, 750.0]
    assert why(advised(weight=40.0), "875 mg once a day") == "above 20 mg/kg"
    assert max(amounts(advised(weight=79.0))) == 1000.0


@pytest.mark.parametrize(("weight", "offered"), [(50.0, True), (49.9, False)])
def test_the_upper_end_by_weight_belongs_to_the_range(weight: float, offered: bool):
    assert (1000.0 in amounts(advised(weight=weight))) is offered


@pytest.mark.parametrize(("age", "most"), [(59.9, 1000.0), (60.0, 500.0)])
def test_from_sixty_years_on_the_dose_is_another(age: float, most: float):
    assert amounts(advised(age=age))[-1] == most
    assert amounts(advised(age=75.0, weight=79.0)) == [750.0]


@pytest.mark.parametrize(("age", "some"), [(18.0, True), (17.9, False)])
def test_nobody_below_eighteen_is_offered_a_plan(age: float, some: bool):
    assert bool(advised(age=age).plans) is some


@pytest.mark.parametrize(("clearance", "some"), [(30.0, True), (29.9, False)])
def test_no_daily_dose_below_thirty(clearance: float, some: bool):
    found = advised(creatinine_clearance=clearance)
    assert bool(found.plans) is some
    assert found.decision == ("plan" if some else "no_plan")
    if not some:
        assert "not daily" in why(found, "750 mg once a day, by levels")


@pytest.mark.parametrize("name", ["weight", "age", "creatinine_clearance"])
def test_a_number_that_nobody_knows_leaves_every_plan_out_by_its_name(name: str):
    found = advised(**{name: None})
    assert not found.plans
    assert any(name.replace("_", " ") in reason and "not known" in reason for _, reason in found.left_out)


def test_a_line_that_leaves_nothing_of_the_range_is_said_and_does_not_rank():
    found = advised()
    assert found.lead_line is not None and found.lead_line.high == 35
    assert contradicts(found.lead_line, found.aim)
    assert "contradict one another" in found.says
    best = found.plans[0]
    assert best.score == best.peak_in_range > 0.5
    assert best.risks[0].probability > 0.5


@pytest.mark.parametrize(("high", "against"), [(35.0, True), (35.1, False)])
def test_a_line_within_the_range_still_ranks(high: float, against: bool):
    line = replace(TARGETS.ceilings[0], high=high)
    assert TARGETS.aim is not None
    assert contradicts(line, TARGETS.aim) is against
    assert not contradicts(None, TARGETS.aim)


def test_a_longer_infusion_lowers_the_peak_that_is_expected():
    short, long = ({plan.plan.id: plan for plan in advised(over_h).plans} for over_h in (0.5, 2.0))
    name = "750 mg once a day, by levels"
    assert long[name].peak[2] < short[name].peak[2]
    assert long[name].auc24[2] == pytest.approx(short[name].auc24[2], rel=1e-6)
    assert {plan.plan.step.over_h for plan in long.values()} == {2.0}


def test_a_plan_that_is_less_likely_than_not_says_so():
    slow = replace(KNOWN, eta=KNOWN.eta + np.array([0.0, 1.0]))
    found = advise(
        slow, TARGETS, person=Person({"weight": 58.0, "age": 42.0, "creatinine_clearance": 90.0}), over_h=0.5
    )
    assert found.plans[0].score < 0.5
    assert "less likely than not" in found.says
    assert "less likely than not" not in advised().says
