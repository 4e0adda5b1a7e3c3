"""Exports what is stated about a drug as a document Bundle in the shape of an electronic product information (ePI).

The shape is that of the package leaflets published as FHIR R5 documents: a Composition with the six parts of a leaflet,
then the resources it speaks of. It is no regulator's document: it says so in its title, it is preliminary, and it does
not claim the profiles of the ePI implementation guide. What no source says (packages, authorisations, excipients) is
not there, and a part about which nothing is stated says that it is unavailable.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from fullcourse.adapters.fhir.write.clinical_use import kind_of, owner_of, statements_of
from fullcourse.adapters.fhir.write.elements import (
    SYSTEMS,
    Resource,
    cited,
    concept,
    drug_concept,
    entry,
    identifier,
    narrative,
    reference,
    stable_id,
)
from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import NotFormalised, Statement, Tells
from fullcourse.knowledge.vocabulary import DosageForm, DrugIdentity
from fullcourse.knowledge.walk import thens_of

__all__ = ["epi_bundle"]

_LEAFLET: Final = {"system": "https://spor.ema.europa.eu/rmswi/", "code": "100000155538"}
"""EMA's code of a package leaflet."""

_UNAVAILABLE: Final = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "unavailable"}]
}


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a leaflet.

    Attributes:
        title: As leaflets have it.
        loinc: Code of the matter.
        topics: Topics of told statements that belong here.
        kinds: Kinds of consequences that belong here.
        inside: Parts inside it, which come first in finding a statement's place.
    """

    title: str
    loinc: str
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    inside: tuple["_Part", ...] = ()


_PARTS: Final = (
    _Part(
        "1. What the product is and what it is used for",
        "34067-9",
        ("what it is for", "how it works", "how long until it works", "drug facts", "similar drugs", "WHO group"),
        ("indication",),
    ),
    _Part(
        "2. What you need to know before you take the product",
        "43685-7",
        ("before you start", "driving", "living with the treatment", "pregnancy and breast-feeding"),
        ("warning", "population", "caution"),
        (
            _Part("Do not take the product", "34070-3", ("who should not take it",), ("contraindication",)),
            _Part("Other medicines", "34073-7", ("what not to take with it", "food"), ("interaction",)),
        ),
    ),
    _Part(
        "3. How to take the product",
        "34068-7",
        ("how to take it", "how long it is taken", "missed dose", "overdose", "overdose for clinicians", "vitamins"),
        ("dose", "missed", "supplement"),
        (_Part("Visits and tests", "34075-2", ("visits and tests", "blood levels"), ("test",)),),
    ),
    _Part(
        "4. Possible side effects",
        "34084-4",
        ("side effects", "expected changes", "when to call", "emergency"),
        ("undesirable-effect",),
    ),
    _Part("5. How to store the product", "44425-7", ("storage",)),
    _Part("6. Contents of the pack and other information", "43678-2", ("what is in it", "reporting", "sources")),
)


def epi_bundle(drug: DrugIdentity, knowledge: Knowledge, at: date) -> tuple[Resource, tuple[Statement, ...]]:
    """Return the document of a drug, and the statements that have no place in it.

    Args:
        drug: Whose statements.
        knowledge: What the sources say.
        at: Date of the document.
    """
    moment = datetime(at.year, at.month, at.day, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    organization: Resource = {
        "resourceType": "Organization",
        "id": stable_id("organization", "fullcourse"),
        "text": narrative(["Fullcourse, a software: no regulator and no manufacturer."]),
        "identifier": [identifier("organization", "fullcourse")],
        "name": "Fullcourse (software; no regulator, no manufacturer)",
    }
    product, *others = _product(drug)
    sections, placed = _sections(drug, knowledge)
    composition: Resource = {
        "resourceType": "Composition",
        "id": stable_id("epi", f"{drug.inn}:{knowledge.digest}"),
        "language": "en",
        "identifier": [identifier("epi", drug.inn)],
        "status": "preliminary",
        "type": {"coding": [dict(_LEAFLET)], "text": "Package Leaflet"},
        "subject": [reference(product, drug.label)],
        "date": moment,
        "author": [reference(organization)],
        "title": f"NOT A REGULATORY DOCUMENT, NOT REVIEWED BY A CLINICIAN - {drug.label}",
        "section": [
            {
                "title": "B. Package Leaflet",
                "code": {"coding": [dict(_LEAFLET)], "text": "B. PACKAGE LEAFLET"},
                "text": narrative(
                    [
                        "Made by software from cited statements, in our own words.",
                        "It is not the leaflet of any product and does not replace one.",
                        f"{AnswerHead(knowledge.digest).software}, knowledge {knowledge.digest}.",
                    ],
                    status="additional",
                ),
                "section": sections,
            }
        ],
    }
    bundle: Resource = {
        "resourceType": "Bundle",
        "id": stable_id("epi-bundle", f"{drug.inn}:{knowledge.digest}"),
        "language": "en",
        "identifier": identifier("epi", f"{drug.inn}:sha256:{knowledge.digest}"),
        "type": "document",
        "timestamp": moment,
        "entry": [entry(resource) for resource in (composition, organization, product, *others)],
    }
    told = [it for it in statements_of(drug, knowledge) if not isinstance(it.body, NotFormalised)]
    return bundle, tuple(it for it in told if it.id not in placed)


def _product(drug: DrugIdentity) -> list[Resource]:
    """Return the product, then its substance, each form, and the ingredient that joins them."""
    product: Resource = {
        "resourceType": "MedicinalProductDefinition",
        "id": stable_id("product", drug.inn),
        "text": narrative([f"Any product that holds {drug.label} alone; no product of a manufacturer."]),
        "identifier": [identifier("drug", drug.inn)],
        "classification": [drug_concept(drug)],
        "name": [{"productName": drug.label}],
    }
    unii = [{"system": SYSTEMS["unii"], "value": drug.unii}] if drug.unii else []
    substance: Resource = {
        "resourceType": "SubstanceDefinition",
        "id": stable_id("substance", drug.inn),
        "text": narrative([drug.label]),
        "identifier": [*unii, identifier("drug", drug.inn)],
        "name": [{"name": drug.label}],
    }
    items: list[Resource] = []
    ingredients: list[Resource] = []
    for form in drug.forms:
        name = form.words
        definition: Resource = {
            "resourceType": "ManufacturedItemDefinition",
            "id": stable_id("form", f"{drug.inn}:{name}"),
            "text": narrative([f"{drug.label} {name}"]),
            "status": "draft",
            "name": f"{drug.label} {name}",
            "manufacturedDoseForm": concept(form.form),
        }
        items.append(definition)
        ingredients.append(_ingredient(drug, form, definition, substance))
    return [product, *items, *ingredients, substance]


def _ingredient(drug: DrugIdentity, form: DosageForm, product: Resource, substance: Resource) -> Resource:
    name = form.words
    amount = []
    if form.strength_mg is not None:
        mass = {"value": _number(form.strength_mg), **_unit("mg")}
        amount.append({"presentationRatio": {"numerator": mass, "denominator": {"value": 1}}})
    elif form.strength_mg_per_ml is not None:
        mass = {"value": _number(form.strength_mg_per_ml), **_unit("mg")}
        amount.append({"concentrationRatio": {"numerator": mass, "denominator": {"value": 1, **_unit("mL")}}})
    return {
        "resourceType": "Ingredient",
        "id": stable_id("ingredient", f"{drug.inn}:{name}"),
        "text": narrative([f"{drug.label} in {name}"]),
        "status": "draft",
        "for": [reference(product)],
        "role": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleClass", "code": "ACTIB"}]},
        "substance": {"code": {"reference": reference(substance)}, **({"strength": amount} if amount else {})},
    }


def _number(value: float) -> float:
    """Return a number as JSON writes it: whole where it is whole."""
    return int(value) if value.is_integer() else value


def _unit(code: str) -> dict[str, str]:
    return {"unit": code, "system": "http://unitsofmeasure.org", "code": code}


def _sections(drug: DrugIdentity, knowledge: Knowledge) -> tuple[list[Resource], set[str]]:
    belongs: dict[str, list[Statement]] = {}
    placed: set[str] = set()
    for statement in statements_of(drug, knowledge):
        part = _part_of(statement, _PARTS)
        if part is not None:
            belongs.setdefault(part.title, []).append(statement)
            placed.add(statement.id)
    forms = [form.words for form in drug.forms]
    return [_section(part, belongs, drug, knowledge, forms if part is _PARTS[-1] else []) for part in _PARTS], placed


def _section(
    part: _Part,
    belongs: dict[str, list[Statement]],
    drug: DrugIdentity,
    knowledge: Knowledge,
    first: Sequence[str] = (),
) -> Resource:
    lines = [*first, *(f"{_plain(it, drug, knowledge)} ({cited(it, knowledge)})" for it in belongs.get(part.title, ()))]
    inside = [_section(inner, belongs, drug, knowledge) for inner in part.inside]
    section: Resource = {
        "title": part.title,
        "code": {"coding": [{"system": SYSTEMS["loinc"], "code": part.loinc}], "text": part.title},
        "text": narrative(lines or ["unavailable"], status="additional", listed=bool(lines)),
    }
    if not lines and not inside:
        section["emptyReason"] = _UNAVAILABLE
    if inside:
        section["section"] = inside
    return section


def _part_of(statement: Statement, parts: Iterable[_Part]) -> _Part | None:
    for part in parts:
        inner = _part_of(statement, part.inside)
        if inner is not None:
            return inner
        if isinstance(statement.body, Tells):
            if statement.body.topic in part.topics:
                return part
        elif set(_kinds(statement)) & set(part.kinds):
            return part
    return None


def _kinds(statement: Statement) -> list[str]:
    use = kind_of(statement)
    if use is not None:
        return [use]
    kinds = [then.kind for then in thens_of(statement.body)]
    return kinds or ([] if isinstance(statement.body, NotFormalised) else ["dose"])


def _plain(statement: Statement, drug: DrugIdentity, knowledge: Knowledge) -> str:
    owner = owner_of(statement, knowledge)
    beside = "" if owner is None or owner.inn == drug.inn else f"{owner.label}, taken with it: "
    return f"{beside}{statement.patient or statement.says}"
