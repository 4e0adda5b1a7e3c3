"""What running courses need: the sum of their planned doses, one by one, from a day on."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_events import event, plan
from effort import examples
from fullcourse.adapters.published.course_plan import read_drugs
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import CoursePlan
from fullcourse.clinical.event_bodies import PlanActivated
from fullcourse.cohort.need.running import RunningNeed, running_need
from fullcourse.cohort.need.units import Product
from fullcourse.cohort.programme.case import Case
from fullcourse.course.schedule import PlanInForce, slots_of
from patients import knowledge
from programme_cases import cases_of_events

AT = date(2026, 10, 10)
CAPSULES = Product(("cycloserine",), "capsule 250 mg", "unit")


def case_of(lived: CoursePlan, patient: str = "p-1") -> Case:
    begun = datetime.combine(lived.starts_on, time(6), UTC)
    return cases_of_events([event(PlanActivated(lived, "Dr A"), begun, patient=patient, actor="clinician")], patient)[0]


def need_of(*cases: Case, at: date = AT, months: int = 3) -> RunningNeed:
    return running_need(cases, at, months, knowledge(), read_drugs)


def units(need: RunningNeed, product: Product) -> list[Fraction]:
    return [need.rows[place, product].units if (place, product) in need.rows else Fraction() for place in range(3)]


def test_capsules_are_counted_from_the_day_of_the_report_to_the_end_of_each_month():
    lived = plan("cycloserine: 1 capsule of 250 mg twice a day", start=date(2026, 9, 1), days=400)
    need = need_of(case_of(lived), case_of(lived, "p-2"))
    assert units(need, CAPSULES) == [2 * 2 * 22, 2 * 2 * 30, 2 * 2 * 31]
    assert [len(need.rows[place, CAPSULES].cases) for place in range(3)] == [2, 2, 2]


@pytest.mark.parametrize(("days", "left"), [(40, 2), (39, 0), (41, 4)])
def test_the_last_planned_day_is_counted_and_none_after_it(days: int, left: int):
    lived = plan("cycloserine: 1 capsule of 250 mg twice a day", start=date(2026, 9, 1), days=days)
    assert units(need_of(case_of(lived)), CAPSULES) == [left, 0, 0]


def test_a_plan_that_begins_later_is_needed_from_then_on():
    lived = plan("cycloserine: 1 capsule of 250 mg twice a day", start=date(2026, 11, 30), days=10)
    assert units(need_of(case_of(lived)), CAPSULES) == [0, 2, 18]


def test_a_plan_without_an_end_is_counted_to_the_last_month_and_named():
    case = case_of(plan("cycloserine: 1 capsule of 250 mg twice a day", start=date(2026, 9, 1)))
    need = need_of(case)
    assert need.open_ended == [case]
    assert units(need, CAPSULES) == [44, 60, 62]


def test_doses_that_cannot_be_placed_are_named_and_not_counted():
    case = case_of(plan("cycloserine: 250 mg after dialysis", start=date(2026, 9, 1), days=100))
    need = need_of(case)
    assert (need.not_placed, need.rows) == ([case], {})


def test_a_drug_of_which_nothing_is_known_is_needed_in_mg():
    lived = plan("madeupicillin: 100 mg once a day", start=date(2026, 10, 9), days=4)
    assert units(need_of(case_of(lived)), Product(("madeupicillin",), "", "mg")) == [300, 0, 0]


_DOSES = (
    "cycloserine: 250 mg morning + 500 mg evening",
    "cycloserine: 250 mg q12h",
    "linezolid: 600 mg every other day",
    "bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F",
    "linezolid: 600 mg once a day for 56 days then 300 mg once a day",
)


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(_DOSES), st.integers(-300, 60), st.none() | st.integers(1, 500)), max_size=4),
    st.integers(0, 40),
)
def test_need_is_the_sum_of_every_planned_dose(rows: list[tuple[str, int, int | None]], later: int):
    at = AT + timedelta(days=later)
    plans = [plan(dose, start=AT + timedelta(days=begins), days=days) for dose, begins, days in rows]
    cases = [case_of(lived, f"p-{place}") for place, lived in enumerate(plans)]
    need = need_of(*cases, at=at)
    ends = [*need.months[1:], date(at.year + (at.month + 3 > 12), (at.month + 2) % 12 + 1, 1)]
    for place, (first, after) in enumerate(zip(need.months, ends, strict=True)):
        mg: dict[str, Fraction] = {}
        zone = load_zone("UTC")
        for lived in plans:
            begun = zone.instant(lived.starts_on, time())
            for drug in lived.drugs:
                slots = slots_of(
                    PlanInForce(event(PlanActivated(lived, "Dr A"), begun).id, lived, zone, begun), drug.drug,
                    datetime.combine(first, time(), UTC), datetime.combine(after, time(), UTC),
                )  # fmt: skip
                mg[drug.drug] = mg.get(drug.drug, Fraction()) + sum(Fraction(slot.mg) for slot in slots)
        found = {product.drugs[0]: row.units for (month, product), row in need.rows.items() if month == place}
        assert found == {drug: amount for drug, amount in mg.items() if amount}
