"""A statement judged with reasons: the outcome is that of the plain reader, and the reasons are those that decided."""

import pytest
from hypothesis import given, settings

from fullcourse.rules.explain import judge_of
from fullcourse.rules.one_patient import evaluate
from fullcourse.rules.situation import Situation
from patients import knowledge, patient
from strategies import facts, medicines


@settings(max_examples=40, deadline=None)
@given(values=facts(), taken=medicines())
def test_the_outcome_is_that_of_the_plain_reader_for_every_statement(values, taken):
    situation = Situation(patient(values, taken), knowledge())
    for statement in knowledge().statements.values():
        outcome, because, missing = judge_of(statement)(situation)
        assert outcome == evaluate(statement, situation), statement.id
        assert len(set(map(id, because))) == len(because)
        assert outcome is None or not missing, "what is settled asks for nothing"


@pytest.mark.parametrize(
    ("values", "outcome", "because", "missing"),
    [
        ({"epilepsy": True}, 0, ["epilepsy"], ()),
        ({"epilepsy": False}, -1, ["epilepsy"], ()),
        ({}, None, [], ("epilepsy",)),
    ],
)
def test_a_lone_fact_is_its_own_reason(values, outcome, because, missing):
    judged = judge_of(knowledge().statements["cycloserine.contraindication.epilepsy"])
    found, evidence, lacking = judged(Situation(patient(values), knowledge()))
    assert (found, [item.fact for item in evidence], lacking) == (outcome, because, missing)


def test_a_count_names_the_entries_that_make_it_and_asks_for_the_list_while_it_is_open():
    judged = judge_of(knowledge().statements["cycloserine.interaction.isoniazid"])
    found, evidence, _ = judged(Situation(patient({}, ["isoniazid"]), knowledge()))
    assert (found, [item.fact for item in evidence]) == (0, ["drug.isoniazid"])
    assert judged(Situation(patient({}, ["metformin"]), knowledge()))[0] is None
    assert judged(Situation(patient({}, ["metformin"]), knowledge()))[2] == ("medicines_complete",)
    settled = judged(Situation(patient({"medicines_complete": True}, ["metformin"]), knowledge()))
    assert (settled[0], [item.fact for item in settled[1]]) == (-1, ["medicines_complete"])
