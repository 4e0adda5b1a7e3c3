"""Fixed regimens: what keeps one out, what leaves it open, what is left out of it, and which gives way."""

from dataclasses import replace

import pytest

from fullcourse.regimens.composed import RegimenStatus
from fullcourse.regimens.eligibility import Referee
from fullcourse.regimens.screened import DrugView, PairView, Screened
from fullcourse.regimens.standard import give_way, standard
from fullcourse.rules.situation import Situation
from patients import knowledge, patient

ADULT = {
    "age": 40.0,
    "age_months": 480.0,
    "pulmonary_tuberculosis": True,
    "tb_central_nervous_system": False,
    "tb_meningitis": False,
    "tb_bone_or_joint": False,
    "tb_miliary": False,
    "tb_pericardium": False,
    "rifampin_susceptibility": "susceptible",
    "isoniazid_susceptibility": "susceptible",
}

NAMES = {"first": "The first"}


def composed(name: str, facts: dict[str, object] = ADULT, pairs=(), **views: DrugView):
    known = knowledge()
    every = {drug: DrugView(drug, None, True) for drug in known.drugs} | views
    screened = Screened(every, {pair.drugs: pair for pair in pairs})
    referee = Referee(Situation(patient(facts), known), known)
    return standard(known.guidelines.regimens[name], referee, screened, known, None)


def test_untested_drugs_do_not_keep_a_fixed_regimen_open():
    regimen = composed("us-1-daily")
    assert regimen.status is RegimenStatus.ELIGIBLE
    assert regimen.effective == (0, 4)


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (DrugView("isoniazid", False, True), RegimenStatus.INELIGIBLE),
        (DrugView("isoniazid", True, False), RegimenStatus.INELIGIBLE),
        (DrugView("isoniazid", True, None), RegimenStatus.CANNOT_ASSESS),
        (DrugView("isoniazid", True, True), RegimenStatus.ELIGIBLE),
    ],
)
def test_resistance_and_a_contraindication_keep_it_out_and_what_is_open_leaves_it_open(view, status):
    assert composed("us-1-daily", isoniazid=view).status is status


def test_resistance_for_which_no_source_says_what_follows_is_a_specialists_question():
    regimen = composed("us-1-daily", ethambutol=DrugView("ethambutol", False, True))
    assert regimen.status is RegimenStatus.CANNOT_ASSESS
    assert "ask a specialist" in regimen.objections[0].says


@pytest.mark.parametrize(
    ("allowed", "status"), [(False, RegimenStatus.INELIGIBLE), (None, RegimenStatus.CANNOT_ASSESS)]
)
def test_a_pair_that_must_not_be_taken_keeps_it_out(allowed, status):
    pair = PairView(("isoniazid", "rifampin"), allowed, 5, ("a.b.c",), ("a.b.c",))
    assert composed("us-1-daily", pairs=(pair,)).status is status


def test_an_optional_drug_that_may_not_be_taken_is_left_out_of_it():
    child = ADULT | {"age": 0.0, "age_months": 2.0}
    with_it = composed("who-2hrz-e-4hr", child)
    without = composed("who-2hrz-e-4hr", child, ethambutol=DrugView("ethambutol", None, False))
    assert "ethambutol" in with_it.names
    assert "ethambutol" not in without.names
    assert without.objections == ()


def test_a_drug_that_does_not_count_is_left_out_where_it_may_not_be_taken_and_its_resistance_is_no_objection():
    hr = ADULT | {"isoniazid_susceptibility": "resistant", "fluoroquinolone_result": "susceptible"}
    resistant = composed("who-6hrez-lfx", hr, isoniazid=DrugView("isoniazid", False, True))
    assert "isoniazid" in resistant.names
    assert resistant.objections == ()
    barred = composed("who-6hrez-lfx", hr, isoniazid=DrugView("isoniazid", False, False))
    assert "isoniazid" not in barred.names


def test_of_two_drugs_for_one_place_the_one_that_may_be_taken_is_chosen():
    assert "levofloxacin" in composed("who-9-month-linezolid").names
    other = composed("who-9-month-linezolid", levofloxacin=DrugView("levofloxacin", None, False))
    assert "moxifloxacin" in other.names
    assert "levofloxacin" not in other.names


@pytest.mark.parametrize(
    ("before", "beside", "status"),
    [
        (True, False, RegimenStatus.INELIGIBLE),
        (None, False, RegimenStatus.CANNOT_ASSESS),
        (False, False, RegimenStatus.ELIGIBLE),
        (True, True, RegimenStatus.ELIGIBLE),
        (True, None, RegimenStatus.CANNOT_ASSESS),
    ],
)
def test_a_regimen_gives_way_to_one_before_it_unless_it_stands_beside_another(before, beside, status):
    regimen = composed("us-1-daily")
    assert give_way(regimen, ["first"], ["other"], {"first": before, "other": beside}, NAMES).status is status


def test_a_regimen_that_is_out_already_gives_no_second_reason():
    out = replace(composed("us-1-daily"), status=RegimenStatus.INELIGIBLE)
    assert give_way(out, ["first"], [], {"first": True}, NAMES) is out
