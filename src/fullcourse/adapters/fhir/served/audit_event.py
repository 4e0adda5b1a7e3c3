"""Writes one entry of the log of who saw or changed what as FHIR R4 AuditEvent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from fullcourse.adapters.fhir.write.course_writer import plain, time_text
from fullcourse.adapters.fhir.write.elements import Resource
from fullcourse.adapters.fhir.write.naming import Names

__all__ = ["AuditEntry", "AuditLog", "audit_event"]

_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_INTERACTION: Final = "http://hl7.org/fhir/restful-interaction"
_ROLE: Final = "urn:fullcourse:role"
_RIGHT: Final = "urn:fullcourse:right"
_OBJECT: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_REFUSED: Final = 400
_FAILED: Final = 500


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """That somebody saw or changed something of a patient.

    Attributes:
        at: When, with an offset.
        caller: Random id of the account or the program.
        roles: Of the caller.
        right: By which it was let in.
        patient: Random id.
        address: Network address from which the call came; empty where it is not known.
        reason: Why, where somebody had to say it; empty elsewhere.
        status: HTTP status of the answer.
        call_id: Number of the call.
    """

    at: datetime
    caller: str
    roles: tuple[str, ...]
    right: str
    patient: str
    address: str
    reason: str
    status: int
    call_id: str


class AuditLog(Protocol):
    """Where such entries are kept."""

    def entries(self, patient: str, since: datetime | None) -> tuple[AuditEntry, ...]:
        """Return the entries about a patient, oldest first; those since a moment where one is given."""


def audit_event(entry: AuditEntry, names: Names) -> Resource:
    """Return an entry as AuditEvent; an address of a network stands there, and no name."""
    changes = entry.right.rpartition(".")[2] in ("write", "begin")
    outcome = "0" if entry.status < _REFUSED else "4" if entry.status < _FAILED else "8"
    network: Resource = {"network": {"address": plain(entry.address), "type": "2"}} if entry.address else {}
    return {
        "resourceType": "AuditEvent",
        "id": names.id("audit", entry.call_id),
        "type": {"system": _TYPE, "code": "rest"},
        "subtype": [{"system": _INTERACTION, "code": "create" if changes else "read"}],
        "action": "C" if changes else "R",
        "recorded": time_text(entry.at),
        "outcome": outcome,
        **({"purposeOfEvent": [{"text": plain(entry.reason)}]} if entry.reason else {}),
        "agent": [
            {
                "role": [{"coding": [{"system": _ROLE, "code": plain(role)}]} for role in entry.roles],
                "who": {"identifier": {"system": "urn:fullcourse:caller", "value": plain(entry.caller)}},
                "requestor": True,
                "policy": [f"{_RIGHT}:{entry.right}"],
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
