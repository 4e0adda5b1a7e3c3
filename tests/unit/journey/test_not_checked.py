"""Pairs of which no statement speaks: by ingredient, with every drug and entry, and never of what goes together."""

import pytest

from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.patient import Record
from fullcourse.journey.not_checked import NotChecked, pairs_not_checked
from fullcourse.journey.orders import OrderChecker
from fullcourse.screening.screen import Screener
from patients import AT, knowledge

SCREENER = Screener(knowledge(), knowledge().profile("us"))
CHECKER = OrderChecker(knowledge(), knowledge().profile("us"))


def medicine(name: str, origin: str = "m1", route: Route = Route.UNKNOWN, taken: Taken = Taken.NOW) -> Medicine:
    return Medicine(name, tuple(name.split("+")), (), "name", taken, None, None, origin, route=route)


def test_an_ingredient_is_named_once_with_its_drugs_and_entries():
    first, second = medicine("amlodipine", "m1"), medicine("amlodipine+metformin", "m2")
    pairs = [("linezolid", first), ("bedaquiline", first), ("linezolid", second)]
    assert pairs_not_checked(SCREENER, pairs) == (
        NotChecked("amlodipine", ("linezolid", "bedaquiline"), (("m1", "amlodipine"), ("m2", "amlodipine+metformin"))),
    )


@pytest.mark.parametrize(
    ("drug", "beside"),
    [
        ("bedaquiline", medicine("metformin")),  # a source asks for no change
        ("linezolid", medicine("sertraline")),  # it forbids
        ("bedaquiline", medicine("pyridoxine")),  # sources give it with these drugs
        ("linezolid", medicine("cycloserine")),  # of one regimen
        ("linezolid", medicine("amlodipine", route=Route.LOCAL)),
        ("rifabutin", medicine("amlodipine", route=Route.LOCAL)),
        ("rifabutin", medicine("pyridoxine")),
    ],
)
def test_what_is_spoken_of_or_goes_with_the_drugs_or_stays_where_it_is_put_is_not_named(drug: str, beside: Medicine):
    assert pairs_not_checked(SCREENER, [(drug, beside)]) == ()


def test_beside_a_drug_without_a_file_nothing_is_checked():
    (said,) = pairs_not_checked(SCREENER, [("rifabutin", medicine("sertraline"))])
    assert (said.ingredient, said.drugs) == ("sertraline", ("rifabutin",))


def test_orders_ask_of_pairs_in_which_an_order_stands():
    record = Record({}, (medicine("linezolid", "m1"), medicine("amlodipine", "m2"), medicine("valsartan", "order")))
    answer = CHECKER.check(record, AT, ["order"])
    assert [(it.ingredient, it.drugs) for it in answer.not_checked] == [("valsartan", ("linezolid",))]
    assert [it.ingredient for it in CHECKER.not_checked(answer.patient)] == ["amlodipine", "valsartan"]


def test_an_ordered_drug_is_asked_beside_all_that_is_taken():
    record = Record(
        {},
        (medicine("linezolid", "order"), medicine("amlodipine", "m2"), medicine("valsartan", "m3", taken=Taken.PAST)),
    )
    (said,) = CHECKER.check(record, AT, ["order"]).not_checked
    assert (said.ingredient, said.drugs) == ("amlodipine", ("linezolid",))


def test_an_order_that_was_not_read_asks_of_no_other_pair():
    record = Record({}, (medicine("linezolid", "m1"), medicine("amlodipine", "m2")))
    assert CHECKER.check(record, AT, ["order"]).not_checked == ()


def test_an_ordered_drug_without_a_file_is_named():
    record = Record({}, (medicine("rifabutin", "order"), medicine("linezolid", "m1")))
    answer = CHECKER.check(record, AT, ["order"])
    assert answer.not_covered == ("rifabutin",)
    assert CHECKER.check(Record({}, (medicine("linezolid", "order"),)), AT, ["order"]).not_covered == ()
