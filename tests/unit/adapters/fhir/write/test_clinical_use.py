"""Each statement becomes the resource that it is, or is counted as left out; nothing is bent to fit."""

import pytest

from fullcourse.adapters.fhir.write.clinical_use import clinical_use_bundle, kind_of, statements_of
from patients import knowledge
from small_knowledge import small, statement

KINDS = {"contraindication", "indication", "interaction", "undesirable-effect", "warning"}


def definitions(name: str) -> dict[str, dict]:
    bundle, _ = clinical_use_bundle(knowledge().drug(name), knowledge())
    resources = [entry["resource"] for entry in bundle["entry"]]
    return {it["identifier"][0]["value"]: it for it in resources if it["resourceType"] == "ClinicalUseDefinition"}


@pytest.mark.parametrize(
    ("then", "kind"),
    [
        ('{ finding = "contraindication", severity = "contraindicated" }', "contraindication"),
        ('{ finding = "population", severity = "contraindicated" }', "contraindication"),
        ('{ finding = "population", severity = "moderate" }', "warning"),
        ('{ finding = "caution", severity = "moderate" }', "warning"),
        ('{ finding = "indication", severity = "info" }', "indication"),
        ('{ finding = "indication", severity = "major" }', "warning"),
        ('{ finding = "interaction", severity = "contraindicated" }', "interaction"),
        ('{ finding = "duplicate", severity = "contraindicated" }', "interaction"),
        ('{ finding = "company", severity = "contraindicated" }', "warning"),
        ('{ action = "stop_and_review", severity = "major" }', "warning"),
        ('{ test = "blood count", every_days = 7 }', None),
        ("{ dose = [{ mg = 250 }] }", None),
    ],
)
def test_the_kind_of_a_statement_makes_the_type_of_the_resource(then, kind):
    known = small(statement(f'when = [{{ fact = "fits", is = true }}]\nthen = {then}'))
    (only,) = known.statements.values()
    assert kind_of(only) == kind


@pytest.mark.parametrize(("topic", "kind"), [("side effects", "undesirable-effect"), ("storage", None)])
def test_told_side_effects_are_undesirable_effects_and_other_topics_are_left_out(topic, kind):
    (only,) = small(statement(f'tells = "{topic}"')).statements.values()
    assert kind_of(only) == kind


def test_every_statement_is_exported_once_or_left_out():
    for drug in knowledge().drugs.values():
        bundle, left_out = clinical_use_bundle(drug, knowledge())
        names = [entry["resource"]["identifier"][0]["value"] for entry in bundle["entry"][1:]]
        assert len(names) == len(set(names))
        assert {*names, *(it.id for it in left_out)} == {it.id for it in statements_of(drug, knowledge())}


def test_a_contraindication_has_its_codes_its_source_and_is_a_draft():
    found = definitions("cycloserine")["cycloserine.contraindication.epilepsy"]
    assert found["type"] == "contraindication"
    assert found["status"]["coding"][0]["code"] == "draft"
    assert found["contraindication"]["diseaseSymptomProcedure"]["concept"]["text"] == "epilepsy"
    assert "34070-3 Contraindications" in found["text"]["div"]
    assert "unreviewed" in found["text"]["div"]


def test_an_interaction_names_the_other_drug_with_its_codes():
    found = definitions("cycloserine")["cycloserine.interaction.isoniazid"]
    (other,) = found["interaction"]["interactant"]
    assert other["itemCodeableConcept"]["text"] == knowledge().drug("isoniazid").label
    assert {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "6038"} in other["itemCodeableConcept"][
        "coding"
    ]


def test_a_pair_that_stands_in_the_other_drugs_file_is_exported_too():
    found = definitions("clofazimine")["bedaquiline.interaction.clofazimine"]
    (other,) = found["interaction"]["interactant"]
    assert other["itemCodeableConcept"]["text"] == "Bedaquiline"
    assert "Stated of Bedaquiline." in found["text"]["div"]
    assert found["id"] != definitions("bedaquiline")["bedaquiline.interaction.clofazimine"]["id"]


def test_every_resource_speaks_of_the_drug_and_every_reference_is_in_the_bundle():
    for drug in knowledge().drugs.values():
        bundle, _ = clinical_use_bundle(drug, knowledge())
        addresses = [entry["fullUrl"] for entry in bundle["entry"]]
        assert len(addresses) == len(set(addresses))
        for entry in bundle["entry"][1:]:
            assert entry["resource"]["type"] in KINDS
            assert [it["reference"] for it in entry["resource"]["subject"]] == [addresses[0]]
