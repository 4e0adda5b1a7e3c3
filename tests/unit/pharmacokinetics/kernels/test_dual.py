import numpy as np
import pytest

from fullcourse.pharmacokinetics.kernels import dual
from fullcourse.pharmacokinetics.kernels.dual import Dual, variables

POINT = np.array([[1.7, 0.6]])


@pytest.mark.parametrize(
    "work",
    [
        lambda x, y: x + y * 2.0 - 1.0,
        lambda x, y: 3.0 - x / y,
        lambda x, y: 2.0 / (x * y) + np.array([[2.0]]) * x,
        lambda x, y: dual.exp(x) * dual.log(y) - dual.sqrt(x * y),
        lambda x, y: dual.where(np.array([[True]]), x * y, y),
        lambda x, y: dual.total(dual.side_by_side([x, y, x * y], 1), -1),
    ],
)
def test_slopes_are_those_of_the_value(work):
    exact = work(*variables(POINT, 2))
    for i in range(2):
        step = np.zeros((1, 2))
        step[0, i] = 1e-6
        ahead, behind = (np.asarray(work(p[:, [0]], p[:, [1]])).item() for p in (POINT + step, POINT - step))
        assert exact.tangent[i].item() == pytest.approx((ahead - behind) / 2e-6, rel=1e-8)


def test_a_dual_on_the_right_of_an_array_stays_a_dual():
    x, _ = variables(POINT, 2)
    assert isinstance(np.ones((1, 3)) * x, Dual)
    assert (np.ones((1, 3)) - x).shape == (1, 3)


def test_more_axes_broadcast_values_and_slopes_alike():
    x, y = variables(np.array([[1.0, 2.0], [3.0, 4.0]]), 2)
    wide = dual.expanded(x * y, 1) * np.ones((2, 1, 5))
    assert wide.shape == (2, 1, 5)
    assert np.broadcast_to(wide.tangent, (2, 2, 1, 5))[1, 1, 0].tolist() == [3.0] * 5


@pytest.mark.parametrize("columns", [[0, 1, 2, 3], [2, 0, 3, 1], [3, 1]])
def test_one_row_of_an_index_stands_for_every_row(columns):
    values = np.random.default_rng(3).standard_normal((5, 4))
    several = Dual(values, np.random.default_rng(4).standard_normal((2, 5, 4)))
    one, every = np.array([columns]), np.broadcast_to(columns, (5, len(columns)))
    assert np.array_equal(dual.take(values, one, 1), dual.take(values, every, 1))
    taken, expected = dual.take(several, one, 1), dual.take(several, every, 1)
    assert np.array_equal(taken.value, expected.value)
    assert np.array_equal(taken.tangent, expected.tangent)
