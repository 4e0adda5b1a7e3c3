"""Derived facts: what they come to, what they rest on, what they ask for, and when they stay unknown.

Longer than most, because it mirrors one module, and each formula has both sides of its thresholds.
"""

import math
from datetime import date

import pytest

from fullcourse.clinical import Evidence, Fact, InputError, Interval, Standing, compared, exactly, parse_moment
from fullcourse.clinical.formulas import age_years, cockcroft_gault_ml_per_min, ideal_body_weight_kg
from fullcourse.rules.derived import DERIVED
from fullcourse.rules.derived_inputs import Inputs
from patients import knowledge, patient

AT = date(2026, 11, 22)
CLEARANCE = "creatinine_clearance"


def fact(name, value, on="2026-11-20", days=2):
    """Return a fact known by one piece of evidence."""
    value = exactly(float(value)) if isinstance(value, int | float) else value
    ranged = isinstance(value, Interval) and not value.is_exact
    item = Evidence(name, value, parse_moment(on, "on"), f"Observation/{name}", str(value))
    return Fact(name, value, "", (item,), (name,) if ranged else (), days=days)


def known(**values):
    """Return facts by name; a value of None leaves the fact unknown, as a record without it does."""
    return {name: fact(name, value) if value is not None else Fact(name, None) for name, value in values.items()}


def person(**changes):
    """Return the facts of a woman of 66 years, 170 cm and 80 kg, with a creatinine of 1 mg/dL, changed as asked."""
    usual = {"birth_date": "1960-05-01", "sex": "female", "weight": 80.0, "height": 170.0, "creatinine": 1.0}
    return known(**{**usual, **changes})


def derive(name, facts, definition_id=None, at=AT):
    return DERIVED[name].compute(Inputs(facts, at), definition_id or name)


def creatinine(*values):
    """Return a creatinine fact with several values, newest first: ``(mg_per_dl, on)``."""
    items = tuple(
        Evidence("creatinine", exactly(value), parse_moment(on, "on"), f"Observation/{on}", value, "mg/dL")
        for value, on in values
    )
    return Fact("creatinine", items[0].value, "mg/dL", items, days=2)


def shown(derived):
    """Return the values that a derived fact shows for itself, by their origin."""
    return {item.origin: item.value for item in derived.because if item.fact == derived.id}


def test_every_derived_fact_of_the_vocabulary_has_its_formula_and_its_unit():
    derived = [definition for definition in knowledge().facts.values() if definition.derived]
    assert {definition.derived for definition in derived} == set(DERIVED)
    assert all(definition.unit == DERIVED[definition.derived].unit for definition in derived)


@pytest.mark.parametrize("name", DERIVED)
def test_a_formula_is_registered_by_its_name_and_reads_only_facts_of_the_vocabulary(name):
    assert DERIVED[name].name == name
    assert set(DERIVED[name].inputs) <= set(knowledge().facts)
    assert set(DERIVED[name].aged_by) <= set(DERIVED[name].inputs)


@pytest.mark.parametrize("name", DERIVED)
def test_without_any_input_a_derived_fact_is_unknown_and_asks_for_what_it_needs(name):
    derived = derive(name, {})
    assert derived.value is None
    assert derived.missing == DERIVED[name].inputs
    assert "not known" in derived.reason
    assert derived.days is None


# --- age ------------------------------------------------------------------------------------------------------------


def test_age_is_in_completed_years_as_of_the_check():
    derived = derive("age", known(birth_date="1960-11-23"))
    assert derived.value == exactly(65.0)
    assert derived.unit == "a"
    assert derived.missing == ()
    assert derived.days == 0
    assert derived.because[0].recorded == 65.0
    assert derived.because[0].on.text == "2026-11-22"


@pytest.mark.parametrize(
    ("birth_date", "ages"),
    [("1960", (65, 66)), ("1960-11", (65, 66)), ("1960-10", (66, 66)), ("1960-12", (65, 65)), ("2026", (0, 0))],
)
def test_a_partial_birth_date_gives_the_ages_it_allows(birth_date, ages):
    derived = derive("age", known(birth_date=birth_date))
    assert derived.value == Interval(*map(float, ages))
    assert derived.missing == (("birth_date",) if ages[0] != ages[1] else ())


