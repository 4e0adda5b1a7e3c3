"""Allergies: what an AllergyIntolerance says of the allergies that matter, by code, by ingredient, or by wording.

An allergy in words that nobody understands is listed, since a complete allergy list may mean "no" only for what was
understood.
"""

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.codes import Concept, concept_at
from fullcourse.adapters.fhir.read.elements import children
from fullcourse.adapters.fhir.read.evidence import Match, Meaning, Reading, add_matter
from fullcourse.clinical.patient import Unrecognised

__all__ = ["read_allergy"]

_KIND = "AllergyIntolerance"


def read_allergy(entry: Entry, reading: Reading) -> None:
    """Read one AllergyIntolerance."""
    meaning = reading.meaning(entry)
    if meaning.word == "ignore":
        reading.gathered.skip(_KIND, meaning.reason)
        return
    code = concept_at(entry.resource, "code", entry.origin)
    substances = [
        concept_at(reaction, "substance", f"{entry.origin}.reaction")
        for reaction in children(entry.resource, "reaction", entry.origin)
    ]
    concepts = [concept for concept in (code, *substances) if concept is not None]
    if any(concept.has("absent-unknown") for concept in concepts):
        _read_absence(concepts, meaning, entry, reading)
        return
    matches: list[Match] = []
    understood = False
    for concept in concepts:
        matched, known = _matches(concept, reading)
        matches += matched
        understood = understood or known
    title = next((concept.title for concept in concepts if concept.title), "an allergy without a name")
    add_matter(reading, matches, meaning, entry, title)
    if matches or meaning.word == "no":
        return
    names = [name for concept in concepts for name in concept.names]
    if raised := reading.index.raised_by(_KIND, names):
        unsure = Meaning("unsure", "its code is in no code set of this fact, and its wording speaks of it")
        add_matter(reading, raised, unsure, entry, title)
    elif understood:
        reading.gathered.skip(_KIND, "no fact uses it")
    if not understood:
        why = "its substance is not one that is known" if concepts else "it names no substance"
        reading.gathered.unrecognised.append(Unrecognised("allergy", title, entry.origin, why))


def _read_absence(concepts: list[Concept], meaning: Meaning, entry: Entry, reading: Reading) -> None:
    matches = [match for concept in concepts for match in reading.index.by_code(_KIND, concept.codes)]
    add_matter(reading, matches, meaning, entry, concepts[0].title)
    if not matches:
        reading.gathered.skip(_KIND, "it says that nothing is known, or more narrowly than any fact asks")


def _matches(concept: Concept, reading: Reading) -> tuple[list[Match], bool]:
    """Return the facts it speaks of, and whether it was understood at all."""
    understood = reading.index.knows(_KIND, concept)
    matches = reading.index.by_code(_KIND, concept.codes)
    known = reading.recognised(concept)
    substances = {*known.ingredients, *known.partial}
    understood = understood or bool(known.ingredients)
    matches += [match for match in reading.index.ways(_KIND) if substances & set(match.found.ingredients)]
    if not matches and not understood:
        matches = reading.index.by_name(_KIND, concept.names)
    return matches, understood or bool(matches)
