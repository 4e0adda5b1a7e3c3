"""The closed list of units that levels are given in."""

import pytest

from fullcourse.clinical.level import level_mg_per_l


@pytest.mark.parametrize(
    ("unit", "mg_per_l"),
    [("mg/L", 31.0), ("MCG/ML", 31.0), (" ug/mL ", 31.0), ("ng/mL", 0.031), ("ug/L", 0.031)],
)
def test_a_level_is_told_in_milligrams_in_a_litre(unit: str, mg_per_l: float):
    assert level_mg_per_l(31.0, unit) == mg_per_l


@pytest.mark.parametrize("unit", ["mg/mL", "g/L", "mg/dL", "umol/L", "mg", ""])
def test_a_unit_that_no_level_is_given_in_gives_none(unit: str):
    assert level_mg_per_l(31.0, unit) is None