@pytest.mark.parametrize(
    ("born", "months", "days"),
    [
        ("2026-11-22", 0, 0),
        ("2026-08-23", 2, 91),
        ("2026-08-22", 3, 92),
        ("2026-10-26", 0, 27),
        ("2026-10-25", 0, 28),
        ("2025-11-22", 12, 365),
    ],
)
def test_an_infant_has_an_age_in_completed_months_and_days(born, months, days):
    facts = known(birth_date=born)
    assert derive("age_months", facts).value == exactly(float(months))
    assert derive("age_days", facts).value == exactly(float(days))


def test_a_birth_date_known_to_the_year_gives_a_range_of_months_and_days():
    facts = known(birth_date="2026")
    assert (derive("age_months", facts).value, derive("age_days", facts).value) == (Interval(0, 10), Interval(0, 325))
    assert derive("age_months", facts).missing == ("birth_date",)


def test_a_birth_date_in_the_future_is_refused():
    with pytest.raises(InputError, match="birth_date in 2027"):
        derive("age", known(birth_date="2027"))
    with pytest.raises(InputError, match="birth_date in 2026"):
        derive("age", known(birth_date="2026-11-23"))
    assert derive("age", known(birth_date="2026-11-22")).value == exactly(0.0)


def test_a_birth_date_that_is_no_date_is_refused():
    with pytest.raises(InputError, match="birth_date"):
        derive("age", known(birth_date="1960-02-30"))


# --- body size ------------------------------------------------------------------------------------------------------


def test_body_mass_index_shows_its_value_and_its_inputs():
    derived = derive("bmi", person(weight=70.0, height=175.0))
    assert derived.value.low == pytest.approx(22.857, abs=1e-3)
    assert [(item.fact, item.origin) for item in derived.because] == [
        ("bmi", "body mass index"),
        ("weight", "Observation/weight"),
        ("height", "Observation/height"),
    ]
    assert derived.days == 2


def test_body_mass_index_of_a_range_of_weights_is_a_range_that_asks_for_the_weight():
    derived = derive("bmi", person(weight=Interval(70.0, 80.0), height=200.0))
    assert derived.value == Interval(17.5, 20.0)
    assert derived.missing == ("weight",)


def test_body_mass_index_without_a_height_is_unknown():
    derived = derive("bmi", person(height=None))
    assert derived.value is None
    assert derived.missing == ("height",)
    assert "height is not known" in derived.reason


def test_ideal_weight_of_an_unknown_sex_holds_both():
    derived = derive("ideal_weight", person(sex=None, height=152.4))
    assert derived.value == Interval(45.5, 50.0)
    assert derived.missing == ("sex",)


def test_a_sex_that_no_formula_knows_is_taken_for_unknown():
    assert derive("ideal_weight", person(sex="other", height=152.4)).value == Interval(45.5, 50.0)


def test_ideal_weight_is_exact_from_152_4_cm_and_a_range_below():
    assert derive("ideal_weight", person(height=152.4)).value == exactly(45.5)
    derived = derive("ideal_weight", person(height=147.32))
    assert derived.value.low == pytest.approx(40.9)
    assert derived.value.high == 45.5
    assert derived.missing == ()
    assert "below 5 feet" in derived.reason


@pytest.mark.parametrize("name", ["ideal_weight", "adjusted_weight", "fat_free_weight"])
def test_the_weights_of_adults_are_unknown_below_18_years(name):
    child, adult = person(birth_date="2008-11-23"), person(birth_date="2008-11-22")
    assert derive(name, child).value is None
    assert "is for adults" in derive(name, child).reason
    assert derive(name, child).missing == ()
    assert derive(name, adult).value.is_exact


def test_adjusted_weight_takes_four_tenths_of_the_excess():
    derived = derive("adjusted_weight", person(weight=80.0, height=152.4))
    assert derived.value.low == pytest.approx(45.5 + 0.4 * (80.0 - 45.5))


def test_fat_free_weight_of_an_unknown_sex_holds_both():
    derived = derive("fat_free_weight", person(sex=None))
    man, woman = (derive("fat_free_weight", person(sex=sex)).value for sex in ("male", "female"))
    assert derived.value == man.hull(woman)
    assert woman.high < man.low


# --- Cockcroft-Gault ------------------------------------------------------------------------------------------------


