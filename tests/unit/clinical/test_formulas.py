"""The published formulas: their printed examples, both sides of every limit, and what they refuse."""

import math
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.clinical.formulas import (
    adjusted_body_weight_kg,
    age_years,
    body_mass_index_kg_per_m2,
    ckd_epi_2021_ml_per_min_per_1_73_m2,
    cockcroft_gault_ml_per_min,
    fat_free_mass_kg,
    ideal_body_weight_bounds_kg,
    ideal_body_weight_kg,
    mdrd_ml_per_min_per_1_73_m2,
    normal_fat_mass_kg,
    qtc_fridericia_ms,
)

SEXES = st.sampled_from(["male", "female"])


@pytest.mark.parametrize(
    ("born", "at", "years"),
    [
        (date(2008, 11, 22), date(2026, 11, 22), 18),
        (date(2008, 11, 23), date(2026, 11, 22), 17),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
    ],
)
def test_age_is_the_number_of_birthdays_passed(born, at, years):
    assert age_years(born, at) == years


def test_a_birth_date_in_the_future_is_refused_by_its_year_alone():
    with pytest.raises(InputError, match="birth_date in 2062 lies after the date of the check, 2026-11-22") as refused:
        age_years(date(2062, 3, 14), date(2026, 11, 22))
    assert "03-14" not in str(refused.value)


def test_body_mass_index_of_a_man_of_70_kg_and_175_cm():
    assert body_mass_index_kg_per_m2(70.0, 175.0) == pytest.approx(22.857, abs=1e-3)


@pytest.mark.parametrize(
    # Worked table at https://creatinineclearancecalculator.net/ibw/ ("IBW by height").
    ("inches", "male", "female"),
    [(62, 54.6, 50.1), (66, 63.8, 59.3), (70, 73.0, 68.5), (74, 82.2, 77.7)],
)
def test_ideal_weight_agrees_with_a_published_table(inches, male, female):
    assert ideal_body_weight_kg(inches * 2.54, "male") == pytest.approx(male, abs=1e-9)
    assert ideal_body_weight_kg(inches * 2.54, "female") == pytest.approx(female, abs=1e-9)


def test_ideal_weight_begins_at_152_4_cm():
    assert ideal_body_weight_kg(152.4, "male") == 50.0
    assert ideal_body_weight_kg(152.4, "female") == 45.5
    with pytest.raises(OutsideLabel, match=r"152\.4 cm"):
        ideal_body_weight_kg(152.3, "female")


def test_the_bounds_of_the_ideal_weight_meet_at_152_4_cm_and_part_below():
    assert ideal_body_weight_bounds_kg(152.4, "female") == (45.5, 45.5)
    low, high = ideal_body_weight_bounds_kg(147.32, "female")
    assert (low, high) == (pytest.approx(40.9), 45.5)
    assert ideal_body_weight_bounds_kg(90.0, "female") == (0.0, 45.5)


@given(height_cm=st.floats(152.4, 230.0), sex=SEXES)
def test_the_bounds_are_the_ideal_weight_itself_from_152_4_cm(height_cm, sex):
    assert ideal_body_weight_bounds_kg(height_cm, sex) == (ideal_body_weight_kg(height_cm, sex),) * 2


def test_adjusted_weight_agrees_with_a_published_example():
    # 175 cm, 90 kg, male at https://trinkets.md/tools/body-weight: ideal 70.5, adjusted 78.3, lean 64.0 kg.
    ideal = ideal_body_weight_kg(175.0, "male")
    assert ideal == pytest.approx(70.5, abs=0.05)
    assert adjusted_body_weight_kg(ideal, 90.0) == pytest.approx(78.3, abs=0.05)
    assert fat_free_mass_kg(90.0, 175.0, "male") == pytest.approx(64.0, abs=0.05)


@given(ideal_kg=st.floats(20, 150), weight_kg=st.floats(20, 300))
def test_adjusted_weight_lies_between_the_other_two(ideal_kg, weight_kg):
    adjusted = adjusted_body_weight_kg(ideal_kg, weight_kg)
    assert min(ideal_kg, weight_kg) * (1 - 1e-12) <= adjusted <= max(ideal_kg, weight_kg) * (1 + 1e-12)


@given(weight_kg=st.floats(30, 200), height_cm=st.floats(120, 210))
def test_fat_free_mass_agrees_with_its_other_published_writing(weight_kg, height_cm):
    # The same model as WHSmax x H2 x W / (WHS50 x H2 + W), its constants rounded as pharmacometric models print them.
    h2 = (height_cm / 100) ** 2
    assert fat_free_mass_kg(weight_kg, height_cm, "male") == pytest.approx(
        42.92 * h2 * weight_kg / (30.93 * h2 + weight_kg), rel=1e-3
    )
    assert fat_free_mass_kg(weight_kg, height_cm, "female") == pytest.approx(
        37.99 * h2 * weight_kg / (35.98 * h2 + weight_kg), rel=1e-3
    )


