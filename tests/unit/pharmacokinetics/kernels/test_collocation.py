import numpy as np
import pytest

from fullcourse.pharmacokinetics.kernels.collocation import (
    DIFFERENCE,
    FROM_START,
    INTEGRAL,
    NODES,
    POSITION,
    basis,
    basis_slope,
    coefficients,
    decay_inverse,
    left_out,
    strung,
    strung_decay,
)


def test_the_nodes_integrate_like_radau():
    degrees = np.arange(2 * NODES - 1)
    area = INTEGRAL[-1] @ POSITION[:, None] ** degrees
    assert POSITION[-1] == 1.0
    assert POSITION[0] > 0.0
    assert area == pytest.approx(1.0 / (degrees + 1.0), abs=1e-13)


def test_slopes_and_increments_are_inverses():
    slope, rise = 3.0 * POSITION**2, POSITION**3
    assert np.abs(DIFFERENCE @ rise - slope).max() <= 1e-11
    assert np.abs(INTEGRAL @ slope - rise).max() <= 1e-13


@pytest.mark.parametrize(("z", "error"), [(0.0, 1e-13), (1.0, 1e-10), (3.0, 1e-6)])
def test_a_decay_is_followed(z, error):
    found = decay_inverse(np.array(z)) @ FROM_START
    assert np.abs(found - np.exp(-z * POSITION)).max() <= error


def test_a_decay_far_faster_than_its_element_is_gone_at_its_end():
    assert abs((decay_inverse(np.array(1e9)) @ FROM_START)[-1]) < 1e-6


def test_what_is_left_out_is_seen():
    smooth, kink = np.exp(-POSITION), np.maximum(POSITION - 0.43, 0.0)
    assert left_out(smooth) < 1e-9
    assert left_out(kink) > 1e-5


def test_a_polynomial_is_read_anywhere_with_its_slope():
    series = coefficients(np.array(2.0), 2.0 + POSITION**NODES)
    at = np.linspace(0.0, 1.0, 7)
    assert basis(at) @ series == pytest.approx(2.0 + at**NODES, abs=1e-12)
    assert basis_slope(at) @ series == pytest.approx(NODES * at ** (NODES - 1), abs=1e-10)


@pytest.mark.parametrize("count", [1, 2, 7, 16])
def test_elements_strung_together_are_the_recursion(count):
    random = np.random.default_rng(3)
    transfer, offset = random.normal(size=(2, count, 3, 3)), random.normal(size=(2, count, 3, 2))
    jump, begin = random.normal(size=(2, count, 3, 2)), random.normal(size=(2, 3, 2))
    keep = random.uniform(size=(2, count)) > 0.3
    starts, end = strung(transfer, offset, jump, keep, begin)
    state = begin
    for i in range(count):
        state = state * keep[:, i, None, None] + jump[:, i]
        assert starts[:, i] == pytest.approx(state)
        state = transfer[:, i] @ state + offset[:, i]
    assert end == pytest.approx(state)
    one = (transfer[:, :, 0, 0], offset[:, :, 0], jump[:, :, 0], keep, begin[:, 0])
    several = strung(transfer[:, :, :1, :1], offset[:, :, :1], jump[:, :, :1], keep, begin[:, :1])
    for found, wanted in zip(strung_decay(*one), several, strict=True):
        assert found == pytest.approx(wanted.reshape(found.shape))
