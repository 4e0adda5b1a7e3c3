"""Writes one entry of the log of who saw or changed what as FHIR R4 AuditEvent."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from fullcourse.adapters.fhir.served.resource import Served, served
from fullcourse.adapters.fhir.write.course_writer import plain, time_text
from fullcourse.adapters.fhir.write.elements import Resource
from fullcourse.adapters.fhir.write.naming import Names, ServerNames

if TYPE_CHECKING:
    from fullcourse.adapters.access.audit.entry import AuditEntry  # it needs a database

__all__ = ["audit_event", "audit_served"]

_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_INTERACTION: Final = "http://hl7.org/fhir/restful-interaction"
_ROLE: Final = "urn:fullcourse:role"
_RIGHT: Final = "urn:fullcourse:right"
_OBJECT: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_CHANGES: Final = frozenset(("write", "begin", "change", "placed", "transfer", "consent"))
"""Last parts of the names of rights by which a course is changed."""
_REFUSED: Final = 400
_FAILED: Final = 500


def audit_served(entries: Iterable["AuditEntry"], patient: str) -> list[Served]:
    """Return the entries about a patient as resources; also of a course that was erased.

    Args:
        entries: Of the audit, about this patient alone.
        patient: Random id, with which ids of FHIR can be made.
    """
    names = ServerNames(patient)
    return [served(audit_event(it, names), it.at, it.at, it.at + timedelta(microseconds=1)) for it in entries]


def audit_event(entry: "AuditEntry", names: Names) -> Resource:
    """Return an entry as AuditEvent; an address of a network stands there, and no name."""
    changes = entry.did.rpartition(".")[2] in _CHANGES
    outcome = "0" if entry.status < _REFUSED else "4" if entry.status < _FAILED else "8"
    network: Resource = {"network": {"address": plain(entry.where), "type": "2"}} if entry.where else {}
    return {
        "resourceType": "AuditEvent",
        "id": names.id("audit", str(entry.seq)),
        "type": {"system": _TYPE, "code": "rest"},
        "subtype": [{"system": _INTERACTION, "code": "create" if changes else "read"}],
        "action": "C" if changes else "R",
        "recorded": time_text(entry.at),
        "outcome": outcome,
        **({"purposeOfEvent": [{"text": plain(entry.why)}]} if entry.why else {}),
        "agent": [
            {
                "role": [{"coding": [{"system": _ROLE, "code": plain(role)}]} for role in entry.roles],
                "who": {"identifier": {"system": "urn:fullcourse:caller", "value": plain(entry.account)}},
                "requestor": True,
                "policy": [f"{_RIGHT}:{plain(entry.did)}"],
                **network,
            }
        ],
        "source": {"observer": {"display": "fullcourse"}},
        "entity": [
            {
                "what": names.reference({"resourceType": "Patient", "id": names.id("patient", entry.patient)}),
                "type": {"system": _OBJECT, "code": "1"},
            }
        ],
    }
