"""A formula: who it refuses, what its arithmetic is over arrays, and which ends follow from its directions."""

import math
from datetime import date

import numpy as np
import pytest

from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.clinical.formula import (
    AGE_FALLS,
    FALLS,
    NEITHER,
    RISES,
    Input,
    greater,
    lesser,
    of_sex,
    power,
    power_of,
    published,
)
from fullcourse.clinical.formulas import age_years, birthdays_passed, normal_fat_mass_kg


@published("doubling", number=RISES)
def doubled(number):
    """Return twice a number."""
    return number * 2


@published("share", part=RISES, whole=FALLS)
def share(part, whole):
    return part / whole


@published("of a sex", number=RISES)
def by_sex(number, sex):
    return number * (2 if sex == "male" else 3)


@published("what is left", age_years=Input(False, is_adult_age=True, below=100))
def left(age_years):
    return 100.0 - age_years


@published("both ends", number=RISES)
def spread(number):
    return number - 1.0, number + 1.0


def test_an_end_is_the_formula_at_the_end_of_its_input_by_the_declared_direction():
    assert doubled.ends((3.0, 3.0)) == (6.0, 6.0)
    assert doubled.ends((3.0, 4.0)) == (6.0, 8.0)
    assert share.ends((1.0, 2.0), (4.0, 8.0)) == (0.125, 0.5)
    assert by_sex.ends((3.0, 3.0), sex="female") == (9.0, 9.0)
    assert spread.ends((3.0, 5.0)) == (2.0, 6.0)


def test_an_end_is_as_far_as_a_result_can_go_where_an_input_is_as_far_as_a_quantity_can():
    assert doubled.ends((0.0, math.inf)) == (0.0, math.inf)
    assert share.ends((1.0, 1.0), (0.0, 8.0)) == (0.125, math.inf)
    assert share.ends((1.0, 1.0), (8.0, math.inf)) == (0.0, 0.125)
    assert left.ends((30.0, 99.0)) == (1.0, 70.0)
    assert left.ends((30.0, 100.0)) == (0.0, 70.0)


def test_the_ends_of_columns_are_those_of_each_patient():
    low, high = np.array([1.0, 0.0, 2.0]), np.array([1.0, 5.0, math.inf])
    for formula, ranges in ((doubled, [(low, high)]), (share, [(low, high), (low, high)]), (spread, [(low, high)])):
        least, most = formula.ends(*ranges)
        for at, ends in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
            assert (least[at], most[at]) == formula.ends(*[ends for _ in ranges])
    assert low.tolist() == [1.0, 0.0, 2.0]


def test_no_end_follows_from_a_range_of_what_a_result_neither_rises_nor_falls_with():
    exact = (50.0, 50.0)
    least, most = normal_fat_mass_kg.ends((60.0, 80.0), exact, (0.5, 0.5))
    assert (least, most) == (55.0, 65.0)
    with pytest.raises(ValueError, match="neither rises nor falls with fat_free_mass_kg"):
        normal_fat_mass_kg.ends((60.0, 80.0), (45.0, 50.0), (0.5, 0.5))
    with pytest.raises(ValueError, match="neither rises nor falls with fat_fraction"):
        half = np.array([0.5, 0.5])
        normal_fat_mass_kg.ends((np.array([60.0, 60.0]),) * 2, (np.array(exact),) * 2, (half, np.array([0.5, 0.6])))


def test_called_it_asks_the_domain_and_its_arithmetic_does_not():
    assert doubled(3.0) == doubled(number=3.0) == doubled.arithmetic(3.0) == 6.0
    with pytest.raises(InputError, match="number of -3 cannot be"):
        doubled(-3.0)
    assert doubled.arithmetic(-3.0) == -6.0
    assert left(18.0) == 82.0
    with pytest.raises(OutsideLabel, match="what is left is for adults"):
        left(17.0)
    assert left(99.0) == 1.0
    with pytest.raises(InputError, match="ends at 100"):
        left(100.0)
    with pytest.raises(InputError, match="no number comes out"):
        doubled(1e308)


