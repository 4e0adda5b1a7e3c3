"""How many members of a class are taken, and when that is open."""

import math
from datetime import date

import pytest

from fullcourse.clinical import Fact, Interval, Medicine, Patient, Record, Taken, parse_moment
from fullcourse.rules.medicine_list import MedicineList
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
