"""What laboratories say of the bacteria, and where the disease sits, as the shipped vocabulary finds it in FHIR."""

import json
from typing import Any

import pytest

from fullcourse.clinical.patient import Patient
from fullcourse.rules.establish import establish
from patients import AT, knowledge
from registers import reader_of

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
ICD10, ICD11 = "http://hl7.org/fhir/sid/icd-10", "http://id.who.int/icd/release/11/mms"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
SAYS = {
    "S": {"interpretation": [{"coding": [{"system": INTERPRETATION, "code": "S"}]}]},
    "R": {"interpretation": [{"coding": [{"system": INTERPRETATION, "code": "R"}]}]},
    "I": {"interpretation": [{"coding": [{"system": INTERPRETATION, "code": "I"}]}]},
    "LA resistant": {"valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA6676-6"}]}},
    "LA susceptible": {"valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA24225-7"}]}},
}


def said(words: str) -> dict[str, Any]:
    """Return what an Observation says: of the table, a SNOMED CT code, or words."""
    if words.isdigit():
        return {"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": words}]}}
    return SAYS.get(words) or {"valueCodeableConcept": {"text": words}}


def observation(code: str, words: str, on: str = "2026-11-01", **more: Any) -> dict[str, Any]:
    made = {"resourceType": "Observation", "id": f"{code}-{on}", "status": "final", "effectiveDateTime": on}
    made["subject"] = {"reference": "Patient/p"}
    return {**made, "code": {"coding": [{"system": LOINC, "code": code}]}, **said(words), **more}


def condition(system: str, code: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "Condition", "id": f"c-{code}", "subject": {"reference": "Patient/p"}}
    made["clinicalStatus"] = {"coding": [{"code": "active"}]}
    made["verificationStatus"] = {"coding": [{"code": "confirmed"}]}
    made["recordedDate"] = "2026-11-01"
    return {**made, "code": {"coding": [{"system": system, "code": code}]}, **more}


def patient(*resources: dict[str, Any]) -> Patient:
    person = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1990-01-01"}
    lines = b"\n".join(json.dumps(resource).encode() for resource in (person, *resources))
    return establish(reader_of(knowledge()).read(lines, AT), knowledge(), AT)


# What an Observation says, and the fact that it establishes. Phenotypic codes, rpoB and the disorders: WHO TB kit;
# codes by genotype and their answers: public FHIR TB resistance reports (see `codes_from` of each fact).
RESULTS = [
    ("18974-6", "S", "rifampin_susceptibility", "susceptible"),
    ("18974-6", "415345001", "rifampin_susceptibility", "resistant"),
    ("18934-0", "R", "isoniazid_susceptibility", "resistant"),
    ("18934-0", "414546009", "isoniazid_susceptibility", "resistant"),
    ("18934-0", "261665006", "isoniazid_susceptibility", None),
    ("89488-1", "LA resistant", "isoniazid_susceptibility", "resistant"),
    ("100053-8", "R", "fluoroquinolone_susceptibility", "resistant"),
    ("89487-3", "LA susceptible", "fluoroquinolone_susceptibility", "susceptible"),
    ("96112-8", "LA resistant", "moxifloxacin_susceptibility", "resistant"),
    ("20629-2", "I", "levofloxacin_susceptibility", "intermediate"),
    ("94274-8", "S", "bedaquiline_susceptibility", "susceptible"),
    ("96107-8", "LA resistant", "bedaquiline_susceptibility", "resistant"),
    ("29258-1", "R", "linezolid_susceptibility", "resistant"),
    ("23627-3", "resistant", "clofazimine_susceptibility", "resistant"),
    ("93851-4", "S", "delamanid_susceptibility", "susceptible"),
    ("93850-6", "R", "pretomanid_susceptibility", "resistant"),
    ("18860-7", "Susceptible", "amikacin_susceptibility", "susceptible"),
    ("18973-8", "R", "pyrazinamide_susceptibility", "resistant"),
    ("96114-4", "LA susceptible", "streptomycin_susceptibility", "susceptible"),
    ("89491-5", "LA resistant", "ethambutol_susceptibility", "resistant"),
    ("96110-2", "LA resistant", "ethionamide_susceptibility", "resistant"),
    ("23629-9", "S", "p_aminosalicylic_acid_susceptibility", "susceptible"),
    ("25208-0", "R", "cycloserine_susceptibility", "resistant"),
    ("103959-3", "LA susceptible", "cycloserine_susceptibility", "susceptible"),
    ("46244-0", "RIF resistance DETECTED", "rifampin_susceptibility", "resistant"),
    ("46244-0", "Not detected", "rifampin_susceptibility", "susceptible"),
    ("46244-0", "Indeterminate", "rifampin_susceptibility", None),
    ("85362-2", "Detected", "rifampin_susceptibility", None),
    ("18934-0", "no growth", "isoniazid_susceptibility", None),
]


