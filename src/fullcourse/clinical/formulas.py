"""The published formulas of derived facts and of population models, on numbers whose names carry their units.

They stand on the ground floor so that every step computes a clearance or a corrected QT in one way, for one patient or
for a register. A formula neither knows where its numbers come from nor what follows from its result; called, it refuses
what is no number, and never answers outside the people its source covers. What is declared above each (`formula.py`) is
how its result follows each input. Each cites its source; digital object identifiers were looked up, not recalled.
"""

from datetime import date
from typing import Any, cast

from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.clinical.formula import (
    ADULT_FROM_YEARS,
    AGE_FALLS,
    FALLS,
    NEITHER,
    RISES,
    Input,
    Numbers,
    Sex,
    greater,
    lesser,
    of_sex,
    power,
    power_of,
    published,
)

__all__ = [
    "ADULT_FROM_YEARS", "COCKCROFT_GAULT_BELOW_YEARS", "DEVINE_FROM_CM", "Sex", "adjusted_body_weight_kg", "age_years",
    "birthdays_passed", "body_mass_index_kg_per_m2", "ckd_epi_2021_ml_per_min_per_1_73_m2",
    "cockcroft_gault_ml_per_min", "fat_free_mass_kg", "ideal_body_weight_bounds_kg", "ideal_body_weight_kg",
    "mdrd_ml_per_min_per_1_73_m2", "normal_fat_mass_kg", "qtc_fridericia_ms",
]  # fmt: skip

COCKCROFT_GAULT_BELOW_YEARS = 140
"""Age from which the formula of Cockcroft and Gault gives no clearance above 0."""

DEVINE_FROM_CM = 152.4
"""5 feet, from which Devine gives an ideal weight."""


def age_years(birth_date: date, at: date) -> int:
    """Return the age in completed years, as people count it.

    Args:
        birth_date: Day of birth.
        at: The day asked about.

    Returns:
        Birthdays passed, 0 or more. A person born on 29 February is a year older on 1 March in other years.

    Raises:
        InputError: The birth date lies after the day asked about. The message names the year alone, since a birth
            date can tell who somebody is.

    Source:
        The definition of completed years; no publication is needed.

    Example:
        >>> age_years(date(1960, 11, 23), date(2026, 11, 22)), age_years(date(1960, 11, 22), date(2026, 11, 22))
        (65, 66)
    """
    if birth_date > at:
        raise InputError(
            f"birth_date in {birth_date.year} lies after the date of the check, {at.isoformat()}: "
            "no age can be known. Correct the birth date or the date of the check."
        )
    return birthdays_passed(birth_date.year, birth_date.month, birth_date.day, at)


def birthdays_passed(year: Numbers, month: Numbers, day: Numbers, at: date) -> Numbers:
    """Return the completed years since a day of birth, or since each of an array of days; see `age_years`."""
    to_come: Any = at.month * 100 + at.day < cast(Any, month) * 100 + day
    return cast(Numbers, at.year - cast(Any, year) - to_come)


@published("body mass index", weight_kg=RISES, height_cm=FALLS)
def body_mass_index_kg_per_m2(weight_kg: float, height_cm: float) -> float:
    """Return the body mass index, weight over height squared.

    Args:
        weight_kg: Body weight, kg, above 0.
        height_cm: Standing height, cm, above 0.

    Returns:
        kg/m2. At any age; what a value means in children depends on their age.

    Raises:
        InputError: A value is not a number above 0.

    Source:
        WHO Expert Committee, Physical status: the use and interpretation of anthropometry, WHO Technical Report
        Series 854, 1995.

    Example:
        >>> round(body_mass_index_kg_per_m2(70.0, 175.0), 2)
        22.86
    """
    return weight_kg / power(height_cm / 100.0, 2)


