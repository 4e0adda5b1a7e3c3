"""Medicines: what is ordered, reported, given or handed out, as one list with the dates and the way of recognising.

An entry that is not understood stays on the list without ingredients, and is named as not understood while it may be
taken. Several entries of one product are kept as they are.
"""

from collections.abc import Iterator

from fullcourse.adapters.fhir.read.bundle import CONTESTED, Entry, reference_of
from fullcourse.adapters.fhir.read.codes import Concept, concept_at, concept_of
from fullcourse.adapters.fhir.read.courses import Course, course_of
from fullcourse.adapters.fhir.read.elements import boolean, child, children, shown, text
from fullcourse.adapters.fhir.read.evidence import Meaning, Reading, add_matter
from fullcourse.adapters.fhir.read.levels import read_given_dose
from fullcourse.adapters.fhir.read.orders import read_order
from fullcourse.adapters.medicines.recognising import Recognition
from fullcourse.adapters.medicines.routes import application_of
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.patient import Unrecognised

__all__ = ["OTHER_VERSIONS", "read_medication_itself", "read_medicine"]

OTHER_VERSIONS = ("MedicationOrder", "MedicationUsage")
"""Medicine resources of other FHIR versions: listed as not understood, since silence would hide a medicine."""

_ORDERS = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
_MAX_INGREDIENT_DEPTH = 5
_UNRESOLVED = "it refers to a Medication that the record does not hold"
_CONTESTED = f"of the Medication that it refers to, {CONTESTED}"


def read_medicine(entry: Entry, reading: Reading) -> None:
    """Read one MedicationRequest, MedicationStatement, MedicationAdministration or MedicationDispense."""
    meaning = reading.meaning(entry)
    if meaning.word == "ignore":
        reading.gathered.skip(entry.kind, meaning.reason)
        _read_dose_not_given(entry, reading)
        return
    concepts, fault = _product(entry, reading)
    if fault == _UNRESOLVED:
        reading.gathered.notes["a reference to a Medication does not resolve: the record does not hold it"] = None
    if any(concept.has("absent-unknown") for concept in concepts):
        # A code that says "no known medications" does what a complete section does.
        matches = [match for concept in concepts for match in reading.index.by_code("Section", concept.codes)]
        stated = Meaning("stated") if meaning.word == "now" else Meaning("unsure", meaning.reason)
        add_matter(reading, matches, stated, entry, concepts[0].title)
        if not matches:
            reading.gathered.skip(entry.kind, "it says that nothing is known, or more narrowly than any fact asks")
        return
    taken, until, lasts = _course_or_set_aside(entry, meaning.word, reading)
    ingredients, recognised_by, doubt = _recognise(concepts, reading)
    doubt = doubt or (fault if fault == _CONTESTED else "")
    name = next((concept.title for concept in concepts if concept.title), "a medicine without a name")
    codes = tuple(dict.fromkeys(code for concept in concepts[:1] for code in concept.codes))
    since = reading.date(entry)
    ordered = entry.kind == "MedicationRequest" and text(entry.resource, "intent", entry.origin) in _ORDERS
    route, applied = _application(entry, concepts, ingredients, reading) if fault != _CONTESTED else (Route.UNKNOWN, "")
    medicine = Medicine(
        name, ingredients, codes, recognised_by, taken, since, until, entry.origin, ordered, lasts,
        meaning.reason.removeprefix("status is ").strip("'"), route, applied,
    )  # fmt: skip
    reading.gathered.medicines.append(medicine)
    if (fault or doubt) and (doubt or not ingredients) and taken is not Taken.PAST:
        why = "; ".join(dict.fromkeys(filter(None, (fault, doubt))))
        reading.gathered.unrecognised.append(Unrecognised("medicine", name, entry.origin, why))
    if entry.kind == "MedicationRequest":
        _read_reasons(entry, ingredients, taken, reading)
        if ordered:
            read_order(entry, ingredients, doubt, reading)
    elif entry.kind == "MedicationAdministration":
        read_given_dose(entry, ingredients, doubt, reading)


def read_medication_itself(medication: Entry, reading: Reading) -> None:
    """Keep a Medication that a list refers to without saying whether it is taken: it may be."""
    for content in reading.bundle.contents(medication):
        _read_content(content, reading)


