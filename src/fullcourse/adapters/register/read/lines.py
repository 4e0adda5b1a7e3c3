"""One line of a bulk export: read strictly, whose it is, and what of it a register needs.

What a register needs is the *shape* of a line: what the record reader looks at (`kept.py`), with what differs from
patient to patient taken out. A register holds many millions of lines and few shapes, so that each shape is read once,
by the one-patient reader, and is right for every line that has it.
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from fullcourse.adapters.fhir.read.bundle import SUBJECTS
from fullcourse.adapters.fhir.read.resource_types import R4_TYPES
from fullcourse.adapters.json_text import MAX_DEPTH, decode_text, may_be_too_large, parse_json
from fullcourse.adapters.register.read.kept import keep
from fullcourse.adapters.register.read.taken_out import Dates
from fullcourse.clinical.errors import InputError

__all__ = ["DAMAGED", "ELSEWHERE", "Mention", "SetAside", "parse_line", "read_line"]

ELSEWHERE: Final = ("Medication", "Substance")
"""Types without a patient, read where a resource refers to them."""

DAMAGED: Final = b'{"resourceType":"Damaged"}'
"""The shape of a line that cannot be read, and whose patient is named in it all the same."""

_ID: Final = r"[A-Za-z0-9\-.]{1,64}"
_IS_ID: Final = re.compile(_ID)
_PATIENT_ID: Final = re.compile(f"Patient/({_ID})")
_ANY_PATIENT: Final = re.compile(f"(?:.*/Patient/|urn:uuid:|Patient/)({_ID})(?:/_history/[^/]*)?")
_NO_PATIENT: Final = re.compile(r"(?:.*/)?(?:Group|Device|Location)/[^/]+")
_BY_ID: Final = "urn:uuid:"
_OTHERWISE: Final = ("urn:", "#")
_NAMED_SUBJECT: Final = re.compile(
    rb'"(?:subject|patient|beneficiary)"\s*:\s*\{[^{}]*?"reference"\s*:\s*"\s*'
    rb'(?:[^"\\]*/Patient/|urn:uuid:|Patient/)([A-Za-z0-9\-.]{1,64})[/"\s]'
)
_NAMED_PATIENT: Final = re.compile(
    rb'\s*\{\s*"resourceType"\s*:\s*"Patient"\s*,\s*"id"\s*:\s*"\s*([A-Za-z0-9\-.]{1,64})\s*"'
)
_SPACE: Final = b" \t\r\n"
_DECODE: Final = msgspec.json.Decoder().decode
_ENCODE: Final = msgspec.json.Encoder().encode


class Mention(msgspec.Struct, frozen=True):
    """A resource as far as a register needs it.

    Attributes:
        patient: Id of the patient; empty for a Medication or Substance, and for what is about no patient.
        kind: Type of the resource.
        id: Its id; empty when it has none.
        shape: What the record reader looks at, as JSON; empty for what is about no patient.
        on: The date that dates it, as written; empty when there is none.
        until: Its end, as written; empty when there is none.
        value: Its measured value; None when it has none.
        linked: The product that it refers to, outside itself; of a Patient, the clinic.
        is_odd: Its type, id or patient is named in a way that the one-patient reader must judge.
        is_by_id: Its patient is named by an id without a type, which another resource may have as well.
        entries: What a list refers to, as ``Type/id``.
        whole: The shape with the numbers of its components, where they were taken out of it; else empty.
    """

    patient: str
    kind: str
    id: str
    shape: bytes
    on: str = ""
    until: str = ""
    value: float | None = None
    linked: str = ""
    is_odd: bool = False
    is_by_id: bool = False
    entries: tuple[str, ...] = ()
    whole: bytes = b""

    @property
    def said(self) -> tuple[str, str, str, str, float | None]:
        """Return what is said of its patient beside its shape: whose it is, its id, its dates and its value."""
        return self.patient, self.id, self.on, self.until, self.value


class _Identified(msgspec.Struct):
    id: str = ""


class SetAside(msgspec.Struct, frozen=True):
    """A line that is not used.

    Attributes:
        reason: Why; it names nobody.
        patients: Whose line it is, as far as that can be read: their records are not whole.
    """

    reason: str
    patients: tuple[str, ...] = ()


def read_line(line: bytes, dates: Dates) -> Mention | SetAside:
    """Return what a line says, or why it is set aside.

    Args:
        line: One line, without its end.
        dates: The dating elements of each type.
    """
    try:
        resource = parse_line(line)
    except InputError as error:
        return SetAside(str(error), _named_in(line))
    if not isinstance(resource, dict):
        return SetAside("the line is JSON and no FHIR resource. Export one resource a line.")
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not kind:
        return SetAside("the line has no 'resourceType'. Export one FHIR R4 resource a line.", _named_in(line))
    if kind == "Bundle":
        return SetAside("the line is a Bundle. A register is read from one resource a line: export it as bulk data.")
    identity = resource.get("id")
    identity = identity.strip() if isinstance(identity, str) else ""
    is_odd = is_by_id = False
    if kind == "Patient":
        if not _IS_ID.fullmatch(identity):
            return SetAside("the Patient has no usable id, so that nothing can refer to it. Export it with its id.")
        patient = identity
    elif kind in ELSEWHERE:
        return Mention("", kind, identity, _ENCODE(resource))
    else:
        patient, is_odd, is_by_id = _patient_of(resource, kind)
        if not patient:
            if (kind in R4_TYPES and kind not in SUBJECTS) or _is_about_no_patient(resource, kind):
                return Mention("", kind, identity, b"")
            return SetAside(f"the {kind} does not name its patient by reference, so that nobody can say whose it is.")
    if (resource.get("id") is not None and not isinstance(resource["id"], str)) or kind != kind.strip():
        is_odd = True  # of such a resource the reader of one record says what it is, or that none can be used with it
    kept = keep(resource, kind, dates)
    whole = _ENCODE({**kept.shape, "component": resource["component"]}) if kept.is_cut else b""
    return Mention(
        patient, kind, identity, _ENCODE(kept.shape), kept.on, kept.until, kept.value, kept.linked, is_odd,
        is_by_id, kept.entries, whole,
    )  # fmt: skip


def parse_line(line: bytes) -> object:
    """Return the value of a line, read as strictly as one record is, and quickly where writing it again proves that.

    What is written again has each key once, each number in its shortest form and no half of a surrogate pair: the same
    text was read without loss. Of spaces, which a value does not hold, only those between words are left out: two texts
    that are alike without them have the same words in the same order, so that a key that stands twice shows. Whatever
    differs is left to the strict reader, and so are the limits of depth and of digits, which a decoder may not know.

    Raises:
        InputError: As `parse_json` says.
    """
    if line.count(b"{") + line.count(b"[") <= MAX_DEPTH and not may_be_too_large(line):
        try:
            value: object = _DECODE(line)
            again = _ENCODE(value)
            if again == line or again.translate(None, _SPACE) == line.translate(None, _SPACE):
                return value
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass  # the strict reader says what is wrong
    return parse_json(decode_text(line, "the line"), "the line")


def _patient_of(resource: Mapping[str, object], kind: str) -> tuple[str, bool, bool]:
    """Return whom a resource is about, whether that is to be judged, and whether it is named by the id alone."""
    if kind in SUBJECTS:
        subject = resource.get(SUBJECTS[kind])
    else:
        subject = resource.get("subject") or resource.get("patient") or resource.get("beneficiary")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    if not isinstance(reference, str):
        return "", False, False
    if named := _PATIENT_ID.fullmatch(reference):
        return named[1], False, False
    reference = reference.strip()
    named = _ANY_PATIENT.fullmatch(reference)
    if named is None:
        return "", False, False
    is_by_id = reference.startswith(_BY_ID) and "/Patient/" not in reference
    return named[1], not is_by_id and reference.startswith(_OTHERWISE), is_by_id


def _is_about_no_patient(resource: Mapping[str, object], kind: str) -> bool:
    """Tell whether a resource is about a group, a device or a place."""
    subject = resource.get(SUBJECTS.get(kind, "subject"))
    reference = subject.get("reference") if isinstance(subject, dict) else None
    return isinstance(reference, str) and _NO_PATIENT.fullmatch(reference) is not None


def _named_in(line: bytes) -> tuple[str, ...]:
    """Return every patient that a line which cannot be read names as its own."""
    named = _NAMED_PATIENT.match(line)
    found = [named[1].decode()] if named else [name.decode() for name in _NAMED_SUBJECT.findall(line)]
    return tuple(dict.fromkeys([*found, *_named_last(line)] if named else found))


def _named_last(line: bytes) -> list[str]:
    """Return the id of a Patient whose id may stand twice, as a decoder that keeps the last has it."""
    try:
        identity = msgspec.json.decode(line, type=_Identified).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return []
    return [identity] if _IS_ID.fullmatch(identity) else []
