"""Orders: what has no bearing says nothing, what is ordered is checked whole, what is taken speaks of orders alone."""

from dataclasses import replace

import pytest

from fullcourse.clinical.finding import Decision
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Record, Unrecognised
from fullcourse.journey.orders import Bearing, OrderChecker
from patients import AT, knowledge

CHECKER = OrderChecker(knowledge(), knowledge().profile("us"))


def medicine(name: str, origin: str = "order", taken: Taken = Taken.NOW, route: Route = Route.UNKNOWN) -> Medicine:
    return Medicine(name, tuple(name.split("+")), (), "name", taken, None, None, origin, route=route)


@pytest.mark.parametrize(
    ("medicines", "unread", "bearing"),
    [
        ((), False, Bearing.NONE),
        ((medicine("amoxicillin"),), False, Bearing.NONE),
        ((medicine("sertraline"),), False, Bearing.PERHAPS),
        ((medicine("sertraline", route=Route.LOCAL),), False, Bearing.NONE),
        ((), True, Bearing.PERHAPS),
        ((medicine("linezolid"),), False, Bearing.SOME),
        ((medicine("linezolid", route=Route.LOCAL),), False, Bearing.NONE),
        ((medicine("amoxicillin"), medicine("linezolid", "m1")), False, Bearing.SOME),
        ((medicine("amoxicillin"), medicine("linezolid", "m1", Taken.MAYBE)), False, Bearing.SOME),
        ((medicine("amoxicillin"), medicine("linezolid", "m1", Taken.PAST)), False, Bearing.NONE),
        ((medicine("linezolid", "m1"),), False, Bearing.NONE),
        ((medicine("linezolid", "m1"),), True, Bearing.SOME),
        ((medicine("amoxicillin+clavulanate"),), False, Bearing.NONE),
    ],
)
def test_what_orders_have_to_do_with_tuberculosis(medicines: tuple[Medicine, ...], unread: bool, bearing: Bearing):
    for _ in range(2):  # what is remembered of a product says the same
        assert CHECKER.bearing(medicines, unread, ["order"], AT) is bearing


def test_an_ordered_drug_is_checked_whole_and_one_that_is_taken_says_only_what_rests_on_the_order():
    record = Record({}, (medicine("linezolid", "m1"), medicine("sertraline")))
    beside = CHECKER.check(record, AT, ["order"])
    assert beside.checks == ()
    assert [it.drug for it in beside.beside] == ["linezolid"]
    for finding in beside.beside[0].findings:
        assert any(evidence.origin == "order" for evidence in finding.because)
    assert beside.cards[0].comes_to is Decision.AVOID
    whole = CHECKER.check(Record({}, (medicine("linezolid"), medicine("sertraline", "m1"))), AT, ["order"])
    assert [it.drug for it in whole.checks] == ["linezolid"]
    assert len(whole.checks[0].findings) > len(beside.beside[0].findings)


def test_an_ordered_drug_is_not_held_against_itself():
    alone = CHECKER.check(Record({}, (medicine("cycloserine"),)), AT, ["order"])
    assert alone.checks[0].known is Decision.NO_OBJECTION
    assert alone.together == ()


def test_an_order_counts_from_today_whatever_its_record_says():
    long_ago = parse_moment("2001-01-01", "x")
    old = replace(medicine("linezolid"), taken=Taken.MAYBE, since=long_ago, until=long_ago)
    answer = CHECKER.check(Record({}, (old, medicine("sertraline", "m1"))), AT, ["order"])
    assert answer.cards[0].comes_to is Decision.AVOID
    assert answer.ordered["order"].taken is Taken.NOW


def test_an_order_drawn_up_beside_is_taken_and_not_asked_about():
    record = Record({}, (medicine("linezolid", "a"), medicine("sertraline", "b")))
    answer = CHECKER.check(record, AT, ["b"], ["a"])
    assert answer.checks == ()
    assert answer.cards[0].drugs == ("linezolid",)


def test_an_order_that_was_not_read_is_named_beside_a_drug_against_tuberculosis_alone():
    unread = Unrecognised("medicine", "Xyzzolam", "order", "not recognised")
    beside = Record({}, (medicine("linezolid", "m1"),), (unread,))
    assert CHECKER.check(beside, AT, ["order"]).unread == (unread,)
    assert CHECKER.check(replace(beside, medicines=()), AT, ["order"]).unread == ()


@pytest.mark.parametrize(
    ("name", "taken", "may"),
    [
        ("metoclopramide", ("bedaquiline",), True),
        ("metoclopramide", ("bedaquiline", "cycloserine"), False),  # no statement speaks of it beside cycloserine
        ("sertraline", ("linezolid",), False),
        ("rifabutin", (), False),  # a drug against tuberculosis that is not covered
        ("levofloxacin", (), True),
        ("terizidone", ("cycloserine",), False),
    ],
)
def test_what_may_stand_in_is_what_was_checked_and_nothing_forbids(name: str, taken: tuple[str, ...], may: bool):
    medicines = (medicine("ondansetron"), *(medicine(it, f"m-{it}") for it in taken))
    answer = CHECKER.check(Record({}, medicines), AT, ["order"])
    assert CHECKER.may_stand_in(answer, medicine(name, "instead")) is may