def test_the_lowest_clearance_leads_and_all_three_are_shown():
    derived = derive("cockcroft_gault", person(), CLEARANCE)
    ideal = ideal_body_weight_kg(170.0, "female")
    by_ideal = cockcroft_gault_ml_per_min(66, ideal, 1.0, "female")
    by_actual = cockcroft_gault_ml_per_min(66, 80.0, 1.0, "female")
    by_adjusted = cockcroft_gault_ml_per_min(66, 0.6 * ideal + 0.4 * 80.0, 1.0, "female")
    assert derived.value == exactly(by_ideal)
    assert list(shown(derived)) == [
        "Cockcroft-Gault, ideal weight (Devine)",
        "Cockcroft-Gault, adjusted weight",
        "Cockcroft-Gault, actual weight",
    ]
    assert [value.low for value in shown(derived).values()] == pytest.approx([by_ideal, by_adjusted, by_actual])
    assert all(item.unit == "mL/min" for item in derived.because[:3])
    assert derived.missing == ()
    assert derived.id == CLEARANCE


def test_in_a_thin_person_the_actual_weight_leads():
    derived = derive("cockcroft_gault", person(weight=45.0))
    assert derived.value == exactly(cockcroft_gault_ml_per_min(66, 45.0, 1.0, "female"))
    assert next(iter(shown(derived))) == "Cockcroft-Gault, actual weight"


def test_weights_on_two_sides_of_a_threshold_are_all_shown():
    derived = derive("cockcroft_gault", person(creatinine=2.0))
    values = [value.low for value in shown(derived).values()]
    assert derived.value.low < 30 < max(values)


def test_the_inputs_stand_among_the_evidence():
    derived = derive("cockcroft_gault", person())
    assert {item.fact for item in derived.because} == {
        *("cockcroft_gault", "birth_date", "sex", "creatinine", "weight", "height")
    }


def test_without_a_height_the_clearance_by_actual_weight_is_an_upper_end():
    derived = derive("cockcroft_gault", person(height=None))
    by_actual = cockcroft_gault_ml_per_min(66, 80.0, 1.0, "female")
    assert derived.value == Interval(0.0, by_actual)
    assert derived.missing == ("height",)
    assert shown(derived) == {"Cockcroft-Gault, actual weight": exactly(by_actual)}
    assert "only the upper end is known" in derived.reason


def test_without_a_weight_the_clearance_by_ideal_weight_is_an_upper_end():
    derived = derive("cockcroft_gault", person(weight=None))
    by_ideal = cockcroft_gault_ml_per_min(66, ideal_body_weight_kg(170.0, "female"), 1.0, "female")
    assert derived.value == Interval(0.0, by_ideal)
    assert derived.missing == ("weight",)


def test_without_weight_and_height_nothing_is_known():
    derived = derive("cockcroft_gault", person(weight=None, height=None))
    assert derived.value is None
    assert derived.missing == ("weight", "height")


def test_without_a_creatinine_nothing_is_known():
    derived = derive("cockcroft_gault", person(creatinine=None))
    assert derived.value is None
    assert derived.missing == ("creatinine",)


def test_an_unknown_sex_gives_the_range_of_both():
    derived = derive("cockcroft_gault", person(sex=None, weight=40.0))
    man, woman = (cockcroft_gault_ml_per_min(66, 40.0, 1.0, sex) for sex in ("male", "female"))
    assert derived.value == Interval(woman, man)
    assert derived.missing == ("sex",)


def test_a_birth_year_gives_the_range_of_both_ages():
    derived = derive("cockcroft_gault", person(birth_date="1960", weight=45.0))
    older, younger = (cockcroft_gault_ml_per_min(age, 45.0, 1.0, "female") for age in (66, 65))
    assert derived.value == Interval(older, younger)
    assert derived.missing == ("birth_date",)


def test_a_creatinine_below_the_limit_of_the_assay_gives_a_lower_end():
    derived = derive("cockcroft_gault", person(creatinine=compared("<", 0.5), weight=45.0))
    assert derived.value.low == pytest.approx(cockcroft_gault_ml_per_min(66, 45.0, 0.5, "female"))
    assert derived.value.high == math.inf
    assert derived.missing == ("creatinine",)


def test_a_creatinine_above_the_limit_of_the_assay_gives_an_upper_end():
    derived = derive("cockcroft_gault", person(creatinine=compared(">", 20.0), weight=45.0))
    assert derived.value.low == 0.0
    assert derived.value.high == pytest.approx(cockcroft_gault_ml_per_min(66, 45.0, 20.0, "female"))


