"""Which source's dose leads: the profile's own first, and no usual dose where kidneys ask for another."""

from dataclasses import replace

import pytest

from dose_answers import answer_of
from fullcourse.dosing.answer import Offer
from fullcourse.dosing.choice import _unmade_before
from fullcourse.journey.dose import DoseStatus

NONE_MAKES_IT = "none of the forms makes this amount in whole units"


@pytest.fixture(scope="module")
def offers() -> tuple[Offer, Offer]:
    """Return the usual dose of ethambutol in the United States, and the one for weak kidneys."""
    found = {it.claim: it for it in answer_of(weak(25.0)).dosed.offers}
    return found["ethambutol.dose.us-daily"], found["ethambutol.dose.kidneys-us"]


def weak(clearance: float, drug: str = "ethambutol") -> dict:
    return {"profile": "us", "drug": drug, "regimen": "us-1-daily", "facts": {"creatinine_clearance": clearance}}


def test_what_kidneys_ask_for_and_no_form_makes_keeps_the_usual_dose_back(offers):
    usual, adjusted = offers
    unmade = replace(adjusted, plans=(), why_none=NONE_MAKES_IT)
    assert _unmade_before(usual, (usual, unmade)) is unmade


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"plans": (), "why_none": "no source gives one"},
        {"plans": (), "why_none": NONE_MAKES_IT, "optional": True},
        {"plans": (), "why_none": NONE_MAKES_IT, "adjusts_for": ""},
    ],
)
def test_what_can_be_made_is_declared_optional_or_adjusts_nothing_keeps_nothing_back(offers, change):
    usual, adjusted = offers
    assert _unmade_before(usual, (usual, replace(adjusted, **change))) is None


def test_a_source_of_the_lowest_tier_keeps_nothing_back(offers):
    usual, adjusted = offers
    relayed = replace(adjusted.citation, tier="C")
    unmade = replace(adjusted, plans=(), why_none=NONE_MAKES_IT, citation=relayed)
    assert _unmade_before(usual, (usual, unmade)) is None


def test_where_an_adjusted_dose_leads_nothing_is_kept_back(offers):
    usual, adjusted = offers
    unmade = replace(adjusted, plans=(), why_none=NONE_MAKES_IT)
    assert _unmade_before(adjusted, (usual, unmade)) is None


@pytest.mark.parametrize(("clearance", "claim"), [(29.9, "kidneys-us"), (30.0, "us-daily")])
def test_below_30_the_profile_s_own_table_leads_before_a_lower_one_of_another(clearance, claim):
    answer = answer_of(weak(clearance))
    assert answer.status is DoseStatus.DOSE
    assert answer.dosed.leading.claim == f"ethambutol.dose.{claim}"


def test_where_the_profile_has_no_table_of_its_own_the_lowest_of_the_others_leads():
    answer = answer_of(weak(40.0, "cycloserine") | {"regimen": ""})
    assert answer.dosed.leading.adjusts_for == "kidneys"
    assert answer.dosed.leading.claim == "cycloserine.dose.renal-ouh"
