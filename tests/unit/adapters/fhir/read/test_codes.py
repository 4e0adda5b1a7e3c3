import pytest

from fullcourse.adapters.fhir.read.codes import concept_of, plain_code, system_name


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://snomed.info/sct", "snomed"),
        ("http://snomed.info/sct/731000124108/version/20240301", "snomed"),
        ("https://snomed.info/sct", "snomed"),
        ("http://loinc.org", "loinc"),
        ("http://loinc.org/", "loinc"),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "rxnorm"),
        ("http://www.whocc.no/atc", "atc"),
        ("https://dmd.nhs.uk", "snomed"),
        ("http://hl7.org/fhir/sid/icd-10", "icd-10"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "icd-10"),
        ("http://hl7.org/fhir/sid/icd-9-cm", "icd-9-cm"),
        ("http://id.who.int/icd/release/11/mms", "icd-11"),
        ("http://id.who.int/icd/release/11/2024-01/mms", "icd-11"),
        ("http://fdasis.nlm.nih.gov", "unii"),
        ("urn:oid:2.16.840.1.113883.6.96", "snomed"),
        ("https://example.org/codes", ""),
        ("", ""),
    ],
)
def test_a_code_system_is_known_by_its_address(address: str, name: str) -> None:
    assert system_name(address) == name


def test_icd_and_atc_codes_are_compared_without_the_dot_and_case_and_others_as_they_are() -> None:
    assert plain_code("icd-10", "g40.9") == "G409"
    assert plain_code("atc", "j04ab01") == "J04AB01"
    assert plain_code("loinc", "LA15173-0") == "LA15173-0"


def test_a_concept_keeps_known_codes_other_codes_and_every_name_once() -> None:
    concept = concept_of(
        {
            "text": "Fits",
            "coding": [
                {"system": "http://snomed.info/sct", "code": "84757009", "display": "Epilepsy"},
                {"system": "https://example.org", "code": "E1", "display": "Epilepsy"},
                {"code": "E2"},
            ],
        },
        "here",
    )
    assert concept.codes == (("snomed", "84757009"),)
    assert concept.other_codes == ("E1", "E2")
    assert concept.names == ("Fits", "Epilepsy")
    assert concept.title == "Fits"
