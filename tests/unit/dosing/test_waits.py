"""What a step of a titration waits for, and whether it is so."""

import pytest

from dose_answers import answer_of


@pytest.mark.parametrize(("level", "is_so"), [(29.9, True), (30.0, False), ("unknown", None)])
def test_a_step_waits_for_a_level_below_30_and_says_whether_it_is_so(level, is_so):
    answer = answer_of({"profile": "us", "drug": "cycloserine", "facts": {"cycloserine_level": level}})
    steps = answer.dosed.plan.steps
    assert steps[0].waits_for == ()
    (wait,) = (it for it in steps[1].waits_for if it.fact == "cycloserine_level")
    assert "below 30 mg/L" in wait.says
    assert wait in steps[2].waits_for
    assert wait.holds is is_so
