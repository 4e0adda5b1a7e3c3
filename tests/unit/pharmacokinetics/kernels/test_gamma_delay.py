import math

import numpy as np
import pytest

from fullcourse.pharmacokinetics.kernels.dual import Dual, variables
from fullcourse.pharmacokinetics.kernels.exponentials import cascade_value
from fullcourse.pharmacokinetics.kernels.gamma_delay import Singles, density, gamma_cascade, log_gamma, window_h


def as_arrays(*numbers):
    return [np.array(float(x)) for x in numbers]


@pytest.mark.parametrize("x", [0.01, 0.5, 1.0, 5.68, 24.8, 400.0])
def test_log_gamma_has_full_precision(x):
    assert float(log_gamma(np.array(x))) == pytest.approx(math.lgamma(x), rel=1e-13, abs=1e-13)


@pytest.mark.parametrize("steps", [1, 3, 6])
@pytest.mark.parametrize("rates", [[0.1], [9.0], [1.5], [1.5, 1.5], [0.1, 1.2], [0.1, 1.2, 1.2000001], [0.0, 0.2]])
def test_whole_steps_are_a_chain_of_equal_rates(steps, rates):
    for time in (0.1, 2.0, 30.0, 200.0):
        a, k, t = as_arrays(steps, 1.5, time)
        got = float(gamma_cascade(a, k, as_arrays(*rates), t))
        expected = float(cascade_value([k] * steps + as_arrays(*rates), t)) * 1.5**steps
        assert got == pytest.approx(expected, rel=1e-8, abs=1e-14)


def test_nothing_arrives_at_time_zero_or_before():
    a, k, rate = as_arrays(4.5, 2.0, 0.3)
    assert gamma_cascade(a, k, [rate], np.array([-1.0, 0.0])).tolist() == [0.0, 0.0]
    assert density(a, k, np.array([-1.0, 0.0])).tolist() == [0.0, 0.0]


def test_after_the_window_the_chain_is_empty():
    a, k = as_arrays(5.0, 2.0)
    assert float(gamma_cascade(a, k, as_arrays(0.0), window_h(a, k))) == pytest.approx(1.0, abs=1e-14)


def test_slopes_in_shape_rate_and_time_are_those_of_the_value():
    point = np.array([5.7, 8.0, 2.0, 0.1, 0.3, 1.1])
    v = variables(point[None, :], 6)
    exact = gamma_cascade(v[0], v[1], v[2:5], v[5])

    def value(p):
        return float(gamma_cascade(np.array(p[0]), np.array(p[1]), as_arrays(*p[2:5]), np.array(p[5])))

    for i in range(6):
        step = np.zeros(6)
        step[i] = 1e-5
        difference = (value(point + step) - value(point - step)) / 2e-5
        assert exact.tangent[i].item() == pytest.approx(difference, rel=1e-6)


def test_what_one_call_found_serves_the_next_and_changes_nothing():
    shape, ktr = Dual(np.array([[2.5], [4.0]]), np.ones((1, 2, 1))), np.array([[1.5], [0.4]])
    time = np.linspace(-1.0, 30.0, 17)[None, :]
    rates = [np.array([[2.0], [0.4]]), np.array([[0.1], [0.3]]), np.array([[0.02], [1e-3]])]
    known: Singles = {}
    for path in (rates[:1], rates[:2], rates[::-1], [rates[1], rates[1]], rates):
        shared, alone = gamma_cascade(shape, ktr, path, time, known), gamma_cascade(shape, ktr, path, time)
        assert np.array_equal(shared.value, alone.value)
        assert np.array_equal(shared.tangent, alone.tangent)
        assert shared.value.max() > 0.0
    assert len(known) == 3 * (1 + 8)  # each rate at the shape, and at the eight shapes about it that give its slope
