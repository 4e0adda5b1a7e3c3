"""What a plan needs month by month; every figure here was counted on a calendar."""

from dataclasses import replace
from datetime import date

import pytest

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.dosing.answer import PlannedStep, Wait
from fullcourse.journey.plan import PlanAnswer, PlanStatus
from need_cases import BPALM, need_of, plan_of, units_of

HRZE, HR = "tablet HRZE 75/150/400/275 mg", "tablet HR 75/150 mg"
CHILD = {**BPALM, "weight": 4.0, "birth_date": "2026-07-01"}
LONGER = {**BPALM, "fluoroquinolone_susceptibility": "resistant", "bedaquiline_susceptibility": "resistant"}


def with_steps(answer: PlanAnswer, drug: str, *steps: PlannedStep) -> PlanAnswer:
    """Return a plan in which one drug is taken otherwise."""
    doses = [
        replace(it, dosed=replace(it.dosed, plan=replace(it.dosed.plan, steps=steps))) if it.drug == drug else it
        for it in answer.doses
    ]
    return replace(answer, doses=tuple(doses))


def tablets(units: float, from_day: int = 1, **more: object) -> DoseStep:
    return DoseStep(from_day, (Dose("morning", units * 600.0, units),), "tablet 600 mg", **more)


def test_a_combination_is_counted_once_and_each_phase_ends_with_its_last_day():
    need = need_of(plan_of())
    # 60 kg: four tablets a day; two months and four months of the calendar from 1 December.
    assert units_of(need.certain, HRZE) == {"2026-12": 124, "2027-01": 124}
    assert units_of(need.certain, HR) == {"2027-02": 112, "2027-03": 124, "2027-04": 120, "2027-05": 124}
    assert {product.drugs for _, product in need.certain} == {
        ("isoniazid", "rifampin", "pyrazinamide", "ethambutol"),
        ("isoniazid", "rifampin"),
    }
    assert (need.status, need.waiting, need.possible) == (PlanStatus.PROPOSED, {}, need.certain)


def test_the_day_on_which_a_phase_ends_belongs_to_it_and_the_next_to_what_follows():
    need = need_of(plan_of(start=date(2027, 1, 2)))
    assert units_of(need.certain, HRZE) == {"2027-01": 120, "2027-02": 112, "2027-03": 4}
    assert units_of(need.certain, HR) == {"2027-03": 120, "2027-04": 120, "2027-05": 124, "2027-06": 120, "2027-07": 4}


@pytest.mark.parametrize(("start", "february"), [(date(2027, 12, 31), 29 * 4 - 4), (date(2026, 12, 31), 28 * 4 - 4)])
def test_months_are_those_of_the_calendar_also_in_a_leap_year(start, february):
    # Two months from 31 December end on the day before the last of February.
    units = units_of(need_of(plan_of(start=start)).certain, HRZE)
    assert list(units.values()) == [4, 124, february]


def test_loading_doses_and_days_of_the_week_fall_on_their_days():
    need = need_of(plan_of(BPALM))
    # Four a day from Tuesday 1 to 14 December; then two on Monday, Wednesday and Friday, seven of which are left.
    expected = {"2026-12": 56 + 14, "2027-01": 26, "2027-02": 24, "2027-03": 28, "2027-04": 26, "2027-05": 26}
    assert units_of(need.certain, "tablet 100 mg", "bedaquiline") == expected
    assert sum(units_of(need.certain, "tablet 200 mg", "pretomanid").values()) == 26 * 7


def test_a_liquid_counts_in_millilitres_and_a_tablet_dispersed_for_a_part_of_it_counts_whole():
    need = need_of(plan_of(CHILD))
    assert units_of(need.certain, "oral suspension 20 mg/mL") == {"2026-12": 62, "2027-01": 62}
    assert {product.unit for _, product in need.certain if "mg/mL" in product.words} == {"mL"}
    assert units_of(need.certain, "dispersible tablet 100 mg", "levofloxacin")["2027-02"] == 28


def test_a_phase_that_may_be_longer_is_possible_need_and_moves_what_follows():
    need = need_of(plan_of(CHILD))
    isoniazid = "dispersible tablet 100 mg", "isoniazid"
    assert units_of(need.certain, *isoniazid) == {"2026-12": 31, "2027-01": 31, "2027-02": 28, "2027-03": 31}
    assert list(units_of(need.possible, *isoniazid))[-1] == "2027-05"
    assert list(units_of(need.certain, "capsule 50 mg"))[-1] == "2027-08"
    assert list(units_of(need.possible, "capsule 50 mg"))[-1] == "2027-10"


