"""The parts of exported resources: escaped, stable, and without a code that means something else."""

import pytest
from lxml import etree

from fullcourse.adapters.fhir.write.elements import concept, drug_concept, narrative, reference, stable_id
from patients import knowledge


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a & b < c > d \"e\" 'f'", "bell\x07 and null\x00", "]]>"]
)
def test_a_narrative_is_well_formed_and_says_only_text(text, listed):
    shown = narrative([text, "second"], listed=listed)
    root = etree.fromstring(str(shown["div"]))
    assert root.tag == "{http://www.w3.org/1999/xhtml}div"
    assert {etree.QName(it).localname for it in root.iter()} <= {"div", "p", "ul", "li"}
    said = "".join(str(it) for it in root.itertext())
    assert said == "".join(letter for letter in text if letter >= " ") + "second"


def test_an_id_is_the_same_in_every_export_and_another_for_another_thing():
    assert stable_id("statement", "a.b") == stable_id("statement", "a.b")
    assert stable_id("statement", "a.b") != stable_id("drug", "a.b")


def test_a_system_with_several_codes_gives_no_coding():
    both = concept("epilepsy", {"icd-10": ("G40",), "snomed": ("84757009", "128613002"), "other": ("x",)})
    assert both == {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "G40"}], "text": "epilepsy"}
    assert concept("x") == {"text": "x"}


def test_a_drug_is_coded_as_far_as_it_is_sourced():
    assert drug_concept(knowledge().drug("cycloserine"))["coding"] == [
        {"system": "http://www.whocc.no/atc", "code": "J04AB01"},
        {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "3007"},
        {"system": "http://snomed.info/sct", "code": "387282000"},
    ]


def test_a_reference_names_the_address_of_its_entry():
    assert reference({"resourceType": "Medication", "id": "1"}) == {"reference": "urn:uuid:1", "type": "Medication"}
