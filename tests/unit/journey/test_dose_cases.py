"""Doses with the answers that the sources give."""

import tomllib
from pathlib import Path

import pytest

from dose_answers import answer_of
from fullcourse.journey.dose import DoseStatus, amount_words

CASES = tomllib.loads((Path(__file__).parents[2] / "dose_cases.toml").read_text("utf-8"))["case"]


def as_rows(steps) -> list:
    return [[it.step.from_day, [[dose.at, dose.mg, dose.units] for dose in it.step.doses]] for it in steps]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict) -> None:
    answer = answer_of(case)
    assert answer.status.value in case["status"].split("|"), (
        answer.why,
        [it.id for it in answer.reasons],
        answer.dosed.why,
    )
    if "steps" in case:
        assert as_rows(answer.steps) == case["steps"]
    if "worked_out" in case:
        assert as_rows(answer.worked_out) == case["worked_out"]
    steps = answer.worked_out
    if "form" in case:
        assert {it.step.form for it in steps} == {case["form"]}
    for key, found in (
        ("waits", [len(it.waits_for) for it in steps]),
        ("days_of_week", [list(it.step.days_of_week) for it in steps]),
        ("mg", [dose.mg for it in steps for dose in it.step.doses]),
        ("phases", [it.phase for it in steps]),
        ("supplements", [[it.claim, *(it.mg_per_day or ())] for it in answer.dosed.supplements]),
        ("missing", list(dict.fromkeys(name for name, _ in answer.dosed.missing))),
        ("asked", list(answer.asked_beside)),
    ):
        assert key not in case or found == case[key]
    if "max_mg_per_day" in case:
        assert {it.step.max_mg_per_day for it in steps} == {case["max_mg_per_day"]}
    said = "\n".join(it.says for it in answer.dosed.conflicts)
    assert all(words in said for words in case.get("conflicts", ())), said
    other = "\n".join(amount_words(plan) for _, plan in answer.dosed.alternatives)
    assert all(words in other for words in case.get("alternatives", ())), other
    assert set(case.get("notes", ())) <= set(answer.dosed.notes)
    assert set(case.get("watch", ())) <= {it.name for it in answer.dosed.watch}
    if answer.status is not DoseStatus.DOSE:
        assert answer.steps == ()
