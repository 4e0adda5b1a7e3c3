import numpy as np
import pytest

from fullcourse.pharmacokinetics.kernels.dual import variables
from fullcourse.pharmacokinetics.kernels.exponentials import cascade, cascade_value, phi


def exactly(rates, time):
    """The chain's matrix exponential by scaling and squaring in long double."""
    n = len(rates)
    matrix = (np.diag(-np.array(rates, dtype=np.longdouble)) + np.eye(n, k=-1)) * np.longdouble(time)
    halvings = max(0, int(np.ceil(np.log2(max(1e-30, float(np.abs(matrix).sum(axis=0).max()))))) + 4)
    matrix = matrix / np.longdouble(2) ** halvings
    result = term = np.eye(n, dtype=np.longdouble)
    for k in range(1, 25):
        term = term @ matrix / k
        result = result + term
    for _ in range(halvings):
        result = result @ result
    return float(result[-1, 0])


@pytest.mark.parametrize("gap", [0.0, 1e-15, 1e-9, 1e-4, 0.3])
@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_equal_and_nearly_equal_rates_lose_no_digit(gap, count):
    rates = [0.7 * (1.0 + gap * k) for k in range(count)]
    for time in (0.01, 1.0, 9.0):
        got = float(cascade_value([np.array(rate) for rate in rates], np.array(time)))
        assert got == pytest.approx(exactly(rates, time), rel=1e-12)


def test_rates_far_apart_and_a_rate_of_zero_agree_with_the_matrix_exponential():
    generator = np.random.default_rng(0)
    for _ in range(200):
        rates = list(10.0 ** generator.uniform(-3, 1.5, generator.integers(2, 6)))
        rates[0] = 0.0 if generator.random() < 0.3 else rates[0]
        time = 10.0 ** generator.uniform(-2, 2)
        got = float(cascade_value([np.array(rate) for rate in rates], np.array(time)))
        assert got == pytest.approx(exactly(rates, time), rel=1e-11)


def test_slopes_are_those_of_the_value_also_for_equal_rates():
    point = np.array([1.0, 1.0, 0.3, 2.0])
    exact = cascade(*(lambda v: (v[:3], v[3]))(variables(point[None, :], 4)))
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-5
        ahead, behind = (
            float(cascade_value([np.array(x) for x in p[:3]], np.array(p[3]))) for p in (point + step, point - step)
        )
        assert exact.tangent[i].item() == pytest.approx((ahead - behind) / 2e-5, rel=1e-6)


def test_phi_is_one_at_zero():
    assert phi(np.array([0.0, 1.0])).tolist() == [1.0, pytest.approx(1.0 - np.exp(-1.0))]
