"""The one table of what can be searched, type by type; the CapabilityStatement is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

__all__ = ["COMMON", "PARAMETERS", "Parameter", "ParameterKind", "parameters_of"]


class ParameterKind(Enum):
    """How a parameter is read, in FHIR's words."""

    DATE = "date"
    REFERENCE = "reference"
    TOKEN = "token"  # noqa: S105 - a kind of search, no secret


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter.

    Attributes:
        name: As it stands in an address.
        kind: How it is read.
        element: Where its value stands in the resource; empty for what every resource has beside it.
        says: What it finds.
    """

    name: str
    kind: ParameterKind
    element: str
    says: str


def _patient(*names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, ParameterKind.REFERENCE, "", "Whose it is.") for name in names)


def _token(name: str, element: str, says: str) -> Parameter:
    return Parameter(name, ParameterKind.TOKEN, element, says)


def _date(name: str, says: str) -> Parameter:
    return Parameter(name, ParameterKind.DATE, "", says)


COMMON: Final = (
    _token("_id", "id", "By its id."),
    Parameter("_lastUpdated", ParameterKind.DATE, "meta.lastUpdated", "When it last changed in this service."),
)
"""What every type is searched by."""

_STATUS: Final = _token("status", "status", "By its status.")
_MEDICINE: Final = _token("code", "medicationCodeableConcept", "By a code of the drug.")
_IDENTIFIER: Final = _token("identifier", "identifier", "By the id of the event, or another identifier.")

PARAMETERS: Final[Mapping[str, tuple[Parameter, ...]]] = {
    "AdverseEvent": (
        *_patient("subject", "patient"), _token("event", "event", "By a code of what happened."),
        _date("date", "When it happened."), _IDENTIFIER,
    ),
    "AuditEvent": (*_patient("patient"), _date("date", "When it was seen or changed.")),
    "CarePlan": (
        *_patient("patient", "subject"), _STATUS, _token("intent", "intent", "By its intent."),
        _date("date", "When it holds."),
    ),
    "DetectedIssue": (
        *_patient("patient"), _token("code", "code", "By its code."), _date("identified", "When it was found."),
        _IDENTIFIER,
    ),
    "MedicationAdministration": (
        *_patient("patient", "subject"), _STATUS, _MEDICINE, _IDENTIFIER,
        _date("effective-time", "When it was taken, or was to be."),
    ),
    "MedicationDispense": (
        *_patient("patient", "subject"), _STATUS, _date("whenhandedover", "When it was handed out."), _IDENTIFIER,
    ),
    "MedicationRequest": (
        *_patient("patient", "subject"), _STATUS, _MEDICINE, _token("intent", "intent", "By its intent."),
        _date("authoredon", "When it was written down."), _IDENTIFIER,
    ),
    "MedicationStatement": (
        *_patient("patient", "subject"), _STATUS, _MEDICINE, _date("effective", "When it is taken."), _IDENTIFIER,
    ),
    "Observation": (
        *_patient("patient", "subject"), _STATUS, _token("code", "code", "By a code of what was observed."),
        _date("date", "When it was so."), _IDENTIFIER,
    ),
    "Patient": (_IDENTIFIER,),
    "Provenance": (
        *_patient("patient"), Parameter("target", ParameterKind.REFERENCE, "target", "What it is the provenance of."),
        _date("recorded", "When it was written down."),
    ),
    "QuestionnaireResponse": (*_patient("patient", "subject"), _STATUS, _date("authored", "When it was written down.")),
}  # fmt: skip
"""What each type is searched by, beside `COMMON`."""


def parameters_of(kind: str) -> Mapping[str, Parameter]:
    """Return the parameters of a type by name."""
    return {it.name: it for it in (*COMMON, *PARAMETERS[kind])}