def _read_content(medication: Entry, reading: Reading) -> None:
    concepts = _contents(medication, reading)
    ingredients, recognised_by, doubt = _recognise(concepts, reading)
    name = next((concept.title for concept in concepts if concept.title), "a medicine without a name")
    codes = tuple(dict.fromkeys(concepts[0].codes))
    reading.gathered.medicines.append(
        Medicine(name, ingredients, codes, recognised_by, Taken.MAYBE, None, None, medication.origin)
    )
    if doubt:
        reading.gathered.unrecognised.append(Unrecognised("medicine", name, medication.origin, doubt))


def _read_dose_not_given(entry: Entry, reading: Reading) -> None:
    """Count an administration that did not take place under its drug; it is no entry of the medicine list."""
    if entry.kind != "MedicationAdministration":
        return
    try:
        concepts, _ = _product(entry, reading)
        ingredients, _, doubt = _recognise(concepts, reading)
    except InputError:  # what is ignored makes no record unreadable
        return
    if ingredients:
        read_given_dose(entry, ingredients, doubt, reading)


def _product(entry: Entry, reading: Reading) -> tuple[list[Concept], str]:
    """Return what the product is called: itself, then its ingredients; and why that is not certain."""
    place = entry.origin
    inline = concept_at(entry.resource, "medicationCodeableConcept", place)
    if inline is not None:
        return [inline], ""
    newer = child(entry.resource, "medication", place)  # R5 wraps both in one element
    if newer is not None and (inline := concept_at(newer, "concept", f"{place}.medication")) is not None:
        return [inline], ""
    inside, name = (newer, "reference") if newer is not None else (entry.resource, "medicationReference")
    reference, display = reference_of(inside, name, place)
    called = Concept((), (display,)) if display else Concept((), ())
    if not reference:
        return [called], "the entry names no medicine" if not display else ""
    target = reading.bundle.resolve(reference, entry, f"{place}.{name}")
    if target is None:
        return [called], _UNRESOLVED
    if target.kind != "Medication":
        raise InputError(f"{place}.{name} refers to a {target.kind} and must refer to a Medication. Correct it.")
    if target.contested:  # all that it may hold counts: too few ingredients would hide an interaction
        held = [concept for content in reading.bundle.contents(target) for concept in _contents(content, reading)]
        return [called, *held], _CONTESTED
    concepts = _contents(target, reading)
    if not concepts[0].names:
        concepts = [Concept(concepts[0].codes, called.names), *concepts[1:]]
    return concepts, ""


def _contents(medication: Entry, reading: Reading) -> list[Concept]:
    """Return what a Medication is called, first of all, and what it holds, each Medication or Substance in it once.

    Raises:
        InputError: It holds itself, or one within another deeper than any product: part of it would be overlooked.
    """
    return list(_held(medication, reading, (), set()))


def _held(medication: Entry, reading: Reading, within: tuple[Entry, ...], read: set[int]) -> Iterator[Concept]:
    place = medication.origin
    if any(outer.resource is medication.resource for outer in within) or len(within) > _MAX_INGREDIENT_DEPTH:
        path = " > ".join([*(outer.origin for outer in within), place])
        fault = "in a circle" if len(within) <= _MAX_INGREDIENT_DEPTH else "too deep"
        raise InputError(f"{path}: ingredients within ingredients, {fault}. Name what the product holds itself.")
    if id(medication.resource) in read:  # what it holds is among the ingredients already
        return
    read.add(id(medication.resource))
    yield concept_at(medication.resource, "code", place) or Concept((), ())
    for ingredient in children(medication.resource, "ingredient", place):
        where = f"{place}.ingredient"
        if boolean(ingredient, "isActive", where) is False:
            continue
        concept = concept_at(ingredient, "itemCodeableConcept", where)
        if concept is not None:
            yield concept
            continue
        reference, display = reference_of(ingredient, "itemReference", where)
        target = reading.bundle.resolve(reference, medication, where) if reference else None
        if target is not None and target.kind in ("Medication", "Substance"):
            for content in reading.bundle.contents(target):
                yield from _held(content, reading, (*within, medication), read)
        elif display:
            yield Concept((), (display,))


