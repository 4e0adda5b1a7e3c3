"""The resources of a record, whatever they came wrapped in, and how they refer to one another.

A record is about exactly one patient. A resource that facts may use and that names another patient is refused, and
not set aside: if it is another person's, using it is wrong, and if it is this person's under an old identifier,
leaving it out is silence.

Two contents under one id or address are one resource in two versions, and nobody can say which is right. Both are kept
and marked as contested (`contested.py` says what they come to); only two that say differently whose record it is are
refused.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from fullcourse.adapters.fhir.read.elements import Element, child, children, text
from fullcourse.clinical.errors import InputError

__all__ = ["CONTESTED", "SUBJECTS", "Bundle", "Entry", "gather_bundle", "reference_of"]

CONTESTED = "it stands in the record with different contents under one id or address, and nobody can say which is right"
"""Why such a resource counts only as far as its contents agree."""

SUBJECTS: Mapping[str, str] = {
    "AllergyIntolerance": "patient",
    "Composition": "subject",
    "Condition": "subject",
    "List": "subject",
    "MedicationAdministration": "subject",
    "MedicationDispense": "subject",
    "MedicationRequest": "subject",
    "MedicationStatement": "subject",
    "Observation": "subject",
    "Procedure": "subject",
    "QuestionnaireResponse": "subject",
}
"""The element that says whom a resource is about, for every type that facts may use."""

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")
_VERSION = re.compile(r"/_history/[^/]*$")
_MAX_NESTED_BUNDLES = 5
_NEITHER = (None, None)
_WHO = ("birthDate", "gender", "deceasedBoolean", "deceasedDateTime", "identifier")
"""What two contents of a Patient must have alike for it to be told whose record it is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a record.

    Attributes:
        kind: Its resource type.
        resource: The resource.
        origin: How outputs name it: ``Condition/7``, or ``Condition (number 3)`` where it has no id; ``Patient`` alone.
        full_url: The address that its Bundle gives it; empty when there is none.
        container: For a contained resource: the one that contains it.
        contested: Whether another content stands under its id or address.
    """

    kind: str
    resource: Element
    origin: str
    full_url: str = ""
    container: Element | None = None
    contested: bool = False


@dataclass(slots=True)
class Bundle:
    """The resources of one record.

    Attributes:
        entries: All of them, once each, in order.
        patient: The one Patient.
        notes: Remarks on the record as a whole.
        set_aside: Parts that are no resource to be read, counted by kind and reason.
    """

    entries: list[Entry] = field(default_factory=list)
    patient: Entry = Entry("Patient", {}, "Patient")
    notes: dict[str, None] = field(default_factory=dict)
    set_aside: Counter[tuple[str, str]] = field(default_factory=Counter)
    _addresses: dict[str, Entry] = field(default_factory=dict)
    _local: dict[str, Entry] = field(default_factory=dict)
    _subjects: set[str] = field(default_factory=set)
    _contents: dict[int, dict[str, Entry]] = field(default_factory=dict)
    _to_patient: set[str] = field(default_factory=set)

    def resolve(self, reference: str, inside: Entry, place: str) -> Entry | None:
        """Return the resource that a reference means; None when the record does not hold it.

        Args:
            reference: ``#id`` of a contained resource, an address, ``urn:uuid:...`` or ``Type/id``.
            inside: The resource that refers.
            place: Where the reference stands, for messages.
        """
        if reference.startswith("#"):
            container = inside.resource if inside.container is None else inside.container
            for contained in children(container, "contained", inside.origin):
                if text(contained, "id", place) == reference[1:]:
                    return Entry(text(contained, "resourceType", place), contained, inside.origin, "", container)
            return None
        plain = _VERSION.sub("", reference) if "/_history/" in reference else reference
        if target := self._addresses.get(plain):
            return target
        if plain.startswith("urn:"):
            return self._local.get(plain.rpartition(":")[2])
        target = self._local.get("/".join(plain.split("/")[-2:]))
        # An address on one server is not the resource of the same id on another.
        absolute = plain.startswith(("http://", "https://"))
        return None if target and absolute and target.full_url.startswith(("http://", "https://")) else target

    def add(self, resource: Element, full_url: str = "") -> None:
        """Add a resource; one that stands there already in the same words (``meta`` apart) is kept once.

        Raises:
            InputError: It has no type; or it is a Patient that says differently who it is.
        """
        kind = text(resource, "resourceType", "resource")
        if kind not in SUBJECTS and not _TYPE.fullmatch(kind):
            raise InputError(
                f"resource number {len(self.entries) + 1} has no 'resourceType', so nobody can say what it is. "
                "Hand in FHIR R4 JSON."
            )
        identity = text(resource, "id", kind)
        usable = bool(_ID.fullmatch(identity))
        number = len(self.entries) + 1
        origin = "Patient" if kind == "Patient" else f"{kind}/{identity}" if usable else f"{kind} (number {number})"
        entry = Entry(kind, resource, origin, full_url)
        named = f"{kind}/{identity}"
        known = (self._local.get(named) if identity else None), self._addresses.get(full_url)
        if known != _NEITHER and not self._stands_beside(entry, [other for other in known if other is not None]):
            return
        self.entries.append(entry)
        if identity:
            self._local.setdefault(named, entry)
            self._local.setdefault(identity, entry)
        if full_url:
            self._addresses.setdefault(full_url, entry)

    def _stands_beside(self, entry: Entry, others: list[Entry]) -> bool:
        """Return whether a resource is kept beside those of its names; not one that says the same, or adds nothing."""
        for other in others:
            if same := self._in_the_same_words(other, entry.resource):
                if entry.full_url:
                    self._addresses.setdefault(entry.full_url, same)
                return False
        return self._contest(entry, others)

    def contents(self, entry: Entry) -> tuple[Entry, ...]:
        """Return every content that stands under the id or the address of a resource; itself alone for most."""
        return tuple(self._contents.get(id(entry.resource), {"": entry}).values())

    def contested(self) -> tuple[tuple[Entry, ...], ...]:
        """Return the contents of each resource that has several, in the order of the record."""
        groups = {id(contents): contents for contents in self._contents.values()}
        return tuple(tuple(contents.values()) for contents in groups.values())

    def tell_contents_apart(self) -> None:
        """Mark contested resources, and number their contents: an answer about one says nothing of another."""
        if not self._contents:
            return
        marked: dict[int, Entry] = {}
        for contents in {id(them): them for them in self._contents.values()}.values():
            for number, (words, entry) in enumerate(contents.items(), 1):
                origin = f"{entry.origin} (content {number} of {len(contents)})"
                contents[words] = marked[id(entry.resource)] = replace(entry, origin=origin, contested=True)
        self.entries = [marked.get(id(entry.resource), entry) for entry in self.entries]
        for names in (self._addresses, self._local):
            names.update({name: marked.get(id(entry.resource), entry) for name, entry in names.items()})

    def _in_the_same_words(self, other: Entry, resource: Element) -> Entry | None:
        """Return the content under a name that is the same but for how it was stored; None if there is none."""
        if other.resource == resource or _without_meta(other.resource) == _without_meta(resource):
            return other
        contents = self._contents.get(id(other.resource))
        return contents.get(_words_of(resource)) if contents else None

    def _contest(self, entry: Entry, others: list[Entry]) -> bool:
        """Keep another content beside those that stand there; return False where it adds nothing that is read.

        Raises:
            InputError: It cannot be told whose record this is.
        """
        if "Patient" not in (entry.kind, *(other.kind for other in others)):
            found = [self._contents.get(id(other.resource)) or {_words_of(other.resource): other} for other in others]
            contents, *joined = found
            for more in joined:
                contents |= more
            contents[_words_of(entry.resource)] = entry
            changed = contents.values() if joined else (*others, entry)
            self._contents.update({id(content.resource): contents for content in changed})
            return True
        if any(
            other.kind != entry.kind or any(other.resource.get(name) != entry.resource.get(name) for name in _WHO)
            for other in others
        ):
            raise InputError(
                f"{entry.origin} stands twice in the record with different content, so that nobody can tell whose "
                "record it is. Hand in the current version alone."
            )
        self.notes[
            "the Patient stands twice with different content and one birth date, sex and identifier; the first was read"
        ] = None
        return False

    def is_about_patient(self, entry: Entry) -> bool:
        """Tell whether a resource is about the patient; False when it is about a group, a device or a place.

        Raises:
            InputError: It is about another patient, or its subject is of a type that FHIR does not allow.
        """
        element = SUBJECTS[entry.kind]
        place = f"{entry.origin}.{element}"
        subject = child(entry.resource, element, entry.origin)
        if subject is None:
            return True
        reference = text(subject, "reference", place)
        if not reference:
            return self._has_identifier(subject, place)
        if reference in self._to_patient:
            return True
        target = self.resolve(reference, entry, place)
        if target is not None and target.resource is self.patient.resource:
            self._to_patient.add(reference)
            return True
        kind = target.kind if target else text(subject, "type", place) or _kind_of(reference)
        if kind in ("Group", "Device", "Location"):
            return False
        if kind not in ("Patient", ""):
            raise InputError(f"{place} refers to a {kind} and must refer to the Patient. Correct the reference.")
        if target is None and not self.patient.full_url and not text(self.patient.resource, "id", "Patient"):
            self._subjects.add(reference)
            if len(self._subjects) == 1:
                return True
        raise InputError(
            f"{place} refers to another patient than the one in the record. Its content may not be used for this "
            "patient and may not be left out unseen: hand in one patient's record, with matching references."
        )

    def _has_identifier(self, subject: Element, place: str) -> bool:
        identifier = child(subject, "identifier", place)
        if identifier is None:
            return True
        system, value = text(identifier, "system", place), text(identifier, "value", place)
        same = [
            text(own, "value", "Patient.identifier")
            for own in children(self.patient.resource, "identifier", "Patient")
            if system and text(own, "system", "Patient.identifier") == system
        ]
        if same and value not in same:
            raise InputError(
                f"{place} names another patient than the one in the record, by an identifier of the same system. "
                "Hand in one patient's record."
            )
        if not same:
            self.notes["some entries name their patient by an identifier that cannot be compared; taken as theirs"] = (
                None
            )
        return True


def gather_bundle(values: Iterable[object]) -> Bundle:
    """Gather the resources of a Bundle of any kind, of one resource, or of many.

    Args:
        values: Parsed JSON: one value, or one for each line of NDJSON.

    Raises:
        InputError: It is no FHIR record of exactly one patient.
    """
    bundle = Bundle()
    for value in values:
        if not isinstance(value, dict):
            raise InputError(
                "the record is JSON and no FHIR resource: a list or a bare value stands where an object must. "
                "Hand in a Bundle, one resource, or one resource a line."
            )
        _unwrap(bundle, value, "", 0)
    patients = [entry for entry in bundle.entries if entry.kind == "Patient"]
    if len(patients) != 1:
        counted = "no Patient" if not patients else f"{len(patients)} Patients"
        raise InputError(
            f"the record holds {counted}; a check is about exactly one. Hand in the record of one patient, with its "
            "Patient resource."
        )
    bundle.patient = patients[0]
    bundle.tell_contents_apart()
    return bundle


def _unwrap(bundle: Bundle, resource: Element, full_url: str, depth: int) -> None:
    if resource.get("resourceType") != "Bundle":
        bundle.add(resource, full_url)
        return
    if depth > _MAX_NESTED_BUNDLES:
        raise InputError("Bundles are nested too deep. Hand in one Bundle.")
    if text(resource, "type", "Bundle") == "history":
        raise InputError(
            "a Bundle of type 'history' holds old versions beside new ones. Hand in the current state: a searchset, "
            "collection or document."
        )
    if any(text(link, "relation", "Bundle.link") == "next" for link in children(resource, "link", "Bundle")):
        bundle.notes["this is one page of a search result; the pages after it were not read"] = None
    for number, entry in enumerate(children(resource, "entry", "Bundle"), 1):
        place = f"Bundle.entry[{number}]"
        inner = child(entry, "resource", place)
        request = child(entry, "request", place)
        method = text(request, "method", place) if request else ""
        if method in ("DELETE", "PATCH"):
            bundle.set_aside["Bundle entry", f"its request is {method}: it changes a record and states nothing"] += 1
        elif inner is None:
            if not (entry.get("request") or entry.get("response")):
                bundle.set_aside["Bundle entry", "it holds no resource"] += 1
            else:
                bundle.set_aside["Bundle entry", "it holds a request or response without a resource"] += 1
        elif inner.get("resourceType") == "OperationOutcome":
            bundle.notes["the record holds a message of the server that sent it; it may be incomplete"] = None
            bundle.set_aside["OperationOutcome", "a message of the server"] += 1
        else:
            _unwrap(bundle, inner, text(entry, "fullUrl", place), depth + 1)


def _without_meta(resource: Element) -> Element:
    """Return what a resource states; its ``meta`` tells only when and how it was stored, and may differ."""
    return {name: value for name, value in resource.items() if name != "meta"}


def _words_of(resource: Element) -> str:
    return json.dumps(_without_meta(resource), sort_keys=True)


def _kind_of(reference: str) -> str:
    kind = reference.partition("?")[0].split("/")[-2:][0]
    return kind if _TYPE.fullmatch(kind) and "?" not in kind else ""


def reference_of(element: Element, name: str, place: str) -> tuple[str, str]:
    """Return the reference and display of a Reference; both empty when it is not there."""
    inner = child(element, name, place)
    if inner is None:
        return "", ""
    return text(inner, "reference", f"{place}.{name}"), text(inner, "display", f"{place}.{name}")
