"""Medicines: what is ordered, reported, given or handed out, as one list with the dates and the way of recognising.

An entry that is not understood stays on the list without ingredients, and is named as not understood while it may be
taken. Several entries of one product are kept as they are.
"""

from datetime import date, timedelta

from fullcourse.adapters.fhir.read.bundle import Entry, reference_of
from fullcourse.adapters.fhir.read.codes import Concept, concept_at, concept_of
from fullcourse.adapters.fhir.read.elements import Element, boolean, child, children, moment_at, number, shown, text
from fullcourse.adapters.fhir.read.evidence import Meaning, Reading, Recognition, add_matter
from fullcourse.adapters.fhir.read.levels import read_given_dose
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.clinical.patient import Medicine, Taken, Unrecognised

__all__ = ["OTHER_VERSIONS", "read_medication_itself", "read_medicine"]

OTHER_VERSIONS = ("MedicationOrder", "MedicationUsage")
"""Medicine resources of other FHIR versions: listed as not understood, since silence would hide a medicine."""

_ORDERS = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
_TAKEN = {"now": Taken.NOW, "stated": Taken.NOW, "past": Taken.PAST}
_DAYS = {"d": 1, "day": 1, "days": 1, "wk": 7, "mo": 31, "a": 366}  # the longest that each can last
_MAX_INGREDIENT_DEPTH = 5
_UNRESOLVED = "it refers to a Medication that the record does not hold"


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
    until = _until_or_set_aside(entry, reading)
    taken = _TAKEN.get(meaning.word, Taken.MAYBE)
    if entry.kind == "MedicationDispense" and taken is Taken.NOW and until is None:
        taken = Taken.MAYBE  # what was handed out once, nobody knows for how long
    ingredients, recognised_by, doubt = _recognise(concepts, reading)
    name = next((concept.title for concept in concepts if concept.title), "a medicine without a name")
    codes = tuple(dict.fromkeys(code for concept in concepts[:1] for code in concept.codes))
    since = reading.date(entry)
    ordered = entry.kind == "MedicationRequest" and text(entry.resource, "intent", entry.origin) in _ORDERS
    medicine = Medicine(name, ingredients, codes, recognised_by, taken, since, until, entry.origin, ordered)
    reading.gathered.medicines.append(medicine)
    if (fault or doubt) and (doubt or not ingredients) and taken is not Taken.PAST:
        why = "; ".join(filter(None, (fault, doubt)))
        reading.gathered.unrecognised.append(Unrecognised("medicine", name, entry.origin, why))
    if entry.kind == "MedicationRequest":
        _read_reasons(entry, ingredients, taken, reading)
    elif entry.kind == "MedicationAdministration":
        read_given_dose(entry, ingredients, doubt, reading)


def read_medication_itself(medication: Entry, reading: Reading) -> None:
    """Keep a Medication that a list refers to without saying whether it is taken: it may be."""
    concepts = _contents(medication, reading, 0)
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
    concepts = _contents(target, reading, 0)
    if not concepts or not concepts[0].names:
        concepts = [Concept(concepts[0].codes if concepts else (), called.names), *concepts[1:]]
    return concepts, ""


def _contents(medication: Entry, reading: Reading, depth: int) -> list[Concept]:
    place = medication.origin
    own = concept_at(medication.resource, "code", place) or Concept((), ())
    concepts = [own]
    if depth >= _MAX_INGREDIENT_DEPTH:
        return concepts
    for ingredient in children(medication.resource, "ingredient", place):
        where = f"{place}.ingredient"
        if boolean(ingredient, "isActive", where) is False:
            continue
        concept = concept_at(ingredient, "itemCodeableConcept", where)
        if concept is not None:
            concepts.append(concept)
            continue
        reference, display = reference_of(ingredient, "itemReference", where)
        target = reading.bundle.resolve(reference, medication, where) if reference else None
        if target is not None and target.kind in ("Medication", "Substance"):
            concepts += _contents(target, reading, depth + 1)
        elif display:
            concepts.append(Concept((), (display,)))
    return concepts


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


def _until_or_set_aside(entry: Entry, reading: Reading) -> Moment | None:
    try:
        return _until(entry, reading)
    except InputError as error:  # an end that cannot be read is open
        reading.note_set_aside(error)
        return None


def _until(entry: Entry, reading: Reading) -> Moment | None:
    """Return the latest end that the entry gives; None where any part of it is open."""
    resource, place = entry.resource, entry.origin
    match entry.kind:
        case "MedicationStatement":
            return moment_at(resource, "effectivePeriod.end", place) or _end_of_dosage(resource, "dosage", place)
        case "MedicationAdministration":
            ends = ("effectivePeriod.end", "effectiveDateTime")
            return next(filter(None, (moment_at(resource, end, place) for end in ends)), None)
        case "MedicationDispense":
            start = moment_at(resource, "whenHandedOver", place) or moment_at(resource, "whenPrepared", place)
            return _after(start, child(resource, "daysSupply", place), f"{place}.daysSupply")
    ends_given = [
        _end_of_dosage(resource, "dosageInstruction", place),
        moment_at(resource, "dispenseRequest.validityPeriod.end", place),
    ]
    return max(filter(None, ends_given), key=lambda end: end.end_s, default=None)


def _end_of_dosage(resource: Element, name: str, place: str) -> Moment | None:
    ends: list[Moment] = []
    for dosage in children(resource, name, place):
        where = f"{place}.{name}.timing.repeat"
        timing = child(dosage, "timing", f"{place}.{name}")
        repeat = child(timing, "repeat", f"{place}.{name}.timing") if timing else None
        if repeat is None:
            return None
        end = moment_at(repeat, "boundsPeriod.end", where)
        if end is None and (length := child(repeat, "boundsDuration", where)) is not None:
            start = moment_at(resource, "authoredOn", place) or moment_at(resource, "effectiveDateTime", place)
            end = _after(start, length, where)
        if end is None:
            return None
        ends.append(end)
    return max(ends, key=lambda end: end.end_s, default=None)


def _after(start: Moment | None, length: Element | None, place: str) -> Moment | None:
    """Return the day so long after the last day of a start; None where either is not known."""
    if start is None or length is None:
        return None
    value = number(length, "value", place)
    unit = text(length, "code", place) or text(length, "unit", place)
    if value is None or unit not in _DAYS or not 0 <= value <= 36_600:
        return None
    try:
        day: date = start.last_day + timedelta(days=value * _DAYS[unit])
    except OverflowError:
        return None
    return parse_moment(day.isoformat(), place)


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
