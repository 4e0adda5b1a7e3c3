"""What a model asks of a patient: found, assumed and said so, or refused."""

import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.inputs.covariates import (
    KnownFact,
    PatientFacts,
    amounts_of,
    dose_refusal,
    patient_covariates,
)
from patients import knowledge

MODELS = read_pk_models()
ALGHAMDI = MODELS["cycloserine.alghamdi-2019"]
ADULT = {
    "weight": KnownFact(59.0, "kg"),
    "height": KnownFact(165.0, "cm"),
    "sex": KnownFact("male"),
    "age": KnownFact(41.0, "a"),
    "creatinine": KnownFact(0.9, "mg/dL"),
}


def without(name: str) -> PatientFacts:
    return PatientFacts({key: value for key, value in ADULT.items() if key != name})


def with_fact(name: str, fact: KnownFact) -> PatientFacts:
    return PatientFacts({**ADULT, name: fact})


def test_creatinine_clearance_is_computed_as_the_paper_did():
    found = patient_covariates(ALGHAMDI, PatientFacts(ADULT))
    assert pytest.approx(found.values["creatinine_clearance"], abs=0.01) == 90.14
    assert {"weight", "sex", "age", "creatinine"} <= set(found.because)


def test_creatinine_in_another_unit_is_converted():
    found = patient_covariates(ALGHAMDI, with_fact("creatinine", KnownFact(79.56, "umol/L")))
    assert pytest.approx(found.values["creatinine_clearance"], abs=0.05) == 90.14


def test_no_creatinine_is_refused_by_name():
    with pytest.raises(InputError, match="needs creatinine, which is not known"):
        patient_covariates(ALGHAMDI, without("creatinine"))


def test_everything_that_is_missing_is_named_at_once():
    with pytest.raises(InputError, match="needs creatinine and weight"):
        patient_covariates(ALGHAMDI, PatientFacts({"age": KnownFact(41.0, "a"), "sex": KnownFact("male")}))


@pytest.mark.parametrize(("age", "allowed"), [(17.99, False), (18.0, True)])
def test_a_child_is_refused_by_a_model_for_adults(age: float, allowed: bool):
    patient = with_fact("age", KnownFact(age, "a"))
    if allowed:
        assert patient_covariates(ALGHAMDI, patient).age_a == age
        return
    with pytest.raises(OutsideLabel, match="the model was fitted to adults"):
        patient_covariates(ALGHAMDI, patient)


def test_an_unknown_age_is_refused():
    with pytest.raises(InputError, match="needs age"):
        patient_covariates(ALGHAMDI, without("age"))


def test_dialysis_forbids_the_model():
    with pytest.raises(OutsideLabel, match="dialysis is recorded"):
        patient_covariates(ALGHAMDI, with_fact("dialysis", KnownFact(True)))


def test_a_number_without_a_unit_is_not_used():
    with pytest.raises(InputError, match="has no unit"):
        patient_covariates(ALGHAMDI, with_fact("weight", KnownFact(59.0)))


def test_an_absurd_number_is_refused():
    with pytest.raises(InputError, match="cannot be"):
        patient_covariates(ALGHAMDI, with_fact("weight", KnownFact(-59.0, "kg")))


def test_hiv_that_is_not_recorded_is_assumed_and_said():
    found = patient_covariates(MODELS["linezolid.mockeliunas-2022"], PatientFacts(ADULT))
    assert found.values["hiv"] == 0.0
    assert any("HIV" in item.says for item in found.assumed)


def test_hiv_that_is_recorded_is_used():
    found = patient_covariates(MODELS["linezolid.mockeliunas-2022"], with_fact("hiv_infection", KnownFact(True)))
    assert found.values["hiv"] == 1.0


def test_a_medicine_list_that_is_complete_says_no():
    complete = PatientFacts(
        {**ADULT, "albumin": KnownFact(35.0, "g/L")}, frozenset({"efavirenz"}), medicines_complete=True
    )
    assert patient_covariates(MODELS["delamanid.wang-2020"], complete).values["efavirenz"] == 1.0


def test_a_weight_outside_the_population_is_a_warning():
    found = patient_covariates(MODELS["linezolid.mockeliunas-2022"], with_fact("weight", KnownFact(95.0, "kg")))
    assert any("weight 95 kg is outside the population" in warning for warning in found.warnings)


def test_a_clearance_far_from_the_population_is_a_warning():
    found = patient_covariates(ALGHAMDI, with_fact("creatinine", KnownFact(3.0, "mg/dL")))
    assert any("the model is stretched" in warning for warning in found.warnings)


def test_fat_free_mass_follows_sex():
    men = patient_covariates(MODELS["cycloserine.resendiz-galvan-2025"], PatientFacts(ADULT))
    women = patient_covariates(MODELS["cycloserine.resendiz-galvan-2025"], with_fact("sex", KnownFact("female")))
    assert men.values["fat_free_mass"] > women.values["fat_free_mass"]


@pytest.mark.parametrize(("mg", "is_refused"), [(99, True), (100, False), (300, False), (301, True), (0, False)])
def test_both_ends_of_the_doses_of_a_model_belong_to_it(mg: int, is_refused: bool):
    assert bool(dose_refusal(MODELS["delamanid.wang-2020"], {float(mg)})) is is_refused


def test_the_amounts_of_a_plan_are_those_of_its_single_doses():
    assert amounts_of(parse_dose_plan("250 mg morning + 500 mg evening")) == {250.0, 500.0}


NO_FACT = {
    "black_race", "csf_protein", "doses_without_food", "extensively_drug_resistant", "hiv_without_antiretrovirals",
    "multidrug_resistant", "nat2_5_alleles", "nat2_6_alleles", "nat2_7_alleles", "north_east_asia", "south_east_asia",
    "taking_p_glycoprotein_inhibitor",
}  # fmt: skip
"""What models ask for and no record is read for: given by hand, or assumed and said."""


def test_every_other_fact_of_a_model_is_one_that_records_are_read_for():
    rows = [row for file in MODELS.values() for row in file.covariates.values() if row.formula == "fact"]
    assert {row.fact for row in rows} - set(knowledge().facts) == NO_FACT