def _application(
    entry: Entry, concepts: list[Concept], ingredients: tuple[str, ...], reading: Reading
) -> tuple[Route, str]:
    """Return whether a medicine acts in the whole body, and how it is applied: by its dosages, form and name."""
    try:
        routes = _routes(entry)
    except InputError as error:  # a dosage that cannot be read names no route
        reading.note_set_aside(error)
        routes = [None]
    written = [(route.codes, route.names) for route in routes if route is not None]
    texts = [*(name for concept in concepts for name in concept.names), *_form(entry, reading)]
    route, applied = application_of(texts, ingredients, written)
    if route is Route.LOCAL and len(written) < len(routes):
        route, _ = application_of(texts, ingredients)  # of a dosage without a route only the product can tell
    return route, applied


def _routes(entry: Entry) -> list[Concept | None]:
    """Return the route of each dosage; None for one that names none."""
    place = entry.origin
    if entry.kind == "MedicationAdministration":
        dosage = child(entry.resource, "dosage", place)
        return [concept_at(dosage, "route", f"{place}.dosage")] if dosage else []
    name = "dosage" if entry.kind == "MedicationStatement" else "dosageInstruction"
    return [concept_at(dosage, "route", f"{place}.{name}") for dosage in children(entry.resource, name, place)]


def _form(entry: Entry, reading: Reading) -> tuple[str, ...]:
    """Return what the dose form of the product that an entry refers to is called."""
    place = entry.origin
    newer = child(entry.resource, "medication", place)
    inside, name = (newer, "reference") if newer is not None else (entry.resource, "medicationReference")
    reference, _ = reference_of(inside, name, place)
    target = reading.bundle.resolve(reference, entry, f"{place}.{name}") if reference else None
    form = concept_at(target.resource, "form", target.origin) if target is not None else None
    return form.names if form is not None else ()


def _recognise(concepts: list[Concept], reading: Reading) -> tuple[tuple[str, ...], str, str]:
    """Return the ingredients, how they were found, and what is in doubt.

    Product and ingredient list are both read. Where they disagree, all of them count and the doubt is told: too many
    ingredients raise a question, too few hide an interaction.
    """
    product, *parts = concepts
    own = _known(product, reading)
    ingredients, ways = [*(own.ingredients or own.partial)], [own.recognised_by or ("in part" if own.partial else "")]
    known_parts = [_known(part, reading) for part in parts]
    for known in known_parts:
        ingredients += [
            ingredient for ingredient in known.ingredients or known.partial if ingredient not in ingredients
        ]
        if known.recognised_by:
            ways.append(f"ingredient list, by {known.recognised_by}")
    doubt = "" if own.ingredients else own.reason or "not recognised"
    listed = {ingredient for known in known_parts for ingredient in known.ingredients}
    if parts and all(known.ingredients for known in known_parts):
        disagree = bool(own.ingredients) and listed != set(own.ingredients)
        doubt = "its code or name and its list of ingredients disagree" if disagree else ""
    return tuple(ingredients), "; ".join(dict.fromkeys(filter(None, ways))), doubt


def _known(concept: Concept, reading: Reading) -> Recognition:
    return reading.recognised(concept)


def _course_or_set_aside(entry: Entry, word: str, reading: Reading) -> Course:
    try:
        return course_of(entry, word, reading.rules(entry.kind).lasts)
    except InputError as error:  # an end that cannot be read is open
        reading.note_set_aside(error)
        return Taken.MAYBE, None, (0, 0)


def _read_reasons(entry: Entry, ingredients: tuple[str, ...], taken: Taken, reading: Reading) -> None:
    """Read what an order says it is for; a fact may ask for the reason of certain drugs only."""
    for reason in children(entry.resource, "reasonCode", entry.origin):
        concept = concept_of(reason, f"{entry.origin}.reasonCode")
        resource = "MedicationRequest.reasonCode"
        matches = reading.index.by_code(resource, concept.codes)
        if not matches and not reading.index.knows(resource, concept):
            matches = reading.index.by_name(resource, concept.names)
        fitting = [m for m in matches if not m.found.ingredients or set(m.found.ingredients) & set(ingredients)]
        meaning = (
            Meaning("stated")
            if taken is Taken.NOW
            else Meaning("unsure", "it is the reason of an order that is not running")
        )
        add_matter(reading, fitting, meaning, entry, shown(concept.title))
