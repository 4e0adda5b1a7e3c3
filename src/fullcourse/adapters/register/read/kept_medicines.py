"""What is kept of a medicine: what it is, whether and until when it is taken, and how it gets into the body."""

from typing import Final

import msgspec

from fullcourse.adapters.register.read.taken_out import DATE_A, DATE_B, LINKED, Kept, Resource, Shape, cut, each, some

__all__ = ["keep_medicine"]

_MEDICINE: Final = (
    "status", "intent", "doNotPerform", "modifierExtension", "medicationCodeableConcept", "medicationReference",
    "medication", "reasonCode", "daysSupply",
)  # fmt: skip
_DOSAGES: Final = ("dosage", "dosageInstruction")
_ENCODE: Final = msgspec.json.Encoder().encode
_SUPPLY: Final = ("expectedSupplyDuration", "numberOfRepeatsAllowed")


def keep_medicine(resource: Resource, dates: tuple[str, ...]) -> Kept:
    """Return what is kept of an order, a report, an administration or a supply of a medicine."""
    shape = some(resource, _MEDICINE)
    dispense = resource.get("dispenseRequest")
    if dispense is not None:
        shape["dispenseRequest"] = _supply(dispense)
    for name in _DOSAGES:
        if name in resource:
            dosage = resource[name]
            shape[name] = _dosage(dosage) if isinstance(dosage, dict) else each(dosage, _dosage)
            if b"boundsDuration" in _ENCODE(shape[name]):  # its end is reckoned from one of these
                shape |= some(resource, ("authoredOn", "effectiveDateTime"))
    if isinstance(resource.get("effectivePeriod"), dict):
        shape["effectivePeriod"] = {}
    on = cut(resource, shape, dates, DATE_A)
    until = cut(resource, shape, ("effectivePeriod.end",), DATE_B)
    if not until:
        until = _end_of_the_dosage(shape) or cut(resource, shape, ("dispenseRequest.validityPeriod.end",), DATE_B)
    return Kept(shape, on, until, linked=_link(resource, shape))


def _supply(dispense: object) -> object:
    if not isinstance(dispense, dict):
        return dispense
    supply = some(dispense, _SUPPLY)
    if "validityPeriod" in dispense:
        period = dispense["validityPeriod"]
        supply["validityPeriod"] = {} if isinstance(period, dict) else period
    return supply


def _dosage(dosage: Resource) -> Shape:
    """Return what says how long and by which route a medicine is taken; amounts are no part of a medicine list."""
    lean = some(dosage, ("route",))
    if "timing" in dosage:
        timing = dosage["timing"]
        lean["timing"] = _timing(timing) if isinstance(timing, dict) else timing
    return lean


def _timing(timing: Resource) -> Shape:
    repeat = timing.get("repeat")
    if not isinstance(repeat, dict):
        return some(timing, ("repeat",))
    lean = some(repeat, ("boundsDuration", "boundsPeriod"))
    period = lean.get("boundsPeriod")
    if isinstance(period, dict):
        lean["boundsPeriod"] = some(period, ("end",))
    return {"repeat": lean}


def _end_of_the_dosage(shape: Shape) -> str:
    """Take the end out of the one dosage of a medicine and return it; several stay as they are."""
    for name in _DOSAGES:
        dosages = shape.get(name)
        if not isinstance(dosages, list) or len(dosages) != 1 or not isinstance(dosages[0], dict):
            continue
        end = cut(dosages[0], lean := dict(dosages[0]), ("timing.repeat.boundsPeriod.end",), DATE_B)
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
