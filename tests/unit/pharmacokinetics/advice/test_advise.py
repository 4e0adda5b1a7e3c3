"""Advice: never above a maximum, never against a hold, samples when too little is known."""

from dataclasses import replace

import numpy as np
import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import LevelTargets, read_targets
from fullcourse.pharmacokinetics.advice.advise import advise
from fullcourse.pharmacokinetics.advice.exposure import Draws
from fullcourse.pharmacokinetics.advice.late_dose import weigh_late_dose
from fullcourse.pharmacokinetics.advice.population import draw_population

FILE = read_pk_models()["cycloserine.alghamdi-2019"]
TARGETS = read_targets("cycloserine")
PEOPLE = draw_population(FILE, 400, 7, {"weight": 59.0, "creatinine_clearance": 89.1}).draws
Q12H = parse_dose_plan("250 mg q12h")[0]


def known(clearance: float = 0.0, spread: float = 0.05) -> Draws:
    """Draws of a patient whose kinetics are well known, ``clearance`` on the log scale from typical."""
    noise = spread * np.random.default_rng(3).standard_normal((300, 4))
    return Draws(PEOPLE.model, noise + np.array([0.0, 0.0, 0.0, clearance]), np.zeros((300, 1)), PEOPLE.covariates)


def test_nobody_known_is_asked_for_samples():
    result = advise(PEOPLE, TARGETS)
    assert result.decision == "sample"
    assert "Take the two samples" in result.says


def test_a_patient_well_known_is_advised_a_plan_with_its_source():
    result = advise(known(), TARGETS)
    assert result.decision == "plan"
    assert result.plans[0].plan.id == "250 mg every 12 hours"
    assert result.plans[0].plan.citation.source


def test_a_slow_eliminator_is_advised_less_than_a_fast_one():
    slow, fast = advise(known(-0.7), TARGETS).plans[0], advise(known(0.5), TARGETS).plans[0]
    assert slow.plan.greatest_mg_per_day < fast.plan.greatest_mg_per_day


def test_no_ranked_plan_is_above_the_lowest_maximum_of_all_sources():
    lowered = replace(TARGETS, maxima=(replace(TARGETS.maxima[0], mg_per_day=500.0), TARGETS.maxima[1]))
    result = advise(known(0.5), lowered)
    assert all(plan.plan.greatest_mg_per_day <= 500.0 for plan in result.plans)
    assert ("500 mg every 12 hours", "above the daily maximum of a source") in result.left_out


def test_a_hold_advises_no_plan():
    result = advise(known(), TARGETS, holds=[TARGETS.holds[0]])
    assert (result.decision, result.plans) == ("hold", ())


def test_an_override_ranks_only_what_sources_allow_beside_the_hold():
    result = advise(known(-1.2), TARGETS, holds=[TARGETS.holds[0]], override=True)
    assert {"250 mg once a day, severe renal insufficiency", "500 mg three times a week"} == {
        plan.plan.id for plan in result.plans
    }


def test_a_plan_for_severe_renal_insufficiency_is_offered_to_nobody_else():
    assert all("severe renal" not in plan.plan.id for plan in advise(known(), TARGETS).plans)


def test_the_line_that_leads_changes_the_score():
    strict = advise(known(-0.2), TARGETS, lead_line=TARGETS.ceilings[0])
    loose = advise(known(-0.2), TARGETS, lead_line=TARGETS.ceilings[1])
    at = "250 mg every 12 hours"
    score = {
        name: next(p.score for p in result.plans if p.plan.id == at) for name, result in (("s", strict), ("l", loose))
    }
    assert score["s"] < score["l"]


def test_risks_fall_as_the_line_rises():
    for plan in advise(PEOPLE, TARGETS).plans:
        assert plan.risks[0].probability >= plan.risks[1].probability


def test_a_missed_dose_lowers_the_trough_of_every_detailed_plan():
    detailed = [plan for plan in advise(known(), TARGETS).plans if plan.missed is not None]
    assert detailed
    for plan in detailed:
        assert plan.missed.lowest[2] < plan.trough[2]


def test_the_plan_taken_already_has_arrived():
    result = advise(known(), TARGETS, current=Q12H)
    plan = next(item for item in result.plans if item.plan.id == "250 mg every 12 hours")
    assert plan.days_to_arrive is not None
    assert plan.days_to_arrive[0] == 1.0


@pytest.mark.parametrize("taken", ["500 mg M-W-F", "500 mg q36h", "250 mg alternating with 500 mg"])
def test_days_until_a_plan_arrives_are_not_said_after_one_whose_place_today_is_not_known(taken: str):
    result = advise(known(), TARGETS, current=parse_dose_plan(taken)[0])
    assert all(plan.days_to_arrive is None for plan in result.plans)
    assert result.plans[0].missed is not None


def test_a_late_dose_of_other_than_equal_days_is_refused():
    with pytest.raises(InputError, match="same every day"):
        weigh_late_dose(known(), parse_dose_plan("500 mg M-W-F")[0], 4.0, TARGETS)


def test_a_drug_without_plans_is_not_advised():
    with pytest.raises(OutsideLabel, match="no source here gives"):
        advise(known(), LevelTargets("exampline"))


def test_a_late_dose_taken_gives_more_than_one_skipped():
    late = weigh_late_dose(known(), Q12H, 4.0, TARGETS)
    assert late.taken_now.peak[2] > late.skipped.peak[2]
    assert late.hours_to_next == 8.0


@pytest.mark.parametrize("hours", [0.0, 12.0, -1.0, 13.0])
def test_a_dose_as_late_as_the_next_is_refused(hours: float):
    with pytest.raises(InputError, match="never two together"):
        weigh_late_dose(known(), Q12H, hours, TARGETS)