def ideal_body_weight_kg(height_cm: float, sex: Sex) -> float:
    """Return the ideal body weight after Devine.

    50 kg (men) or 45.5 kg (women), and 2.3 kg for each inch over 5 feet.

    Args:
        height_cm: Standing height of an adult, cm, 152.4 (5 feet) or above.
        sex: ``male`` or ``female``.

    Returns:
        kg.

    Raises:
        InputError: The height is not a number above 0, or the sex another word.
        OutsideLabel: Below 152.4 cm, of which the source says nothing: see ``ideal_body_weight_bounds_kg``.

    Source:
        McCarron MM, Devine BJ. Gentamicin therapy. Drug Intell Clin Pharm 1974;8:650-655,
        doi:10.1177/106002807400801104; its history: Pai MP, Paloucek FP. The origin of the "ideal" body weight
        equations. Ann Pharmacother 2000;34:1066-1069, doi:10.1345/aph.19381.

    Example:
        >>> round(ideal_body_weight_kg(177.8, "male"), 2), round(ideal_body_weight_kg(167.64, "female"), 2)
        (73.0, 59.3)
    """
    least, _ = ideal_body_weight_bounds_kg(height_cm, sex)
    if height_cm < DEVINE_FROM_CM:
        raise OutsideLabel(
            f"height_cm of {height_cm:g} is below 152.4 cm (5 feet), where Devine's ideal weight begins. For a "
            "shorter adult use the bounds, or the actual weight."
        )
    return least


@published("Devine", height_cm=RISES)
def ideal_body_weight_bounds_kg(height_cm: float, sex: Sex) -> tuple[float, float]:
    """Return between which weights the ideal weight after Devine lies, shorter adults included.

    From 152.4 cm both ends are Devine's weight. Below it he is silent and practice differs: some deduct 2.3 kg for each
    inch below 5 feet, some keep the weight of 5 feet. The two ends are these two, so that no side is taken; the lower
    end is never below 0.

    Args:
        height_cm: Standing height of an adult, cm, above 0.
        sex: ``male`` or ``female``.

    Returns:
        Lowest and highest weight, kg.

    Raises:
        InputError: The height is not a number above 0, or the sex another word.

    Source:
        Devine as in ``ideal_body_weight_kg``. Deducting: Murdaugh LB, Competence Assessment Tools for Health-System
        Pharmacies, 5th ed., ASHP 2015, chapter 29, as quoted by GlobalRPh, which finds it too much for people far
        below 5 feet (https://globalrph.com/medcalcs/adjusted-body-weight-ajbw-and-ideal-body-weight-ibw-calc/).
        Keeping: the definition printed at https://creatinineclearance.com/calc/clinical/cc-000018/. That the ideal
        weight lies between the two is a reading of ours.

    Example:
        >>> [round(end, 1) for end in ideal_body_weight_bounds_kg(147.32, "female")]
        [40.9, 45.5]
    """
    of_5_feet = of_sex(sex, 50.0, 45.5)
    devine = of_5_feet + 2.3 * (height_cm - DEVINE_FROM_CM) / 2.54
    return greater(devine, 0.0), greater(devine, of_5_feet)


@published("adjusted body weight", ideal_kg=RISES, weight_kg=RISES)
def adjusted_body_weight_kg(ideal_kg: float, weight_kg: float) -> float:
    """Return the ideal body weight with 0.4 of what the actual weight exceeds it by.

    Args:
        ideal_kg: Ideal body weight, kg, above 0.
        weight_kg: Actual body weight, kg, above 0. Made for people who weigh more than the ideal; below it the
            result lies between the two weights as well, and is never the lowest of the three.

    Returns:
        kg.

    Raises:
        InputError: A value is not a number above 0.

    Source:
        Winter MA, Guhr KN, Berg GM. Impact of various body weights and serum creatinine concentrations on the bias
        and accuracy of the Cockcroft-Gault equation. Pharmacotherapy 2012;32:604-612,
        doi:10.1002/j.1875-9114.2012.01098.x (0.4 was the least biased factor in overweight and obese people).

    Example:
        >>> round(adjusted_body_weight_kg(70.5, 90.0), 1)
        78.3
    """
    return 0.6 * ideal_kg + 0.4 * weight_kg


