"""An ordered dose is held against the maxima: both sides of them, every rhythm, several orders together."""

import pytest

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.ordered_dose import OrderedDose
from fullcourse.clinical.patient import Record
from fullcourse.journey.doses_ordered import above_maxima, limiting_statements
from fullcourse.rules.establish import establish
from fullcourse.rules.situation import Situation
from patients import AT, knowledge


def blocking(drug: str, *steps: DoseStep) -> tuple[float, list[str]]:
    known = knowledge()
    somebody = Situation(establish(Record({}), known, AT), known)
    orders = [OrderedDose(drug, f"MedicationRequest/{number}", step) for number, step in enumerate(steps)]
    mg, conflicts = above_maxima(somebody, drug, orders, known, known.profile("us"))
    return mg, [it.claim for it in conflicts if it.blocks]


def daily(mg: float) -> DoseStep:
    return DoseStep(1, (Dose("08:00", mg),))


@pytest.mark.parametrize(("drug", "most"), [("linezolid", 1200.0), ("cycloserine", 1000.0)])
def test_the_maximum_itself_is_not_above_it(drug: str, most: float):
    assert blocking(drug, daily(most)) == (most, [])
    mg, claims = blocking(drug, daily(most + 1))
    assert mg == most + 1
    assert claims


def test_doses_of_a_day_and_orders_of_one_drug_add_up():
    assert blocking("cycloserine", DoseStep(1, (Dose("08:00", 500), Dose("20:00", 500))))[1] == []
    assert blocking("cycloserine", DoseStep(1, (Dose("08:00", 500), Dose("20:00", 750))))[1]
    assert blocking("cycloserine", daily(500), daily(500))[1] == []
    assert blocking("cycloserine", daily(500), daily(750))[1]


@pytest.mark.parametrize(
    ("step", "mg"),
    [
        (parse_dose_plan("500 mg q8h")[0], 1500.0),
        (parse_dose_plan("250 mg q6h")[0], 1000.0),
        (DoseStep(1, (Dose("08:00", 250),), every_h=5), 1200.0),
        (DoseStep(1, (Dose("08:00", 1000),), every_h=24), 1000.0),
    ],
)
def test_a_rhythm_of_hours_is_what_a_day_of_it_comes_to(step: DoseStep, mg: float):
    given, claims = blocking("cycloserine", step)
    assert given == pytest.approx(mg)
    assert bool(claims) == (mg > 1000.0)


def test_a_dose_on_some_days_is_held_by_the_amount_of_its_day():
    assert blocking("cycloserine", DoseStep(1, (Dose("08:00", 1250),), days_of_week=("mon", "wed", "fri")))[1]
    assert blocking("cycloserine", DoseStep(1, (Dose("08:00", 1250),), every_days=2))[1]
    assert blocking("cycloserine", DoseStep(1, (Dose("08:00", 1250),), every_h=48))[1]
    assert blocking("cycloserine", DoseStep(1, (Dose("08:00", 1000),), every_h=48))[1] == []


def test_an_order_without_a_dose_is_above_nothing():
    known = knowledge()
    somebody = Situation(establish(Record({}), known, AT), known)
    unread = OrderedDose("cycloserine", "MedicationRequest/1", why="it gives no amount")
    assert above_maxima(somebody, "cycloserine", [unread], known, known.profile("us")) == (0.0, ())


def test_only_a_drugs_own_statements_limit_it():
    assert all(it.id.startswith("cycloserine.") for it in limiting_statements(knowledge(), "cycloserine"))
