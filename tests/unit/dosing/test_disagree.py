"""What other sources give otherwise, worded by how often it is given."""

from dataclasses import replace

import pytest

from dose_answers import answer_of
from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.dosing.answer import DosePlan, PlannedStep
from fullcourse.dosing.disagree import amount_words, disagreements

DAYS = {7.0: (), 3.0: ("mon", "wed", "fri")}


def given(mg: float, days: float = 7.0, **more) -> DosePlan:
    step = DoseStep(1, (Dose("morning", mg, 1),), days_of_week=DAYS[days])
    return DosePlan((PlannedStep(step, mg / 60, days_per_week=days),), **more)


@pytest.mark.parametrize(
    ("plan", "words"),
    [(given(500), "500 mg a day (8.33 mg/kg)"), (given(900, 3.0), "900 mg on 3 days a week (15 mg/kg)")],
)
def test_an_amount_of_some_days_is_no_daily_amount(plan, words):
    assert amount_words(plan) == words


@pytest.fixture(scope="module")
def offer():
    return answer_of({"profile": "who", "drug": "cycloserine"}).dosed.offers[0]


def said(offer, mine: DosePlan, other: DosePlan) -> list[str]:
    theirs = replace(offer, claim="other", plans=(other,), optional=False)
    return [it.says for it in disagreements(offer, mine, [theirs], 60.0)]


@pytest.mark.parametrize(("mg", "words"), [(899.0, "below"), (900.0, ""), (1200.0, ""), (1201.0, "above")])
def test_both_ends_of_a_range_belong_to_it(offer, mg, words):
    (line,) = said(offer, given(mg), given(1000, range_mg=(900.0, 1200.0))) or [""]
    assert (f"are {words} its range of 900 to 1200 mg a day" in line) if words else line == ""


def test_a_range_without_width_is_one_amount(offer):
    (line,) = said(offer, given(300), given(300, range_mg=(270.0, 270.0)))
    assert "are above its 270 mg a day; in whole units it gives 300 mg a day" in line


def test_three_days_a_week_are_not_held_against_a_range_of_every_day(offer):
    (line,) = said(offer, given(900, 3.0), given(500, range_mg=(480.0, 600.0)))
    assert line.startswith("It gives 500 mg a day (8.33 mg/kg).")
    (line,) = said(offer, given(900, 3.0), given(1200, 3.0, range_mg=(1000.0, 1300.0)))
    assert line.startswith("900 mg on 3 days a week (15 mg/kg) are below its range of 1000 to 1300 mg on 3 days a week")
