"""Calls of CDS Hooks about a synthetic patient, in few words; and one answerer for all tests."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from fullcourse.adapters.cds_hooks.hooks import CdsHooks
from fullcourse.adapters.cds_hooks.reading.request import Hook
from fullcourse.adapters.knowledge_cache import load_knowledge

__all__ = [
    "INSTANCE", "NOW", "PATIENT", "allergy", "answered", "bundle", "call", "condition", "hooks", "observation", "order",
    "sent",
]  # fmt: skip

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
PATIENT: dict[str, Any] = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1980-02-03"}
SUBJECT = {"reference": "Patient/p1"}
KEYS = {
    "Condition": "conditions", "AllergyIntolerance": "allergies", "Observation": "observations",
    "Procedure": "procedures", "List": "lists", "MedicationRequest": "medicationRequests",
    "MedicationStatement": "medicationStatements", "MedicationAdministration": "medicationAdministrations",
    "MedicationDispense": "medicationDispenses",
}  # fmt: skip
SNOMED, LOINC, UCUM = "http://snomed.info/sct", "http://loinc.org", "http://unitsofmeasure.org"


@cache
def hooks() -> CdsHooks:
    """Return what answers, by the sources that lead in the United States, keeping nothing."""
    knowledge = load_knowledge()
    return CdsHooks(knowledge, knowledge.profile("us"))


def order(name: str, number: str, *, status: str = "active", mg: float = 0.0, times: int = 1, **more: Any) -> Any:
    """Return a MedicationRequest by the name of its medicine; a dose in mg as often a day where one is given."""
    dosage: dict[str, Any] = {}
    if mg:
        quantity = {"value": mg, "unit": "mg", "system": UCUM, "code": "mg"}
        repeat = {"frequency": times, "period": 1, "periodUnit": "d"}
        dosage["dosageInstruction"] = [{"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": quantity}]}]
    named = {"medicationCodeableConcept": {"text": name}} if name else {}
    return {
        "resourceType": "MedicationRequest", "id": number, "status": status, "intent": "order", **named,
        "subject": SUBJECT, **({"authoredOn": "2026-11-01"} if status != "draft" else {}), **dosage, **more,
    }  # fmt: skip


def condition(code: str, name: str, number: str = "c1") -> Any:
    """Return an active, confirmed problem."""
    return {
        "resourceType": "Condition", "id": number, "subject": SUBJECT, "recordedDate": "2026-10-01",
        "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"coding": [{"system": SNOMED, "code": code, "display": name}], "text": name},
    }  # fmt: skip


def observation(code: str, name: str, value: float, unit: str, number: str) -> Any:
    """Return a final result of ten days ago."""
    return {
        "resourceType": "Observation", "id": number, "status": "final", "subject": SUBJECT,
        "effectiveDateTime": "2026-11-20T08:00:00Z",
        "code": {"coding": [{"system": LOINC, "code": code, "display": name}], "text": name},
        "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
    }  # fmt: skip


def allergy(code: str, name: str, number: str = "a1") -> Any:
    """Return an active allergy."""
    return {
        "resourceType": "AllergyIntolerance", "id": number, "patient": SUBJECT, "recordedDate": "2026-10-01",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"coding": [{"system": SNOMED, "code": code, "display": name}], "text": name},
    }  # fmt: skip


def bundle(*resources: Any, **more: Any) -> dict[str, Any]:
    """Return the answer to a search."""
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(resources), "entry": entries, **more}


def sent(*resources: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a whole prefetch: the patient, what is given, and null for every other key but those left out."""
    prefetch: dict[str, Any] = {"patient": PATIENT, **dict.fromkeys(KEYS.values())}
    for resource in resources:
        key = KEYS[resource["resourceType"]]
        held = [it["resource"] for it in (prefetch[key] or {"entry": []})["entry"]]
        prefetch[key] = bundle(*held, resource)
    return {key: value for key, value in prefetch.items() if key not in without}


def call(
    hook: str = "order-sign",
    drafts: tuple[Any, ...] = (),
    prefetch: dict[str, Any] | None = None,
    selections: tuple[str, ...] = (),
    **more: Any,
) -> dict[str, Any]:
    """Return a call; an order of a tuple is a draft."""
    context: dict[str, Any] = {"userId": "Practitioner/nurse-7", "patientId": "p1"}
    if hook != "patient-view":
        context["draftOrders"] = {"resourceType": "Bundle", "entry": [{"resource": draft} for draft in drafts]}
    if hook == "order-select":
        context["selections"] = list(selections or (f"{it['resourceType']}/{it['id']}" for it in drafts))
    asked = {"hook": hook, "hookInstance": INSTANCE, "context": context, **more}
    return asked if prefetch is None else {**asked, "prefetch": prefetch}


def answered(asked: dict[str, Any], answering: CdsHooks | None = None, client: str = "") -> list[dict[str, Any]]:
    """Return the cards of a call."""
    answer = (answering or hooks()).answer(asked, Hook(asked["hook"]), NOW, client)
    cards: Any = answer["cards"]
    return list(cards)
