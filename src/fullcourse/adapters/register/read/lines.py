"""One line of a bulk export: whose it is, and its shape.

A shape is what the record reader looks at in a resource, with what differs from patient to patient taken out: its id,
its subject, its dates and its measured value. A register holds many millions of lines and few shapes, so that each
shape is read once, by the one-patient reader, and is right for every line that has it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from fullcourse.adapters.fhir.read.bundle import SUBJECTS
from fullcourse.adapters.fhir.read.resource_types import R4_TYPES
from fullcourse.adapters.json_text import MAX_DEPTH, decode_text, parse_json
from fullcourse.clinical.errors import InputError

__all__ = ["DATE_A", "DATE_B", "ELSEWHERE", "LINKED", "VALUE", "Dates", "Mention", "SetAside", "read_line"]

DATE_A, DATE_B, VALUE, LINKED = "@A", "@B", "@V", "@M"
"""What stands in a shape for the date that dates the resource, its end, its measured value, and a product it names."""

Dates = Mapping[str, tuple[str, ...]]
"""The dating elements of every type of resource, first found wins."""

_ENDS: Final = {
    "Condition": ("abatementDateTime", "abatementPeriod.end"),
    "MedicationAdministration": ("effectivePeriod.end",),
    "MedicationStatement": ("effectivePeriod.end",),
    "Patient": ("deceasedDateTime",),
}
_MEDICINE = (
    "status", "intent", "doNotPerform", "modifierExtension", "medicationCodeableConcept", "medicationReference",
    "medication", "dosage", "dosageInstruction", "dispenseRequest", "reasonCode", "daysSupply",
)  # fmt: skip
_READ: Final[Mapping[str, tuple[str, ...]]] = {
    "AllergyIntolerance": ("clinicalStatus", "verificationStatus", "type", "code", "reaction", "modifierExtension"),
    "Composition": ("status", "section", "modifierExtension"),
    "Condition": (
        "clinicalStatus", "verificationStatus", "code", "modifierExtension", "abatementDateTime", "abatementPeriod",
        "abatementAge", "abatementRange", "abatementString",
    ),
    "List": ("status", "mode", "code", "entry", "emptyReason", "text", "modifierExtension"),
    "MedicationAdministration": _MEDICINE,
    "MedicationDispense": _MEDICINE,
    "MedicationRequest": _MEDICINE,
    "MedicationStatement": _MEDICINE,
    "Observation": (
        "status", "code", "component", "focus", "modifierExtension", "dataAbsentReason", "interpretation",
        "referenceRange",
    ),
    "Patient": ("gender", "deceasedDateTime", "deceasedBoolean", "active"),
    "Procedure": ("status", "code", "modifierExtension"),
    "QuestionnaireResponse": ("status", "questionnaire", "item", "modifierExtension"),
}  # fmt: skip
"""What the record reader looks at beside the dates, by type; of an Observation every ``value[x]`` as well."""

ELSEWHERE: Final = ("Medication", "Substance")
"""Types without a patient, read where a resource refers to them."""

_PATIENT_ID = re.compile(r"Patient/([A-Za-z0-9\-.]{1,64})")
_ANY_PATIENT = re.compile(r"(?:.*/Patient/|urn:uuid:|Patient/)([A-Za-z0-9\-.]{1,64})(?:/_history/[^/]*)?")
_NO_PATIENT = re.compile(r"(?:.*/)?(?:Group|Device|Location)/[^/]+")
_DECODE = msgspec.json.Decoder()
_ENCODE = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Mention:
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
        is_odd: Its patient is named in a way that the one-patient reader must judge.
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


@dataclass(frozen=True, slots=True)
class SetAside:
    """A line that is not used, and why; the reason names nobody."""

    reason: str


def read_line(line: bytes, dates: Dates) -> Mention | SetAside:
    """Return what a line says, or why it is set aside.

    Args:
        line: One line, without its end.
        dates: The dating elements of each type.
    """
    try:
        resource = _parse(line)
    except InputError as error:
        return SetAside(str(error))
    if not isinstance(resource, dict):
        return SetAside("the line is JSON and no FHIR resource. Export one resource a line.")
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not kind:
        return SetAside("the line has no 'resourceType'. Export one FHIR R4 resource a line.")
    if kind == "Bundle":
        return SetAside("the line is a Bundle. A register is read from one resource a line: export it as bulk data.")
    identity = resource.get("id")
    identity = identity.strip() if isinstance(identity, str) else ""
    if kind in ELSEWHERE:
        return Mention("", kind, identity, _ENCODE.encode(resource))
    if kind == "Patient":
        if not re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", identity):
            return SetAside("the Patient has no usable id, so that nothing can refer to it. Export it with its id.")
        patient, is_odd = identity, False
    else:
        patient, is_odd = _patient_of(resource, kind)
        is_of_nobody = kind in R4_TYPES and kind not in SUBJECTS
        if not patient and (is_of_nobody or _is_about_no_patient(resource, kind)):
            return Mention("", kind, identity, b"")
        if not patient:
            return SetAside(f"the {kind} does not name its patient by reference, so that nobody can say whose it is.")
    return _mention(resource, kind, identity, patient, is_odd, dates)


def _parse(line: bytes) -> object:
    """Return the value of a line, read as strictly as one record is, and quickly where nothing is suspicious.

    A key that stands twice is lost when the value is written again, so that the text gets shorter. Numbers written in
    an unusual way make it differ too, and are then looked at by the strict reader.
    """
    if line.count(b"{") + line.count(b"[") <= MAX_DEPTH:
        try:
            value: object = _DECODE.decode(line)
            if len(_ENCODE.encode(value)) == len(line):
                return value
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass  # the strict reader says what is wrong
    return parse_json(decode_text(line, "the line"), "the line")


def _patient_of(resource: Mapping[str, object], kind: str) -> tuple[str, bool]:
    """Return the patient that a resource is about, and whether that is written in an unusual way."""
    if kind in SUBJECTS:
        subject = resource.get(SUBJECTS[kind])
    else:
        subject = resource.get("subject") or resource.get("patient") or resource.get("beneficiary")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    if not isinstance(reference, str):
        return "", False
    if named := _PATIENT_ID.fullmatch(reference):
        return named[1], False
    named = _ANY_PATIENT.fullmatch(reference.strip())
    return (named[1], True) if named else ("", False)


def _is_about_no_patient(resource: Mapping[str, object], kind: str) -> bool:
    """Tell whether a resource is about a group, a device or a place."""
    subject = resource.get(SUBJECTS.get(kind, "subject"))
    reference = subject.get("reference") if isinstance(subject, dict) else None
    return isinstance(reference, str) and _NO_PATIENT.fullmatch(reference) is not None


def _mention(
    resource: dict[str, object], kind: str, identity: str, patient: str, is_odd: bool, dates: Dates
) -> Mention:
    contained = resource.get("contained")
    holds_entries = isinstance(contained, list) and any(map(_is_read, contained))
    if kind not in _READ:
        # What R4 does not have leaves every list open, and what contains an entry of a list leaves that one open.
        named: dict[str, object] = {"resourceType": "" if kind in R4_TYPES and not holds_entries else kind}
        if holds_entries:
            named["contained"] = contained
        return Mention(patient, kind, identity, _ENCODE.encode(named), is_odd=is_odd)
    shape: dict[str, object] = {"resourceType": kind}
    if holds_entries:
        shape["contained"] = contained
    for name in _READ[kind]:
        if name in resource:
            shape[name] = resource[name]
    if kind == "Observation":
        shape |= {name: element for name, element in resource.items() if name.startswith("value")}
        if resource.get("hasMember"):
            shape["hasMember"] = [{}]  # that it is a panel matters, not of what
    is_dated_by_length = any(
        b"boundsDuration" in _ENCODE.encode(shape.get(name, 0)) for name in ("dosage", "dosageInstruction")
    )
    on = until = ""
    if is_dated_by_length:
        # Its end is computed from its start, so that the start belongs to the shape.
        shape |= {
            path.split(".")[0]: resource[path.split(".")[0]] for path in dates[kind] if path.split(".")[0] in resource
        }
    else:
        on = _take(resource, shape, ("birthDate",) if kind == "Patient" else dates.get(kind, ()), DATE_A)
        until = _take(resource, shape, _ENDS.get(kind, ()), DATE_B)
    value = _take_value(shape) if kind == "Observation" else None
    linked = _take_link(resource, shape) if kind.startswith("Medication") else _clinic(resource, kind)
    return Mention(patient, kind, identity, _ENCODE.encode(shape), on, until, value, linked, is_odd)


def _is_read(contained: object) -> bool:
    return isinstance(contained, dict) and contained.get("resourceType") in _READ


def _take(resource: Mapping[str, object], shape: dict[str, object], paths: tuple[str, ...], mark: str) -> str:
    """Take the first date out of a shape and return it; a date that is no text stays, for the reader to refuse."""
    for path in paths:
        name, _, inner = path.partition(".")
        outer = shape.get(name, resource.get(name))
        if outer is None:
            continue
        if not inner:
            if not isinstance(outer, str):
                shape[name] = outer
                return ""
            if outer.strip():
                shape[name] = mark
                return outer.strip()
            continue
        if not isinstance(outer, dict):
            shape[name] = outer
            return ""
        shape[name] = outer
        steps = inner.split(".")
        written: object = outer
        for step in steps:
            written = written.get(step) if isinstance(written, dict) else None
        if written is None:
            continue
        if len(steps) == 1 and isinstance(written, str) and written.strip():
            shape[name] = {**outer, steps[0]: mark}
            return written.strip()
        return ""  # it stays in the shape as it is
    return ""


def _take_value(shape: dict[str, object]) -> float | None:
    quantity = shape.get("valueQuantity")
    if not isinstance(quantity, dict):
        return None
    value = quantity.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None  # it stays in the shape as it is, and the reader of one record says what it makes of it
    shape["valueQuantity"] = {**quantity, "value": VALUE}
    return number


def _take_link(resource: Mapping[str, object], shape: dict[str, object]) -> str:
    """Take the product that a medicine refers to out of its shape, and keep what is contained beside it."""
    for name in ("medicationReference", "medication"):
        outer = shape.get(name)
        if not isinstance(outer, dict):
            continue
        inner = outer.get("reference") if name == "medication" else outer
        reference = inner.get("reference") if isinstance(inner, dict) else None
        if not isinstance(reference, str) or not reference.strip():
            continue
        if reference.startswith("#"):
            shape["contained"] = resource.get("contained")
            return ""
        marked = {**(inner or {}), "reference": LINKED}
        shape[name] = {**outer, "reference": marked} if name == "medication" else marked
        return reference.strip()
    return ""


def _clinic(resource: Mapping[str, object], kind: str) -> str:
    """Return the clinic that keeps a patient's record, as referred to."""
    clinic = resource.get("managingOrganization") if kind == "Patient" else None
    reference = clinic.get("reference") if isinstance(clinic, dict) else None
    return reference if isinstance(reference, str) else ""