def test_a_short_person_has_a_range_when_the_ideal_weight_leads_and_nothing_to_ask():
    derived = derive("cockcroft_gault", person(height=147.32))
    low, high = (cockcroft_gault_ml_per_min(66, weight, 1.0, "female") for weight in (40.9, 45.5))
    assert (derived.value.low, derived.value.high) == (pytest.approx(low), pytest.approx(high))
    assert derived.missing == ()
    assert "below 5 feet" in derived.reason


def test_a_short_and_thin_person_has_an_exact_clearance():
    derived = derive("cockcroft_gault", person(height=147.32, weight=38.0))
    assert derived.value == exactly(cockcroft_gault_ml_per_min(66, 38.0, 1.0, "female"))
    assert "below 5 feet" not in derived.reason


def test_cockcroft_gault_is_for_adults():
    child = derive("cockcroft_gault", person(birth_date="2008-11-23"))
    assert child.value is None
    assert child.reason.endswith("Cockcroft-Gault is for adults")
    assert child.missing == ()
    assert derive("cockcroft_gault", person(birth_date="2008-11-22")).value.is_exact


def test_a_birth_year_on_both_sides_of_18_leaves_the_clearance_unknown_and_asks_for_the_birth_date():
    derived = derive("cockcroft_gault", person(birth_date="2008"))
    assert derived.value is None
    assert "Cockcroft-Gault is for adults" in derived.reason
    assert derived.missing == ("birth_date",)


def test_an_age_beyond_the_formula_asks_for_the_birth_date():
    derived = derive("cockcroft_gault", person(birth_date="1880-01-01"))
    assert derived.value is None
    assert derived.missing == ("birth_date",)
    assert age_years(date(1886, 11, 22), AT) == 140
    both_sides = derive("cockcroft_gault", person(birth_date="1886"))
    assert both_sides.value.low == 0.0
    assert both_sides.value.high > 0.0


def test_why_an_input_is_unknown_is_passed_on():
    facts = person(weight=None, height=None)
    facts["weight"] = Fact("weight", None, "kg", (), ("weight",), "the newest record is more than 35 days old")
    assert "the newest record is more than 35 days old" in derive("cockcroft_gault", facts).reason


def test_what_an_open_input_asks_for_is_asked_for():
    facts = person()
    facts["creatinine"] = Fact("creatinine", None, "mg/dL", (), ("creatinine", "dialysis"))
    assert derive("cockcroft_gault", facts).missing == ("creatinine", "dialysis")


@pytest.mark.parametrize("value", [exactly(0.0), exactly(-1.0), exactly(math.nan), exactly(math.inf)])
@pytest.mark.parametrize("name", ["weight", "height", "creatinine"])
def test_an_input_that_cannot_be_is_refused_by_name(name, value):
    with pytest.raises(InputError, match=f"^{name} of"):
        derive("cockcroft_gault", person(**{name: value}))


# --- how old a result is --------------------------------------------------------------------------------------------


def test_a_result_is_as_old_as_its_oldest_changing_input():
    facts = {**person(), "weight": fact("weight", 80.0, "2026-11-02", 20)}
    derived = derive("cockcroft_gault", facts)
    assert derived.days == 20
    assert derived.because[0].on.text == "2026-11-02"


def test_the_age_of_the_height_does_not_age_a_clearance():
    assert derive("cockcroft_gault", {**person(), "height": fact("height", 170.0, "2020-01-01", 2500)}).days == 2


def test_a_result_of_an_undated_input_is_undated():
    undated = Fact("creatinine", exactly(1.0), "mg/dL", (Evidence("creatinine", exactly(1.0), None, "answers", 1.0),))
    derived = derive("cockcroft_gault", {**person(), "creatinine": undated})
    assert derived.days is None
    assert derived.because[0].on is None
    assert derived.value is not None


# --- stable creatinine ----------------------------------------------------------------------------------------------

UNSTABLE = [
    ("2026-11-20", 1.3, "2026-11-18", 1.0),  # days without times: perhaps within 48 h
    ("2026-11-20T12:00:00Z", 1.3, "2026-11-18T12:00:00Z", 1.0),  # 48 h
    ("2026-11-20", 1.5, "2026-11-13", 1.0),  # 7 days, 1.5 times
    ("2026-11-20", 1.0, "2026-11-19", 1.3),  # a fall
]
STABLE = [
    ("2026-11-20", 1.29, "2026-11-18", 1.0),
    ("2026-11-20T12:00:01Z", 1.3, "2026-11-18T12:00:00Z", 1.0),
    ("2026-11-20", 1.3, "2026-11-17", 1.0),
    ("2026-11-20", 1.49, "2026-11-13", 1.0),
    ("2026-11-20", 1.5, "2026-11-12", 1.0),
    ("2026-11-20", 1.0, "2026-11-20", 1.0),
]


