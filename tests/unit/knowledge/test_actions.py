"""Which statements act on a number on file, and how they read when the number is absent."""

from dataclasses import replace

import pytest

from fullcourse.clinical import Interval
from fullcourse.knowledge.actions import HEADLINES, acts_on_numbers, as_on_file
from fullcourse.knowledge.read_consequences import ACTIONS
from fullcourse.knowledge.statements import FactCondition
from fullcourse.knowledge.walk import atoms_of, thens_of
from fullcourse.rules.one_patient import NONE, evaluate
from fullcourse.rules.situation import Situation
from patients import knowledge, patient


def outcome_of(statement: str, facts: dict[str, object], *, on_file: bool = True):
    known = knowledge().statements[statement]
    return evaluate(as_on_file(known) if on_file else known, Situation(patient(facts), knowledge()))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("isoniazid.action.alt-five-times", True),
        ("cycloserine.level.ats-range", True),
        ("rifampin.action.platelets", True),
        ("pyrazinamide.action.gout", False),  # no number
        ("bedaquiline.contraindication.qtcf-above-500", False),  # a finding already
        ("amikacin.symptom.hearing", False),  # a symptom is handed in
        ("terizidone.triage.took-more-than-planned", False),  # amounts are handed in
        ("streptomycin.test.level", False),  # a test
        ("cycloserine.leaflet.sources", False),  # told
    ],
)
def test_an_action_on_a_number_of_the_record_is_told_from_all_else(statement, expected):
    assert acts_on_numbers(knowledge().statements[statement], knowledge().facts) is expected


def test_a_number_that_is_absent_makes_its_condition_fail_and_one_that_is_there_does_not():
    name = "isoniazid.action.alt-five-times"
    assert outcome_of(name, {}) == NONE
    assert outcome_of(name, {"ast": 20.0, "ast_upper_limit": 40.0}) == NONE
    assert outcome_of(name, {"alt": 900.0}) is None
    assert outcome_of(name, {"alt": 900.0, "alt_upper_limit": 40.0}) == 0
    assert outcome_of(name, {}, on_file=False) is None


def test_what_is_no_number_stays_open():
    name = "isoniazid.action.alt-with-symptoms"
    assert outcome_of(name, {"alt": 160.0, "alt_upper_limit": 40.0}) is None
    assert outcome_of(name, {"hepatitis_symptom": True}) == NONE


def test_a_bound_on_file_counts_as_a_number():
    name = "linezolid.action.myelosuppression-severe"
    assert outcome_of(name, {"haemoglobin": Interval(-float("inf"), 9.0)}) is None
    assert outcome_of(name, {"haemoglobin": Interval(-float("inf"), 7.9)}) == 0


def test_only_numbers_are_asked_to_be_on_file_and_the_statement_itself_is_not_changed():
    statement = knowledge().statements["rifampin.action.platelets"]
    read = as_on_file(statement)
    numbers = [atom for atom in atoms_of(read.body) if isinstance(atom, FactCondition)]
    assert numbers
    assert all(atom.on_file for atom in numbers)
    assert not any(getattr(atom, "on_file", False) for atom in atoms_of(statement.body))
    assert [replace(atom, on_file=False) for atom in numbers] == [
        atom for atom in atoms_of(statement.body) if isinstance(atom, FactCondition)
    ]


@pytest.mark.parametrize(
    ("alt", "outcome"), [(50.0, NONE), (50.1, None), (1000.0, None), (1000.1, 0)], ids=["50", "50.1", "1000", "1000.1"]
)
def test_an_upper_limit_that_is_not_known_lies_where_it_can_be(alt, outcome):
    assert knowledge().facts["alt_upper_limit"].plausible == (10, 200)
    assert outcome_of("isoniazid.action.alt-five-times", {"alt": alt, "ast": 1.0}, on_file=False) == outcome


def test_every_action_on_a_number_has_words_for_what_to_do_and_no_words_are_for_nothing():
    known = knowledge()
    acting = [item for item in known.statements.values() if acts_on_numbers(item, known.facts)]
    said = {then.value for item in acting for then in thens_of(item.body)}
    assert said == set(HEADLINES)
    assert said <= set(ACTIONS)
