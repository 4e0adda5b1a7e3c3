"""Prefetch templates: what a client is asked to send, made from the facts that statements on drugs need.

Nobody types them: a fact that a statement newly asks for brings its resource and its codes with it. They use only what
the specification recommends of FHIR's search: a read, a search by type with reference and token, ``_sort``, ``_count``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from fullcourse.adapters.fhir.write.elements import SYSTEMS
from fullcourse.journey.needed_facts import needed_facts
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition, Profile

__all__ = ["MEDICINES", "PATIENT", "Template", "needed_by_statements", "templates_of"]

PATIENT: Final = "patient"
"""Key of the one template without which nothing can be said."""

MEDICINES: Final = "medicationRequests"
"""Key of the orders that run: by them is told whether a drug against tuberculosis is taken."""

_SUBJECT: Final = "{{context.patientId}}"
_BY_CODE: Final = frozenset({"Observation", "Procedure", "List"})
"""Types of which a record holds far more than is needed; of the others a list is only whole when all of it is sent."""

_SORT: Final[Mapping[str, str]] = {
    "Observation": "&_sort=-date&_count=200",
    "MedicationAdministration": "&_sort=-effective-time&_count=100",
}
"""The newest first, so that what is left out by a page is the oldest."""

_WORDS: Final[Mapping[str, str]] = {
    "Patient": "the patient",
    "Condition": "problems",
    "AllergyIntolerance": "allergies",
    "Observation": "laboratory results and measurements",
    "Procedure": "procedures",
    "List": "lists that somebody reconciled",
    "MedicationRequest": "medicine orders",
    "MedicationStatement": "reported medicines",
    "MedicationAdministration": "doses given",
    "MedicationDispense": "medicines handed out",
}
_KEYS: Final[Mapping[str, str]] = {
    "Patient": PATIENT,
    "Condition": "conditions",
    "AllergyIntolerance": "allergies",
    "Observation": "observations",
    "Procedure": "procedures",
    "List": "lists",
    "MedicationRequest": MEDICINES,
    "MedicationStatement": "medicationStatements",
    "MedicationAdministration": "medicationAdministrations",
    "MedicationDispense": "medicationDispenses",
}
_INSIDE: Final[Mapping[str, str]] = {"MedicationRequest.reasonCode": "MedicationRequest"}
_OF_DOCUMENTS: Final = frozenset({"Section"})
"""Found only inside a document, which no search of resources returns."""


@dataclass(frozen=True, slots=True)
class Template:
    """One thing that a client is asked to send.

    Attributes:
        key: Its name in a call.
        resource: Type of what it brings.
        query: With the token of the patient still in it.
        words: What it holds, for people.
    """

    key: str
    resource: str
    query: str
    words: str

    @property
    def is_read(self) -> bool:
        """Return whether it is the read of one resource and no search."""
        return "?" not in self.query

    def for_patient(self, patient: str) -> str:
        """Return the query of one patient.

        Args:
            patient: FHIR id, checked.
        """
        return self.query.replace(_SUBJECT, patient)


def needed_by_statements(knowledge: Knowledge, profile: Profile) -> tuple[FactDefinition, ...]:
    """Return every fact that a statement on a drug asks for, with those that derived facts rest on."""
    nobodys_day = date(2000, 1, 1)
    groups = needed_facts(knowledge, profile, tuple(knowledge.drugs.values()), nobodys_day)
    found = {fact.id: fact for group in groups for fact in group}
    return tuple(found[name] for name in sorted(found))


def templates_of(knowledge: Knowledge, profile: Profile) -> tuple[Template, ...]:
    """Return what a client is asked to send, the patient first."""
    codes: dict[str, dict[str, dict[str, None]]] = {"Patient": {}}
    for fact in needed_by_statements(knowledge, profile):
        for way in fact.found:
            if way.resource in _OF_DOCUMENTS:
                continue
            of_type = codes.setdefault(_INSIDE.get(way.resource, way.resource), {})
            for system, listed in way.codes.items():
                of_type.setdefault(system, {}).update(dict.fromkeys(listed))
    # Statements ask what is taken, too: every kind of resource that says so by a status of its own.
    for reading in knowledge.readings.values():
        if reading.lasts is not None or any("now" in words.values() for words in reading.statuses.values()):
            codes.setdefault(reading.resource, {})
    unknown = sorted(set(codes) - set(_KEYS))
    if unknown:
        raise ValueError(f"facts are found in {', '.join(unknown)}, for which there is no template")
    return tuple(_template(resource, codes[resource]) for resource in _KEYS if resource in codes)


def _template(resource: str, codes: Mapping[str, Mapping[str, None]]) -> Template:
    key, words = _KEYS[resource], _WORDS[resource]
    if resource == "Patient":
        return Template(key, resource, f"Patient/{_SUBJECT}", words)
    query = f"{resource}?patient={_SUBJECT}"
    if resource in _BY_CODE:
        listed = [f"{SYSTEMS[system]}|{code}" for system in sorted(codes) for code in sorted(codes[system])]
        query += f"&code={','.join(listed)}"
    return Template(key, resource, query + _SORT.get(resource, ""), words)
