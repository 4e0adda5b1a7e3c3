"""Which facts the shipped vocabulary finds in entries about allergies: every member of a class, and every excipient."""

from datetime import date
from typing import Any

import pytest

from fhir_records import ABOUT, ICD10, SNOMED, bundle, coded
from fullcourse.clinical.patient import Record
from patients import knowledge
from registers import reader_of

READER = reader_of(knowledge())
AT = date(2024, 5, 10)


def read(kind: str, code: dict[str, Any]) -> Record:
    return READER.read(bundle({"resourceType": kind, "id": "a", "code": code, "patient": ABOUT, "subject": ABOUT}), AT)


@pytest.mark.parametrize(
    ("name", "fact", "standing"),
    [
        ("cefodizime", "beta_lactam_anaphylaxis", "unsure"),
        ("cefotiam", "beta_lactam_anaphylaxis", "unsure"),
        ("cefmetazole", "beta_lactam_anaphylaxis", "unsure"),
        ("latamoxef", "beta_lactam_anaphylaxis", "unsure"),
        ("biapenem", "beta_lactam_anaphylaxis", "unsure"),
        ("clavulanic acid", "beta_lactam_anaphylaxis", "unsure"),
        ("tazobactam", "beta_lactam_anaphylaxis", "unsure"),
        ("tosufloxacin", "allergy_fluoroquinolone", "stated"),
        ("pipemidic acid", "allergy_fluoroquinolone", "stated"),
        ("micronomicin", "allergy_aminoglycoside", "stated"),
        ("ternidazole", "allergy_nitroimidazole", "stated"),
        ("rifamide", "allergy_rifamycin", "stated"),
        ("pasiniazid", "allergy_isoniazid", "unsure"),
        ("pasiniazid", "allergy_aminosalicylic_acid", "stated"),
        ("ferric oxide", "allergy_cycloserine_excipient", "stated"),
        ("indigo carmine", "allergy_terizidone_excipient", "stated"),
        ("copovidone", "allergy_terizidone_excipient", "stated"),
        ("hypromellose", "allergy_delamanid", "unsure"),
        ("soybean oil", "allergy_clofazimine", "unsure"),
    ],
)
def test_a_member_of_a_class_and_an_excipient_reach_their_fact(name: str, fact: str, standing: str) -> None:
    pieces = read("AllergyIntolerance", {"text": name}).evidence.get(fact, ())
    assert [piece.standing.value for piece in pieces] == [standing]


@pytest.mark.parametrize(
    ("kind", "system", "code", "fact"),
    [
        ("AllergyIntolerance", SNOMED, "294539007", "beta_lactam_anaphylaxis"),
        ("Condition", SNOMED, "294539007", "beta_lactam_anaphylaxis"),
        ("AllergyIntolerance", SNOMED, "860775000", "allergy_nitroimidazole"),
        ("AllergyIntolerance", SNOMED, "294335000", "allergy_delamanid"),
        ("AllergyIntolerance", SNOMED, "294320001", "allergy_clofazimine"),
        ("AllergyIntolerance", SNOMED, "293665008", "allergy_cycloserine_excipient"),
        ("Condition", ICD10, "H66.1", "hearing_loss"),
        ("Condition", ICD10, "H65.3", "hearing_loss"),
    ],
)
def test_a_code_that_leaves_a_fact_open_has_it_asked(kind: str, system: str, code: str, fact: str) -> None:
    pieces = read(kind, coded(system, code)).evidence.get(fact, ())
    assert [piece.standing.value for piece in pieces] == ["unsure"]


@pytest.mark.parametrize("code", ["H66.0", "H65.0"])
def test_an_acute_infection_of_the_middle_ear_says_nothing_of_hearing(code: str) -> None:
    assert "hearing_loss" not in read("Condition", coded(ICD10, code)).evidence
