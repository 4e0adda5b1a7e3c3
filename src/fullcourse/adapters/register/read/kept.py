"""What the record reader looks at in a resource, type by type; the rest of a line is proved to be JSON and not kept.

Of what is kept, the date that dates the resource, its end, its measured value and what it refers to are taken out, so
that many lines have one shape. What is of another type than FHIR gives it stays as it is, for the reader to refuse.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from fullcourse.adapters.fhir.read.resource_types import R4_TYPES

__all__ = ["DATE_A", "DATE_B", "LINKED", "READ_TYPES", "VALUE", "Dates", "Kept", "keep"]

DATE_A, DATE_B, VALUE, LINKED = "@A", "@B", "@V", "@M"
"""What stands in a shape for the date that dates the resource, its end, its measured value, and a product it names."""

Dates = Mapping[str, tuple[str, ...]]
"""The dating elements of every type of resource, first found wins."""

Shape = dict[str, object]
Resource = Mapping[str, object]

_OBSERVATION: Final = (
    "status", "code", "component", "modifierExtension", "dataAbsentReason", "interpretation", "referenceRange",
    "valueQuantity", "valueCodeableConcept", "valueString", "valueBoolean", "valueInteger", "valueRange", "valueCoding",
)  # fmt: skip
_OBSERVATION_ELEMENTS: Final = frozenset(
    (
        *_OBSERVATION, "resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "extension",
        "identifier", "basedOn", "partOf", "category", "subject", "focus", "encounter", "effectiveDateTime",
        "effectivePeriod", "effectiveTiming", "effectiveInstant", "issued", "performer", "note", "bodySite", "method",
        "specimen", "device", "hasMember", "derivedFrom",
    )
)  # fmt: skip
_NOT_READ: Final = _OBSERVATION_ELEMENTS - {*_OBSERVATION, "contained", "focus", "hasMember", "effectivePeriod",
                                           "effectiveInstant", "effectiveTiming", "effectiveDateTime"}  # fmt: skip
_USUAL: Final = _NOT_READ | {"status", "code", "effectiveDateTime", "valueQuantity"}
"""The elements of an Observation as nearly all are: one quantity, of one instant."""
_PROBLEM: Final = ("clinicalStatus", "verificationStatus", "code", "modifierExtension")
_ABATED_SOMEHOW: Final = ("abatementAge", "abatementRange", "abatementString")
_MEDICINE: Final = (
    "status", "intent", "doNotPerform", "modifierExtension", "medicationCodeableConcept", "medicationReference",
    "medication", "reasonCode", "daysSupply",
)  # fmt: skip
_DOSAGES: Final = ("dosage", "dosageInstruction")
_MOST: Final = 1e300  # a larger number is looked at closely
_ENCODE: Final = msgspec.json.Encoder().encode
_SUPPLY: Final = ("expectedSupplyDuration", "numberOfRepeatsAllowed")


class Kept(msgspec.Struct):
    """What is kept of a resource.

    Attributes:
        shape: What the record reader looks at.
        on: The date that dates it, as written; empty when there is none.
        until: Its end, as written; empty when there is none.
        value: Its measured value; None when it has none.
        linked: The product that it refers to, outside itself; of a Patient, the clinic.
        entries: What a list refers to, as ``Type/id``.
        is_cut: Whether numbers of components were taken out; they count only where a fact reads components.
    """

    shape: Shape
    on: str = ""
    until: str = ""
    value: float | None = None
    linked: str = ""
    entries: tuple[str, ...] = ()
    is_cut: bool = False


def keep(resource: Resource, kind: str, dates: Dates) -> Kept:
    """Return what is kept of a resource.

    Args:
        resource: As it stands in its line.
        kind: Its type.
        dates: The dating elements of each type.
    """
    if kind == "Observation" and (usual := _usual_observation(resource)) is not None:
        return usual
    by_type = _BY_TYPE.get(kind)
    contained = resource.get("contained")
    holds = contained is not None and _matters(contained)
    if by_type is None:
        # What R4 does not have leaves every list open, and what contains an entry of a list leaves that one open.
        if not holds:
            return _UNREAD if kind in R4_TYPES else Kept({"resourceType": kind})
        return Kept({"resourceType": kind, "contained": contained})
    kept = by_type(resource, dates.get(kind, ()))
    kept.shape = {"resourceType": kind, **kept.shape}
    if holds:
        kept.shape["contained"] = contained
    return kept


def _matters(contained: object) -> bool:
    """Tell whether what stands inside a resource leaves a list open."""
    return not isinstance(contained, list) or not all(map(_is_passed_over, contained))


def _is_passed_over(inner: object) -> bool:
    if not isinstance(inner, dict) or inner.get("contained") is not None:
        return False
    kind = inner.get("resourceType")
    return isinstance(kind, str) and kind in R4_TYPES and kind not in _BY_TYPE


def _some(resource: Resource, names: Iterable[str]) -> Shape:
    return {name: resource[name] for name in names if name in resource}


def _cut(resource: Resource, shape: Shape, paths: Iterable[str], mark: str) -> str:
    """Take the first date out and return it; a date that is no text stays, for the reader to refuse.

    The elements behind it are not read, and do not come into the shape.
    """
    for path in paths:
        name, _, inner = path.partition(".")
        written = resource.get(name)
        if written is None:
            continue
        if not inner:
            if not isinstance(written, str):
                shape[name] = written
                return ""
            if text := written.strip():
                shape[name] = mark
                return text
            continue
        steps = inner.split(".")
        for step in steps:
            if not isinstance(written, dict):
                shape[name] = resource[name]
                return ""
            written = written.get(step)
            if written is None:
                break
        if written is None:
            continue
        if not isinstance(written, str):
            shape[name] = resource[name]
            return ""
        if text := written.strip():
            _put(shape, name, steps, mark)
            return text
    return ""


def _put(shape: Shape, name: str, steps: list[str], mark: str) -> None:
    """Put a mark at a path; objects on the way are those of the shape alone."""
    *outer, last = steps
    here = shape[name] = dict(kept) if isinstance(kept := shape.get(name), dict) else {}
    for step in outer:
        inner = here.get(step)
        here[step] = dict(inner) if isinstance(inner, dict) else {}
        here = here[step]
    here[last] = mark


def _usual_observation(resource: Resource) -> Kept | None:
    """Return at once what `_observation` keeps of one as nearly all are; None for others."""
    if not resource.keys() <= _USUAL:
        return None
    on, quantity = resource.get("effectiveDateTime"), resource.get("valueQuantity")
    value = quantity.get("value") if isinstance(quantity, dict) else None
    if not isinstance(on, str) or not isinstance(value, float | int) or isinstance(value, bool):
        return None
    if not (on := on.strip()) or not -_MOST <= value <= _MOST or "status" not in resource or "code" not in resource:
        return None
    quantity = {**quantity, "value": VALUE}  # type: ignore[dict-item]  # it is an object, since it has a value
    shape = {
        "resourceType": "Observation", "status": resource["status"], "code": resource["code"],
        "valueQuantity": quantity,
        "effectiveDateTime": DATE_A,
    }  # fmt: skip
    return Kept(shape, on, value=float(value))


def _observation(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = _some(resource, _OBSERVATION)
    if not resource.keys() <= _OBSERVATION_ELEMENTS:
        for name in resource.keys() - _OBSERVATION_ELEMENTS:
            if name.startswith("value"):  # that it is there matters, and no reader looks at what it says
                shape[name] = None if resource[name] is None else True
    if resource.get("focus"):
        shape["focus"] = [{}]
    if resource.get("hasMember"):
        shape["hasMember"] = [{}]  # that it is a panel matters, not of what
    kept = Kept(shape, _cut(resource, shape, dates, DATE_A))
    quantity = shape.get("valueQuantity")
    if isinstance(quantity, dict):
        value = _number(quantity.get("value"))
        if value is not None:
            kept.value = value
            shape["valueQuantity"] = {**quantity, "value": VALUE}
    components = shape.get("component")
    if isinstance(components, list):
        cut = [_without_number(part) for part in components]
        kept.is_cut = any(part is not whole for part, whole in zip(cut, components, strict=True))
        shape["component"] = cut
    return kept


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None  # it stays in the shape as it is, and the reader of one record says what it makes of it


def _without_number(part: object) -> object:
    quantity = part.get("valueQuantity") if isinstance(part, dict) else None
    if not isinstance(quantity, dict) or _number(quantity.get("value")) is None:
        return part
    return {**part, "valueQuantity": {**quantity, "value": 1}}  # type: ignore[dict-item]  # it is an object, since it has a quantity


def _condition(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = _some(resource, _PROBLEM)
    for name in _ABATED_SOMEHOW:
        if name in resource:
            shape[name] = True  # that it is there matters
    for name in ("abatementDateTime", "abatementPeriod"):
        if name in resource:
            shape[name] = {} if isinstance(resource[name], dict) else resource[name]
    on = _cut(resource, shape, dates, DATE_A)
    return Kept(shape, on, _cut(resource, shape, ("abatementDateTime", "abatementPeriod.end"), DATE_B))


def _procedure(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = _some(resource, ("status", "code", "modifierExtension"))
    return Kept(shape, _cut(resource, shape, dates, DATE_A))


def _allergy(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = _some(resource, (*_PROBLEM, "type"))
    reactions = resource.get("reaction")
    if reactions is not None:
        shape["reaction"] = _each(reactions, lambda reaction: _some(reaction, ("substance",)))
    return Kept(shape, _cut(resource, shape, dates, DATE_A))


def _each(rows: object, lean: Callable[[Resource], object]) -> object:
    """Return what is kept of each row of a list of objects; what is none stays as it is."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return rows
    return [lean(row) for row in rows]


