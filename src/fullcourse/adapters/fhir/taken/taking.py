"""What it takes to make events of a resource: for whom, who speaks, when; and what is refused by its name."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from fullcourse.adapters.fhir.read.elements import Element, child, children, text
from fullcourse.adapters.published.event import SCHEMA, read_event
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_id import event_id, is_event_id
from fullcourse.knowledge.library import Knowledge

__all__ = ["OWN_EVENT", "Draft", "Speaker", "Taking", "instant", "kept_beside", "only"]

OWN_EVENT: Final = "urn:fullcourse:event"
"""The system of identifiers that are ids of events: a program that makes such ids sends them so."""

_DATE_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_AHEAD: Final = timedelta(minutes=10)
"""How far a clock may be ahead before what it says is refused."""
_LONGEST_BESIDE: Final = 8_000
_WHO: Final = {
    "Patient": "patient", "RelatedPerson": "supporter", "Device": "device",
    "Practitioner": "clinician", "PractitionerRole": "clinician", "Organization": "clinician",
}  # fmt: skip
_CLAIMS: Final = {"patient": "self", "supporter": "supporter", "clinician": "observed", "device": "device"}
_EVERYWHERE: Final = ("resourceType", "id", "meta", "identifier", "text", "language")
_META: Final = frozenset(("versionId", "lastUpdated", "profile", "source"))


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who sends a resource.

    Attributes:
        id: Random id of the account or the program, by which what one sends again is known.
        own: As whom it speaks where a resource names nobody: ``patient``, ``supporter``, ``clinician``, ``device``.
        may_speak_as: Whose words it may bring.
        is_program: Whether it is another system, so that what it says stood there.
    """

    id: str
    own: str
    may_speak_as: frozenset[str]
    is_program: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has its id.

    Attributes:
        part: Which part of its resource it is; empty for the one thing that it says.
        kind: Of the event.
        body: As JSON holds it.
        occurred_at: When it happened.
        recorded_at: When it was written down.
        actor: Who says so.
        supersedes: Id of the event that it takes back.
    """

    part: str
    kind: str
    body: Mapping[str, object]
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    supersedes: str = ""


@dataclass(frozen=True, slots=True)
class Taking:
    """For whom resources are taken in, and by whom.

    Attributes:
        patient: Random id.
        zone: IANA name of the patient's zone.
        now: The moment.
        knowledge: What the sources say.
        speaker: Who sends them.
        known: Events that are kept of the patient, by id.
        source: The program that writes the events, with its version.
    """

    patient: str
    zone: str
    now: datetime
    knowledge: Knowledge
    speaker: Speaker
    known: Mapping[str, Event]
    source: str
    _names: dict[str, str] = field(default_factory=dict)

    def event(self, resource: Element, draft: Draft) -> Event:
        """Return the event of a draft, held to the rules of every event."""
        claim = "import" if self.speaker.is_program else _CLAIMS[draft.actor]
        written: dict[str, object] = {
            "schema": SCHEMA,
            "id": self.id_of(resource, draft.part),
            "patient": self.patient,
            "kind": draft.kind,
            "occurred_at": draft.occurred_at.isoformat(),
            "recorded_at": draft.recorded_at.isoformat(),
            "zone": self.zone,
            "claim": claim,
            "actor": draft.actor,
            "source": self.source,
            "body": dict(draft.body),
            **({"supersedes": draft.supersedes} if draft.supersedes else {}),
        }
        return read_event(written, str(resource.get("resourceType")))

    def id_of(self, resource: Element, part: str) -> str:
        """Return the id of an event: the same whenever the same sender sends the same resource.

        It is the sender's where an identifier is one; otherwise made from who sends it and its identifier, its id, or
        its content. The time in such an id is none: nothing is ever decided by it.
        """
        kind, own = str(resource["resourceType"]), _own_event(resource)
        if own and not part:
            return own
        name = json.dumps([self.speaker.id, self.patient, kind, _identity(resource), part])
        number = int.from_bytes(hashlib.sha256(name.encode()).digest())
        return event_id(number & (1 << 40) - 1, (number >> 40) & (1 << 74) - 1)

    def actor(self, named: Element | None, place: str) -> str:
        """Return who says it: whom a reference names by its type, or who sends it.

        Raises:
            InputError: The type says nobody, or somebody in whose name the sender may not speak.
        """
        if named is None:
            return self.speaker.own
        kind = text(named, "type", place) or text(named, "reference", place).rpartition("/")[0].rpartition("/")[2]
        actor = _WHO.get(kind)
        if actor is None:
            raise InputError(f"{place}: nobody can say who that is. Refer to {', '.join(_WHO)}.")
        if actor not in self.speaker.may_speak_as:
            raise InputError(f"{place}: who is signed in cannot speak as '{actor}'. Leave it out, or sign in as one.")
        return actor

    def recorded(self, written: str, place: str) -> datetime:
        """Return when it was written down; now where nobody says."""
        return instant(written, place, self.now) if written else self.now


def _own_event(resource: Element) -> str:
    ids = {value for system, value in _identifiers(resource) if system == OWN_EVENT}
    if len(ids) > 1 or any(not is_event_id(one) for one in ids):
        raise InputError(f"identifier: a value of {OWN_EVENT} is one UUIDv7 in lower case. Correct it.")
    return next(iter(ids), "")


def _identifiers(resource: Element) -> list[tuple[str, str]]:
    written = resource.get("identifier")
    listed = [written] if isinstance(written, dict) else children(resource, "identifier", "identifier")
    return [(text(it, "system", "identifier"), text(it, "value", "identifier")) for it in listed]


def _identity(resource: Element) -> object:
    named = sorted(it for it in _identifiers(resource) if it[1])
    if named:
        return named
    if own := text(resource, "id", "resource"):
        return own
    return {name: value for name, value in sorted(resource.items()) if name not in ("meta", "text")}


def only(resource: Element, understood: Iterable[str], place: str) -> None:
    """Refuse what is not understood, by its name: it could change what everything else means.

    Args:
        resource: The resource, or an element of it.
        understood: Names beside those that every resource may have.
        place: Where it stands.
    """
    is_whole = "resourceType" in resource
    allowed = {*understood, *(_EVERYWHERE if is_whole else ())}
    for name in resource:
        if name not in allowed:
            shown = name[:40] if name.isascii() and name.lstrip("_").isidentifier() else "an element"
            raise InputError(f"{place}.{shown}: it is not understood here and would be lost. Leave it out.")
    if not is_whole:
        return
    meta = child(resource, "meta", place) or {}
    if set(meta) - _META:
        raise InputError(
            f"{place}.meta: it holds more than {', '.join(sorted(_META))}, and would be lost. Leave it out."
        )
    narrative = child(resource, "text", place) or {}
    if narrative and narrative.get("status") not in ("generated", "empty"):
        raise InputError(f"{place}.text: it says more than the resource, and would be lost. Write it as a note.")


def instant(written: str, place: str, now: datetime) -> datetime:
    """Return a dateTime as an instant.

    Raises:
        InputError: It has no time of day or no offset, or lies in the future.
    """
    if not _DATE_TIME.fullmatch(written):
        raise InputError(f"{place}: hours decide, so a time with its offset is needed: 2026-11-03T10:05:00+02:00.")
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise InputError(f"{place}: there is no such time. Correct it.") from None
    if at > now + _AHEAD:
        raise InputError(f"{place}: it lies in the future. Check the clock, or send it when it has happened.")
    return at


def kept_beside(resource: Element, names: Sequence[str], draft: Draft) -> list[Draft]:
    """Return the note that keeps elements from which nothing follows, as they came; nothing where there are none."""
    beside = {name: resource[name] for name in names if name in resource}
    if not beside:
        return []
    written = json.dumps(beside, ensure_ascii=False, sort_keys=True)
    if len(written) > _LONGEST_BESIDE:
        raise InputError(f"{resource['resourceType']}: what stands beside it is longer than can be kept. Shorten it.")
    told = f"Beside {resource['resourceType']}, as it came: {written}"
    return [Draft("note", "note", {"text": told}, draft.occurred_at, draft.recorded_at, draft.actor)]
