"""Plans with the answers that the sources give."""

import tomllib
from pathlib import Path

import pytest

from fullcourse.journey.dose import DoseAnswer
from fullcourse.journey.plan import PlanAnswer
from plan_answers import amounts_of, days_per_week_of, ends_of, planned_case, units_of_day

CASES = tomllib.loads((Path(__file__).parents[2] / "plan_cases.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict) -> None:
    answer = planned_case(case)
    doses = {it.drug: it for it in answer.doses}
    assert answer.status.value == case.get("status", answer.status.value), [(it.drug, it.why) for it in answer.doses]
    assert answer.regimen is not None
    assert answer.regimen.id == case.get("regimen", answer.regimen.id)
    assert {name: amounts_of(doses[name]) for name in case.get("mg", {})} == case.get("mg", {})
    for name, (low, high) in case.get("mg_within", {}).items():
        assert all(low <= mg <= high for mg in amounts_of(doses[name])), amounts_of(doses[name])
    for name, days in case.get("days_per_week", {}).items():
        assert days_per_week_of(doses[name]) == {days}
    if "units" in case:
        assert set().union(*(units_of_day(it) for it in doses.values())) == set(case["units"])
    _check_what_is_said(case, answer, doses)
    if "ends" in case:
        assert ends_of(answer) == case["ends"]
    if "complete_by" in case:
        assert answer.regimen.phases[-1].complete_by.isoformat() == case["complete_by"]
    if case.get("no_steps"):
        assert not any(it.steps for it in answer.doses)


def _check_what_is_said(case: dict, answer: PlanAnswer, doses: dict[str, DoseAnswer]) -> None:
    for name, words in case.get("conflicts", {}).items():
        assert any(words in it.says for it in doses[name].dosed.conflicts), [
            it.says for it in doses[name].dosed.conflicts
        ]
    assert set(case.get("tests", ())) <= {it.test for it in answer.tests}
    assert set(case.get("asks", ())) <= {fact for question in answer.questions for fact in question.facts}
