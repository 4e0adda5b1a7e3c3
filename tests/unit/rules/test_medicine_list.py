"""How many members of a class are taken, and when that is open."""

import math
from dataclasses import replace
from datetime import date

import pytest

from fullcourse.clinical import Fact, Interval, Medicine, Patient, Record, Taken, parse_moment
from fullcourse.clinical.medicine import Route
from fullcourse.rules.medicine_list import (
    MedicineList,
    begins_later,
    memberships_of,
    suggested_targets,
    taken_within,
)
from fullcourse.rules.situation import Situation
from small_knowledge import small

AT = date(2026, 6, 15)
CLASSES = """
[[class]]
id = "class.all"
ingredients = ["examplam", "otheram"]
atc = ["N05"]
rxnorm = ["123"]
names = ["syrup"]
source = "label"
"""


def entry(*ingredients: str, taken: Taken = Taken.NOW, since=None, until=None, name="product", codes=()) -> Medicine:
    moments = [parse_moment(text, "date") if text else None for text in (since, until)]
    return Medicine(name, ingredients, tuple(codes), "name", taken, moments[0], moments[1], "MedicationStatement/1")


def count(*medicines: Medicine, complete: bool | None = True, within: int | None = None, target="class.all"):
    known = small(classes__more=CLASSES)
    facts = {"medicines_complete": Fact("medicines_complete", complete)}
    return Situation(Patient(AT, facts, medicines, (), Record({})), known).taking(target, within).number


def test_members_are_counted_once_each_by_ingredient():
    assert count(entry("examplam"), entry("examplam"), entry("otheram", "water")) == Interval(2, 2)
    assert count(entry("water")) == Interval(0, 0)
    assert count(entry("examplam"), target="drug.examplam") == Interval(1, 1)


@pytest.mark.parametrize("complete", [None, False])
def test_without_a_complete_list_there_is_no_upper_end(complete):
    assert count(complete=complete) == Interval(0, math.inf)
    assert count(entry("examplam"), complete=complete) == Interval(1, math.inf)


def test_a_code_makes_a_member_only_of_a_product_with_one_ingredient():
    assert count(entry("water", codes=[("atc", "N05BA01")])) == Interval(1, 1)
    assert count(entry(codes=[("rxnorm", "123")])) == Interval(1, 1)
    assert count(entry("water", "air", codes=[("atc", "N05BA01")])) == Interval(0, 0)


def test_a_word_in_the_name_makes_it_only_possible():
    assert count(entry("water", name="Cough Syrup")) == Interval(0, 1)


@pytest.mark.parametrize(
    ("medicine", "within", "expected"),
    [
        (entry("examplam", since="2026-06-15"), None, Interval(1, 1)),
        (entry("examplam", since="2026-06-16"), None, Interval(0, 0)),
        (entry("examplam", since="2026"), None, Interval(0, 1)),
        (entry("examplam", until="2026-06-15"), None, Interval(1, 1)),
        (entry("examplam", until="2026-06-14"), None, Interval(0, 1)),
        (entry("examplam", until="2026-06-14"), 14, Interval(1, 1)),
        (entry("examplam", until="2026-05-31"), 14, Interval(0, 1)),
        (entry("examplam", taken=Taken.PAST), None, Interval(0, 0)),
        (entry("examplam", taken=Taken.PAST), 14, Interval(0, 1)),
        (entry("examplam", taken=Taken.PAST, until="2026-06-01"), 14, Interval(1, 1)),
        (entry("examplam", taken=Taken.PAST, until="2026-05-31"), 14, Interval(0, 0)),
        (entry("examplam", taken=Taken.PAST, until="2026-05"), 14, Interval(0, 0)),
        (entry("examplam", taken=Taken.PAST, until="2026-06"), 14, Interval(1, 1)),
        (entry("examplam", taken=Taken.PAST, until="2026"), 14, Interval(0, 1)),
        (entry("examplam", taken=Taken.MAYBE), None, Interval(0, 1)),
        (entry("examplam", taken=Taken.MAYBE, until="2026-06-01"), None, Interval(0, 0)),
        (entry("examplam", taken=Taken.MAYBE, until="2026-06-20"), None, Interval(0, 1)),
    ],
)
def test_dates_decide_whether_it_counts_in_the_window(medicine, within, expected):
    assert count(medicine, within=within) == expected


def test_counts_are_kept_apart_for_a_list_that_is_complete_and_one_that_is_not():
    known = small(classes__more=CLASSES)
    person = Patient(AT, {}, (entry("examplam"),), (), Record({}))
    shared = MedicineList(person, known)
    complete = {"medicines_complete": Fact("medicines_complete", True)}
    open_list, whole = Situation(person, known, {}, shared), Situation(person, known, complete, shared)
    for _ in range(2):
        assert open_list.taking("class.all", None).number == Interval(1, math.inf)
        assert whole.taking("class.all", None).number == Interval(1, 1)


