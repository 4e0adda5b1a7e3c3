"""One fact that speaks against a drug, alone in a patient against whom nothing else does, as a record says it."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from fullcourse.adapters.fhir.read import FhirReader
from fullcourse.clinical import InputError, Severity, Status
from fullcourse.journey.check import Checker
from fullcourse.screening.screen import Screener
from harmless import HARMLESS_MEDICINES, harmless_facts
from patients import AT, knowledge, patient
from registers import ADDRESSES, reader_of

__all__ = ["ABOUT", "Value", "bundle_of", "cases", "checker", "native", "reader"]

INTAKE = "urn:fullcourse:intake"
ABOUT = {"reference": "Patient/p"}
Value = bool | str | float


def candidates(name: str) -> Iterator[Value]:
    definition = knowledge().facts[name]
    match definition.kind:
        case "number":
            low, high = definition.plausible or (0.01, 1000.0)
            low = max(low, high / 10_000)
            for step in range(13):
                yield float(f"{low * (high / low) ** (step / 12):.3g}")
        case "choice":
            yield from definition.values
        case "history" | "state":
            yield True
            yield False


@cache
def screener() -> Screener:
    return Screener(knowledge(), knowledge().profile("us"))


def against(facts: dict[str, Value]) -> dict[str, set[str]]:
    """Return for each drug the major statements that apply and lead."""
    known = knowledge()
    person = patient(facts, HARMLESS_MEDICINES)
    return {
        drug.inn: {
            finding.id
            for finding in screener().screen(person, drug).findings
            if finding.status is Status.APPLIES and finding.leads and finding.severity >= Severity.MAJOR
        }
        for drug in known.drugs.values()
    }


@cache
def cases() -> dict[str, list[tuple[str, Value, str]]]:
    """Return for each drug the facts that speak against it alone: the fact, its value, and the statement."""
    known, harmless = knowledge(), harmless_facts()
    before = against(harmless)
    by_drug: dict[str, list[tuple[str, Value, str]]] = {drug.inn: [] for drug in known.drugs.values()}
    for name, definition in known.facts.items():
        if definition.derived or definition.kind in ("given", "date"):
            continue
        met: set[str] = set()
        for value in candidates(name):
            try:
                after = against({**harmless, name: value})
            except InputError:
                continue
            for drug, statements in after.items():
                if drug not in met and (more := sorted(statements - before[drug])):
                    met.add(drug)
                    by_drug[drug].append((name, value, more[0]))
    return by_drug


def coded(codes: Any, names: tuple[str, ...]) -> dict[str, Any] | None:
    for system, listed in codes.items():
        if listed and system in ADDRESSES:
            return {"coding": [{"system": ADDRESSES[system], "code": listed[0]}]}
    return {"text": names[0]} if names else None


def native(name: str, value: Value) -> dict[str, Any]:
    """Return the fact as a resource of its own, as its first way of being found has it; else as an answer."""
    definition = knowledge().facts[name]
    for found in definition.found:
        code = coded(found.codes, found.names)
        if code is None:
            continue
        if found.resource in ("Condition", "AllergyIntolerance") and found.codes and found.value is True is value:
            active = {"coding": [{"code": "active"}]}
            about = "patient" if found.resource == "AllergyIntolerance" else "subject"
            made = {"resourceType": found.resource, "id": "x", about: ABOUT, "clinicalStatus": active, "code": code}
            return {**made, "recordedDate": AT.isoformat()}
        if found.resource == "Observation":
            made = {"resourceType": "Observation", "id": "x", "status": "final", "subject": ABOUT, "code": code}
            made["effectiveDateTime"] = AT.isoformat()
            if definition.kind == "number":
                return {**made, "valueQuantity": quantity(definition.unit, value)}
            answer = next((answer for answer in found.answers if answer.value == value), None)
            if answer is not None and (said := coded(answer.codes, answer.names)):
                return {**made, "valueCodeableConcept": said}
    return {**form({name: value}), "id": "x"}


def quantity(unit: str, value: Value) -> dict[str, Any]:
    return {"value": value, "unit": unit, "code": unit, "system": "http://unitsofmeasure.org"}


def form(facts: dict[str, Value]) -> dict[str, Any]:
    items = []
    for name, value in facts.items():
        definition = knowledge().facts[name]
        kinds = {"number": "valueQuantity", "choice": "valueString", "date": "valueDate"}
        answer = quantity(definition.unit, value) if definition.kind == "number" else value
        items.append({"linkId": name, "answer": [{kinds.get(definition.kind, "valueBoolean"): answer}]})
    head = {"resourceType": "QuestionnaireResponse", "id": "q", "questionnaire": INTAKE, "status": "completed"}
    return {**head, "subject": ABOUT, "authored": AT.isoformat(), "item": items}


def bundle_of(name: str, *resources: dict[str, Any]) -> dict[str, Any]:
    """Return a record of a harmless patient, of whom one fact is said by these resources alone."""
    rest = {fact: value for fact, value in harmless_facts().items() if fact not in (name, "sex", "birth_date")}
    facts = {fact: value for fact, value in rest.items() if knowledge().facts[fact].kind != "given"}
    person: dict[str, Any] = {"resourceType": "Patient", "id": "p", "birthDate": "1986-01-15"}
    if name != "sex":
        person["gender"] = "male"
    taken = {"resourceType": "MedicationStatement", "id": "m", "status": "active", "subject": ABOUT}
    taken["medicationCodeableConcept"] = {"text": "pyridoxine 50 mg tablet"}
    whole = {"resourceType": "Bundle", "type": "collection"}
    whole["entry"] = [{"resource": one} for one in (person, form(facts), taken, *resources)]
    return whole


@cache
def checker() -> Checker:
    return Checker(knowledge(), knowledge().profile("us"))


@cache
def reader() -> FhirReader:
    return reader_of(knowledge())
