"""The model that answers: the one named, else the default of the age; never one made for others."""

import math

import pytest

from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.journey.levels.models import ANY_ADULT_YEARS, choose_model, drug_name, refuse_other_way_in
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.modelled_drugs import modelled_drugs


@pytest.mark.parametrize("drug", sorted(modelled_drugs()))
def test_every_drug_with_a_model_is_known_by_its_name_whatever_its_capitals(drug: str):
    assert drug_name(f" {drug.upper()} ") == drug


@pytest.mark.parametrize("text", ["cycloserin", "", "../cycloserine", "paracetamol"])
def test_a_drug_without_a_model_is_refused_by_name(text: str):
    with pytest.raises(InputError, match="has no published model here"):
        drug_name(text)


def test_the_default_changes_at_the_age_for_which_models_were_made():
    below, at = math.nextafter(18.0, 0.0), 18.0
    assert choose_model("cycloserine", None, at).id == "cycloserine.alghamdi-2019"
    assert choose_model("cycloserine", None, below).id == "cycloserine.resendiz-galvan-2025"
    assert choose_model("levofloxacin", None, at).id == "levofloxacin.sawe-2025"
    with pytest.raises(OutsideLabel, match="is for a child"):
        choose_model("levofloxacin", None, below)


def test_a_model_that_was_named_is_taken_and_another_drugs_is_refused():
    assert choose_model("cycloserine", "cycloserine.alghamdi-2019", None).id == "cycloserine.alghamdi-2019"
    with pytest.raises(InputError, match="is none of cycloserine"):
        choose_model("cycloserine", "levofloxacin.sawe-2025", ANY_ADULT_YEARS)


def test_a_model_that_was_handed_in_is_taken_whatever_the_age():
    own = read_pk_models(drug="levofloxacin")["levofloxacin.sawe-2025"]
    assert choose_model("levofloxacin", own, None) is own


def test_without_an_age_no_default_is_guessed():
    with pytest.raises(InputError, match="age is not known"):
        choose_model("cycloserine", None, None)


def test_an_infusion_without_its_duration_is_refused_and_so_is_one_of_a_model_by_mouth():
    amikacin = choose_model("amikacin", None, ANY_ADULT_YEARS)
    linezolid = choose_model("linezolid", None, ANY_ADULT_YEARS)
    refuse_other_way_in(amikacin, [0.5, 1.0])
    refuse_other_way_in(linezolid, [0.0])
    with pytest.raises(InputError, match="how long one lasts is not known"):
        refuse_other_way_in(amikacin, [0.5, 0.0])
    with pytest.raises(InputError, match="by mouth"):
        refuse_other_way_in(linezolid, [0.5])
