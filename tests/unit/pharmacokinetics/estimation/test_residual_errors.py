import numpy as np
import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.estimation.residual_errors import error_of, level_terms, variance
from fullcourse.pharmacokinetics.model import ErrorKind, Output, ResidualError

ERRORS = [ResidualError(kind, 0.2, 0.3, 0.7) for kind in ErrorKind]
F = np.array([0.4, 3.0, 20.0])
SEEN = np.zeros(3, dtype=bool)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.kind)
def test_slopes_of_variance_and_of_a_level_are_those_of_differences(error):
    step = 1e-6 * F
    _, slope = variance(error, F)
    assert slope == pytest.approx((variance(error, F + step)[0] - variance(error, F - step)[0]) / (2 * step), rel=1e-6)
    level = np.log(1.3 * F) if error.kind is ErrorKind.LOG_NORMAL else 1.3 * F
    for below in (SEEN, ~SEEN):
        ahead, behind = (level_terms(error, level, F + sign * step, below)[0] for sign in (1.0, -1.0))
        first = level_terms(error, level, F, below)[1]
        assert first == pytest.approx((ahead - behind) / (2 * step), rel=1e-5, abs=1e-6)


def test_variances_of_a_power_error_are_added():
    assert variance(ResidualError(ErrorKind.POWER, 0.74, 3.39, 0.795), np.array([100.0]))[0] == pytest.approx(
        (0.74 * 100.0**0.795) ** 2 + 3.39**2
    )


def test_an_output_without_a_residual_error_weighs_nothing_and_says_so():
    with pytest.raises(InputError, match="simulate and cannot weigh"):
        error_of(Output("c", 1, None))
