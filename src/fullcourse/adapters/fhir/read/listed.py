"""The entries of a list that no reader reads: they are named, and their list stays open until somebody settles them.

A section may hold only text, refer to what the record does not hold, to a resource inside another one, or to a resource
of a kind that is no entry of such a list.
"""

import re
from collections.abc import Iterable

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.codes import concept_at
from fullcourse.adapters.fhir.read.elements import Element, child, shown, text
from fullcourse.adapters.fhir.read.evidence import Match, Reading
from fullcourse.adapters.fhir.read.medicines import read_medication_itself
from fullcourse.clinical.patient import Unrecognised

__all__ = ["EVERY_LIST", "MEDICINES", "called", "lists_named", "lists_of", "name_unread"]

EVERY_LIST = ("problem", "allergy", "medicine")
"""The kinds of entries that lists have, as `Unrecognised` names them."""

MEDICINES = ("MedicationAdministration", "MedicationDispense", "MedicationRequest", "MedicationStatement")
"""The types of resources that are entries of a medicine list."""

_LISTS = {"problems_complete": "problem", "allergies_complete": "allergy", "medicines_complete": "medicine"}
_ENTRIES = {"problem": ("Condition",), "allergy": ("AllergyIntolerance",), "medicine": MEDICINES}
_TITLES = {
    "problem": re.compile(r"problem|illness|diagnos|condition|disease|history"),
    "allergy": re.compile(r"allerg|intoleranc"),
    "medicine": re.compile(r"medic|drug|treatment|therapy"),
}


def lists_of(matches: Iterable[Match]) -> tuple[str, ...]:
    """Return the kinds of entries of the lists that a section or list is."""
    return tuple(dict.fromkeys(_LISTS[match.fact.id] for match in matches if match.fact.id in _LISTS))


def lists_named(title: str) -> tuple[str, ...]:
    """Return the kinds of entries that a section without a code may have, by its title; all when it has no title."""
    words = title.casefold()
    return tuple(kind for kind, named in _TITLES.items() if named.search(words)) if words else EVERY_LIST


def name_unread(
    part: Element, references: list[Element], title: str, kinds: Iterable[str], entry: Entry, reading: Reading
) -> None:
    """Name what stands in a list and is not read.

    Args:
        part: The section or the List.
        references: Its entries.
        title: What it is called.
        kinds: What its entries are; empty when it is no list that facts are looked for in.
        entry: The document.
        reading: The record being read.
    """
    for kind in kinds:
        if why := _unread_text(part, references, entry):
            called = shown(title) or "a section without a title"
            reading.gathered.unrecognised.append(Unrecognised(kind, called, entry.origin, why))
        for row in references:
            _name_entry(row, title, kind, entry, reading)


def _unread_text(part: Element, references: list[Element], entry: Entry) -> str:
    """Return why the text of a list may say what no entry says; empty when there is no sign of that."""
    narrative = child(part, "text", entry.origin)
    status = "empty" if narrative is None else text(narrative, "status", entry.origin)
    if references:
        return "its text says more than its entries" if status == "additional" else ""
    # The text of a whole List sums it up; a section that says why it is empty, or that has parts, has said enough.
    is_no_list = entry.resource is part or part.get("emptyReason") is not None or part.get("section") is not None
    return "" if is_no_list or status == "empty" else "it has text and no entries that can be read"


def _name_entry(row: Element, title: str, kind: str, entry: Entry, reading: Reading) -> None:
    place = f"{entry.origin}.entry"
    reference, display = text(row, "reference", place), shown(text(row, "display", place))
    target = reading.bundle.resolve(reference, entry, place) if reference else None
    where = shown(title) or f"a list of {kind} entries"
    if target is None:
        why = f"it stands in '{where}' and is not in the record"
        named = Unrecognised(kind, display or f"a {kind} without a name", entry.origin, why)
    elif target.container is not None:
        why = f"it stands in '{where}' inside another resource; only resources that stand alone are read"
        named = Unrecognised(kind, display or called(target), entry.origin, why)
    elif target.kind == "Medication" and kind == "medicine":
        read_medication_itself(target, reading)
        return
    elif target.kind not in _ENTRIES[kind]:
        why = f"it stands in '{where}' as a {target.kind}, which is not read as an entry of it"
        named = Unrecognised(kind, display or called(target), target.origin, why)
    else:
        return
    reading.gathered.unrecognised.append(named)


def called(entry: Entry) -> str:
    """Return what a resource calls itself, by the element that most types have; else its type."""
    for name in ("code", "medicationCodeableConcept"):
        if concept := concept_at(entry.resource, name, entry.origin):
            return concept.title or f"a {entry.kind}"
    return f"a {entry.kind}"