@pytest.mark.parametrize(
    # Examples 1 and 2 of https://superglobalcalculator.com/formulas/pharmacology/creatinine-clearance, and the example
    # of https://proreckoner.com/pharmacy/creatinine-clearance.html, which prints (140-82) x 56 / (72 x 1.58) x 0.85.
    ("age", "weight_kg", "creatinine", "sex", "expected", "digits"),
    [
        (65, 70.0, 1.4, "male", 52.1, 0.05),
        (45, 60.0, 0.9, "female", 74.8, 0.05),
        (82, 56.0, 1.58, "female", 24.27, 0.005),
    ],
)
def test_cockcroft_gault_agrees_with_published_examples(age, weight_kg, creatinine, sex, expected, digits):
    assert cockcroft_gault_ml_per_min(age, weight_kg, creatinine, sex) == pytest.approx(expected, abs=digits)


def test_cockcroft_gault_is_not_rounded_at_a_threshold():
    # 29.86 mL/min is below 30 and shows as 30 when rounded.
    clearance = cockcroft_gault_ml_per_min(76, 84.0, 2.5, "male")
    assert clearance == pytest.approx(29.8667, abs=1e-4)
    assert clearance < 30 == round(clearance)


def test_cockcroft_gault_is_for_adults_of_18_to_below_140():
    assert cockcroft_gault_ml_per_min(18, 60.0, 1.0, "male") > 0
    assert cockcroft_gault_ml_per_min(139, 60.0, 1.0, "male") > 0
    with pytest.raises(OutsideLabel, match="Cockcroft-Gault is for adults"):
        cockcroft_gault_ml_per_min(17, 60.0, 1.0, "male")
    with pytest.raises(InputError, match="ends at 140"):
        cockcroft_gault_ml_per_min(140, 60.0, 1.0, "male")


@pytest.mark.parametrize(
    # Computed by hand from the equation as the National Kidney Foundation prints it
    # (https://kidney.org/ckd-epi-creatinine-equation-2021), one case on each side of each knot.
    ("age", "creatinine", "sex", "expected"),
    [
        (50, 0.9, "male", 142 * 0.9938**50),
        (60, 0.7, "female", 142 * 0.9938**60 * 1.012),
        (70, 1.2, "male", 142 * (1.2 / 0.9) ** -1.2 * 0.9938**70),
        (40, 0.6, "male", 142 * (0.6 / 0.9) ** -0.302 * 0.9938**40),
        (30, 0.5, "female", 142 * (0.5 / 0.7) ** -0.241 * 0.9938**30 * 1.012),
        (30, 1.4, "female", 142 * 2**-1.2 * 0.9938**30 * 1.012),
    ],
)
def test_ckd_epi_2021_on_both_sides_of_its_knots(age, creatinine, sex, expected):
    assert ckd_epi_2021_ml_per_min_per_1_73_m2(age, creatinine, sex) == pytest.approx(expected, rel=1e-12)


def test_ckd_epi_2021_agrees_with_printed_values():
    # 104.05, 98.95 and 65.06: values printed for these three people in public implementations of the equation.
    assert ckd_epi_2021_ml_per_min_per_1_73_m2(50, 0.9, "male") == pytest.approx(104.0490, abs=1e-4)
    assert ckd_epi_2021_ml_per_min_per_1_73_m2(60, 0.7, "female") == pytest.approx(98.9483, abs=1e-4)
    assert ckd_epi_2021_ml_per_min_per_1_73_m2(70, 1.2, "male") == pytest.approx(65.0566, abs=1e-4)


def test_ckd_epi_2021_is_for_adults():
    assert ckd_epi_2021_ml_per_min_per_1_73_m2(18, 1.0, "male") > 0
    with pytest.raises(OutsideLabel, match="CKD-EPI 2021 is for adults"):
        ckd_epi_2021_ml_per_min_per_1_73_m2(17, 1.0, "male")


@pytest.mark.parametrize(
    # By hand from the equation as amikacin's population model prints it: 175 x creatinine^-1.154 x age^-0.203, x 0.742
    # for women.
    ("age", "creatinine", "sex", "expected"),
    [(50, 1.0, "male", 175 * 50**-0.203), (50, 2.0, "female", 175 * 2**-1.154 * 50**-0.203 * 0.742)],
)
def test_mdrd_is_its_printed_equation(age, creatinine, sex, expected):
    assert mdrd_ml_per_min_per_1_73_m2(age, creatinine, sex) == pytest.approx(expected, rel=1e-12)


def test_mdrd_is_for_adults_and_its_arithmetic_for_whom_a_model_says():
    assert mdrd_ml_per_min_per_1_73_m2(18, 1.0, "male") > 0
    with pytest.raises(OutsideLabel, match="MDRD is for adults"):
        mdrd_ml_per_min_per_1_73_m2(17, 1.0, "male")
    assert mdrd_ml_per_min_per_1_73_m2.arithmetic(17, 1.0, "male") > mdrd_ml_per_min_per_1_73_m2(18, 1.0, "male")


