import numpy as np
import pytest

from fullcourse.pharmacokinetics.kernels.dose_trains import train_through_one, train_through_two
from fullcourse.pharmacokinetics.kernels.dual import variables
from fullcourse.pharmacokinetics.kernels.exponentials import cascade


@pytest.mark.parametrize("rates", [(1.3, 0.1), (0.1, 1.3), (0.2, 0.2), (0.2, 0.2 * (1 + 1e-9)), (6.6, 0.0415)])
@pytest.mark.parametrize("count", [0, 1, 2, 29])
@pytest.mark.parametrize("since", [0.0, 1e-6, 5.0])
def test_the_sum_is_that_of_single_doses_with_its_slopes(rates, count, since):
    v = variables(np.array([[*rates, since]]), 3)
    got = train_through_two(v[0], v[1], v[2], np.array(float(count)), np.array(12.0))
    value, tangent = 0.0, np.zeros(3)
    for j in range(count):
        one = cascade([v[0], v[1]], v[2] + j * 12.0)
        value, tangent = value + one.value.item(), tangent + one.tangent.ravel()
    assert got.value.item() == pytest.approx(value, rel=1e-8, abs=1e-15)
    assert got.tangent.ravel() == pytest.approx(tangent, rel=1e-3, abs=1e-9)


def test_an_infinite_train_is_the_limit_of_long_ones():
    k, t, ii = np.array(0.05), np.array(3.0), np.array(12.0)
    endless = train_through_one(k, t, np.array(np.inf), ii)
    assert endless == pytest.approx(train_through_one(k, t, np.array(400.0), ii), rel=1e-13)
    endless = train_through_two(k, np.array(1.2), t, np.array(np.inf), ii)
    assert endless == pytest.approx(train_through_two(k, np.array(1.2), t, np.array(400.0), ii), rel=1e-13)