@published("Janmahasatian", weight_kg=RISES, height_cm=RISES)
def fat_free_mass_kg(weight_kg: float, height_cm: float, sex: Sex) -> float:
    """Return the fat-free mass after Janmahasatian.

    Args:
        weight_kg: Body weight, kg, above 0.
        height_cm: Standing height, cm, above 0.
        sex: ``male`` or ``female``.

    Returns:
        kg. Fitted to adults of 18 to 82 years, 40.7 to 216.5 kg, and 17.1 to 69.9 kg/m2; thinner people, common in
        tuberculosis, lie outside.

    Raises:
        InputError: A value is not a number above 0, or the sex another word.

    Source:
        Janmahasatian S, Duffull SB, Ash S, Ward LC, Byrne NM, Green B. Quantification of lean bodyweight.
        Clin Pharmacokinet 2005;44:1051-1065, doi:10.2165/00003088-200544100-00004.

    Example:
        >>> round(fat_free_mass_kg(70.0, 175.0, "male"), 2), round(fat_free_mass_kg(60.0, 160.0, "female"), 2)
        (55.86, 38.36)
    """
    index = body_mass_index_kg_per_m2.arithmetic(weight_kg, height_cm)
    return 9270.0 * weight_kg / (of_sex(sex, 6680.0, 8780.0) + of_sex(sex, 216.0, 244.0) * index)


@published("normal fat mass", weight_kg=RISES, fat_free_mass_kg=NEITHER, fat_fraction=NEITHER)
def normal_fat_mass_kg(weight_kg: float, fat_free_mass_kg: float, fat_fraction: float) -> float:
    """Return the normal fat mass: fat-free mass and a fraction of the rest.

    Args:
        weight_kg: Body weight, kg, above 0.
        fat_free_mass_kg: Fat-free mass, kg, above 0. The result rises with it only where the fraction is below 1.
        fat_fraction: Fraction of the fat mass that counts, above 0; a population model estimates it.

    Returns:
        kg.

    Raises:
        InputError: A value is not a number above 0.

    Source:
        Anderson BJ, Holford NHG, Annual Review of Pharmacology and Toxicology 2008;48:303-332.

    Example:
        >>> round(normal_fat_mass_kg(70.0, 55.86, 0.311), 2)
        60.26
    """
    return fat_free_mass_kg + fat_fraction * (weight_kg - fat_free_mass_kg)


@published(
    "Cockcroft-Gault",
    age_years=Input(False, is_adult_age=True, below=COCKCROFT_GAULT_BELOW_YEARS),
    weight_kg=RISES,
    creatinine_mg_per_dl=FALLS,
)
def cockcroft_gault_ml_per_min(age_years: float, weight_kg: float, creatinine_mg_per_dl: float, sex: Sex) -> float:
    """Return the creatinine clearance after Cockcroft and Gault, not indexed to body surface.

    (140 - age) x weight / (72 x creatinine), and 0.85 of it in women.

    Args:
        age_years: Age, 18 to below 140 years; the formula was made from people of 18 to 92.
        weight_kg: Body weight, kg, above 0; whether actual, ideal or adjusted is the caller's affair.
        creatinine_mg_per_dl: Serum creatinine, mg/dL, above 0, and stable.
        sex: ``male`` or ``female``.

    Returns:
        mL/min, not rounded.

    Raises:
        InputError: A value is not a number above 0, the age reaches 140, or the sex another word.
        OutsideLabel: Below 18 years.

    Source:
        Cockcroft DW, Gault MH. Prediction of creatinine clearance from serum creatinine. Nephron 1976;16:31-41,
        doi:10.1159/000180580.

    Example:
        >>> round(cockcroft_gault_ml_per_min(65, 70.0, 1.4, "male"), 1)
        52.1
    """
    male = (140.0 - age_years) * weight_kg
    return of_sex(sex, 1.0, 0.85) * male / (72.0 * creatinine_mg_per_dl)


