"""One resource as events of a course: by its type, or taken back where it was entered in error."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fullcourse.adapters.fhir.read.elements import Element, child, text
from fullcourse.adapters.fhir.served.symptoms import response_name
from fullcourse.adapters.fhir.taken.doses import read_administration, read_statement
from fullcourse.adapters.fhir.taken.observations import read_adverse_event, read_observation, read_questionnaire
from fullcourse.adapters.fhir.taken.taking import Draft, Taking
from fullcourse.adapters.fhir.write.naming import ServerNames, patient_of_id
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DOSE_BODIES, Note, Result, ResultInWords, Retracted, Symptom

__all__ = ["TAKEN_TYPES", "AnotherPatient", "Clash", "TakenIn", "patient_named", "take_in"]

_READERS: Final[Mapping[str, Callable[[Element, Taking], list[Draft]]]] = {
    "AdverseEvent": read_adverse_event,
    "MedicationAdministration": read_administration,
    "MedicationStatement": read_statement,
    "Observation": read_observation,
    "QuestionnaireResponse": read_questionnaire,
}
TAKEN_TYPES: Final = tuple(_READERS)
"""The types that are taken in."""

_DOSES: Final = frozenset((*(body.kind for body in DOSE_BODIES), Note.kind))
_KINDS: Final = {
    "MedicationAdministration": _DOSES,
    "MedicationStatement": _DOSES,
    "Observation": frozenset((Result.kind, ResultInWords.kind, Symptom.kind, Note.kind)),
    "QuestionnaireResponse": frozenset((Symptom.kind, Note.kind)),
}
"""The kinds of events that a resource of a type can take back; an AdverseEvent has no status, and takes back none."""

_SERVED_AS: Final = {"MedicationStatement": "MedicationAdministration"}
"""What a resource of a type is read back as, where that is another."""

_PATIENT: Final = re.compile(r"(?:(?P<base>https?://.+)/)?Patient/(?P<id>[A-Za-z0-9.-]{1,64})")
_OURS: Final = re.compile(r"(?:.*/)?(?P<kind>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9.-]{1,64})(?:/_history/.*)?")


class Clash(InputError):
    """Something else was taken in under the same identifier."""


class AnotherPatient(InputError):
    """It refers to what is another patient's, or nobody's: nobody can tell which."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a resource comes to.

    Attributes:
        location: Type and id under which it is read back.
        events: All that it says.
        new: Those of them that are not kept yet.
    """

    location: str
    events: tuple[Event, ...]
    new: tuple[Event, ...]


def patient_named(resource: object, base: str) -> str:
    """Return the random id of the patient whom a resource is about.

    Args:
        resource: As it came.
        base: Address of the service's FHIR.

    Raises:
        InputError: It is of a type that is not taken in, or names nobody of this service.
    """
    if not isinstance(resource, dict):
        raise InputError("it is no resource. Send an object with a resourceType.")
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or kind not in _READERS:
        raise InputError(f"resourceType: only {', '.join(_READERS)} are taken in. Nothing of another is kept.")
    place = f"{kind}.subject"
    subject = child(resource, "subject", kind)
    if subject is None:
        raise InputError(f"{place}: whom it is about is not there. Write Patient/ID.")
    if set(subject) - {"reference", "type", "display"}:
        raise InputError(f"{place}: only a reference is understood here. Write Patient/ID.")
    written = _PATIENT.fullmatch(text(subject, "reference", place))
    if written is None or written["base"] not in (None, base) or text(subject, "type", place) not in ("", "Patient"):
        raise InputError(f"{place}: it is no reference to a patient of this service. Write Patient/ID.")
    return str(written["id"])


def take_in(resource: Element, taking: Taking) -> TakenIn:
    """Return what a resource comes to for a patient whose right was asked.

    Raises:
        InputError: Something in it is not understood.
        Clash: Something else was taken in under its identifier.
        AnotherPatient: Something in it refers to another patient.
    """
    kind = str(resource["resourceType"])
    for reference in _references(resource):
        ours = _OURS.fullmatch(reference)
        owner = patient_of_id(ours["kind"], ours["id"]) if ours is not None else ""
        if owner and owner != taking.patient:
            raise AnotherPatient(f"{kind}: it refers to nothing of this patient. Correct the reference.")
    is_back = kind in _KINDS and resource.get("status") == "entered-in-error"
    drafts = _retractions(resource, taking) if is_back else _READERS[kind](resource, taking)
    events = tuple(taking.event(resource, draft) for draft in drafts)
    for event in events:
        kept = taking.known.get(event.id)
        if kept is not None and _says(kept) != _says(event):
            raise Clash(
                f"{kind}: something else was taken in under this identifier, and it stays. Take that back as "
                "entered-in-error, and send what is right under an identifier of its own."
            )
    return TakenIn(_location(kind, events, taking), events, tuple(it for it in events if it.id not in taking.known))


def _says(event: Event) -> tuple[object, ...]:
    """Return what two events of one id must have alike to be one; when they were written down is not of it."""
    if isinstance(event.body, Retracted):
        return event.kind, event.supersedes
    return event.kind, event.body, event.occurred_at, event.actor, event.supersedes


def _location(kind: str, events: tuple[Event, ...], taking: Taking) -> str:
    names, first = ServerNames(taking.patient), events[0]
    told = taking.known.get(first.supersedes, first) if isinstance(first.body, Retracted) else first
    if kind == "QuestionnaireResponse" and isinstance(told.body, Symptom):
        kept = taking.known.get(told.id, told)
        return f"{kind}/{names.id('response', response_name(kept))}"
    return f"{_SERVED_AS.get(kind, kind)}/{names.id('event', told.id)}"


def _retractions(resource: Element, taking: Taking) -> list[Draft]:
    """Return what takes back everything that was taken in of a resource."""
    kind = str(resource["resourceType"])
    parts = ["", "note", *(name for name in taking.knowledge.facts if name.startswith("symptom"))]
    kept = [it for it in (taking.known.get(taking.id_of(resource, part)) for part in parts) if it is not None]
    if not kept or any(event.kind not in _KINDS[kind] for event in kept):
        raise InputError(f"{kind}: nothing of this identifier was taken in, so nothing can be taken back. Check it.")
    return [_taking_back(event, taking) for event in kept]


def _taking_back(event: Event, taking: Taking) -> Draft:
    """Return what takes an event back: written down after it, whatever the clock of who wrote it said."""
    now = max(taking.now, event.recorded_at + timedelta(microseconds=1))
    return Draft(f"back {event.id}", Retracted.kind, {}, now, now, _taken_back_by(event, taking), event.id)


def _taken_back_by(event: Event, taking: Taking) -> str:
    """Return who takes an event back: a clinician, or who said it.

    Raises:
        InputError: Somebody else would.
    """
    speaker = taking.speaker
    if speaker.own == "clinician":
        return speaker.own
    if event.actor == speaker.own or (speaker.is_program and event.actor in speaker.may_speak_as):
        return event.actor
    raise InputError("only who said it, or a clinician, takes it back. Tell the clinic.")


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("reference")
        if isinstance(reference, str):
            yield reference
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
