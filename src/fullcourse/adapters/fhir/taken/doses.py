"""Doses: a MedicationAdministration, and a MedicationStatement about one intake."""

from typing import Final

from fullcourse.adapters.fhir.read.codes import concept_at
from fullcourse.adapters.fhir.read.elements import Element, child, children, number, text
from fullcourse.adapters.fhir.taken.taking import Draft, Taking, instant, kept_beside, only
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import REASONS
from fullcourse.clinical.quantity import Quantity, exactly
from fullcourse.clinical.unit_spellings import read_unit

__all__ = ["read_administration", "read_statement"]

_UCUM: Final = "http://unitsofmeasure.org"
_ADMINISTRATION: Final = ("category", "context", "note", "performer", "reasonCode", "reasonReference", "request")
_STATEMENT: Final = ("basedOn", "category", "context", "note", "reasonCode", "reasonReference")
_OTHER: Final = "other"


def read_administration(resource: Element, taking: Taking) -> list[Draft]:
    """Return a dose that was given and taken, or was not.

    Raises:
        InputError: Something in it is not understood.
    """
    what = "MedicationAdministration"
    needed = ("status", "statusReason", "medicationCodeableConcept", "subject", "effectiveDateTime", "dosage")
    only(resource, (*needed, *_ADMINISTRATION), what)
    status = _status(resource, {"completed": True, "not-done": False}, what)
    performers = children(resource, "performer", what)
    actor = taking.actor(child(performers[0], "actor", what) if performers else None, f"{what}.performer.actor")
    dosage = child(resource, "dosage", what)
    amount = None
    if dosage is not None:
        only(dosage, ("text", "route", "dose"), f"{what}.dosage")
        amount = _milligrams(child(dosage, "dose", what), f"{what}.dosage.dose")
    return _dose(resource, taking, status, amount, actor, _ADMINISTRATION, "")


def read_statement(resource: Element, taking: Taking) -> list[Draft]:
    """Return one intake that somebody tells of: taken, or not; what is taken for days is a plan and no event.

    Raises:
        InputError: Something in it is not understood.
    """
    what = "MedicationStatement"
    needed = (
        "status", "statusReason", "medicationCodeableConcept", "subject", "effectiveDateTime", "dateAsserted",
        "informationSource", "dosage",
    )  # fmt: skip
    only(resource, (*needed, *_STATEMENT), what)
    status = _status(resource, {"completed": True, "not-taken": False}, what)
    actor = taking.actor(child(resource, "informationSource", what), f"{what}.informationSource")
    dosages = children(resource, "dosage", what)
    if len(dosages) > 1:
        raise InputError(f"{what}.dosage: there are several, and one intake has one. Send each by itself.")
    amount = None
    for dosage in dosages:
        only(dosage, ("text", "route", "doseAndRate"), f"{what}.dosage")
        rates = children(dosage, "doseAndRate", what)
        if len(rates) != 1:
            raise InputError(f"{what}.dosage.doseAndRate: one amount is needed. Write it once.")
        only(rates[0], ("type", "doseQuantity"), f"{what}.dosage.doseAndRate")
        amount = _milligrams(child(rates[0], "doseQuantity", what), f"{what}.dosage.doseAndRate.doseQuantity")
    return _dose(resource, taking, status, amount, actor, _STATEMENT, text(resource, "dateAsserted", what))


def _status(resource: Element, known: dict[str, bool], what: str) -> bool:
    status = text(resource, "status", what)
    if status not in known:
        raise InputError(f"{what}.status: only {', '.join(known)} and entered-in-error say what happened. Correct it.")
    return known[status]


def _dose(
    resource: Element,
    taking: Taking,
    is_taken: bool,
    amount: float | None,
    actor: str,
    beside: tuple[str, ...],
    recorded: str,
) -> list[Draft]:
    what = str(resource["resourceType"])
    drug = _drug(resource, what)
    at = instant(text(resource, "effectiveDateTime", what), f"{what}.effectiveDateTime", taking.now)
    recorded_at = taking.recorded(recorded, f"{what}.dateAsserted")
    if is_taken:
        if amount is None:
            raise InputError(f"{what}.dosage: how much was taken is not said, and nobody can guess it. Write it in mg.")
        if "statusReason" in resource:
            raise InputError(f"{what}.statusReason: a dose that was taken has no reason for not. Leave it out.")
        draft = Draft("", "dose_taken", {"drug": drug, "mg": amount}, at, recorded_at, actor)
        return [draft, *kept_beside({**resource, **_words(resource)}, (*beside, "dosageText"), draft)]
    if amount is not None:
        raise InputError(f"{what}.dosage: a dose that was not taken has no amount. Leave it out.")
    reason, is_known = _reason(resource, what)
    draft = Draft("", "dose_skipped", {"drug": drug, "reason": reason}, at, recorded_at, actor)
    return [draft, *kept_beside(resource, beside if is_known else (*beside, "statusReason"), draft)]


def _words(resource: Element) -> dict[str, object]:
    """Return what a dosage says in words beside its amount, to be kept."""
    dosage = resource.get("dosage")
    first = dosage[0] if isinstance(dosage, list) and dosage else dosage
    said = {name: first[name] for name in ("text", "route") if name in first} if isinstance(first, dict) else {}
    return {"dosageText": said} if said else {}


def _reason(resource: Element, what: str) -> tuple[str, bool]:
    """Return why a dose was not taken, and whether that is one of our words; any other is kept beside it."""
    reasons = children(resource, "statusReason", what)
    words = [text(it, "text", f"{what}.statusReason").lower() for it in reasons]
    if len(reasons) == 1 and words[0] in REASONS and set(reasons[0]) == {"text"}:
        return words[0], True
    return _OTHER, not reasons


def _drug(resource: Element, what: str) -> str:
    concept = concept_at(resource, "medicationCodeableConcept", what)
    if concept is None:
        raise InputError(f"{what}.medicationCodeableConcept: the drug is not there. Write its name or a code of it.")
    names = concept.names or ("",)
    found = recognise(names[0], concept.codes, other_names=names[1:])
    if len(found.ingredients) != 1:
        why = found.reason or "it has several ingredients, and each is a dose of its own"
        raise InputError(
            f"{what}.medicationCodeableConcept: the drug is not understood: {why}. Send one drug at a time."
        )
    return found.ingredients[0]


def _milligrams(quantity: Element | None, place: str) -> float | None:
    """Return an amount in mg.

    Raises:
        InputError: It is no exact mass: tablets are no amount, since they differ.
    """
    if quantity is None:
        return None
    only(quantity, ("value", "unit", "system", "code"), place)
    value = number(quantity, "value", place)
    system, code, unit = (text(quantity, name, place) for name in ("system", "code", "unit"))
    if value is None or (code and system != _UCUM):
        raise InputError(f"{place}: it is no number with a unit of UCUM. Write it in mg.")
    coded, spelled = read_unit(code, "mg"), read_unit(unit, "mg")
    known = coded or spelled
    differ = coded and spelled and (coded.dimension, coded.factor) != (spelled.dimension, spelled.factor)
    if known is None or differ or (code and coded is None):
        raise InputError(f"{place}: its unit is none of a mass that is understood. Write it in mg.")
    try:
        return Quantity(exactly(value), known.code).to("mg").value.low
    except InputError:
        raise InputError(f"{place}: its unit measures no mass. Write it in mg.") from None
