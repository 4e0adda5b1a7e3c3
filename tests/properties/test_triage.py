"""What holds for every report: more is never milder, the unknown is never milder, no number of another country."""

import re
import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asked_of_triage import judged
from fullcourse.adapters.documents.numbers import calls_for
from fullcourse.clinical.quantity import ANY, exactly
from fullcourse.journey.overdose import OverdoseRequest, overdose
from fullcourse.triage.judge import Urgency
from fullcourse.triage.next_dose import NextDoseWord, next_dose_of
from fullcourse.triage.report import Heard, joined, symptoms_of
from fullcourse.triage.rules import triage_rules
from patients import knowledge

SYMPTOMS = symptoms_of(knowledge().facts)
DRUGS = tuple(knowledge().drugs)
reports = st.dictionaries(st.sampled_from(SYMPTOMS), st.sampled_from(Heard), max_size=8)
taken = st.lists(st.sampled_from(DRUGS), max_size=4, unique=True)
weeks = st.none() | st.floats(0, 10)
STRICTNESS = [NextDoseWord.AS_PLANNED, NextDoseWord.ASK_FIRST, NextDoseWord.HOLD]


@given(reports, taken, st.sampled_from(SYMPTOMS))
def test_adding_a_symptom_never_lowers_the_urgency_nor_gives_a_dose_back(report, drugs, symptom):
    before, after = judged(report, drugs), judged({**report, symptom: Heard.YES}, drugs)
    assert after.urgency >= before.urgency
    words = [STRICTNESS.index(next_dose_of(it).word) for it in (before, after)]
    assert words[1] >= words[0]


@given(reports, taken, st.sampled_from(SYMPTOMS))
def test_unknown_and_contradictory_are_never_milder_than_no(report, drugs, symptom):
    rest = {name: word for name, word in report.items() if name != symptom}
    no = judged({**rest, symptom: Heard.NO}, drugs).urgency
    assert judged(rest, drugs).urgency == no
    assert judged({**rest, symptom: Heard.UNSURE}, drugs).urgency >= no
    both = joined([*rest.items(), (symptom, Heard.YES), (symptom, Heard.NO)])
    assert judged(both, drugs).urgency == judged({**rest, symptom: Heard.YES}, drugs).urgency


@given(reports, taken)
def test_not_knowing_the_drugs_is_never_milder_than_any_list_of_them(report, drugs):
    assert judged(report).urgency >= judged(report, drugs).urgency


@given(reports, st.floats(0, 1200), st.none() | st.floats(0, 10))
def test_not_knowing_a_number_is_never_milder_than_any_number(report, mg, weeks):
    known = judged(report, ["cycloserine"], of_drugs={"cycloserine": {"dose_mg_per_day": mg}})
    assert judged(report, ["cycloserine"]).urgency >= known.urgency
    if weeks is not None and report.get("symptoms_not_better") in (Heard.YES, Heard.UNSURE):
        assert judged(report).urgency >= judged(report, numbers={"weeks_without_improvement": weeks}).urgency


@given(reports, st.floats(0, 3000), st.none() | st.floats(0, 2000))
def test_not_knowing_the_amount_or_the_plan_is_never_milder(report, mg, planned):
    def amounts(taken: float | None, plan: float | None):
        return {
            "cycloserine": {
                "mg_taken_in_24_hours": ANY if taken is None else taken,
                "mg_planned_in_24_hours": ANY if plan is None else plan,
                "amount_taken_is_known": taken is not None,
                "least_daily_maximum_mg": 1000.0,
            }
        }

    known = judged(report, ["cycloserine"], of_drugs=amounts(mg, planned)).urgency
    assert judged(report, ["cycloserine"], of_drugs=amounts(None, planned)).urgency >= known
    assert judged(report, ["cycloserine"], of_drugs=amounts(mg, None)).urgency >= known


@given(st.sampled_from(DRUGS), st.floats(0, 30_000), st.none() | st.floats(0, 2000), st.none() | st.floats(3, 120))
def test_not_knowing_the_medicine_is_never_milder_than_any_medicine(drug, mg, planned, weight):
    def urgency(inn: str) -> Urgency:
        request = OverdoseRequest(
            date(2026, 11, 20), inn, "x", said="x", mg=exactly(mg), planned_mg=planned, weight_kg=weight
        )
        return overdose(knowledge(), request).triage.urgency

    assert urgency("") >= urgency(drug)


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_every_symptom_that_ships_is_judged_when_present_absent_and_unknown(symptom):
    present, absent, unknown = judged([symptom]), judged({symptom: Heard.NO}), judged()
    if symptom == "symptom_bothersome":  # it says more of drowsiness and dizziness, and nothing alone
        assert present.urgency is Urgency.NOTHING_FOUND
        assert judged([symptom, "symptom_dizziness"], ["cycloserine"]).urgency is Urgency.TODAY
    else:
        assert present.urgency >= Urgency.MENTION
        assert all(it.rule.statement.says and it.rule.citation.title for it in present.urgent)
    assert absent.urgency is unknown.urgency is Urgency.NOTHING_FOUND
    assert symptom in unknown.not_asked
    assert symptom not in absent.not_asked


@pytest.mark.parametrize("rule", triage_rules(knowledge()), ids=lambda rule: rule.statement.id)
def test_every_statement_of_triage_asks_only_for_symptoms_that_are_there(rule):
    from fullcourse.knowledge.statements import FactCondition
    from fullcourse.knowledge.walk import atoms_of

    atoms = [it for it in atoms_of(rule.statement.body) if isinstance(it, FactCondition) and it.fact in SYMPTOMS]
    assert all(it.equals is True for it in atoms)


NUMBERS = re.compile(r"\d{2,}")
COUNTRIES = [a + b for a in string.ascii_uppercase for b in string.ascii_uppercase if a + b != "US"]


@given(st.sampled_from(["", *COUNTRIES]))
def test_no_number_of_another_country_ever(country):
    calls = calls_for(["emergency number", "crisis line", "poison control", "care team"], knowledge(), country)
    assert not any(NUMBERS.search(call.says) for call in calls)
    assert calls[0].says == "Call your local emergency number."


def test_the_country_whose_numbers_have_a_source_gets_them():
    calls = calls_for(["emergency number", "crisis line", "poison control"], knowledge(), "US")
    assert [NUMBERS.findall(call.says) for call in calls] == [["911"], ["988"], ["800", "222", "1222"]]
    assert all(call.statements for call in calls)


def test_no_statement_of_triage_holds_a_number_to_call():
    texts = [text for it in triage_rules(knowledge()) for text in (it.statement.patient, it.statement.says)]
    assert not any(re.search(r"\b(911|988|999|112)\b|222-1222", text) for text in texts)
