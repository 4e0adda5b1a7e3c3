"""The criterion of KDIGO: both ends of each window and threshold, and what it refuses."""

import math

import pytest

from fullcourse.clinical.acute_kidney_injury import meets_kdigo_creatinine_criterion
from fullcourse.clinical.errors import InputError


@pytest.mark.parametrize(
    ("lower", "higher", "hours", "acute"),
    [
        (0.9, 1.2, 48.0, True),
        (0.9, 1.2, 48.1, False),
        (0.9, 1.19, 48.0, False),
        (1.1, 1.4, 0.0, True),
        (0.6, 0.9, 168.0, True),
        (0.6, 0.9, 168.1, False),
        (0.6, 0.89, 100.0, False),
        (4.0, 4.3, 24.0, True),
        (4.0, 4.3, 60.0, False),
        (100 / 88.4, 126.5 / 88.4, 24.0, True),
        (4.0, 4.0 + 26.5 * 113.12 / 10_000, 24.0, True),
        (4.0, 4.0 + 26.5 * 113.12 / 10_000 - 1e-6, 24.0, False),
        (2.0, 3.0, 100.0, True),
        (2.0, 2.99, 100.0, False),
        (1.0, 1.0, 0.0, False),
        (100 / 88.4, 126.4 / 88.4, 24.0, False),
    ],
)
def test_the_kdigo_criterion_holds_at_its_ends_and_not_beyond(lower, higher, hours, acute):
    assert meets_kdigo_creatinine_criterion(lower, higher, hours) is acute


@pytest.mark.parametrize(("lower", "higher", "hours"), [(1.2, 0.9, 24.0), (0.9, 1.2, -1.0), (0.9, 1.2, math.nan)])
def test_the_kdigo_criterion_refuses_values_in_the_wrong_order(lower, higher, hours):
    with pytest.raises(InputError, match="lower value first"):
        meets_kdigo_creatinine_criterion(lower, higher, hours)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, -math.inf])
def test_a_creatinine_that_is_no_number_above_0_is_refused_by_name(value):
    with pytest.raises(InputError, match=r"lower_mg_per_dl of .* cannot be"):
        meets_kdigo_creatinine_criterion(value, higher_mg_per_dl=9.0, hours_apart=1.0)
