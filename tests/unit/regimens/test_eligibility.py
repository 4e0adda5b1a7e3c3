"""Criteria are known only when every answer that is still possible is the same."""

import pytest

from fullcourse.knowledge.library import Knowledge
from fullcourse.regimens.eligibility import Referee, fit_of
from fullcourse.rules.situation import Situation
from patients import knowledge, patient


def referee(**facts: object) -> Referee:
    someone = patient(facts)
    return Referee(Situation(someone, knowledge()), knowledge())


def judged(name: str, **facts: object):
    (reason,) = referee(**facts).judge([name])
    return reason


@pytest.mark.parametrize(
    ("facts", "fits", "missing"),
    [
        ({"hiv_infection": False}, True, ()),
        ({"hiv_infection": True, "cd4_count": 100.0}, True, ()),
        ({"hiv_infection": True, "cd4_count": 99.0}, False, ()),
        ({"hiv_infection": True}, None, ("cd4_count",)),
        ({}, None, ("hiv_infection", "cd4_count")),
        ({"cd4_count": 250.0}, True, ()),
    ],
)
def test_a_table_is_known_when_all_that_is_possible_comes_to_the_same(facts, fits, missing):
    reason = judged("who-hpmz.hiv", **facts)
    assert (reason.fits, reason.missing) == (fits, missing)


def test_an_exclusion_of_several_reasons_is_met_only_when_none_applies():
    assert judged("who-bpal.allergy").fits is None
    assert judged("who-bpal.allergy", allergy_linezolid=True).fits is False
    nothing = dict.fromkeys(("allergy_bedaquiline", "allergy_nitroimidazole", "allergy_linezolid"), False)
    assert judged("who-bpal.allergy", **nothing).fits is True


def test_what_may_be_found_out_meanwhile_counts_as_met_and_stays_open():
    reason = judged("who-susceptible.isoniazid")
    assert (reason.fits, reason.blocks, reason.counts_as) == (None, False, True)
    assert fit_of([reason]) is True
    waits = judged("who-susceptible.rifampicin")
    assert (waits.fits, waits.blocks, waits.counts_as) == (None, True, None)


def test_a_reason_carries_the_evidence_that_decided_it_and_its_source():
    reason = judged("who-hpmz.weight", weight=39.9)
    assert reason.fits is False
    assert [(piece.fact, piece.recorded) for piece in reason.because] == [("weight", 39.9)]
    assert (reason.citation.source, reason.citation.tier) == ("who-tb-dak-2024", "A")


def test_every_criterion_of_the_guidelines_can_be_judged_of_somebody_unknown_and_is_never_met_by_silence():
    known: Knowledge = knowledge()
    for reason in referee().judge(known.guidelines.criteria):
        assert reason.fits is not True or known.guidelines.criteria[reason.criterion].rows == (), reason.criterion


@pytest.mark.parametrize(("kg", "fits"), [(39.9, False), (40.0, True)])
def test_hpmz_begins_at_40_kg(kg, fits):
    assert judged("who-hpmz.weight", weight=kg).fits is fits


@pytest.mark.parametrize(("platelets", "fits"), [(149.0, False), (150.0, True)])
def test_the_linezolid_variant_needs_150_platelets(platelets, fits):
    reason = judged("who-9-month.linezolid-blood", haemoglobin=8.0, neutrophils=0.75, platelets=platelets)
    assert reason.fits is fits


@pytest.mark.parametrize(("years", "kg", "fits"), [(18.0, 46.0, True), (17.0, 46.0, False), (18.0, 45.9, False)])
def test_amikacin_is_for_adults_of_46_kg_and_more(years, kg, fits):
    assert judged("longer.aminoglycoside-age-weight", age=years, weight=kg).fits is fits


@pytest.mark.parametrize(("years", "kg", "fits"), [(15.0, 30.0, True), (14.0, 30.0, False), (15.0, 29.9, False)])
def test_imipenem_is_from_15_years_and_30_kg(years, kg, fits):
    assert judged("longer.imipenem-age-weight", age=years, weight=kg).fits is fits
