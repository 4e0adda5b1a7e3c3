"""The entries of a list that no reader reads: they are named, and their list stays open until somebody settles them.

A section may hold only text, refer to what the record does not hold, to a resource inside another one, or to a resource
of a kind that is no entry of such a list.
"""

import re
from collections.abc import Iterable

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.codes import concept_at
from fullcourse.adapters.fhir.read.elements import Element, child, shown, text
from fullcourse.adapters.fhir.read.evidence import Gathered, Reading
from fullcourse.adapters.fhir.read.fact_index import Match
from fullcourse.adapters.fhir.read.medicines import read_medication_itself
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.patient import Unrecognised
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["EVERY_LIST", "MEDICINES", "called", "lists_named", "lists_of", "name_misplaced", "name_unread"]

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


def name_misplaced(gathered: Gathered, vocabulary: Iterable[FactDefinition]) -> None:
    """Name the entries that are of another kind than their list's, but for those that were understood where they stand.

    A Condition "allergy to rifampicin" in a list of allergies was read as that allergy: to ask what it is would be to
    ask what is known. One that was not understood altogether, or that speaks of nothing on that list, stays named.

    Args:
        gathered: The record, with every resource read.
        vocabulary: Every fact, with the list that it stands on.
    """
    if not gathered.misplaced:
        return
    listed = {fact.id: fact.listed_in for fact in vocabulary if fact.listed_in}
    says = {
        (_LISTS[f"{listed[name]}_complete"], piece.origin)
        for name, pieces in gathered.evidence.items()
        for piece in pieces
        if name in listed and piece.standing is Standing.STATED and piece.value is True
    }
    open_ = {entry.origin for entry in gathered.unrecognised}
    gathered.unrecognised += [
        entry for entry in gathered.misplaced if entry.origin in open_ or (entry.kind, entry.origin) not in says
    ]


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
        reading.gathered.misplaced.append(Unrecognised(kind, display or called(target), target.origin, why))
        return
    else:
        return
    reading.gathered.unrecognised.append(named)


def called(entry: Entry) -> str:
    """Return what a resource calls itself, by the element that most types have; else its type."""
    for name in ("code", "medicationCodeableConcept"):
        if concept := concept_at(entry.resource, name, entry.origin):
            return concept.title or f"a {entry.kind}"
    return f"a {entry.kind}"