@published("CKD-EPI 2021", age_years=AGE_FALLS, creatinine_mg_per_dl=FALLS)
def ckd_epi_2021_ml_per_min_per_1_73_m2(age_years: float, creatinine_mg_per_dl: float, sex: Sex) -> float:
    """Return the glomerular filtration rate estimated by the CKD-EPI 2021 creatinine equation, which has no race term.

    Args:
        age_years: Age, years, 18 or above.
        creatinine_mg_per_dl: Serum creatinine by an assay traceable to IDMS, mg/dL, above 0, and stable.
        sex: ``male`` or ``female``.

    Returns:
        mL/min for each 1.73 m2 of body surface, not rounded. It is not a creatinine clearance, and does not stand in
        for one at a threshold.

    Raises:
        InputError: A value is not a number above 0, or the sex another word.
        OutsideLabel: Below 18 years.

    Source:
        Inker LA, Eneanya ND, Coresh J, et al. New creatinine- and cystatin C-based equations to estimate GFR without
        race. N Engl J Med 2021;385:1737-1749, doi:10.1056/NEJMoa2102953.

    Example:
        >>> round(ckd_epi_2021_ml_per_min_per_1_73_m2(70, 1.2, "male"), 1)
        65.1
    """
    ratio = creatinine_mg_per_dl / of_sex(sex, 0.9, 0.7)
    below, above = power(lesser(ratio, 1.0), of_sex(sex, -0.302, -0.241)), power(greater(ratio, 1.0), -1.200)
    return 142.0 * below * above * power_of(0.9938, age_years) * of_sex(sex, 1.0, 1.012)


@published("MDRD", age_years=AGE_FALLS, creatinine_mg_per_dl=FALLS)
def mdrd_ml_per_min_per_1_73_m2(age_years: float, creatinine_mg_per_dl: float, sex: Sex) -> float:
    """Return the glomerular filtration rate estimated by the MDRD equation, four variables, without the factor of race.

    Args:
        age_years: Age, years, 18 or above.
        creatinine_mg_per_dl: Serum creatinine by an assay traceable to IDMS, mg/dL, above 0, and stable.
        sex: ``male`` or ``female``.

    Returns:
        mL/min for each 1.73 m2 of body surface, not rounded.

    Raises:
        InputError: A value is not a number above 0, or the sex another word.
        OutsideLabel: Below 18 years.

    Source:
        Levey AS and others, Annals of Internal Medicine 2006;145:247-254 (traceable creatinine).

    Example:
        >>> round(mdrd_ml_per_min_per_1_73_m2(41.0, 0.9, "male"), 1)
        93.0
    """
    return 175.0 * power(creatinine_mg_per_dl, -1.154) * power(age_years, -0.203) * of_sex(sex, 1.0, 0.742)


@published("Fridericia", qt_interval_ms=RISES, heart_rate_per_min=RISES)
def qtc_fridericia_ms(qt_interval_ms: float, heart_rate_per_min: float) -> float:
    """Return the QT interval corrected for heart rate after Fridericia: QT over the cube root of the RR interval in s.

    Args:
        qt_interval_ms: QT interval, ms, above 0.
        heart_rate_per_min: Heart rate of the same electrocardiogram, 1/min, above 0; RR is 60 s over it.

    Returns:
        ms, not rounded.

    Raises:
        InputError: A value is not a number above 0.

    Source:
        Fridericia LS. Die Systolendauer im Elektrokardiogramm bei normalen Menschen und bei Herzkranken. Acta Med
        Scand 1920;53:469-486, doi:10.1111/j.0954-6820.1920.tb18266.x; in English: Ann Noninvasive Electrocardiol
        2003;8:343-351, doi:10.1046/j.1542-474X.2003.08413.x.

    Example:
        >>> round(qtc_fridericia_ms(400.0, 60.0), 1), round(qtc_fridericia_ms(360.0, 90.0), 1)
        (400.0, 412.1)
    """
    return qt_interval_ms * power(heart_rate_per_min / 60.0, 1.0 / 3.0)
