"""Which maxima stand against a dose: all that lead where no regimen is asked for, those of the regimen where one is."""

from dataclasses import replace

from fullcourse.dosing.answer import Dosed, DosePlan
from fullcourse.dosing.choice import DoseQuestion, Dosing
from fullcourse.dosing.limits import Limits
from fullcourse.dosing.making import stock_of
from fullcourse.rules.situation import Situation
from harmless import HARMLESS_MEDICINES, harmless_facts
from patients import knowledge, patient

DAILY_300 = "isoniazid.limit.us-daily"
HIGH = "isoniazid.dose.us-high-dose"


def isoniazid(regimen: str) -> Dosed:
    known = knowledge()
    who = patient({**harmless_facts(), "weight": 60.0}, HARMLESS_MEDICINES)
    drug = known.drugs["isoniazid"]
    question = DoseQuestion(stock_of(drug, known), regimen=regimen)
    return Dosing(drug, known, known.profiles["us"]).dose(Situation(who, known), question)


def high_dose(found: Dosed) -> DosePlan:
    (offer,) = (it for it in found.offers if it.claim == HIGH)
    return offer.plans[0]


def against(plan: DosePlan, regimen: str) -> set[str]:
    known = knowledge()
    situation = Situation(patient(harmless_facts(), HARMLESS_MEDICINES), known)
    limits = Limits("isoniazid", (), situation, known, known.profiles["us"], regimen, 60.0, {})
    return {it.claim for it in limits.conflicts(plan) if it.blocks}


def test_a_high_dose_outside_any_regimen_is_blocked_by_the_daily_maximum():
    found = isoniazid("")
    assert high_dose(found).most_mg_per_day == 900
    assert against(high_dose(found), "") == {DAILY_300}
    assert all(plan.most_mg_per_day <= 300 for _, plan in found.alternatives)


def test_a_regimen_that_the_maximum_does_not_name_may_have_the_high_dose():
    assert against(high_dose(isoniazid("ats-longer")), "ats-longer") == set()


def test_a_regimen_that_the_maximum_names_may_not():
    assert against(high_dose(isoniazid("")), "us-1-daily") == {DAILY_300}


def test_limits_of_a_drug_without_a_regimen_are_all_of_them():
    every = {it.id for it in knowledge().doses.limits.values() if it.drug == "isoniazid"}
    assert {it.id for it in knowledge().doses.limits_of("isoniazid")} == every
    assert DAILY_300 not in {it.id for it in knowledge().doses.limits_of("isoniazid", "ats-longer")}
    assert DAILY_300 in {it.id for it in knowledge().doses.limits_of("isoniazid", "us-1-daily")}


def test_linezolid_of_1200_mg_is_blocked_under_who_and_600_is_not():
    known, regimen = knowledge(), "who-bpalm"
    situation = Situation(patient({**harmless_facts(), "weight": 60.0}, HARMLESS_MEDICINES), known)
    drug = known.drugs["linezolid"]
    profile = known.profiles["who"]
    found = Dosing(drug, known, profile).dose(situation, DoseQuestion(stock_of(drug, known), regimen=regimen))
    limits = Limits("linezolid", (), situation, known, profile, regimen, 60.0, {})
    (planned,) = found.plan.steps
    twice = replace(planned, step=replace(planned.step, doses=(replace(planned.step.doses[0], mg=1200.0, units=2.0),)))
    assert planned.step.mg_per_dosing_day == 600
    assert limits.conflicts(found.plan) == ()
    (conflict,) = limits.conflicts(replace(found.plan, steps=(twice,)))
    assert (conflict.claim, conflict.blocks) == ("linezolid.limit.who", True)