def _medicine(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = _some(resource, _MEDICINE)
    dispense = resource.get("dispenseRequest")
    if dispense is not None:
        shape["dispenseRequest"] = _supply(dispense)
    for name in _DOSAGES:
        if name in resource:
            dosage = resource[name]
            shape[name] = _dosage(dosage) if isinstance(dosage, dict) else _each(dosage, _dosage)
            if b"boundsDuration" in _ENCODE(shape[name]):  # its end is reckoned from one of these
                shape |= _some(resource, ("authoredOn", "effectiveDateTime"))
    if isinstance(resource.get("effectivePeriod"), dict):
        shape["effectivePeriod"] = {}
    on = _cut(resource, shape, dates, DATE_A)
    until = _cut(resource, shape, ("effectivePeriod.end",), DATE_B)
    if not until:
        until = _end_of_the_dosage(shape) or _cut(resource, shape, ("dispenseRequest.validityPeriod.end",), DATE_B)
    return Kept(shape, on, until, linked=_link(resource, shape))


def _supply(dispense: object) -> object:
    if not isinstance(dispense, dict):
        return dispense
    supply = _some(dispense, _SUPPLY)
    if "validityPeriod" in dispense:
        period = dispense["validityPeriod"]
        supply["validityPeriod"] = {} if isinstance(period, dict) else period
    return supply


def _dosage(dosage: Resource) -> Shape:
    """Return what says how long and by which route a medicine is taken; amounts are no part of a medicine list."""
    lean = _some(dosage, ("route",))
    if "timing" in dosage:
        timing = dosage["timing"]
        lean["timing"] = _timing(timing) if isinstance(timing, dict) else timing
    return lean


def _timing(timing: Resource) -> Shape:
    repeat = timing.get("repeat")
    if not isinstance(repeat, dict):
        return _some(timing, ("repeat",))
    lean = _some(repeat, ("boundsDuration", "boundsPeriod"))
    period = lean.get("boundsPeriod")
    if isinstance(period, dict):
        lean["boundsPeriod"] = _some(period, ("end",))
    return {"repeat": lean}


def _end_of_the_dosage(shape: Shape) -> str:
    """Take the end out of the one dosage of a medicine and return it; several stay as they are."""
    for name in _DOSAGES:
        dosages = shape.get(name)
        if not isinstance(dosages, list) or len(dosages) != 1 or not isinstance(dosages[0], dict):
            continue
        end = _cut(dosages[0], lean := dict(dosages[0]), ("timing.repeat.boundsPeriod.end",), DATE_B)
        if end:
            shape[name] = [lean]
            return end
    return ""


def _link(resource: Resource, shape: Shape) -> str:
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


def _patient(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = _some(resource, ("gender", "deceasedBoolean", "active"))
    if "deceasedDateTime" in resource:
        shape["deceasedDateTime"] = resource["deceasedDateTime"]
    on = _cut(resource, shape, ("birthDate",), DATE_A)
    until = _cut(resource, shape, ("deceasedDateTime",), DATE_B)
    clinic = resource.get("managingOrganization")
    reference = clinic.get("reference") if isinstance(clinic, dict) else None
    return Kept(shape, on, until, linked=reference if isinstance(reference, str) else "")


def _form(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = _some(resource, ("status", "questionnaire", "item", "modifierExtension"))
    return Kept(shape, _cut(resource, shape, dates, DATE_A))


@dataclass(slots=True)
class _Entries:
    """The entries of a list, each type of them once, and what they refer to."""

    names: dict[str, None] = field(default_factory=dict)

    def lean(self, reference: object) -> object:
        """Return an entry with the stand-in of its type; what is no ``Type/id`` stays as it is."""
        if not isinstance(reference, dict) or not isinstance(reference.get("display", ""), str):
            return reference
        written = reference.get("reference")
        if not isinstance(written, str) or not (name := written.strip()) or name.startswith(("urn:", "#")):
            return reference
        parts = name.split("/_history/", 1)[0].split("/")[-2:]
        if len(parts) < 2 or parts[0] not in _ENTRY_TYPES:
            return reference
        self.names["/".join(parts)] = None
        return {"reference": f"{parts[0]}/{ENTRY_ID}"}

    def all(self, rows: object, lean: Callable[[object], object]) -> object:
        """Return rows, each kind of them once: what one says of the list, another like it says again."""
        if not isinstance(rows, list):
            return rows
        once: list[object] = []
        for row in map(lean, rows):
            if row not in once:
                once.append(row)
        return once


ENTRY_ID: Final = "stand-in-entry"
"""The id of what stands in a shape for an entry of a list."""

_ENTRY_TYPES: Final = (
    "AllergyIntolerance", "Condition", "MedicationAdministration", "MedicationDispense", "MedicationRequest",
    "MedicationStatement",
)  # fmt: skip


def _narrative(text: object) -> object:
    return _some(text, ("status",)) if isinstance(text, dict) else text


def _list(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = _some(resource, ("status", "mode", "code", "title", "emptyReason", "modifierExtension"))
    if "text" in resource:
        shape["text"] = _narrative(resource["text"])
    entries = _Entries()

    def lean(row: object) -> object:
        if not isinstance(row, dict):
            return row
        return {"item": entries.lean(row["item"])} if "item" in row else {}

    if "entry" in resource:
        shape["entry"] = entries.all(resource["entry"], lean)
    return Kept(shape, _cut(resource, shape, dates, DATE_A), entries=tuple(entries.names))


def _composition(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = _some(resource, ("status", "modifierExtension"))
    entries = _Entries()

    def lean(section: Resource) -> object:
        kept = _some(section, ("code", "title", "mode", "emptyReason"))
        if "text" in section:
            kept["text"] = _narrative(section["text"])
        if "entry" in section:
            kept["entry"] = entries.all(section["entry"], entries.lean)
        if "section" in section:
            kept["section"] = _each(section["section"], lean)
        return kept

    if "section" in resource:
        shape["section"] = _each(resource["section"], lean)
    return Kept(shape, _cut(resource, shape, dates, DATE_A), entries=tuple(entries.names))


_BY_TYPE: Final[Mapping[str, Callable[[Resource, tuple[str, ...]], Kept]]] = {
    "AllergyIntolerance": _allergy,
    "Composition": _composition,
    "Condition": _condition,
    "List": _list,
    "MedicationAdministration": _medicine,
    "MedicationDispense": _medicine,
    "MedicationRequest": _medicine,
    "MedicationStatement": _medicine,
    "Observation": _observation,
    "Patient": _patient,
    "Procedure": _procedure,
    "QuestionnaireResponse": _form,
}

_UNREAD: Final = Kept({"resourceType": ""})

READ_TYPES: Final = frozenset(_BY_TYPE)
"""The types that the record reader reads by themselves."""
