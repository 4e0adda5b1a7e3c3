"""The coefficients of the Runge-Kutta method meet the conditions of its order, and are those that SciPy has."""

import re
from pathlib import Path

import numpy as np
from scipy.integrate._ivp import dop853_coefficients as published

import fullcourse.pharmacokinetics.compiled as package

TEXT = (Path(package.__path__[0]) / "dop853.h").read_text("utf-8")


def table(name):
    body = re.search(rf"{name}(\[STAGES\])+ = \{{(.*?)\}};", TEXT, re.S).group(2)
    return np.array([float(x) for x in re.findall(r"-?\d[\d.e+-]*", body)])


def test_they_are_those_that_scipy_has():
    assert np.array_equal(table("WITHIN").reshape(12, 12), published.A[:12, :12])
    for name, values in (
        ("PLACE", published.C),
        ("WEIGHT", published.B),
        ("ERROR_5", published.E5),
        ("ERROR_3", published.E3),
    ):
        assert np.array_equal(table(name), values[:12])


def test_an_integral_of_a_polynomial_of_the_seventh_degree_is_exact():
    places, weights = table("PLACE"), table("WEIGHT")
    for power in range(8):
        assert abs(weights @ places**power - 1.0 / (power + 1)) <= 1e-14
    assert np.abs(table("WITHIN").reshape(12, 12).sum(axis=1) - places).max() <= 1e-14
