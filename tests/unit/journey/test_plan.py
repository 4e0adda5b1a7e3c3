"""The whole way: a plan is proposed only when its regimen may be, and every drug of it has a dose."""

from datetime import date

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.journey.dose import DoseRequest, DoseStatus
from fullcourse.journey.plan import PlanAnswer, Planner, PlanRequest, PlanStatus
from fullcourse.journey.regimen import RegimenRequest, RegimenStatus
from harmless import HARMLESS_MEDICINES, harmless_facts
from patients import AT, knowledge, patient

PLANNERS = {name: Planner(knowledge(), knowledge().profile(name)) for name in ("us", "who")}
RESISTANT = {"rifampin_susceptibility": "resistant"}
REGIMENS = [
    (name, regimen.id)
    for name in PLANNERS
    for regimen in knowledge().guidelines.regimens.values()
    if name in regimen.profiles
]


def plan(
    changes: dict[str, object] | None = None,
    request: PlanRequest = PlanRequest(),  # noqa: B008 - never changed
    profile: str = "who",
    medicines: list[str] | None = None,
    without: tuple[str, ...] = (),
) -> PlanAnswer:
    facts = {**harmless_facts(), "uric_acid": 5.0, "potassium": 4.0, "magnesium": 2.0, **(changes or {})}
    who = patient({name: it for name, it in facts.items() if name not in without}, medicines or HARMLESS_MEDICINES)
    return PLANNERS[profile].plan(who.record, AT, request)


def test_a_patient_whose_bacteria_are_susceptible_gets_the_first_line_with_its_doses_and_tests():
    answer = plan()
    assert (answer.status, answer.regimen.id) == (PlanStatus.PROPOSED, "who-2hrze-4hr")
    assert [(dose.drug, dose.status) for dose in answer.doses] == [
        (name, DoseStatus.DOSE) for name in ("isoniazid", "rifampin", "pyrazinamide", "ethambutol")
    ]
    assert {"liver function", "vision"} <= {it.test for it in answer.tests if it.certain}
    assert answer.questions == ()


def test_each_dose_is_the_one_of_the_regimen():
    answer = plan(RESISTANT)
    assert answer.regimen.id == "who-bpalm"
    doses = {dose.drug: dose.steps for dose in answer.doses}
    assert [it.step.mg_per_dosing_day for it in doses["linezolid"]] == [600]
    assert [(it.step.from_day, it.step.mg_per_dosing_day) for it in doses["bedaquiline"]] == [(1, 400), (15, 200)]


def test_each_drug_is_checked_in_the_company_of_the_others():
    (bedaquiline,) = (dose for dose in plan(RESISTANT).doses if dose.drug == "bedaquiline")
    assert "bedaquiline.interaction.moxifloxacin-in-bpalm" in {finding.id for finding in bedaquiline.cautions}


@pytest.mark.parametrize(("profile", "regimen"), REGIMENS)
def test_no_regimen_of_a_guideline_is_refused_for_the_company_that_it_prescribes(profile, regimen):
    answer = plan(request=PlanRequest(regimen=regimen), profile=profile)
    assert [(it.drug, [reason.id for reason in it.reasons]) for it in answer.doses if it.reasons] == []


@pytest.mark.parametrize("fact", ["weight", "qt_interval", "pregnant", "medicines_complete"])
def test_while_a_decisive_fact_is_unknown_there_is_no_plan_and_the_fact_is_asked_once(fact):
    answer = plan({**RESISTANT, "sex": "female", "contraception": True}, without=(fact,))
    assert answer.status is PlanStatus.CANNOT_ASSESS
    asked = [name for question in answer.questions for name in question.facts]
    assert asked.count(fact) == 1
    assert len(asked) == len(set(asked))
    assert len(answer.question_groups) <= 5


def test_a_regimen_that_is_asked_for_is_shown_with_what_stands_against_it():
    answer = plan(request=PlanRequest(regimen="who-bpalm"))
    assert answer.status is PlanStatus.INELIGIBLE
    assert answer.regimen.status is RegimenStatus.INELIGIBLE


