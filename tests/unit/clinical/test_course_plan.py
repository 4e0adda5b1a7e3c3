"""A plan of a course: each drug is found by its name, and a plan from which no dose follows is refused."""

from dataclasses import replace

import pytest

from course_events import plan
from fullcourse.clinical.errors import InputError

TWO = plan("cycloserine: 250 mg q12h", "linezolid: 600 mg daily")


def test_a_drug_of_the_plan_is_found_by_its_name_and_no_other():
    found = [drug.drug for name in ("cycloserine", "linezolid") if (drug := TWO.drug(name)) is not None]
    assert found == ["cycloserine", "linezolid"]
    assert TWO.drug("bedaquiline") is None


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"drugs": ()}, "at least one drug"),
        ({"drugs": (TWO.drugs[0], TWO.drugs[0])}, "each once"),
        ({"drugs": (replace(TWO.drugs[0], steps=()),)}, "cycloserine: the plan does not say how it is taken"),
        ({"zone": ""}, "names the zone of its clocks"),
        ({"days": 0}, "days of a plan count from 1"),
        ({"treatment_day": 0}, "days of a plan count from 1"),
    ],
)
def test_a_plan_from_which_no_dose_follows_is_refused(wrong, why: str):
    with pytest.raises(InputError, match=why):
        replace(TWO, **wrong)


def test_a_plan_of_one_day_is_one():
    assert replace(TWO, days=1, treatment_day=1).days == 1
