"""Each test stands once; the shortest stated interval leads; what no source dates gets no date."""

from datetime import date

import pytest

from fullcourse.clinical.citation import Citation
from fullcourse.knowledge.consequences import TestOf
from fullcourse.monitoring.asked import Asked
from fullcourse.monitoring.planned import PlannedTest, plan_tests, visits

CITATION = Citation("label", "Label", "1", "", "A")


def asks(drug: str, test: str, *, certain: bool = True, from_day: int = 1, **when: object) -> Asked:
    then = TestOf(test, **when)  # type: ignore[arg-type]
    return Asked(drug, f"{drug}.{test}", "It is done.", then, certain, from_day, (), (), CITATION, "", "unreviewed")


def planned(*asked: Asked) -> PlannedTest:
    (only,) = plan_tests(asked)
    return only


def test_the_shortest_interval_leads_and_both_sources_are_shown():
    test = planned(asks("a", "liver function", every_days=30), asks("b", "liver function", every_days=14))
    assert (test.every_days, test.drugs, len(test.asked)) == (14, ("a", "b"), 2)


def test_an_open_request_never_shortens_nor_hides_a_certain_one():
    test = planned(asks("a", "liver function", every_days=30), asks("b", "liver function", certain=False, every_days=7))
    assert (test.certain, test.every_days, test.drugs, len(test.asked)) == (True, 30, ("a",), 2)


def test_a_test_that_only_may_be_asked_for_says_so():
    test = planned(asks("a", "cycloserine level", certain=False, every_days=7))
    assert (test.certain, test.every_days) == (False, 7)
    assert visits([test], 180) == ()


def test_a_source_without_an_interval_gets_no_date():
    test = planned(asks("a", "blood count", interval="not given"))
    assert test.without_interval
    assert visits([test], 180) == ()


def test_an_interval_of_another_source_answers_it():
    assert not planned(
        asks("a", "blood count", interval="not given"), asks("b", "blood count", every_days=7)
    ).without_interval


def test_tests_of_one_day_are_one_visit():
    tests = plan_tests(
        [
            asks("a", "vision", at="before start", every_days=30),
            asks("b", "blood count", at="before start", every_days=15),
        ]
    )
    assert [(it.day, it.on, set(it.tests)) for it in visits(tests, 46, date(2026, 12, 1))] == [
        (0, date(2026, 12, 1), {"vision", "blood count"}),
        (16, date(2026, 12, 16), {"blood count"}),
        (31, date(2026, 12, 31), {"vision", "blood count"}),
        (46, date(2027, 1, 15), {"blood count"}),
    ]


@pytest.mark.parametrize(("days", "last"), [(83, 14), (84, 84)])
def test_a_week_of_treatment_is_its_last_day_and_the_treatment_ends_with_its_length(days, last):
    test = planned(asks("a", "electrocardiogram", at="before start", on_weeks=(2, 12, 24)))
    assert [it.day for it in visits([test], days)][-1] == last


def test_an_interval_that_comes_with_a_higher_dose_begins_with_it():
    test = planned(asks("a", "level", every_days=30), asks("a", "level", every_days=7, from_day=15))
    assert [it.day for it in visits([test], 40)] == [22, 29, 36]


def test_occasions_beside_and_hours_are_kept():
    test = planned(
        asks("a", "level", hours_after_dose=(2, 6)),
        asks("a", "level", at="when anaemia appears", beside="clinical review"),
    )
    assert (test.hours_after_dose, test.when, test.visits) == ((2, 6), ("when anaemia appears",), ("clinical review",))