def test_a_medicine_beside_which_a_drug_is_not_given_makes_no_plan():
    answer = plan(RESISTANT, medicines=["pyridoxine", "efavirenz"], request=PlanRequest(regimen="who-bpalm"))
    assert answer.status is PlanStatus.INELIGIBLE


def test_an_unknown_regimen_is_refused_with_those_that_there_are():
    with pytest.raises(InputError, match=r"--regimen: 'bpal-x' is none .* who-bpalm"):
        plan(request=PlanRequest(regimen="bpal-x"))


def test_a_regimen_is_found_by_its_name_and_a_name_of_several_is_refused_with_their_ids():
    by_name, by_id = (plan(request=PlanRequest(regimen=name)) for name in ("6BPaLM", "who-bpalm"))
    assert by_name.regimen is not None
    assert by_name == by_id
    with pytest.raises(InputError, match="--regimen: 'HRZE' is called who-2hrze-4hr, who-2hrze-10hr here"):
        plan(request=PlanRequest(regimen="HRZE"))


def test_where_no_regimen_can_be_proposed_there_are_no_doses():
    answer = plan({"isoniazid_susceptibility": "resistant"}, profile="us")
    assert (answer.status, answer.regimen, answer.doses, answer.tests) == (PlanStatus.NO_REGIMEN, None, (), ())


def test_a_start_dates_the_phases_and_the_visits():
    start = date(2026, 12, 1)
    answer = plan(request=PlanRequest(RegimenRequest(start=start)))
    assert answer.visits[0].on == start
    last = max(phase.ends for phase in answer.regimen.phases)
    assert all(visit.on is not None and start <= visit.on <= last for visit in answer.visits)
    assert plan().visits == ()


def test_an_override_that_forbids_nothing_is_refused():
    request = PlanRequest(dose=DoseRequest(overrides=(("cycloserine.contraindication.epilepsy", "why"),)))
    with pytest.raises(InputError, match="--override"):
        plan(request=request)


def test_the_order_of_the_record_changes_nothing():
    facts = harmless_facts()
    forward = PLANNERS["who"].plan(patient(facts, HARMLESS_MEDICINES).record, AT)
    backward = PLANNERS["who"].plan(patient(dict(reversed(facts.items())), HARMLESS_MEDICINES).record, AT)
    assert [(it.drug, it.steps) for it in forward.doses] == [(it.drug, it.steps) for it in backward.doses]
    assert forward.tests == backward.tests


@pytest.mark.parametrize("profile", PLANNERS)
def test_no_plan_waits_without_saying_for_what(profile):
    waiting = 0
    for facts in ({}, RESISTANT, {**RESISTANT, "sex": "female"}, {"isoniazid_susceptibility": "resistant"}):
        for left_out in (
            "heart_failure",
            "liver_disease",
            "alcohol_use",
            "uncontrolled_hypertension",
            "medicines_complete",
        ):
            answer = plan(facts, profile=profile, without=(left_out,))
            if answer.status is PlanStatus.CANNOT_ASSESS:
                waiting += 1
                assert answer.questions or answer.composition.test_next, (facts, left_out)
    assert waiting


@pytest.mark.parametrize(("profile", "regimen"), REGIMENS)
@pytest.mark.parametrize(
    ("born", "weight"),
    [("1986-01-15", 60.0), ("1986-01-15", 33.0), ("1986-01-15", 72.0), ("2018-01-15", 22.0), ("2022-01-15", 11.0)],
)
def test_no_drug_of_a_regimen_is_given_in_a_combination_and_by_itself(profile, regimen, born, weight):
    facts = {"birth_date": born, "weight": weight}
    answer = plan(facts, PlanRequest(regimen=regimen), profile)
    assert answer.at_odds == (), [(it.drug, it.dosed.leading and it.dosed.leading.claim) for it in answer.doses]


def parts_of(test: str) -> set[str]:
    return set(test.replace(" and ", ", ").split(", "))


@pytest.mark.parametrize(("profile", "regimen"), REGIMENS)
def test_no_test_of_a_plan_stands_in_another_one_again(profile, regimen):
    certain = [it.test for it in plan(request=PlanRequest(regimen=regimen), profile=profile).tests if it.certain]
    assert not [(one, other) for one in certain for other in certain if parts_of(one) < parts_of(other)]
