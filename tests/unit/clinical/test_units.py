"""The table of units against a units library: pint, reading UCUM through ucumvert."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ucumvert import PintUcumRegistry

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.units import MOLAR_MASS_G_PER_MOL, convert, find_unit, known_units
from patients import knowledge

UNITS = known_units()
BY_DIMENSION = {
    dimension: [unit.code for unit in UNITS if unit.dimension == dimension]
    for dimension in {u.dimension for u in UNITS}
}
SAME = [pair for codes in BY_DIMENSION.values() for pair in itertools.permutations(codes, 2)]
DIFFERENT = [
    (one.code, other.code) for one, other in itertools.permutations(UNITS, 2) if one.dimension != other.dimension
]
MOLAR = [
    pair
    for mass, amount in itertools.product(BY_DIMENSION["mass/volume"], BY_DIMENSION["amount/volume"])
    for pair in ((mass, amount), (amount, mass))
]
CREATININE_G_PER_MOL = 113.12


@pytest.fixture(scope="module")
def quantities():
    """Return one of each unit as the library reads its code; a code that is not UCUM raises here."""
    registry = PintUcumRegistry()
    codes = (*(unit.code for unit in UNITS), "g/mol")
    return {code: registry.Quantity(1.0, registry.from_ucum(code)) for code in codes}


def test_every_code_is_ucum_and_no_two_units_share_one(quantities):
    assert len(quantities) == len(UNITS) + 1


@pytest.mark.parametrize("dimension", sorted(BY_DIMENSION))
def test_every_conversion_agrees_with_the_units_library(quantities, dimension):
    for code, to in itertools.permutations(BY_DIMENSION[dimension], 2):
        expected = 3.7 * (quantities[code] / quantities[to]).to("dimensionless").magnitude
        assert convert(3.7, code, to) == pytest.approx(expected, rel=1e-12), (code, to)


def test_every_conversion_between_mass_and_amount_agrees_with_the_units_library(quantities):
    molar_mass = CREATININE_G_PER_MOL * quantities["g/mol"]
    for code, to in MOLAR:
        from_mass = find_unit(code).dimension == "mass/volume"
        value = 3.7 * quantities[code] / molar_mass if from_mass else 3.7 * quantities[code] * molar_mass
        expected = (value / quantities[to]).to("dimensionless").magnitude
        assert convert(3.7, code, to, CREATININE_G_PER_MOL) == pytest.approx(expected, rel=1e-12), (code, to)


def test_what_the_table_keeps_apart_is_never_converted():
    assert DIFFERENT
    for code, to in DIFFERENT:
        with pytest.raises(InputError, match="cannot be converted"):
            convert(1.0, code, to)


def test_what_the_library_can_convert_and_the_table_refuses_is_refused_on_purpose(quantities):
    kept_apart = set()
    for one, other in itertools.combinations(UNITS, 2):
        same_to_pint = quantities[one.code].dimensionality == quantities[other.code].dimensionality
        if same_to_pint and one.dimension != other.dimension:
            kept_apart.add(frozenset((one.dimension, other.dimension)))
    # Annotations and counts: a clearance indexed to body surface is no clearance, and international units no count.
    assert kept_apart == {
        frozenset(("volume/time", "volume/time/area")),
        frozenset(("catalysis/volume/international", "number/volume")),
        frozenset(("charge/volume", "amount/volume")),  # an equivalent is an amount of charge, and an ion may carry two
    }


@pytest.mark.parametrize("code", ["", "kg ", "KG", "mcg", "u/L", "mg%", "IU/L", "mL/min/1.73.m2", "None"])
def test_a_code_that_is_not_in_the_table_is_unknown_and_makes_the_value_unusable(code):
    assert find_unit(code) is None
    with pytest.raises(InputError, match="is not known; the value cannot be used"):
        convert(70.0, code, "kg")
    with pytest.raises(InputError, match="is not known"):
        convert(70.0, "kg", code)


@pytest.mark.parametrize(
    ("value", "code", "to", "expected"),
    [
        (1.0, "g/dL", "g/L", 10.0),
        (10.0, "g/L", "g/dL", 1.0),
        (2000.0, "mg", "g", 2.0),
        (1.75, "m", "cm", 175.0),
        (175.0, "cm", "m", 1.75),
        (154.0, "[lb_av]", "[lb_av]", 154.0),
        (20.0, "mg/L", "ug/mL", 20.0),
        (0.4, "s", "ms", 400.0),
        (60000.0, "g", "kg", 60.0),
        (20.0, "mg/L", "mg/dL", 2.0),
        (1.8, "L/h", "mL/min", 30.0),
    ],
)
def test_decimal_ratios_come_out_exact(value, code, to, expected):
    assert convert(value, code, to) == expected


def test_a_value_in_its_own_unit_is_the_same_float():
    assert convert(0.1 + 0.2, "kg", "kg") == 0.1 + 0.2


@given(value=st.floats(1e-6, 1e6), pair=st.sampled_from(SAME))
def test_there_and_back_is_the_same_number(value, pair):
    assert convert(convert(value, *pair), pair[1], pair[0]) == pytest.approx(value, rel=1e-12)


@given(value=st.floats(1e-6, 1e6), more=st.floats(0, 1e6), pair=st.sampled_from(SAME + MOLAR))
def test_more_stays_more_in_every_unit(value, more, pair):
    one, other = (convert(number, *pair, CREATININE_G_PER_MOL) for number in (value, value + more))
    assert one <= other


@pytest.mark.parametrize("pair", [("kg", "g"), ("umol/L", "mg/dL")])
def test_an_open_end_stays_open(pair):
    assert convert(math.inf, *pair, CREATININE_G_PER_MOL) == math.inf
    assert convert(-math.inf, *pair, CREATININE_G_PER_MOL) == -math.inf


@pytest.mark.parametrize(
    # Atoms of carbon, hydrogen, nitrogen and oxygen.
    ("substance", "atoms"),
    [("creatinine", (4, 7, 3, 1)), ("bilirubin", (33, 36, 4, 6))],
)
def test_a_molar_mass_is_that_of_the_standard_atomic_weights(substance, atoms):
    weights = (12.011, 1.008, 14.007, 15.999)
    summed = sum(count * weight for count, weight in zip(atoms, weights, strict=True))
    assert MOLAR_MASS_G_PER_MOL[substance] == round(summed, 2)


def test_the_vocabulary_states_the_same_molar_mass():
    stated = {name: fact.molar_mass_g_per_mol for name, fact in knowledge().facts.items() if fact.molar_mass_g_per_mol}
    assert stated["creatinine"] == MOLAR_MASS_G_PER_MOL["creatinine"]
    assert all(MOLAR_MASS_G_PER_MOL.get(name, mass) == mass for name, mass in stated.items())


@pytest.mark.parametrize(
    ("value", "code", "to", "molar_mass", "charge", "expected"),
    [
        (2.0, "meq/L", "mmol/L", None, 1, 2.0),
        (5.0, "meq/L", "mmol/L", None, 2, 2.5),
        (2.5, "mmol/L", "meq/L", None, 2, 5.0),
        (140.0, "mmol/L", "meq/L", None, 1, 140.0),
        (10.02, "mg/dL", "meq/L", 40.08, 2, 5.0),
        (5.0, "meq/L", "mg/dL", 40.08, 2, 10.02),
    ],
)
def test_equivalents_are_amounts_by_the_charge_of_one_ion(value, code, to, molar_mass, charge, expected):
    assert convert(value, code, to, molar_mass, charge) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("code", "to"), [("meq/L", "mmol/L"), ("mmol/L", "meq/L"), ("meq/L", "mg/dL")])
def test_equivalents_without_a_charge_are_not_converted(code, to):
    with pytest.raises(InputError, match="cannot be converted"):
        convert(1.0, code, to, 40.08)


def test_the_unit_that_is_not_known_is_the_one_that_is_named():
    with pytest.raises(InputError, match=r"^unit 'stone' is not known"):
        convert(70.0, "stone", "kg")
    with pytest.raises(InputError, match=r"^unit 'stone' is not known"):
        convert(70.0, "kg", "stone")


def test_every_unit_is_known_by_its_code():
    assert all(find_unit(unit.code) == unit for unit in known_units())