def test_a_course_of_eighteen_to_twenty_months_is_certain_for_eighteen():
    need = need_of(plan_of(LONGER))
    certain, possible = (units_of(units, "tablet 600 mg") for units in (need.certain, need.possible))
    assert (certain["2028-02"], list(certain)[-1]) == (29, "2028-05")
    assert {month: possible[month] for month in possible.keys() - certain} == {"2028-06": 30, "2028-07": 31}


def test_a_plan_that_waits_is_possible_need_and_none_that_is_certain():
    plan, waiting = need_of(plan_of(BPALM)), need_of(plan_of(BPALM, without=("qt_interval",)))
    assert (waiting.status, waiting.certain) == (PlanStatus.CANNOT_ASSESS, {})
    assert waiting.possible == plan.certain
    assert waiting.reasons == ("not known: QT interval",)


def test_without_a_weight_nothing_is_counted_and_each_drug_is_named():
    need = need_of(plan_of(without=("weight",)))
    assert (need.certain, need.possible) == ({}, {})
    assert need.without_dose == ("isoniazid", "rifampin", "pyrazinamide", "ethambutol")


def test_a_regimen_that_is_not_for_the_patient_is_no_need():
    need = need_of(plan_of(regimen="who-bpalm"))
    assert (need.status, need.certain, need.possible) == (PlanStatus.INELIGIBLE, {}, {})


def test_where_no_regimen_can_be_proposed_the_reasons_say_why():
    need = need_of(plan_of({"isoniazid_susceptibility": "resistant"}, profile="us"))
    assert (need.status, need.possible, need.regimen) == (PlanStatus.NO_REGIMEN, {}, "")
    assert need.reasons


def test_steps_of_a_titration_count_on_their_days_and_what_waits_counts_apart_too():
    level = Wait("cycloserine_level", "level below", None)
    known = Wait("cycloserine_level", "level below", True)
    steps = (
        PlannedStep(tablets(1)),
        PlannedStep(tablets(2, 15), waits_for=(level,)),
        PlannedStep(tablets(3, 32), waits_for=(known,)),
    )
    need = need_of(with_steps(plan_of(BPALM), "linezolid", *steps))
    units = units_of(need.certain, "tablet 600 mg")
    assert (units["2026-12"], units["2027-01"]) == (14 + 2 * 17, 31 * 3)
    assert units_of(need.waiting, "tablet 600 mg") == {"2026-12": 34}


@pytest.mark.parametrize(
    ("step", "december"),
    [
        (tablets(1, every_days=2), 16),  # 1, 3, ..., 31
        (tablets(1, every_h=36), 21),  # from 1 December 08:00: 0, 36, ..., 720 h
        (tablets(1, days_of_week=("mon", "thu")), 9),
        (tablets(1, to_day=10), 10),
        (DoseStep(1, (Dose("morning", 600.0),), "tablet 600 mg", cycle=(600.0, 1200.0)), 16 + 15 * 2),
        (DoseStep(1, (Dose("morning", 600.0, 1), Dose("evening", 300.0, 0.5)), "tablet 600 mg"), 46.5),
    ],
)
def test_every_rhythm_is_counted_as_it_falls(step, december):
    need = need_of(with_steps(plan_of(BPALM), "linezolid", PlannedStep(step)))
    assert units_of(need.certain, "tablet 600 mg")["2026-12"] == december


@pytest.mark.parametrize(("days", "december"), [(3.0, 13), (4.0, 19), (7.0, 31)])
def test_after_dialysis_on_days_that_nobody_knows_counts_as_many_days_a_week(days, december):
    step = PlannedStep(tablets(1, after_dialysis=True), days_per_week=days)
    need = need_of(with_steps(plan_of(BPALM), "linezolid", step))
    # December 2026 has four Mondays, Fridays, Saturdays and Sundays, and five of the other days.
    assert units_of(need.certain, "tablet 600 mg")["2026-12"] == december


def test_a_drug_in_a_combination_and_otherwise_on_one_day_is_named():
    assert need_of(plan_of()).at_odds == ()
    alone = PlannedStep(DoseStep(1, (Dose("morning", 1500.0, 3),), "tablet 500 mg"))
    need = need_of(with_steps(plan_of(), "pyrazinamide", alone))
    assert need.at_odds == ("pyrazinamide",)
    assert units_of(need.certain, HRZE)["2026-12"] == 124
    assert units_of(need.certain, "tablet 500 mg")["2026-12"] == 93


def test_an_amount_without_a_form_is_counted_in_milligrams():
    step = PlannedStep(DoseStep(1, (Dose("morning", 750.0),)))
    need = need_of(with_steps(plan_of(BPALM), "linezolid", step))
    counted = {product.unit: float(units) for (month, product), units in need.certain.items()
               if month == "2026-12" and product.words == ""}  # fmt: skip
    assert counted == {"mg": 31 * 750}