def test_normal_fat_mass_lies_between_the_fat_free_mass_and_the_weight():
    assert normal_fat_mass_kg(70.0, 50.0, 0.311) == pytest.approx(56.22)
    assert normal_fat_mass_kg(70.0, 50.0, 1.0) == 70.0


@given(qt_interval_ms=st.floats(200, 700))
def test_qtcf_is_the_qt_itself_at_60_beats(qt_interval_ms):
    assert qtc_fridericia_ms(qt_interval_ms, 60.0) == qt_interval_ms


def test_qtcf_at_an_rr_of_half_a_second_divides_by_its_cube_root():
    assert qtc_fridericia_ms(350.0, 120.0) == pytest.approx(350.0 / 0.5 ** (1 / 3), rel=1e-12)
    assert qtc_fridericia_ms(350.0, 120.0) == pytest.approx(440.97, abs=0.01)


REFUSED = [
    (partial(body_mass_index_kg_per_m2, height_cm=170.0), "weight_kg"),
    (partial(body_mass_index_kg_per_m2, weight_kg=70.0), "height_cm"),
    (partial(ideal_body_weight_kg, sex="male"), "height_cm"),
    (partial(ideal_body_weight_bounds_kg, sex="male"), "height_cm"),
    (partial(adjusted_body_weight_kg, weight_kg=70.0), "ideal_kg"),
    (partial(adjusted_body_weight_kg, ideal_kg=70.0), "weight_kg"),
    (partial(fat_free_mass_kg, height_cm=170.0, sex="male"), "weight_kg"),
    (partial(cockcroft_gault_ml_per_min, 50, creatinine_mg_per_dl=1.0, sex="male"), "weight_kg"),
    (partial(cockcroft_gault_ml_per_min, 50, 70.0, sex="male"), "creatinine_mg_per_dl"),
    (partial(ckd_epi_2021_ml_per_min_per_1_73_m2, 50, sex="male"), "creatinine_mg_per_dl"),
    (partial(mdrd_ml_per_min_per_1_73_m2, 50, sex="male"), "creatinine_mg_per_dl"),
    (partial(normal_fat_mass_kg, weight_kg=70.0, fat_fraction=0.3), "fat_free_mass_kg"),
    (partial(normal_fat_mass_kg, weight_kg=70.0, fat_free_mass_kg=55.0), "fat_fraction"),
    (partial(qtc_fridericia_ms, heart_rate_per_min=70.0), "qt_interval_ms"),
    (partial(qtc_fridericia_ms, qt_interval_ms=400.0), "heart_rate_per_min"),
]


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(("formula", "name"), REFUSED)
def test_what_is_no_number_above_0_is_refused_by_name(formula, name, value):
    with pytest.raises(InputError, match=f"{name} of .* cannot be"):
        formula(**{name: value})


@pytest.mark.parametrize("age", [-1, math.nan, math.inf])
def test_an_age_that_is_no_number_is_refused_by_name(age):
    with pytest.raises(InputError, match=r"age_years of .* cannot be"):
        cockcroft_gault_ml_per_min(age, 70.0, 1.0, "male")
    with pytest.raises(InputError, match=r"age_years of .* cannot be"):
        ckd_epi_2021_ml_per_min_per_1_73_m2(age, 1.0, "male")


@pytest.mark.parametrize("sex", ["", "Male", "other", "unknown"])
def test_a_sex_that_the_formula_does_not_know_is_refused(sex):
    with pytest.raises(InputError, match="sex"):
        cockcroft_gault_ml_per_min(50, 70.0, 1.0, sex)
    with pytest.raises(InputError, match="sex"):
        ideal_body_weight_kg(170.0, sex)
    with pytest.raises(InputError, match="sex"):
        fat_free_mass_kg(70.0, 170.0, sex)


@pytest.mark.parametrize(
    "compute",
    [
        partial(body_mass_index_kg_per_m2, 1e308, 1e-3),
        partial(body_mass_index_kg_per_m2, 70.0, 5e-324),
        partial(body_mass_index_kg_per_m2, 70.0, height_cm=1e-200),
        partial(cockcroft_gault_ml_per_min, 50, 1e308, 1e-3, "male"),
    ],
)
def test_arguments_beyond_all_sense_give_an_error_and_never_infinity(compute):
    with pytest.raises(InputError, match="no number comes out"):
        compute()


def test_fat_free_mass_is_its_printed_equation_for_each_sex():
    """9270 x weight / (6680 + 216 x BMI) for men, 9270 x weight / (8780 + 244 x BMI) for women."""
    assert fat_free_mass_kg(64.0, 160.0, "male") == pytest.approx(593_280 / 12_080, rel=1e-12)
    assert fat_free_mass_kg(64.0, 160.0, "female") == pytest.approx(593_280 / 14_880, rel=1e-12)
