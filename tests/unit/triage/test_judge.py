"""Both sides of every threshold of triage and overdose, and what stands in an answer beside its urgency."""

import pytest

from asked_of_triage import judged
from fullcourse.clinical.quantity import ANY
from fullcourse.triage.judge import Urgency
from fullcourse.triage.report import Heard
from patients import knowledge

AS_PLANNED = {
    "mg_taken_in_24_hours": 500.0,
    "mg_planned_in_24_hours": 500.0,
    "amount_taken_is_known": True,
    "least_daily_maximum_mg": 1000.0,
    "mg_taken_at_once": 250.0,
    "mg_of_one_dose": 250.0,
}


def amounts(**changed: object) -> Urgency:
    return judged([], ["cycloserine"], of_drugs={"cycloserine": {**AS_PLANNED, **changed}}).urgency  # type: ignore[dict-item]


@pytest.mark.parametrize(("weeks", "urgency"), [(1.99, Urgency.NOTHING_FOUND), (2.0, Urgency.TODAY)])
def test_no_improvement_counts_from_two_full_weeks(weeks, urgency):
    report = ["symptoms_not_better"]
    assert judged(report, ["bedaquiline"], {"weeks_without_improvement": weeks}).urgency is urgency


def test_worse_counts_at_once_and_nobody_knowing_the_weeks_counts_too():
    assert judged(["symptoms_worse"], ["bedaquiline"], {"weeks_without_improvement": 0.0}).urgency is Urgency.TODAY
    assert judged(["symptoms_not_better"], ["bedaquiline"]).urgency is Urgency.TODAY


@pytest.mark.parametrize(("days", "raised"), [(1, False), (2, True)])
def test_low_mood_on_two_days_is_more_than_low_mood(days, raised):
    triage = judged(["symptom_low_mood"], ["cycloserine"], {"visits_with_low_mood": days})
    assert triage.urgency is Urgency.TODAY
    assert ("triage.low-mood-twice" in {it.rule.statement.id for it in triage.raised}) is raised


@pytest.mark.parametrize(("mg", "urgency"), [(500.0, Urgency.MENTION), (500.1, Urgency.TODAY)])
def test_a_headache_is_for_today_above_500_mg(mg, urgency):
    of_drugs = {"cycloserine": {"dose_mg_per_day": mg}}
    assert judged(["symptom_headache"], ["cycloserine"], of_drugs=of_drugs).urgency is urgency


@pytest.mark.parametrize(("day", "drug_says"), [(90, True), (91, False)])
def test_a_rash_in_the_first_90_days_of_pas(day, drug_says):
    of_drugs = {"p-aminosalicylic acid": {"treatment_day": day}}
    triage = judged(["symptom_rash"], ["p-aminosalicylic acid"], of_drugs=of_drugs)
    assert bool(triage.causes) is drug_says
    assert triage.urgency is Urgency.TODAY


@pytest.mark.parametrize(
    ("changed", "urgency"),
    [
        ({}, Urgency.NOTHING_FOUND),
        ({"mg_taken_in_24_hours": 500.1}, Urgency.TODAY),
        ({"mg_taken_in_24_hours": 1000.0}, Urgency.TODAY),
        ({"mg_taken_in_24_hours": 1000.1}, Urgency.EMERGENCY),
        ({"mg_taken_in_24_hours": 750.0, "mg_taken_at_once": 749.0}, Urgency.TODAY),
        ({"mg_taken_in_24_hours": 750.0, "mg_taken_at_once": 750.0}, Urgency.EMERGENCY),
        ({"mg_taken_in_24_hours": ANY, "amount_taken_is_known": False}, Urgency.EMERGENCY),
        ({"mg_planned_in_24_hours": ANY}, Urgency.TODAY),
    ],
)
def test_each_amount_of_an_overdose_on_both_sides(changed, urgency):
    assert amounts(**changed) is urgency


@pytest.mark.parametrize(("mg_per_kg", "urgency"), [(20.0, Urgency.TODAY), (20.1, Urgency.EMERGENCY)])
def test_more_for_each_kilogram_than_any_source_gives(mg_per_kg, urgency):
    changed = {"mg_per_kg_taken_in_24_hours": mg_per_kg, "greatest_mg_per_kg_per_day": 20.0}
    assert amounts(mg_taken_in_24_hours=600.0, **changed) is urgency