def test_what_is_taken_now_leaves_out_what_is_over_or_open():
    known = small(classes__more=CLASSES)
    now, past, maybe = (entry("examplam", taken=taken) for taken in (Taken.NOW, Taken.PAST, Taken.MAYBE))
    assert MedicineList(Patient(AT, {}, (past, now, maybe), (), Record({})), known).taken_now() == (now,)


SUPPLIED = {"taken": Taken.SUPPLIED, "lasts": (30, 60)}


@pytest.mark.parametrize(
    ("until", "within", "expected"),
    [
        ("2026-05-16", None, Taken.NOW),  # 30 days ago: it surely lasts until today
        ("2026-05-15", None, Taken.MAYBE),
        ("2026-04-16", None, Taken.MAYBE),  # 60 days ago: it may last until today
        ("2026-04-15", None, Taken.PAST),
        ("2026-05-15", 14, Taken.NOW),  # over for a day at the most: it was taken within the window
        ("2026-05-02", 14, Taken.NOW),
        ("2026-05-01", 14, Taken.MAYBE),
        ("2026-04-02", 14, Taken.MAYBE),
        ("2026-04-01", 14, Taken.PAST),
        (None, None, Taken.MAYBE),
        (None, 14, Taken.MAYBE),
    ],
)
def test_what_was_handed_out_is_taken_while_it_lasts(until, within, expected):
    handed_out = replace(entry("examplam", until=until), **SUPPLIED)
    assert taken_within(handed_out, AT, within) is expected


@pytest.mark.parametrize(("until", "expected"), [("2026-05-30", Taken.NOW), ("2026-05-01", Taken.MAYBE)])
def test_an_order_that_still_runs_may_be_taken_however_long_ago_its_supply_ended(until, expected):
    still_on = replace(entry("examplam", until=until), lasts=(5, 10))
    assert taken_within(still_on, AT, 14) is expected
    assert taken_within(still_on, AT, None) is Taken.MAYBE


def test_what_is_over_within_the_window_was_taken_and_may_have_been_where_only_its_month_is_known():
    over = entry("examplam", taken=Taken.MAYBE, until="2026-06-10")
    assert taken_within(over, AT, 5) is Taken.NOW
    assert taken_within(over, AT, 4) is Taken.PAST
    assert taken_within(entry("examplam", taken=Taken.PAST), AT, None) is Taken.PAST


@pytest.mark.parametrize(
    ("since", "later"), [("2026-06-15", False), ("2026-06-16", True), ("2026-06", False), (None, False)]
)
def test_an_entry_begins_later_from_the_day_after_on(since, later):
    assert begins_later(entry("examplam", since=since), AT) is later


def test_what_acts_only_where_it_is_put_is_a_member_of_nothing_and_ends_no_list():
    local = replace(entry("examplam", name="Syrup"), route=Route.LOCAL)
    known = small(classes__more=CLASSES)
    assert memberships_of(local, known) == {}
    assert suggested_targets(local, known) == ()
    assert count(local, entry("otheram")) == Interval(1, 1)
    patient = Patient(AT, {}, (local, entry("otheram")), (), Record({}))
    assert [it.ingredients for it in MedicineList(patient, known).taken_now()] == [("otheram",)]


def test_a_product_is_a_member_by_its_ingredients_or_by_its_code_and_is_hinted_at_by_a_word():
    known = small(classes__more=CLASSES)
    assert memberships_of(entry("examplam", "water"), known)["class.all"] == ("examplam",)
    assert memberships_of(entry(name="Product", codes=(("atc", "N05BA"),)), known)["class.all"] == ("Product",)
    assert "class.all" not in memberships_of(entry(name="Product"), known)
    assert suggested_targets(entry("water", name="Cough Syrup"), known) == ("class.all",)
    assert suggested_targets(entry("water"), known) == ()


def test_a_member_that_is_certain_is_not_counted_as_possible_too():
    assert count(entry("examplam"), entry("examplam", taken=Taken.MAYBE)) == Interval(1, 1)
    assert count(entry("examplam"), entry("otheram", taken=Taken.MAYBE)) == Interval(1, 2)


def test_a_word_in_the_name_suggests_the_class_of_that_word_and_no_other():
    other = '[[class]]\nid = "class.other"\ningredients = ["thirdam"]\nnames = ["tonic"]\nsource = "label"\n'
    known = small(classes__more=CLASSES + other)
    assert suggested_targets(entry("water", name="Cough Syrup"), known) == ("class.all",)
    assert suggested_targets(entry("water", name="Cough Tonic"), known) == ("class.other",)


def test_a_product_without_ingredients_is_a_member_by_a_code_of_the_class_alone():
    assert count(entry(codes=[("rxnorm", "999")])) == Interval(0, 0)
    assert count(entry()) == Interval(0, 0)


def test_what_is_over_without_a_day_may_have_been_taken_in_any_window():
    assert taken_within(entry("examplam", taken=Taken.PAST), AT, 14) is Taken.MAYBE
