"""Levels as people write them, and those that are refused."""

from datetime import timedelta

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.inputs.level_text import parse_level


@pytest.mark.parametrize("unit", ["mg/L", "mg/l", "mcg/mL", "ug/mL", "µg/ml"])
def test_micrograms_in_a_millilitre_are_milligrams_in_a_litre(unit: str):
    assert parse_level(f"31 {unit} @ 2026-11-03T10:05+02:00").mg_per_l == 31.0


def test_nanograms_in_a_millilitre_are_a_thousandth():
    assert pytest.approx(parse_level("310 ng/mL @ 2026-11-03T10:05Z").mg_per_l) == 0.31


def test_a_level_below_the_limit_of_quantification_keeps_that_limit():
    level = parse_level("<2 mg/L @ 2026-11-03T10:05Z")
    assert (level.below_limit, level.mg_per_l) == (True, 2.0)


def test_another_fluid_is_named():
    assert parse_level("3 mg/L @ 2026-11-03T10:05Z in saliva").matrix == "saliva"


def test_the_zone_of_a_level_is_kept():
    assert timedelta(hours=2) == parse_level("31 mg/L @ 2026-11-03T10:05+02:00").at.utcoffset()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31 mg/mL @ 2026-11-03T10:05Z", "31 mg/mL would be 31,000 mg/L"),
        ("31 g/L @ 2026-11-03T10:05Z", "is not one that serum levels are given in"),
        ("31 umol/L @ 2026-11-03T10:05Z", "is not one that serum levels are given in"),
        ("-1 mg/L @ 2026-11-03T10:05Z", "below zero"),
        ("nan mg/L @ 2026-11-03T10:05Z", "not a finite number"),
        ("inf mg/L @ 2026-11-03T10:05Z", "not a finite number"),
        ("3.1.2 mg/L @ 2026-11-03T10:05Z", "is not a number"),
        ("31 mg/L", "not understood"),
        ("31 mg/L @ 2026-11-03", "no time of day"),
        ("31 mg/L @ 2026-02-30T10:05Z", "not understood"),
        ("<0 mg/L @ 2026-11-03T10:05Z", "above 0"),
        ("31 mg/L @ 2026-11-03T10:05Z in hair", "matrix 'hair' is not known"),
    ],
)
def test_what_is_not_a_level_is_refused_with_the_reason(text: str, why: str):
    with pytest.raises(InputError, match=why):
        parse_level(text)
