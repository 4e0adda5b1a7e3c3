"""A question that no row could answer is refused by name, before anybody is read."""

from dataclasses import replace

import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.levels.question import (
    LevelQuestion,
    ask_everybody,
    check_question,
    facts_needed,
    facts_read,
    target_column,
)
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets
from patients import knowledge

FILES = read_pk_models()


def question(model: str = "cycloserine.alghamdi-2019", plan: str = "250 mg q12h", **more: object) -> LevelQuestion:
    file = FILES[model]
    made = LevelQuestion(file.drug, {model: file}, True, parse_dose_plan(plan), None, 100, 1, read_targets(file.drug))
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_question_that_can_be_answered_is_let_pass():
    check_question(question(), knowledge())
    check_question(question(plan="250 mg q12h for 14 days then 500 mg q12h", days=28), knowledge())


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (question(count=0), "--n 0"),
        (question(count=10_001), "--n 10001"),
        (question(days=0), "--days 0"),
        (question(days=1001), "--days 1001"),
        (question(plan="250 mg q12h for 14 days then 500 mg q12h"), "steady state is for one plan"),
        (question("isoniazid.chen-2022", "300 mg once a day"), "nat2_5_alleles, nat2_6_alleles, nat2_7_alleles"),
        (question("delamanid.wang-2020", "50 mg q12h"), "must not be used for doses of 50 mg"),
    ],
)
def test_a_question_that_nobody_could_be_answered_is_refused(asked: LevelQuestion, says: str):
    with pytest.raises(InputError, match=says):
        check_question(asked, knowledge())


def test_what_may_be_assumed_is_read_but_not_needed():
    file = FILES["ethambutol.jonsson-2011"]
    assert set(facts_needed(file)) == {"weight", "age"}
    assert {"weight", "age", "hiv_infection", "dialysis"} <= set(facts_read(file))


def test_targets_that_need_an_mic_or_an_unknown_hour_are_not_judged():
    asked = question()
    assert {one.measure for one in asked.judged} == {"peak", "ceiling"}
    assert target_column(asked.judged[0]) == "p_cycloserine_target_peak_ats"


def test_without_a_named_model_every_model_of_the_drug_may_be_used():
    asked = ask_everybody("cycloserine", None, "250 mg q12h", None, 100, 1, knowledge())
    assert not asked.is_named
    assert len(asked.files) > 1


def test_a_named_model_is_the_only_one():
    file = next(iter(read_pk_models(drug="cycloserine").values()))
    asked = ask_everybody("cycloserine", file, "250 mg q12h", 28, 100, 1, knowledge())
    assert (asked.is_named, dict(asked.files), asked.days) == (True, {file.id: file}, 28)


def test_a_question_to_everybody_that_cannot_be_answered_is_refused_at_once():
    with pytest.raises(InputError, match="--n 0"):
        ask_everybody("cycloserine", None, "250 mg q12h", None, 0, 1, knowledge())