@pytest.mark.parametrize("name", ["cockcroft_gault", "ckd_epi_2021"])
@pytest.mark.parametrize(("on", "newest", "before_on", "before"), UNSTABLE)
def test_a_creatinine_that_meets_the_kdigo_criterion_leaves_the_clearance_unknown(name, on, newest, before_on, before):
    derived = derive(name, {**person(), "creatinine": creatinine((newest, on), (before, before_on))})
    assert derived.value is None
    assert derived.reason.endswith("creatinine is not stable")
    assert derived.missing == ("creatinine",)
    assert {item.recorded for item in derived.because} >= {newest, before}


@pytest.mark.parametrize("name", ["cockcroft_gault", "ckd_epi_2021"])
@pytest.mark.parametrize(("on", "newest", "before_on", "before"), STABLE)
def test_a_creatinine_that_does_not_meet_it_is_used(name, on, newest, before_on, before):
    derived = derive(name, {**person(), "creatinine": creatinine((newest, on), (before, before_on))})
    assert derived.value.is_exact
    assert derived.value == derive(name, {**person(), "creatinine": creatinine((newest, on))}).value


def test_an_injury_between_two_equal_values_of_one_week_is_seen():
    facts = {**person(), "creatinine": creatinine((1.0, "2026-11-20"), (1.6, "2026-11-18"), (1.0, "2026-11-17"))}
    assert derive("cockcroft_gault", facts).value is None


def test_an_injury_weeks_before_the_newest_value_is_over():
    facts = {**person(), "creatinine": creatinine((1.0, "2026-11-20"), (2.0, "2026-11-01"), (1.0, "2026-10-31"))}
    assert derive("cockcroft_gault", facts).value.is_exact


def test_a_value_that_is_not_stated_says_nothing_of_stability():
    newest = creatinine((1.0, "2026-11-20"))
    doubtful = Evidence(
        "creatinine", exactly(9.0), parse_moment("2026-11-19", "on"), "Observation/9", 9.0, "mg/dL", Standing.UNSURE
    )
    facts = {**person(), "creatinine": Fact("creatinine", newest.value, "mg/dL", (*newest.because, doubtful), days=2)}
    assert derive("cockcroft_gault", facts).value.is_exact


@pytest.mark.parametrize(("before", "is_stable"), [(Interval(0.9, 1.0), False), (compared("<", 1.1), True)])
def test_a_range_counts_by_the_smallest_change_it_allows(before, is_stable):
    newest = creatinine((1.35, "2026-11-20"))
    earlier = Evidence("creatinine", before, parse_moment("2026-11-19", "on"), "Observation/9", str(before), "mg/dL")
    facts = {**person(), "creatinine": Fact("creatinine", newest.value, "mg/dL", (*newest.because, earlier), days=2)}
    assert (derive("cockcroft_gault", facts).value is not None) is is_stable


# --- CKD-EPI 2021 and QTcF ------------------------------------------------------------------------------------------


def test_ckd_epi_2021_of_a_man_of_70_with_1_2():
    derived = derive("ckd_epi_2021", person(birth_date="1956-01-01", sex="male", creatinine=1.2), "egfr")
    assert derived.value.low == pytest.approx(65.0566, abs=1e-4)
    assert derived.unit == "mL/min/{1.73_m2}"
    assert shown(derived) == {"CKD-EPI 2021": derived.value}


def test_ckd_epi_2021_needs_neither_weight_nor_height():
    assert derive("ckd_epi_2021", person(weight=None, height=None)).value.is_exact


def test_ckd_epi_2021_is_for_adults():
    assert derive("ckd_epi_2021", person(birth_date="2008-11-23")).value is None
    assert derive("ckd_epi_2021", person(birth_date="2008-11-22")).value.is_exact


def test_ckd_epi_2021_of_an_unknown_sex_holds_both():
    man, woman = (derive("ckd_epi_2021", person(sex=sex)).value for sex in ("male", "female"))
    derived = derive("ckd_epi_2021", person(sex=None))
    assert derived.value == man.hull(woman)
    assert derived.missing == ("sex",)


