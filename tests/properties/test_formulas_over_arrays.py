"""Every published formula: over an array as over each float, and inside the ends of a range wherever its inputs lie."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.clinical import formulas
from fullcourse.clinical.formula import Formula

FORMULAS = {name: value for name, value in vars(formulas).items() if isinstance(value, Formula)}
LIMITS = {
    "age_years": (18.0, 120.0),
    "weight_kg": (20.0, 250.0),
    "ideal_kg": (20.0, 120.0),
    "fat_free_mass_kg": (15.0, 100.0),
    "fat_fraction": (0.01, 1.0),
    "height_cm": (90.0, 220.0),
    "creatinine_mg_per_dl": (0.1, 20.0),
    "qt_interval_ms": (200.0, 700.0),
    "heart_rate_per_min": (20.0, 250.0),
}
ROUNDING = 1e-12
"""By how much, of itself, an end may move when floats are rounded otherwise."""

ONES = st.floats(0.0, 1.0)
CASES = list(product(FORMULAS, ["male", "female"]))


def arguments(name, sex):
    """Return the last argument of a formula that asks for the sex, or none."""
    code = FORMULAS[name].arithmetic.__code__
    return (sex,) if "sex" in code.co_varnames[: code.co_argcount] else ()


def placed(name, shares):
    """Return numbers for a formula, each at its share of the way between its limits."""
    return [
        LIMITS[number][0] + share * (LIMITS[number][1] - LIMITS[number][0])
        for number, share in zip(FORMULAS[name].inputs, shares, strict=False)
    ]


def ends_of(value):
    return value if isinstance(value, tuple) else (value, value)


def test_every_formula_of_the_ground_floor_is_in_the_table():
    assert set(FORMULAS) == {
        "adjusted_body_weight_kg", "body_mass_index_kg_per_m2", "ckd_epi_2021_ml_per_min_per_1_73_m2",
        "cockcroft_gault_ml_per_min", "fat_free_mass_kg", "ideal_body_weight_bounds_kg", "mdrd_ml_per_min_per_1_73_m2",
        "normal_fat_mass_kg", "qtc_fridericia_ms",
    }  # fmt: skip
    for formula in FORMULAS.values():
        code = formula.arithmetic.__code__
        assert [*formula.inputs] == [name for name in code.co_varnames[: code.co_argcount] if name != "sex"]


@pytest.mark.parametrize(("name", "sex"), CASES)
@given(people=st.lists(st.tuples(ONES, ONES, ONES), min_size=1, max_size=8))
def test_a_formula_over_an_array_is_the_formula_over_each_float_to_the_last_bit(name, sex, people):
    formula, last = FORMULAS[name], arguments(name, sex)
    numbers = [placed(name, shares) for shares in people]
    columns = [np.array(column) for column in zip(*numbers, strict=True)]
    over = ends_of(formula.arithmetic(*columns, *last))
    for at, row in enumerate(numbers):
        assert [end[at] for end in over] == list(ends_of(formula(*row, *last)))
        assert ends_of(formula(*row, *last)) == ends_of(formula.arithmetic(*row, *last))


@pytest.mark.parametrize(("name", "sex"), CASES)
@given(low=st.tuples(ONES, ONES, ONES), high=st.tuples(ONES, ONES, ONES), inside=st.tuples(ONES, ONES, ONES))
def test_the_ends_of_a_range_hold_the_formula_at_every_point_inside(name, sex, low, high, inside):
    formula, last = FORMULAS[name], arguments(name, sex)
    word = {"sex": sex} if last else {}
    ranges, point = [], []
    for declared, one, other, share in zip(
        formula.inputs.values(), placed(name, low), placed(name, high), inside, strict=False
    ):
        least, most = (one, one) if declared.rises is None else sorted((one, other))
        ranges.append((least, most))
        point.append(min(max(least + share * (most - least), least), most))
    least, most = formula.ends(*ranges, **word)
    at_least, at_most = ends_of(formula(*point, *last))
    assert least * (1 - ROUNDING) <= at_least <= at_most <= most * (1 + ROUNDING)
    columns = formula.ends(*[tuple(np.array([end]) for end in ends) for ends in ranges], **word)
    assert [end.tolist() for end in columns] == [[least], [most]]
    wider = [
        ends if declared.rises is None else (0.0, math.inf)
        for declared, ends in zip(formula.inputs.values(), ranges, strict=True)
    ]
    assert formula.ends(*wider, **word) == (0.0, math.inf)


@pytest.mark.parametrize(("name", "sex"), CASES)
@given(shares=st.tuples(ONES, ONES, ONES), which=st.integers(0, 2), share=ONES)
def test_a_declared_direction_is_the_one_the_formula_has(name, sex, shares, which, share):
    formula, last = FORMULAS[name], arguments(name, sex)
    directed = [at for at, declared in enumerate(formula.inputs.values()) if declared.rises is not None]
    at = directed[which % len(directed)]
    declared = list(formula.inputs.values())[at]
    one, other = placed(name, shares), placed(name, (*shares[:at], share, *shares[at + 1 :]))
    below, above = sorted((one, other), key=lambda row: row[at], reverse=not declared.rises)
    for lower, upper in zip(ends_of(formula(*below, *last)), ends_of(formula(*above, *last)), strict=True):
        assert lower <= upper * (1 + ROUNDING)
