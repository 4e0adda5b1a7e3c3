"""What is left of a plan from a day on: no step that is over, no drug that ended, lengths that still are to come."""

from datetime import date, timedelta

import pytest

from course_events import START, plan
from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.dose import RegimenDrug
from fullcourse.clinical.dose_plan import parse_dose_plan, say_dose_plan
from fullcourse.journey.desk import rest_of_plan

LOADING = "bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F"


def left(whole: CoursePlan, day: int) -> dict[str, str]:
    """Return the doses from a day of the plan on."""
    rest = rest_of_plan(whole, START + timedelta(days=day - 1))
    return {drug.drug: say_dose_plan(drug.steps) for drug in rest}


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (1, "400 mg at 08:00; from day 15: 200 mg at 08:00 on mon, wed, fri"),
        (10, "400 mg at 08:00; from day 6: 200 mg at 08:00 on mon, wed, fri"),
        (14, "400 mg at 08:00; from day 2: 200 mg at 08:00 on mon, wed, fri"),
        (15, "200 mg at 08:00 on mon, wed, fri"),
        (110, "200 mg at 08:00 on mon, wed, fri"),
    ],
)
def test_a_loading_dose_goes_on_where_it_stands_and_never_begins_anew(day, says):
    found = left(plan(LOADING), day)["bedaquiline"]
    assert parse_dose_plan(found) == parse_dose_plan(says)


def whole_with_end() -> CoursePlan:
    """Return a plan of half a year, in which pyrazinamide is taken for its first 56 days."""
    steps = parse_dose_plan("1600 mg once a day")
    drugs = (*plan("isoniazid: 300 mg once a day").drugs, RegimenDrug("pyrazinamide", steps, 1, 56))
    return CoursePlan(drugs, START, "UTC", "0f" * 32, days=180)


def test_a_drug_with_an_end_keeps_the_days_that_are_left_and_one_that_ended_is_left_out():
    assert left(whole_with_end(), 50)["pyrazinamide"] == "1600 mg at 08:00 for 7 days"
    assert left(whole_with_end(), 56)["pyrazinamide"] == "1600 mg at 08:00 for 1 day"
    assert list(left(whole_with_end(), 57)) == ["isoniazid"]


def test_the_first_day_of_a_plan_changes_nothing():
    whole = plan("linezolid: 600 mg once a day", start=date(2026, 3, 2))
    assert rest_of_plan(whole, START) == whole.drugs
