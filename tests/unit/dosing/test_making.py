"""What whole units make: nothing where one unit is too much, and no count of what is drawn from a vial."""

import pytest

from dose_answers import answer_of
from fullcourse.dosing.making import StockForm, made_within
from fullcourse.journey.dose import DoseStatus

CAPSULE = StockForm("capsule 150 mg", (("rifampin", 150.0),))


@pytest.mark.parametrize(
    ("low", "high", "made"),
    [
        (37.5, 50.0, []),  # one capsule is three times the most
        (149.9, 149.95, []),
        (149.9, 150.0, [(150.0, True)]),
        (160.0, 290.0, [(150.0, False), (300.0, False)]),  # neighbours, the lower first
    ],
)
def test_without_a_number_of_units_below_there_is_no_neighbour_to_give(low, high, made):
    assert [(it.mg, it.fits) for it in made_within(low, high, "rifampin", [CAPSULE])] == made


@pytest.mark.parametrize(("clearance", "days"), [(29.9, 2.0), (30.0, 7.0)])
def test_weak_kidneys_keep_their_own_dose_of_what_is_drawn_from_a_vial(clearance, days):
    facts = {"creatinine_clearance": clearance}
    answer = answer_of({"profile": "us", "drug": "streptomycin", "facts": facts})
    (planned,) = answer.worked_out
    assert answer.status is DoseStatus.DOSE
    assert (planned.days_per_week, planned.step.mg_per_dosing_day) == (days, 900.0)
    assert planned.step.doses[0].units is None
