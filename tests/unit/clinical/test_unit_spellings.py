"""Units as laboratories write them: every spelling of one unit is that unit, and what may be two is none."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.clinical import unit_spellings
from fullcourse.clinical.unit_spellings import read_unit
from fullcourse.clinical.units import convert, known_units

SPELLINGS = {
    "umol/L": ["umol/L", "µmol/L", "μmol/L", "µmol/l", "UMOL/L", "micromol/L", "mcmol/L", "micromoles/litre"],
    "10*9/L": ["10*9/L", "10^9/L", "x10^9/L", "x 10^9/L", "×10⁹/L", "10e9/L", "10E9/L", "10**9/L", "10^(9)/L", "G/L"],
    "10*3/uL": ["10*3/uL", "K/uL", "K/µL", "k/ul", "x10E3/uL", "10^3/mcL", "thou/uL", "10*3/mm3", "thousand/mm³"],
    "/uL": ["/uL", "cells/uL", "cells/µL", "{cells}/uL", "/mm3", "/mm³", "cells/mm3", "/cumm", "cells/cu.mm"],
    "U/L": ["U/L", "u/l", "units/L", "U/litre"],
    "kg": ["kg", "Kg", "KG", "kgs", "kilograms"],
    "[lb_av]": ["[lb_av]", "lb", "lbs", "LBS", "pounds"],
    "cm": ["cm", "cms", "CM", "centimetres"],
    "/min": ["/min", "bpm", "BPM", "beats/min", "beats per minute", "{beats}/min"],
    "mg/dL": ["mg/dL", "mg/dl", "MG/DL", "mg%", "mg %", "mg/100mL", "mg/100 ml"],
    "g/dL": ["g/dL", "g/dl", "G/DL", "gm/dl", "gms/dL", "g%", "gm%"],
    "mmol/L": ["mmol/L", "mmol/l", "MMOL/L", "millimoles/litre"],
    "meq/L": ["meq/L", "mEq/L", "MEQ/L", "meq/l"],
    "ms": ["ms", "msec", "msecs", "MSEC", "milliseconds"],
    "ug/mL": ["ug/mL", "mcg/mL", "µg/mL", "μg/ml", "ug/ml", "MCG/ML"],
    "ng/mL": ["ng/mL", "ng/ml", "NG/ML"],
    "mL/min/{1.73_m2}": ["mL/min/{1.73_m2}", "mL/min/1.73 m2", "mL/min/1.73m²", "ml/min/1.73m^2", "mL/min/1.73m2"],
    "mL/min": ["mL/min", "ml/min", "ML/MIN", "mL/minute"],
}  # fmt: skip
NO_UNIT = [
    "", " ", "kilo", "kilos", "stone", "None", "n/a", "-", "/", "//", "µ", "109/L", "10 9/L", "10*12/L", "M/uL", "mg/",
    "cells", "mL/min/m2/h", "mol", "gr/dL", "%%", "mg/dL/", "mg/dL (fasting)", "umol", "x/L", "10^/L", "e9/L", "index",
    "ratio",
]  # fmt: skip


@pytest.mark.parametrize(("code", "written"), [(code, text) for code, texts in SPELLINGS.items() for text in texts])
def test_every_spelling_of_a_unit_is_that_unit(code: str, written: str):
    unit = read_unit(written)
    assert unit is not None
    assert convert(1.0, unit.code, code) == 1.0


@pytest.mark.parametrize("written", NO_UNIT)
def test_what_is_no_unit_of_ours_is_none(written: str):
    unit = read_unit(written)
    assert unit is None


@given(st.text(max_size=12))
def test_any_text_is_a_unit_of_the_table_or_none(written: str):
    unit = read_unit(written)
    assert unit is None or unit in known_units()


@pytest.mark.parametrize("unit", known_units(), ids=lambda unit: unit.code)
def test_a_ucum_code_is_always_itself(unit):
    assert read_unit(unit.code) == unit


@pytest.mark.parametrize("written", ["IU/L", "[IU]/L", "[iU]/L", "iu/l"])
def test_an_international_unit_is_an_enzymes_unit_and_of_nothing_else(written: str):
    assert read_unit(written, "U/L").code == "U/L"
    assert read_unit(written, "mg/dL").code == "[IU]/L"
    assert read_unit(written).code == "[IU]/L"


def test_capitals_that_tell_two_units_apart_are_kept():
    assert read_unit("G/L").code == "10*9/L"
    assert read_unit("g/L").code == "g/L"


def test_the_examples_hold():
    assert doctest.testmod(unit_spellings).failed == 0
