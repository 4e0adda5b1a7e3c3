"""Results of laboratories: one day that disagrees, one result for the fluoroquinolones, and which to ask for next."""

import pytest

from fullcourse.clinical import Record
from fullcourse.regimens.handed_in import handed_in
from fullcourse.regimens.results import conflicts_as_resistant, next_tests, open_results
from fullcourse.rules.establish import establish
from patients import AT, evidence, knowledge, patient


def test_a_day_with_both_results_counts_as_resistant_and_keeps_both():
    name = "bedaquiline_susceptibility"
    both = (evidence(name, "resistant"), evidence(name, "susceptible"))
    facts = establish(Record({name: both}), knowledge(), AT).facts
    assert facts[name].value is None
    changed = conflicts_as_resistant(facts, knowledge())
    assert changed[name].value == "resistant"
    assert [piece.value for piece in changed[name].because] == ["resistant", "susceptible"]


@pytest.mark.parametrize("older", ["resistant", "susceptible"])
def test_results_of_two_days_do_not_disagree(older):
    name = "bedaquiline_susceptibility"
    both = (evidence(name, older, on="2026-11-01"), evidence(name, "susceptible"))
    facts = establish(Record({name: both}), knowledge(), AT).facts
    assert conflicts_as_resistant(facts, knowledge()) == {}


@pytest.mark.parametrize(
    ("results", "value"),
    [
        ({}, None),
        ({"fluoroquinolone": "resistant"}, "resistant"),
        ({"levofloxacin": "resistant"}, "resistant"),
        ({"moxifloxacin": "susceptible"}, "susceptible"),
        ({"levofloxacin": "susceptible", "moxifloxacin": "resistant"}, None),
        ({"fluoroquinolone": "susceptible", "levofloxacin": "resistant"}, None),
    ],
)
def test_a_lone_result_stands_for_the_fluoroquinolones_and_results_that_disagree_leave_it_open(results, value):
    facts = patient({f"{drug}_susceptibility": word for drug, word in results.items()}).facts
    result = handed_in(facts, AT, None)["fluoroquinolone_result"]
    assert result.value == value
    assert result.missing == (() if value else ("fluoroquinolone_susceptibility",))


def test_the_class_is_asked_before_a_member():
    assert open_results("levofloxacin", {}, knowledge())[0] == "fluoroquinolone_susceptibility"


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ({}, ["rifampin_susceptibility", "isoniazid_susceptibility"]),
        ({"rifampin_susceptibility": "resistant"}, ["fluoroquinolone_susceptibility"]),
        ({"rifampin_susceptibility": "susceptible"}, ["isoniazid_susceptibility"]),
        (
            {"rifampin_susceptibility": "susceptible", "isoniazid_susceptibility": "resistant"},
            ["fluoroquinolone_susceptibility"],
        ),
        ({"rifampin_susceptibility": "susceptible", "isoniazid_susceptibility": "susceptible"}, []),
    ],
)
def test_rifampicin_is_asked_first_and_with_its_resistance_the_fluoroquinolone(known, wanted):
    assert [it.fact for it in next_tests((), patient(known).facts, knowledge())] == wanted