def test_qtcf_at_90_beats():
    derived = derive("qtcf", known(qt_interval=360.0, heart_rate=90.0))
    assert derived.value.low == pytest.approx(412.1, abs=0.05)
    assert derived.because[0].origin == "Fridericia"


def test_qtcf_of_a_bounded_heart_rate_is_bounded():
    derived = derive("qtcf", known(qt_interval=400.0, heart_rate=compared(">=", 60.0)))
    assert derived.value == Interval(400.0, math.inf)
    assert derived.missing == ("heart_rate",)


def test_qtcf_without_a_heart_rate_asks_for_it():
    derived = derive("qtcf", known(qt_interval=400.0, heart_rate=None))
    assert derived.value is None
    assert derived.missing == ("heart_rate",)


# --- as a record establishes it -------------------------------------------------------------------------------------


def test_two_creatinines_of_a_record_show_an_unstable_kidney():
    row = {"id": "creatinine", "unit": "mg/dL"}
    rest = [{"id": "sex", "value": "female"}, {"id": "birth_date", "value": "1960-05-01"}]
    size = [{"id": "weight", "value": 80.0}, {"id": "height", "value": 170.0}]
    newest, before = {**row, "value": 1.6, "on": "2026-11-20"}, {**row, "value": 1.0, "on": "2026-11-17"}
    assert patient([newest, *rest, *size]).facts[CLEARANCE].value.is_exact
    unstable = patient([newest, before, *rest, *size]).facts[CLEARANCE]
    assert unstable.value is None
    assert "creatinine is not stable" in unstable.reason


def test_what_is_computed_says_by_what_and_nothing_more():
    assert derive("bmi", person()).reason == "body mass index"
    assert derive("qtcf", known(qt_interval=360.0, heart_rate=60.0)).reason == (
        "QT interval corrected for heart rate (Fridericia)"
    )


def test_an_ideal_weight_is_of_an_adult_so_the_birth_date_is_asked_for():
    derived = derive("ideal_weight", person(birth_date=None))
    assert (derived.value, derived.missing) == (None, ("birth_date",))
    assert derived.reason == "ideal body weight (Devine): Devine is for adults; birth_date is not known"


def test_no_clearance_is_computed_from_the_age_on_that_the_formula_does_not_reach():
    at_140, at_139 = (
        derive("cockcroft_gault", person(birth_date=born), CLEARANCE) for born in ("1886-11-22", "1886-11-23")
    )
    assert (at_140.value, at_140.missing) == (None, ("birth_date",))
    assert at_140.reason.endswith("Cockcroft-Gault does not reach this age; check it")
    assert isinstance(at_139.value, Interval)


def test_a_range_says_of_the_ideal_weight_only_where_that_is_why():
    heavier = Interval(70.0, 80.0)
    assert derive("bmi", person(weight=heavier, height=140.0)).reason == (
        "body mass index; weight is known as a range only"
    )
    assert derive("ideal_weight", person(height=Interval(160.0, 170.0))).reason == (
        "ideal body weight (Devine); height is known as a range only"
    )
    assert "below 5 feet" in derive("ideal_weight", person(height=140.0)).reason


def test_a_result_is_as_old_as_the_oldest_of_what_is_known_of_its_changing_inputs():
    facts = person()
    facts["creatinine"] = fact("creatinine", 1.0, "2026-11-12", 10)
    assert derive("cockcroft_gault", facts, CLEARANCE).days == 10
    facts["weight"] = fact("weight", 80.0, "2026-11-02", 20)
    assert derive("cockcroft_gault", facts, CLEARANCE).days == 20
    facts["weight"] = Fact("weight", None)  # by the height there is an upper end all the same
    assert derive("cockcroft_gault", facts, CLEARANCE).days == 10
    facts["creatinine"] = fact("creatinine", 1.0, days=None)
    assert derive("cockcroft_gault", facts, CLEARANCE).days is None


def test_what_was_said_without_evidence_gives_a_result_without_a_day():
    facts = {"weight": Fact("weight", exactly(80.0), days=3), "height": fact("height", 200.0)}
    derived = derive("bmi", facts)
    (itself, *_) = derived.because
    assert (itself.fact, itself.on, derived.days) == ("bmi", None, 3)
