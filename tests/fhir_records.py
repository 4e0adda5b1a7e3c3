"""Small FHIR records and a small vocabulary for the tests of the record reader."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import fullcourse
from fullcourse.adapters.fhir.read import FhirReader
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.errors import Fault
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.patient import Record
from fullcourse.knowledge.read_vocabulary import read_resource
from fullcourse.knowledge.vocabulary import Answer, FactDefinition, Found, OtherMatter, ResourceReading

DATA = Path(__file__).parent / "data"
ABOUT = {"reference": "Patient/p"}
PATIENT: dict[str, Any] = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1984-03-09"}
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
ICD10, RXNORM = "http://hl7.org/fhir/sid/icd-10", "http://www.nlm.nih.gov/research/umls/rxnorm"
ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
UCUM = "http://unitsofmeasure.org"


def fact(name: str, kind: str, *found: Found, **more: Any) -> FactDefinition:
    """Return a fact with nothing but what a test needs."""
    return FactDefinition(
        id=name,
        kind=kind,
        label=more.get("label", name.replace("_", " ")),
        plain=name,
        unit=more.get("unit", ""),
        plausible=more.get("plausible"),
        valid_days=None,
        listed_in=more.get("listed_in", ""),
        derived=more.get("derived", ""),
        molar_mass_g_per_mol=more.get("molar_mass"),
        values=more.get("values", ()),
        never_when=(),
        found=found,
        codes_from="",
        ask_patient="",
        ask_clinician="",
        ask_group="",
    )


FACTS: tuple[FactDefinition, ...] = (
    fact("birth_date", "date", Found("Patient", {}, field="birthDate")),
    fact("sex", "choice", Found("Patient", {}, field="gender"), values=("female", "male")),
    fact(
        "epilepsy",
        "history",
        Found("Condition", {"icd-10": ("G40",), "snomed": ("84757009", "128613002")}, ("epilepsy",)),
        Found("Condition", {"snomed": ("703151001",)}, value="unsure"),
        listed_in="problems",
    ),
    fact("depression", "history", Found("Condition", {"snomed": ("35489007",)}, ("depression",))),
    fact(
        "severe_anxiety",
        "history",
        Found("Condition", {"icd-10": ("F41.0",)}),
        Found("Condition", {"icd-10": ("F41",)}, value="unsure"),
    ),
    fact(
        "pregnant",
        "state",
        Found("Condition", {"snomed": ("77386006",)}, ("pregnant",)),
        Found(
            "Observation",
            {"loinc": ("82810-3",)},
            answers=(
                Answer(True, {"snomed": ("77386006",)}, ("pregnant",)),
                Answer(False, {"snomed": ("60001007",)}, ("not pregnant",)),
                Answer("unsure", {"loinc": ("LA4489-6",)}, ("unknown",)),
            ),
        ),
    ),
    fact("dialysis", "state", Found("Procedure", {"snomed": ("265764009",)}, ("haemodialysis", "hemodialysis"))),
    fact("pulmonary_tuberculosis", "state", Found("MedicationRequest.reasonCode", {"icd-10": ("A15",)})),
    fact(
        "viral_infection_as_reason",
        "state",
        Found("MedicationRequest.reasonCode", {"icd-10": ("J10",)}, ingredients=("cycloserine",)),
    ),
    fact(
        "problems_complete",
        "state",
        Found("Section", {"loinc": ("11450-4", "11348-0")}, value="unsure"),
        Found("List", {"loinc": ("11450-4",)}),
        Found("Condition", {"absent-unknown": ("no-known-problems",)}),
    ),
    fact(
        "medicines_complete",
        "state",
        Found("Section", {"loinc": ("10160-0",), "absent-unknown": ("no-known-medications",)}),
        Found("List", {"loinc": ("10160-0",)}),
    ),
    fact(
        "allergies_complete",
        "state",
        Found("Section", {"loinc": ("48765-2",)}),
        Found("List", {"loinc": ("48765-2",)}),
        Found(
            "AllergyIntolerance",
            {"absent-unknown": ("no-known-allergies",), "snomed": ("716186003",)},
            ("no known allergies",),
        ),
    ),
    fact(
        "allergy_cycloserine",
        "history",
        Found("AllergyIntolerance", {"rxnorm": ("3007",)}, ("cycloserine",), ("cycloserine",)),
    ),
    fact("weight", "number", Found("Observation", {"loinc": ("29463-7",)}), unit="kg", plausible=(0.2, 650.0)),
    fact(
        "creatinine",
        "number",
        Found("Observation", {"loinc": ("2160-0", "14682-9")}),
        unit="mg/dL",
        plausible=(0.05, 60.0),
        molar_mass=113.12,
    ),
    fact("heart_rate", "number", Found("Observation", {"loinc": ("8867-4",)}), unit="/min"),
    fact(
        "cycloserine_susceptibility",
        "choice",
        Found(
            "Observation",
            {"loinc": ("103959-3",)},
            answers=(
                Answer("susceptible", {}, ("susceptible", "s")),
                Answer("resistant", {"loinc": ("LA6676-6",)}, ("resistant", "r")),
            ),
        ),
        values=("susceptible", "resistant"),
    ),
    fact("age", "number", unit="a", derived="age"),
    fact("treatment_day", "given"),
)


def readings() -> Sequence[ResourceReading]:
    """Return how resources are read, from the file that ships."""
    path = Path(fullcourse.__file__).parent / "knowledge" / "facts" / "records.toml"
    faults: list[Fault] = []
    read = [read_resource(row, path.name, faults) for row in tomllib.loads(path.read_text("utf-8"))["resource"]]
    assert faults == []
    return read


OTHER_MATTERS = (
    OtherMatter("high_blood_pressure", "high blood pressure", "Condition", {"snomed": ("38341003",)}, "s"),
    OtherMatter("ears", "infections of the ear", "Condition", {"icd-10": ("H66", "F41.8")}, "s"),
    OtherMatter("cats", "allergy to cats", "AllergyIntolerance", {"snomed": ("232346004",)}, "s"),
)
READER = FhirReader(FACTS, readings(), recognise, other_matters=OTHER_MATTERS)


def coded(system: str, code: str, display: str = "", text: str = "") -> dict[str, Any]:
    """Return a CodeableConcept."""
    coding = {"system": system, "code": code, **({"display": display} if display else {})}
    return {"coding": [coding], **({"text": text} if text else {})}


def bundle(*resources: Mapping[str, Any], kind: str = "collection", patient: Mapping[str, Any] | None = None) -> bytes:
    """Return a Bundle of a patient and these resources."""
    everything = [PATIENT if patient is None else patient, *resources]
    return json.dumps(
        {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in everything]}
    ).encode()


def read(*resources: Mapping[str, Any], at: date | None = None, patient: Mapping[str, Any] | None = None) -> Record:
    """Read a Bundle of a patient and these resources."""
    return READER.read(bundle(*resources, patient=patient), at)


def condition(code: Mapping[str, Any], status: str = "active", **more: Any) -> dict[str, Any]:
    """Return a confirmed Condition."""
    return {
        "resourceType": "Condition",
        "id": "c",
        "clinicalStatus": {"coding": [{"code": status}]},
        "code": dict(code),
        "subject": ABOUT,
        "recordedDate": "2024-05-01",
        **more,
    }


def observation(code: str, **more: Any) -> dict[str, Any]:
    """Return a final Observation with a LOINC code."""
    return {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": coded(LOINC, code),
        "subject": ABOUT,
        "effectiveDateTime": "2024-05-01",
        **more,
    }


def order(code: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return an active order of a medicine."""
    product = {} if code is None else {"medicationCodeableConcept": dict(code)}
    return {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "intent": "order",
        "subject": ABOUT,
        "authoredOn": "2024-05-01",
        **product,
        **more,
    }


def only(record: Record, name: str) -> Evidence:
    """Return the one piece of evidence of a fact."""
    (piece,) = record.evidence[name]
    return piece


def unused(record: Record) -> dict[str, int]:
    """Return what was not used, by kind and reason."""
    return {f"{one.what}: {one.why}": one.count for one in record.not_used}