@pytest.mark.parametrize(("code", "words", "fact", "value"), RESULTS)
def test_a_result_says_what_its_code_and_answer_say(code: str, words: str, fact: str, value: str | None) -> None:
    assert patient(observation(code, words)).facts[fact].value == value


def test_the_parts_of_a_molecular_test_speak_each_for_itself() -> None:
    parts = [("46244-0", "Detected"), ("89488-1", "LA susceptible"), ("85362-2", "Detected")]
    components = [{"code": {"coding": [{"system": LOINC, "code": code}]}, **said(words)} for code, words in parts]
    panel = observation("89876-7", "", component=components)
    del panel["valueCodeableConcept"]
    facts = patient(panel).facts
    assert facts["rifampin_susceptibility"].value == "resistant"
    assert facts["isoniazid_susceptibility"].value == "susceptible"


def test_two_results_of_one_day_that_disagree_are_unknown_and_both_are_shown() -> None:
    fact = patient(observation("18934-0", "S"), observation("89488-1", "LA resistant")).facts[
        "isoniazid_susceptibility"
    ]
    assert fact.value is None
    assert sorted(str(piece.value) for piece in fact.because) == ["resistant", "susceptible"]
    assert fact.missing == ("isoniazid_susceptibility",)


@pytest.mark.parametrize(("on", "value"), [("2026-05-26", "resistant"), ("2026-05-25", None)])
def test_a_result_holds_for_180_days(on: str, value: str | None) -> None:
    assert patient(observation("94274-8", "R", on)).facts["bedaquiline_susceptibility"].value == value


@pytest.mark.parametrize(
    ("system", "code", "resistant"),
    [
        (SNOMED, "415345001", {"rifampin"}),
        (SNOMED, "414546009", {"isoniazid"}),
        (SNOMED, "423092005", {"isoniazid", "rifampin"}),
        (SNOMED, "710106005", {"fluoroquinolone", "rifampin"}),
        (SNOMED, "414146004", {"ethambutol"}),
        (SNOMED, "415622003", {"streptomycin"}),
        (SNOMED, "154283005", set()),
    ],
)
def test_a_diagnosis_that_names_resistance_says_it_of_its_drugs(system: str, code: str, resistant: set[str]) -> None:
    facts = patient(condition(system, code)).facts
    shown = {name for name, fact in facts.items() if name.endswith("_susceptibility") and fact.value == "resistant"}
    assert shown == {f"{name}_susceptibility" for name in resistant}


def test_a_resistance_that_was_ruled_out_does_not_show_that_a_drug_works() -> None:
    refuted = condition(SNOMED, "423092005", verificationStatus={"coding": [{"code": "refuted"}]})
    assert patient(refuted).facts["isoniazid_susceptibility"].value is None


# WHO TB kit, TB.Comm.DE.103 to DE.111: nodes in the chest and miliary disease are pulmonary, the pleura is not.
SITES = [
    (ICD10, "A15.0", True, None, set()),
    (ICD10, "A15.4", True, None, {"tb_intrathoracic_node"}),
    (ICD10, "A16.3", True, None, {"tb_intrathoracic_node"}),
    (ICD10, "A19.9", True, None, {"tb_miliary"}),
    (ICD11, "1B13.1", True, None, {"tb_miliary"}),
    (SNOMED, "182159002", True, True, {"tb_miliary"}),
    (ICD10, "A15.6", None, True, {"tb_pleura"}),
    (ICD10, "A16.4", None, True, set()),
    (ICD10, "A17.0", None, True, {"tb_central_nervous_system", "tb_meningitis"}),
    (ICD10, "A18.0", None, True, {"tb_bone_or_joint"}),
    (ICD10, "A18.2", None, True, {"tb_peripheral_node"}),
    (SNOMED, "67256000", None, True, {"tb_pericardium"}),
    (ICD11, "1B12.0", None, True, set()),
]


@pytest.mark.parametrize(("system", "code", "pulmonary", "extrapulmonary", "sites"), SITES)
def test_a_diagnosis_says_where_the_disease_sits(
    system: str, code: str, pulmonary: bool | None, extrapulmonary: bool | None, sites: set[str]
) -> None:
    facts = patient(condition(system, code)).facts
    assert facts["pulmonary_tuberculosis"].value is pulmonary
    assert facts["extrapulmonary_tuberculosis"].value is extrapulmonary
    assert {name for name, fact in facts.items() if name.startswith("tb_") and fact.value is True} == sites


def test_a_tuberculosis_of_the_heart_leaves_the_pericardium_open() -> None:
    fact = patient(condition(ICD11, "1B12.0")).facts["tb_pericardium"]
    assert fact.value is None
    assert fact.because
