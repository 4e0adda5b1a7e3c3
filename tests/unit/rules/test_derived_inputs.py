"""Inputs of derived facts as ranges, and the ends of formulas over them."""

import math
from datetime import date

import pytest

from fullcourse.clinical import Fact, InputError, Interval, compared, exactly
from fullcourse.rules.derived_inputs import OPEN, Inputs, end_of, hull_of

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


def test_an_end_is_the_formula_or_its_limit_where_an_input_has_no_end():
    assert end_of(0.0, lambda number: number * 2, 3.0) == 6.0
    assert end_of(0.0, lambda number, sex: number * (2 if sex == "male" else 3), 3.0, sex="female") == 9.0
    assert end_of(math.inf, lambda number: number, math.inf) == math.inf
    assert end_of(0.0, lambda number: 1 / number, 0.0) == 0.0


def test_a_hull_of_one_is_itself_and_of_more_holds_all():
    assert hull_of([exactly(1.0)]) == exactly(1.0)
    assert hull_of([exactly(2.0), Interval(-1.0, 1.0), exactly(3.0)]) == Interval(-1.0, 3.0)
