"""A plan goes through the phases of its regimen, each with its own dose and length."""

import pytest

from dose_answers import answer_of


def steps(drug: str, regimen: str, profile: str = "who", **more) -> list[tuple]:
    answer = answer_of({"profile": profile, "drug": drug, "regimen": regimen, **more})
    return [(it.phase, it.step.mg_per_dosing_day, it.lasts) for it in answer.worked_out]


def test_each_phase_has_its_dose_and_its_length():
    assert steps("isoniazid", "who-2hrze-4hr") == [
        ("intensive", 300.0, (2, "mo")), ("continuation", 300.0, (4, "mo")),
    ]  # fmt: skip


def test_a_drug_of_one_phase_lasts_as_long_as_that_phase():
    ((_, mg, lasts),) = steps("pyrazinamide", "who-2hrze-4hr")
    assert (mg, lasts) == (1600.0, (2, "mo"))


@pytest.mark.parametrize(
    ("regimen", "days"), [("us-1-daily", {7.0}), ("us-1-five-days", {5.0}), ("us-2", {7.0, 3.0}), ("us-3", {3.0})]
)
def test_phases_keep_the_days_a_week_of_the_regimen(regimen, days):
    answer = answer_of({"profile": "us", "drug": "isoniazid", "regimen": regimen})
    assert {it.days_per_week for it in answer.worked_out} == days


def test_without_a_regimen_a_plan_has_no_length():
    answer = answer_of({"profile": "us", "drug": "cycloserine"})
    assert {(it.phase, it.lasts) for it in answer.worked_out} == {("", None)}
