"""Inputs of derived facts as ranges."""

import math
from datetime import date

import pytest

from fullcourse.clinical import Fact, InputError, Interval, compared, exactly
from fullcourse.rules.derived_inputs import DAYS_OF_AGE, OPEN, Inputs, hull_of

AT = date(2026, 11, 22)


def inputs(**values):
    return Inputs({name: Fact(name, value, missing=(name,)) for name, value in values.items()}, AT)


def test_a_quantity_is_never_below_0():
    assert inputs(weight=compared("<", 70.0)).number("weight") == Interval(0.0, math.nextafter(70.0, 0.0))
    assert inputs(weight=None).number("weight") == inputs().number("weight") == OPEN


@pytest.mark.parametrize("value", [exactly(0.0), compared("<", 0.0), Interval(math.nan, 1.0), exactly(math.inf)])
def test_a_range_without_a_number_above_0_is_refused_by_name(value):
    with pytest.raises(InputError, match="weight of"):
        inputs(weight=value).number("weight")


@pytest.mark.parametrize(
    ("sex", "sexes"),
    [("male", ("male",)), ("female", ("female",)), (None, ("male", "female")), ("other", ("male", "female"))],
)
def test_a_sex_that_is_not_known_is_either(sex, sexes):
    assert inputs(sex=sex).sexes() == sexes


def test_only_what_is_not_exact_is_asked_for_once_and_in_order():
    read = inputs(birth_date="1960", sex="male", weight=Interval(60.0, 70.0), height=exactly(170.0))
    names = ("birth_date", "sex", "weight", "height", "creatinine")
    assert read.still_open((*names, "weight")) == ("birth_date", "weight", "creatinine")
    assert read.why_open(names) == (
        "birth_date is known as a range only; weight is known as a range only; creatinine is not known"
    )


def test_the_range_of_a_birth_date_is_that_of_the_age_and_of_nothing_known_is_open():
    assert inputs(birth_date="1960").range_of("birth_date") == (65.0, 66.0)
    assert inputs().range_of("birth_date") == inputs().range_of("weight") == (0.0, math.inf)
    assert inputs(weight=Interval(60.0, 70.0)).range_of("weight") == (60.0, 70.0)


def test_a_hull_of_one_is_itself_and_of_more_holds_all():
    assert hull_of([exactly(1.0)]) == exactly(1.0)
    assert hull_of([exactly(2.0), Interval(-1.0, 1.0), exactly(3.0)]) == Interval(-1.0, 3.0)


def test_whether_a_birth_date_is_exact_depends_on_how_it_is_read():
    read = inputs(birth_date="1960-05")
    for _ in range(2):  # what was asked before is kept by how it was asked
        assert read.still_open(("birth_date",)) == ()
        assert read.still_open(("birth_date",), DAYS_OF_AGE) == ("birth_date",)
    assert read.why_open(("birth_date",), DAYS_OF_AGE) == "birth_date is known as a range only"


def test_who_is_born_on_the_day_of_the_check_is_0_and_later_is_refused():
    assert inputs(birth_date="2026-11-22").age(DAYS_OF_AGE) == exactly(0.0)
    with pytest.raises(InputError, match="birth_date"):
        inputs(birth_date="2026-11-23").age(DAYS_OF_AGE)
