"""The document of a drug: six parts of a leaflet, every word cited, and nothing that claims to be a regulator's."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from fullcourse.adapters.fhir.write.clinical_use import statements_of
from fullcourse.adapters.fhir.write.epi import epi_bundle
from fullcourse.knowledge.statements import NotFormalised
from patients import knowledge
from small_knowledge import small

AT = date(2026, 11, 22)
ELSEWHERE = os.environ.get("FULLCOURSE_TESTDATA", "")


def document(name: str) -> dict:
    return epi_bundle(knowledge().drug(name), knowledge(), AT)[0]


def walk(sections):
    for item in sections:
        yield item
        yield from walk(item.get("section", []))


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_it_is_a_document_with_its_composition_first():
    bundle = document("cycloserine")
    assert bundle["type"] == "document"
    assert bundle["timestamp"] == "2026-11-22T00:00:00Z"
    assert bundle["identifier"]["system"]
    assert bundle["identifier"]["value"]
    assert [entry["resource"]["resourceType"] for entry in bundle["entry"]] == [
        "Composition", "Organization", "MedicinalProductDefinition", "ManufacturedItemDefinition",
        "ManufacturedItemDefinition", "Ingredient", "Ingredient", "SubstanceDefinition",
    ]  # fmt: skip


def test_it_says_that_it_is_no_regulators_document_and_is_not_reviewed():
    composition = document("cycloserine")["entry"][0]["resource"]
    assert composition["status"] == "preliminary"
    assert composition["title"].startswith("NOT A REGULATORY DOCUMENT, NOT REVIEWED BY A CLINICIAN")
    assert "attester" not in composition
    assert not any("meta" in entry["resource"] for entry in document("cycloserine")["entry"])


def test_a_leaflet_has_its_six_parts_each_with_a_code():
    (leaflet,) = document("cycloserine")["entry"][0]["resource"]["section"]
    assert [part["title"][:2] for part in leaflet["section"]] == ["1.", "2.", "3.", "4.", "5.", "6."]
    for part in walk(leaflet["section"]):
        assert part["code"]["coding"][0]["system"] == "http://loinc.org"
        assert part["text"]["div"].startswith('<div xmlns="http://www.w3.org/1999/xhtml">')


@pytest.mark.parametrize("name", sorted(knowledge().drugs))
def test_every_reference_is_in_the_document_and_every_address_stands_once(name):
    bundle = document(name)
    addresses = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(addresses) == len(set(addresses))
    assert set(references(bundle)) <= set(addresses)


@pytest.mark.parametrize("name", sorted(knowledge().drugs))
def test_every_contraindication_and_pair_stands_in_the_leaflet(name):
    drug = knowledge().drug(name)
    _, left_out = epi_bundle(drug, knowledge(), AT)
    told = {it.id for it in left_out}
    kinds = {"contraindication", "interaction", "duplicate", "caution", "population"}
    to_stand = {
        statement.id
        for statement in statements_of(drug, knowledge())
        if not isinstance(statement.body, NotFormalised) and statement.id.split(".")[1] in kinds
    }
    assert to_stand
    assert not to_stand & told


def test_a_part_about_which_nothing_is_stated_says_so():
    known = small('[drug]\ninn = "exampline"\nlabel = "Exampline"\n')
    bundle, _ = epi_bundle(known.drug("exampline"), known, AT)
    (leaflet,) = bundle["entry"][0]["resource"]["section"]
    parts = [part for part in walk(leaflet["section"]) if not part.get("section")]
    assert parts
    for part in parts:
        assert part["emptyReason"]["coding"][0]["code"] == "unavailable"
        assert "unavailable" in part["text"]["div"]


def keys(value, path=""):
    """Yield the path of every element, lists passed through."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}.{name}"
            yield from keys(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner, path)


OURS_ALONE = {
    "MedicinalProductDefinition.classification": "a drug is known by its codes, a product by its package code",
    "ManufacturedItemDefinition.name": "there is no identifier of a product",
}


@pytest.mark.skipif(not ELSEWHERE, reason="FULLCOURSE_TESTDATA names no folder with the published document")
def test_it_has_the_shape_of_a_published_document():
    path = Path(ELSEWHERE) / "epi" / "AllopurinolTabletLabelBundlespl-transformed.json"
    published = json.loads(path.read_text("utf-8"))
    ours = document("cycloserine")
    assert set(ours) == set(published)
    assert published["entry"][0]["resource"]["resourceType"] == "Composition"
    known: dict[str, set[str]] = {}
    for entry in published["entry"]:
        kind = entry["resource"]["resourceType"]
        known.setdefault(kind, set()).update(it.split(".")[1] for it in keys(entry["resource"]))
    for entry in ours["entry"]:
        kind = entry["resource"]["resourceType"]
        assert kind in known
        extra = {name for name in entry["resource"] if name not in known[kind]}
        assert {f"{kind}.{name}" for name in extra} <= set(OURS_ALONE)
    leaflet = published["entry"][0]["resource"]["section"][0]
    (own,) = ours["entry"][0]["resource"]["section"]
    assert own["title"] == leaflet["title"]
    assert own["code"] == leaflet["code"]
    titles = [part["title"] for part in leaflet["section"] if part["title"][0].isdigit()]
    assert [part["title"] for part in own["section"]] == titles


def test_a_strength_by_volume_is_a_concentration_and_one_by_piece_is_not():
    def strengths(name: str) -> list[dict]:
        found = [entry["resource"] for entry in document(name)["entry"]]
        return [one for it in found if it["resourceType"] == "Ingredient" for one in it["substance"]["strength"]]

    (by_volume,) = strengths("amikacin")
    assert by_volume["concentrationRatio"]["numerator"]["value"] == 250
    assert by_volume["concentrationRatio"]["denominator"]["code"] == "mL"
    assert all(set(one) == {"presentationRatio"} for one in strengths("bedaquiline"))
