import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_records import FACTS
from fullcourse.adapters.measures import measure
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.quantity import Interval, compared, exactly

BY_ID = {one.id: one for one in FACTS}
WEIGHT, CREATININE, HEART_RATE = BY_ID["weight"], BY_ID["creatinine"], BY_ID["heart_rate"]


def test_a_value_in_the_facts_own_unit_is_unchanged() -> None:
    assert measure(WEIGHT, exactly(58.3), "kg").value == exactly(58.3)


def test_a_value_in_another_unit_of_the_same_kind_is_converted() -> None:
    assert measure(WEIGHT, exactly(58_300.0), "g").value == exactly(58.3)


def test_an_amount_becomes_a_mass_by_the_molar_mass() -> None:
    value = measure(CREATININE, exactly(176.8), "umol/L").value
    assert value is not None
    assert value.low == pytest.approx(176.8e-6 * 113.12 / 10 * 1000)


@pytest.mark.parametrize(
    ("unit", "reason"), [("", "no unit"), ("kilo", "not a known UCUM"), ("cm", "does not measure")]
)
def test_a_unit_that_is_missing_or_unknown_or_of_another_kind_makes_a_value_unusable(unit: str, reason: str) -> None:
    measured = measure(WEIGHT, exactly(58.0), unit)
    assert (measured.value, measured.standing) == (None, Standing.UNUSABLE)
    assert reason in measured.reason


@pytest.mark.parametrize("value", [0.2, 650.0])
def test_the_ends_of_what_is_possible_are_possible(value: float) -> None:
    assert measure(WEIGHT, exactly(value), "kg").standing is Standing.STATED


@pytest.mark.parametrize(
    "value", [math.nextafter(0.2, 0), math.nextafter(650, 999), 7000.0, -60.0, 1e308, math.inf, math.nan]
)
def test_what_cannot_be_is_absurd_and_named(value: float) -> None:
    measured = measure(WEIGHT, exactly(value), "kg")
    assert (measured.value, measured.standing) == (None, Standing.ABSURD)
    assert measured.reason


def test_a_number_without_limits_is_still_not_negative() -> None:
    assert measure(HEART_RATE, exactly(-1.0), "/min").standing is Standing.ABSURD
    assert measure(HEART_RATE, exactly(0.0), "/min").standing is Standing.STATED


def test_a_comparator_keeps_its_open_end_in_another_unit() -> None:
    value = measure(WEIGHT, compared("<", 30_000.0), "g").value
    assert value is not None
    assert value.low == -math.inf
    assert value.high < 30.0


def test_a_range_wholly_outside_what_is_possible_is_absurd() -> None:
    assert measure(WEIGHT, compared(">", 650.0), "kg").standing is Standing.ABSURD
    assert measure(WEIGHT, compared(">=", 650.0), "kg").standing is Standing.STATED


def test_a_range_turned_round_is_absurd() -> None:
    assert measure(WEIGHT, Interval(70.0, 60.0), "kg").standing is Standing.ABSURD


@given(st.floats(), st.sampled_from(["kg", "g", "[lb_av]", "", "cm", "stone"]))
def test_a_stated_weight_is_always_a_possible_one(value: float, unit: str) -> None:
    measured = measure(WEIGHT, exactly(value), unit)
    if measured.standing is Standing.STATED:
        assert measured.value is not None
        assert 0.2 <= measured.value.low <= 650
    else:
        assert measured.value is None
        assert measured.reason
