"""What stands behind a name: how many strengths, and nothing that may be another medicine."""

import pytest

from fullcourse.adapters.medicines.silent import Rest, is_quantity, read_rest


@pytest.mark.parametrize(
    ("text", "strengths"),
    [
        ("", 0),
        ("500 mg", 1),
        ("250 mg/5 ml", 1),
        ("5 mg/kg od", 1),
        ("875/125", 2),
        ("875/125 mg tds", 2),
        ("875 mg/125 mg", 2),
        ("800 mg + 160 mg", 2),
        ("150/75/400/275", 4),
        ("5-10 mg", 1),
        ("500-125 mg", 2),
        ("x 5/7", 0),
        ("2 tablets", 0),
        ("0.05 mg/actuat 120 actuat", 1),
    ],
)
def test_strengths_side_by_side_are_counted(text, strengths):
    rest = read_rest(text)
    assert rest is not None
    assert rest.strengths == strengths


@pytest.mark.parametrize("text", ["stopped", "500 mg stopped", "or mfx", "5 mg?", "allergy", "and", "with alpha"])
def test_a_word_that_is_on_no_list_may_be_a_name(text):
    assert read_rest(text) is None


def test_a_second_strength_needs_a_second_ingredient():
    assert Rest(strengths=2).fits(2, is_brand=False)
    assert not Rest(strengths=2).fits(1, is_brand=False)


@pytest.mark.parametrize(("number", "is_brand", "fits"), [(9.9, True, False), (10.0, True, True), (9.9, False, True)])
def test_a_small_number_behind_a_brand_may_be_another_product(number, is_brand, fits):
    assert Rest(strengths=1, bare=(number,)).fits(1, is_brand=is_brand) is fits


@pytest.mark.parametrize(
    ("rest", "looks"), [(Rest(bare=(99.9,)), False), (Rest(bare=(100.0,)), True), (Rest(has_mass=True), True)]
)
def test_a_number_of_100_or_a_unit_of_mass_looks_like_a_strength(rest, looks):
    assert rest.looks_like_a_strength() is looks


def test_a_quantity_is_a_number_with_its_unit_alone():
    assert is_quantity("30 ml")
    assert not is_quantity("30")
    assert not is_quantity("alpha 30 ml")