def test_it_keeps_the_name_and_the_documentation_of_its_function():
    assert doubled.__name__ == "doubled"
    assert doubled.__doc__ == "Return twice a number."
    assert list(share.inputs.items()) == [("part", RISES), ("whole", FALLS)]
    assert AGE_FALLS.is_adult_age
    assert NEITHER.rises is None


def test_powers_and_the_lesser_and_greater_of_an_array_are_those_of_its_floats():
    numbers = [0.1, 1.0, 1.7, 250.0]
    array = np.array(numbers)
    assert power(array, -1.2).tolist() == [power(number, -1.2) for number in numbers]
    assert power_of(0.9938, array).tolist() == [power_of(0.9938, number) for number in numbers]
    assert lesser(array, 1.0).tolist() == [lesser(number, 1.0) for number in numbers] == [0.1, 1.0, 1.0, 1.0]
    assert greater(array, 1.0).tolist() == [greater(number, 1.0) for number in numbers] == [1.0, 1.0, 1.7, 250.0]
    assert lesser(array, array[::-1]).tolist() == [0.1, 1.0, 1.0, 0.1]
    assert array.tolist() == numbers
    assert power(1e300, 2) == power(np.array([1e300]), 2)[0] == math.inf


@pytest.mark.parametrize("at", [date(2026, 11, 22), date(2026, 2, 28), date(2024, 2, 29), date(2026, 3, 1)])
def test_the_birthdays_of_many_are_those_of_each(at):
    born = [date(1960, 11, 22), date(1960, 11, 23), date(2004, 2, 29), date(2008, 3, 1), date(1999, 12, 31)]
    years, months, days = (np.array(parts) for parts in zip(*[(d.year, d.month, d.day) for d in born], strict=True))
    assert birthdays_passed(years, months, days, at).tolist() == [age_years(day, at) for day in born]


def test_a_formula_made_of_a_function_keeps_its_name_and_its_words():
    @published("halving", number=RISES)
    def halved(number):
        """Return half a number."""
        return number / 2

    assert (halved.title, halved.__name__, halved.__doc__) == ("halving", "halved", "Return half a number.")
    assert halved(3.0) == 1.5


def test_the_age_of_a_newborn_is_a_childs_and_one_below_0_cannot_be():
    for age in (0.0, 0.5):
        with pytest.raises(OutsideLabel, match="is for adults"):
            left(age)
    with pytest.raises(InputError, match="Correct the birth date"):
        left(-0.1)


def test_ends_are_asked_for_as_many_ranges_as_there_are_numbers():
    with pytest.raises(ValueError, match="zip"):
        share.ends((1.0, 2.0))


def test_the_ends_of_columns_stop_where_the_formula_ends():
    ages = np.array([30.0, 30.0]), np.array([99.0, 100.0])
    least, most = left.ends(ages)
    assert (least.tolist(), most.tolist()) == ([1.0, 0.0], [70.0, 70.0])


def test_an_array_in_which_nothing_changes_stays_as_it_is():
    array = np.array([1.0, 2.0])
    assert lesser(array, 5.0).tolist() == greater(array, 0.5).tolist() == [1.0, 2.0]
    whole = np.array([1, 3])
    assert greater(whole, 1.5).tolist() == [1.5, 3.0]


def test_a_sex_that_no_formula_knows_is_refused_and_cut_in_the_message():
    assert (of_sex("male", 1.0, 2.0), of_sex("female", 1.0, 2.0)) == (1.0, 2.0)
    with pytest.raises(InputError, match=f"^sex '{'x' * 20}' is not"):
        of_sex("x" * 30, 1.0, 2.0)


def test_where_a_formula_ends_its_result_goes_as_far_as_it_can_whatever_the_arithmetic_says():
    @published("what is left of two hundred", age=Input(False, is_adult_age=True, below=100.0))
    def left_of_200(age):
        return 200 - age

    least, most = left_of_200.ends((np.array([30.0, 30.0]), np.array([99.0, 100.0])))
    assert (least.tolist(), most.tolist()) == ([101.0, 0.0], [170.0, 170.0])
    assert left_of_200.ends((30.0, 100.0)) == (0.0, 170.0)
