import pytest

from fullcourse.adapters.fhir.read.codes import concept_of, is_well_formed, plain_code, system_name
from fullcourse.clinical.errors import InputError

LOINC = "http://loinc.org"


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


@pytest.mark.parametrize("others", [[], [{"display": "a second coding"}]])
def test_a_text_and_a_display_that_differ_are_both_names_and_one_that_is_said_twice_is_one(others: list) -> None:
    def names(text: str, display: str) -> tuple[str, ...]:
        coding = {"system": LOINC, "code": "29463-7", "display": display}
        return concept_of({"text": text, "coding": [coding, *others]}, "here").names

    more = ("a second coding",) if others else ()
    assert names("Fits", "Epilepsy") == ("Fits", "Epilepsy", *more)
    assert names("Epilepsy", "Epilepsy") == ("Epilepsy", *more)
    assert names("", "Epilepsy") == ("Epilepsy", *more)
    assert names("Fits", "") == ("Fits", *more)


@pytest.mark.parametrize(
    ("coding", "codes", "names", "others"),
    [
        ({"system": LOINC, "code": "29463-7"}, (("loinc", "29463-7"),), (), ()),
        (
            {"system": f" {LOINC} ", "code": " 29463-7 ", "display": " Weight "},
            (("loinc", "29463-7"),),
            ("Weight",),
            (),
        ),
        ({"code": "29463-7", "display": "Weight"}, (), ("Weight",), ("29463-7",)),
        ({"system": LOINC, "display": "Weight"}, (), ("Weight",), ()),
        ({"system": LOINC}, (), (), ()),
        ({"system": LOINC, "code": None, "display": None}, (), (), ()),
        ({"system": "http://snomed.info/sct", "code": 84757009}, (("snomed", "84757009"),), (), ()),
        ({}, (), (), ()),
    ],
)
def test_a_coding_says_no_more_than_what_stands_in_it(coding, codes, names, others) -> None:
    concept = concept_of({"coding": [coding]}, "here")
    assert (concept.codes, concept.names, concept.other_codes) == (codes, names, others)
    twice = concept_of({"coding": [coding, {}]}, "here")
    assert (twice.codes, twice.names, twice.other_codes) == (codes, names, others)


@pytest.mark.parametrize("code", [True, 2.5, {}])
def test_a_code_that_is_neither_text_nor_a_whole_number_is_refused_by_its_place(code: object) -> None:
    with pytest.raises(InputError, match=r"here\.coding\.code"):
        concept_of({"coding": [{"system": LOINC, "code": code}]}, "here")


@pytest.mark.parametrize(
    ("system", "code", "is_one"),
    [
        ("icd-9-cm", "345", True),
        ("icd-9-cm", "345.9", True),
        ("icd-9-cm", "3459", True),
        ("icd-9-cm", "34590", True),
        ("icd-9-cm", "345.900", False),
        ("icd-9-cm", "34", False),
        ("icd-9-cm", "V10", True),
        ("icd-9-cm", "V1011", True),
        ("icd-9-cm", "V10110", False),
        ("icd-9-cm", "E849", True),
        ("icd-9-cm", "E8490", True),
        ("icd-9-cm", "E849.0", True),
        ("icd-9-cm", "E84", False),
        ("icd-10", "G40", True),
        ("icd-10", "G409", True),
        ("icd-10", "G4O.9", False),
        ("snomed", "84757009", True),
        ("snomed", "84757008", False),
    ],
)
def test_a_code_has_the_form_of_its_system_with_or_without_the_dot(system: str, code: str, *, is_one: bool) -> None:
    assert is_well_formed(system, code) is is_one
