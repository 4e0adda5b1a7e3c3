"""Why a plan is none: facts by their names, drugs with their findings, and nobody."""

from dataclasses import replace

from fullcourse.cohort.need.reasons import reasons_of
from fullcourse.journey.dose import DoseStatus
from fullcourse.journey.plan import PlanStatus
from need_cases import plan_of
from patients import knowledge


def test_a_proposed_plan_has_none():
    assert reasons_of(plan_of(), knowledge()) == ()


def test_what_is_not_known_is_named_once_each_with_results_to_ask_the_laboratory_for():
    reasons = reasons_of(plan_of(without=("weight", "rifampin_susceptibility")), knowledge())
    assert len(reasons) == len(set(reasons))
    assert {f"not known: {knowledge().facts[name].label}" for name in ("weight", "rifampin_susceptibility")} <= {
        *reasons
    }


def test_a_plan_of_which_no_source_gives_a_dose_names_the_drugs():
    answer = plan_of()
    none = replace(answer.doses[1], status=DoseStatus.NOT_COVERED, why="no source gives one")
    without = replace(answer, status=PlanStatus.INCOMPLETE, doses=(answer.doses[0], none, *answer.doses[2:]))
    assert [reason.split(":")[0] for reason in reasons_of(without, knowledge())] == [none.drug]