@pytest.mark.parametrize(
    "symptom", ["confusion", "headache", "off_balance", "numbness", "slurred_speech", "irritability"]
)
def test_a_sign_of_overdose_beside_more_than_planned_is_an_emergency(symptom):
    more = {"cycloserine": {**AS_PLANNED, "mg_taken_in_24_hours": 500.1}}
    assert judged([f"symptom_{symptom}"], ["cycloserine"], of_drugs=more).urgency is Urgency.EMERGENCY
    assert (
        judged([f"symptom_{symptom}"], ["cycloserine"], of_drugs={"cycloserine": AS_PLANNED}).urgency
        < Urgency.EMERGENCY
    )


@pytest.mark.parametrize("partner", ["symptom_short_of_breath", "symptom_fatigue"])
def test_swollen_with_breathlessness_or_tiredness_is_an_emergency_and_neither_alone(partner):
    assert judged(["symptom_swelling", partner]).urgency is Urgency.EMERGENCY
    assert judged(["symptom_swelling"], ["cycloserine"]).urgency is Urgency.TODAY
    assert judged([partner], ["cycloserine"]).urgency is Urgency.TODAY


def test_a_rash_with_fever_is_an_emergency_and_neither_alone():
    assert judged(["symptom_rash", "symptom_fever"]).urgency is Urgency.EMERGENCY
    for alone in ("symptom_rash", "symptom_fever"):
        assert judged([alone], ["cycloserine"]).urgency is Urgency.TODAY


@pytest.mark.parametrize("number", [1, 2])
def test_low_red_cells_need_two_signs(number):
    signs = ["symptom_dizziness", "symptom_headache"][:number]
    raised = judged(signs, ["cycloserine"], of_drugs={"cycloserine": {"dose_mg_per_day": 500.0}})
    assert ("blood count" in raised.tests) is (number == 2)


def test_terizidone_is_judged_through_one_statement():
    triage = judged(["symptom_low_mood"], ["terizidone"])
    (raised,) = triage.causes["terizidone"]
    assert raised.rule.statement.through == "terizidone.leaflet.same-as-cycloserine"
    assert raised.rule.action.propose == "replace the drug"


def test_a_symptom_of_which_no_statement_speaks_is_another_unusual_problem():
    triage = judged(["symptom_tremor"], ["ethambutol"])
    assert triage.urgency is Urgency.TODAY
    assert [(it.rule.statement.id, it.because) for it in triage.raised] == [
        ("triage.other-problem", ("symptom_tremor",))
    ]


@pytest.mark.parametrize("symptom", ["drowsiness", "dizziness", "vertigo", "confusion", "off_balance", "vision_change"])
def test_driving_is_said_where_drowsiness_is(symptom):
    assert judged([f"symptom_{symptom}"]).no_driving is not None
    assert judged(["symptom_rash"]).no_driving is None


def test_what_a_statement_waits_for_is_named_and_an_unsure_answer_is_a_reason():
    triage = judged({"symptom_headache": Heard.UNSURE}, ["cycloserine"])
    assert triage.raised[0].waits_for == ("dose_mg_per_day",)
    assert triage.raised[0].because == ("symptom_headache",)


def test_serotonin_syndrome_is_thought_of_while_the_medicine_list_is_not_complete():
    triage = judged(["symptom_tremor", "symptom_fever"], ["linezolid"])
    assert triage.urgency is Urgency.EMERGENCY
    assert triage.raised[0].waits_for == ("medicines_complete",)


@pytest.mark.parametrize("drug", sorted(knowledge().drugs))
def test_an_emergency_needs_no_drug_and_none_takes_it_away(drug):
    for symptom in ("seizure", "coma", "not_breathing", "hives", "suicidal_thoughts", "gut_bleeding", "jaundice"):
        assert judged([f"symptom_{symptom}"], [drug]).urgency is Urgency.EMERGENCY
        assert judged([f"symptom_{symptom}"]).urgency is Urgency.EMERGENCY
