"""Results of laboratories: one day that disagrees, one result for the fluoroquinolones, and which to ask for next."""

import pytest

from fullcourse.clinical import Fact, Record
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


@pytest.mark.parametrize(
    ("born", "months"), [("2026-08-22", 3), ("2026-08-23", 2), ("2026-11-22", 0), ("2025-11-22", 12)]
)
def test_the_age_in_months_is_completed_months(born, months):
    from fullcourse.clinical import Evidence, parse_moment

    piece = Evidence("birth_date", born, parse_moment("2026-11-22", "on"), "record", born)
    facts = establish(Record({"birth_date": (piece,)}), knowledge(), AT).facts
    assert handed_in(facts, AT, None)["age_months"].value.low == months


def test_a_birth_date_known_to_the_year_gives_a_range_of_months():
    from fullcourse.clinical import Evidence, parse_moment

    piece = Evidence("birth_date", "2026", parse_moment("2026-11-22", "on"), "record", "2026")
    facts = establish(Record({"birth_date": (piece,)}), knowledge(), AT).facts
    handed = handed_in(facts, AT, None)["age_months"]
    assert (handed.value.low, handed.value.high, handed.missing) == (0.0, 10.0, ("birth_date",))


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


def test_a_birth_date_to_come_gives_no_age():
    from fullcourse.clinical import Evidence, parse_moment

    piece = Evidence("birth_date", "2027-05-01", parse_moment("2026-11-22", "on"), "record", "2027-05-01")
    facts = {**patient().facts, "birth_date": Fact("birth_date", "2027-05-01", "", (piece,))}
    assert handed_in(facts, AT, None)["age_months"].value is None
