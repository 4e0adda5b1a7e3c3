"""What the record reader looks at in a resource, type by type; the rest of a line is proved to be JSON and not kept.

Of what is kept, the date that dates the resource, its end, its measured value and what it refers to are taken out, so
that many lines have one shape. What is of another type than FHIR gives it stays as it is, for the reader to refuse.
"""

from collections.abc import Callable, Mapping
from typing import Final

from fullcourse.adapters.fhir.read.resource_types import R4_TYPES
from fullcourse.adapters.register.read.kept_lists import keep_composition, keep_list
from fullcourse.adapters.register.read.kept_medicines import keep_medicine
from fullcourse.adapters.register.read.taken_out import (
    DATE_A,
    DATE_B,
    VALUE,
    Dates,
    Kept,
    Resource,
    cut,
    each,
    some,
)

__all__ = ["NOT_READ", "keep"]

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
NOT_READ: Final = _OBSERVATION_ELEMENTS - {*_OBSERVATION, "contained", "focus", "hasMember", "effectivePeriod",
                                           "effectiveInstant", "effectiveTiming", "effectiveDateTime"}  # fmt: skip
"""Elements of an Observation at which no reader looks, beside those that say whose it is and when."""

_USUAL: Final = NOT_READ | {"status", "code", "effectiveDateTime", "valueQuantity"}
"""The elements of an Observation as nearly all are: one quantity, of one instant."""
_PROBLEM: Final = ("clinicalStatus", "verificationStatus", "code", "modifierExtension")
_ABATED_SOMEHOW: Final = ("abatementAge", "abatementRange", "abatementString")
_MOST: Final = 1e300  # a larger number is looked at closely


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
    shape = some(resource, _OBSERVATION)
    if not resource.keys() <= _OBSERVATION_ELEMENTS:
        for name in resource.keys() - _OBSERVATION_ELEMENTS:
            if name.startswith("value"):  # that it is there matters, and no reader looks at what it says
                shape[name] = None if resource[name] is None else True
    if resource.get("focus"):
        shape["focus"] = [{}]
    if resource.get("hasMember"):
        shape["hasMember"] = [{}]  # that it is a panel matters, not of what
    kept = Kept(shape, cut(resource, shape, dates, DATE_A))
    quantity = shape.get("valueQuantity")
    if isinstance(quantity, dict):
        value = _number(quantity.get("value"))
        if value is not None:
            kept.value = value
            shape["valueQuantity"] = {**quantity, "value": VALUE}
    components = shape.get("component")
    if isinstance(components, list):
        without = [_without_number(part) for part in components]
        kept.is_cut = any(part is not whole for part, whole in zip(without, components, strict=True))
        shape["component"] = without
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
    shape = some(resource, _PROBLEM)
    for name in _ABATED_SOMEHOW:
        if name in resource:
            shape[name] = True  # that it is there matters
    for name in ("abatementDateTime", "abatementPeriod"):
        if name in resource:
            shape[name] = {} if isinstance(resource[name], dict) else resource[name]
    on = cut(resource, shape, dates, DATE_A)
    return Kept(shape, on, cut(resource, shape, ("abatementDateTime", "abatementPeriod.end"), DATE_B))


def _procedure(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = some(resource, ("status", "code", "modifierExtension"))
    return Kept(shape, cut(resource, shape, dates, DATE_A))


def _allergy(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = some(resource, (*_PROBLEM, "type"))
    reactions = resource.get("reaction")
    if reactions is not None:
        shape["reaction"] = each(reactions, lambda reaction: some(reaction, ("substance",)))
    return Kept(shape, cut(resource, shape, dates, DATE_A))


def _patient(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = some(resource, ("gender", "deceasedBoolean", "active"))
    if "deceasedDateTime" in resource:
        shape["deceasedDateTime"] = resource["deceasedDateTime"]
    on = cut(resource, shape, ("birthDate",), DATE_A)
    until = cut(resource, shape, ("deceasedDateTime",), DATE_B)
    clinic = resource.get("managingOrganization")
    reference = clinic.get("reference") if isinstance(clinic, dict) else None
    return Kept(shape, on, until, linked=reference if isinstance(reference, str) else "")


def _form(resource: Resource, dates: tuple[str, ...]) -> Kept:
    shape = some(resource, ("status", "questionnaire", "item", "modifierExtension"))
    return Kept(shape, cut(resource, shape, dates, DATE_A))


_BY_TYPE: Final[Mapping[str, Callable[[Resource, tuple[str, ...]], Kept]]] = {
    "AllergyIntolerance": _allergy,
    "Composition": keep_composition,
    "Condition": _condition,
    "List": keep_list,
    "MedicationAdministration": keep_medicine,
    "MedicationDispense": keep_medicine,
    "MedicationRequest": keep_medicine,
    "MedicationStatement": keep_medicine,
    "Observation": _observation,
    "Patient": _patient,
    "Procedure": _procedure,
    "QuestionnaireResponse": _form,
}

_UNREAD: Final = Kept({"resourceType": ""})
