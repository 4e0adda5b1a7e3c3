"""A missing fact is never a no, and knowing of one more diagnosis never makes a contraindication milder."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from fullcourse.clinical import Decision, Status
from fullcourse.screening.screen import Screener
from patients import knowledge, patient
from strategies import FINDABLE, facts, medicines

QUICK = settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
PROFILES = st.sampled_from(["us", "who"])
HANDED_IN = {"screening.interaction.not-recognised", "screening.interaction.not-checked"}
"""They are about the products that are listed, which the step itself knows: that none is there is no missing fact."""


def statuses(person, profile="us"):
    known = knowledge()
    screener = Screener(known, known.profile(profile))
    return {
        (drug.inn, finding.id): finding
        for drug in known.drugs.values()
        for finding in screener.screen(person, drug).findings
    }


def without(values: dict[str, object], fact: str) -> dict[str, object]:
    """Remove a fact, and whoever's word its absence would be taken on."""
    listed = knowledge().facts[fact].listed_in
    gone = {fact, f"{listed}_complete"} if listed else {fact}
    return {name: value for name, value in values.items() if name not in gone}


@QUICK
@given(values=facts(), taken=medicines(), fact=st.sampled_from(FINDABLE), profile=PROFILES)
def test_removing_all_evidence_of_a_fact_never_turns_a_finding_into_a_no(values, taken, fact, profile):
    before = statuses(patient(values, taken), profile)
    after = statuses(patient(without(values, fact), taken), profile)
    turned = [
        name
        for name, finding in before.items()
        if finding.status is not Status.DOES_NOT_APPLY and after[name].status is Status.DOES_NOT_APPLY
    ]
    assert turned == []


@QUICK
@given(values=facts(), taken=medicines(), gone=st.integers(0, 3), profile=PROFILES)
def test_removing_a_medicine_and_the_word_that_the_list_is_whole_never_turns_a_finding_into_a_no(
    values, taken, gone, profile
):
    fewer = [item for number, item in enumerate(taken) if number != gone]
    before = statuses(patient(values, taken), profile)
    after = statuses(patient(without(values, "medicines_complete"), fewer), profile)
    assert not [
        name
        for name, finding in before.items()
        if finding.status is not Status.DOES_NOT_APPLY
        and after[name].status is Status.DOES_NOT_APPLY
        and name[1] not in HANDED_IN
    ]


@QUICK
@given(values=facts(), taken=medicines(), profile=PROFILES, data=st.data())
def test_adding_a_diagnosis_never_lowers_a_contraindication(values, taken, profile, data):
    known = knowledge()
    diagnoses = [name for name in FINDABLE if known.facts[name].listed_in == "problems"]
    added = data.draw(st.sampled_from(diagnoses))
    before, after = patient(values, taken), patient({**values, added: True}, taken)
    screener = Screener(known, known.profile(profile))
    for drug in known.drugs.values():
        one, other = screener.screen(before, drug), screener.screen(after, drug)
        contraindicated = {
            finding.id
            for finding in one.findings
            if finding.status is Status.APPLIES and finding.severity.word == "contraindicated"
        }
        still = {finding.id for finding in other.findings if finding.status is Status.APPLIES}
        assert contraindicated <= still
        if one.decision is Decision.CONTRAINDICATED:
            assert other.decision is Decision.CONTRAINDICATED


@pytest.mark.parametrize("profile", ["us", "who"])
def test_of_a_patient_of_whom_nothing_is_known_nothing_is_denied(profile):
    denied = [
        finding.id for finding in statuses(patient(), profile).values() if finding.status is Status.DOES_NOT_APPLY
    ]
    assert set(denied) <= HANDED_IN


@pytest.mark.parametrize("profile", ["us", "who"])
def test_nothing_known_is_never_no_objection_to_cycloserine(profile):
    known = knowledge()
    check = Screener(known, known.profile(profile)).screen(patient(), known.drug("cycloserine"))
    assert check.decision is Decision.CANNOT_ASSESS
