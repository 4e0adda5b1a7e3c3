"""Every number of the vocabulary: its own unit, another way to write it, and one that is refused."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fullcourse.adapters.measures import beside, measure
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.quantity import Interval, Quantity, exactly
from fullcourse.clinical.unit_spellings import read_unit
from fullcourse.clinical.units import known_units
from patients import knowledge

OTHER_AND_REFUSED = {
    "/min": ("bpm", "mg/dL"),
    "1": ("%", "mg"),
    "/uL": ("cells/mm3", "%"),
    "10*9/L": ("K/uL", "%"),
    "U/L": ("IU/L", "mg/dL"),
    "a": ("years", "kg"),
    "cm": ("inches", "kg"),
    "d": ("weeks", "mg"),
    "g/dL": ("gm%", "mmol/L"),
    "h": ("hrs", "mg"),
    "kg": ("lbs", "cm"),
    "m[IU]/L": ("u[IU]/mL", "mg/L"),
    "kg/m2": ("kg/m²", "kg"),
    "mL/min": ("ml/min", "mL/min/1.73 m2"),
    "mL/min/{1.73_m2}": ("mL/min/1.73m²", "mL/min"),
    "mg/L": ("mcg/mL", "mg"),
    "mg/dL": ("mg%", "mg"),
    "mmol/L": ("mEq/L", "U/L"),
    "mo": ("months", "kg"),
    "ms": ("msec", "bpm"),
}
NUMBERS = [fact for fact in knowledge().facts.values() if fact.kind == "number"]
BY_ID = {fact.id: fact for fact in NUMBERS}


def middle(fact) -> float:
    low, high = fact.plausible or (1.0, 100.0)
    return round((low + high) / 2, 3)


@pytest.mark.parametrize("fact", NUMBERS, ids=lambda fact: fact.id)
def test_a_number_is_read_in_its_unit_and_in_another_and_refused_in_a_wrong_one(fact):
    other, refused = OTHER_AND_REFUSED[fact.unit]
    value = exactly(middle(fact))
    assert measure(fact, value, fact.unit).value == value
    known = read_unit(other, fact.unit)
    in_other = Quantity(value, fact.unit).to(known.code, *fact.substance).value
    again = measure(fact, in_other, other).value
    assert again is not None
    assert again.low == pytest.approx(value.low, rel=1e-12)
    unitless = () if fact.unit == "1" else ("",)  # a grade is a bare number: no unit is its unit
    for wrong in (refused, *unitless, "furlong"):
        measured = measure(fact, value, wrong)
        assert (measured.value, measured.standing) == (None, Standing.UNUSABLE), wrong
        assert measured.reason


@given(st.sampled_from(NUMBERS), st.floats(0.01, 1000), st.sampled_from([unit.code for unit in known_units()]))
def test_a_conversion_and_back_is_the_same_number_or_is_refused_both_ways(fact, value, code):
    there = measure(fact, exactly(value), code)
    if there.standing is Standing.STATED:
        unit = read_unit(code, fact.unit)
        back = Quantity(there.value, fact.unit).to(unit.code, *fact.substance).value
        assert back.low == pytest.approx(value, rel=1e-12)
    else:
        assert there.value is None


@given(st.sampled_from(NUMBERS), st.floats(), st.text(max_size=8))
def test_an_unknown_unit_never_gives_a_stated_value(fact, value, written):
    is_a_plain_number = fact.unit == "1" and not written  # a grade from 0 to 4 has no unit to be written
    assume(read_unit(written, fact.unit) is None and written != fact.unit and fact.unit and not is_a_plain_number)
    assert measure(fact, exactly(value), written).standing is not Standing.STATED


@pytest.mark.parametrize(
    ("name", "value", "unit", "expected"),
    [
        ("creatinine", 212, "µmol/L", 2.398),  # 212 x 113.12 / 10 000
        ("creatinine", 2.4, "mg%", 2.4),
        ("bilirubin", 34, "umol/L", 1.988),  # 34 x 584.67 / 10 000
        ("potassium", 2.7, "mEq/L", 2.7),  # one charge
        ("magnesium", 1.5, "meq/L", 0.75),  # two charges
        ("magnesium", 1.1, "mg/dL", 0.4526),  # 11 / 24.305
        ("calcium", 9.4, "mg/dL", 2.3454),  # 94 / 40.078
        ("alt", 240, "IU/L", 240),
        ("platelets", 150000, "/mm3", 150),
        ("platelets", 150, "K/uL", 150),
        ("haemoglobin", 130, "g/L", 13.0),
        ("weight", 120, "lbs", 54.431),
        ("qtcf", 0.512, "s", 512),
    ],
)
def test_a_laboratorys_number_is_the_number_of_the_fact(name, value, unit, expected):
    measured = measure(BY_ID[name], exactly(float(value)), unit).value
    assert measured is not None
    assert measured.low == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("haemoglobin", "G/L"),  # a count in these capitals
        ("haemoglobin", "mmol/L"),  # of one chain or of four
        ("egfr_reported", "mL/min"),
        ("creatinine", "meq/L"),
        ("calcium", "mg"),
        ("albumin", "umol/L"),
    ],
)
def test_what_may_be_two_things_is_refused(name, unit):
    fact = BY_ID[name]
    assert measure(fact, exactly(middle(fact)), unit).standing is Standing.UNUSABLE


def test_what_stands_beside_a_fact_is_comparable_in_one_unit_only():
    bazett, reported = BY_ID["qtc_bazett"], BY_ID["egfr_reported"]
    on = parse_moment("2026-11-20", "on")
    said = Evidence("qtc_bazett", exactly(540.0), on, "Observation/1", 540.0, "ms")
    near = beside(bazett, said, BY_ID["qtcf"])
    assert (near.fact, near.value, near.standing) == ("qtcf", exactly(540.0), Standing.BESIDE)
    assert "Bazett" in near.reason
    other = beside(reported, said._replace(value=exactly(24.0)), BY_ID["creatinine_clearance"])
    assert (other.value, other.recorded) == (None, 540.0)
    assert isinstance(near.value, Interval)
