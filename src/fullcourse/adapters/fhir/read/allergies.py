"""Allergies: what an AllergyIntolerance says of the allergies that matter, by code, by ingredient, or by wording.

An allergy in words that nobody understands is listed, since a complete allergy list may mean "no" only for what was
understood.
"""

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.codes import Concept, concept_at
from fullcourse.adapters.fhir.read.elements import children
from fullcourse.adapters.fhir.read.evidence import Meaning, Reading, add_matter
from fullcourse.adapters.fhir.read.fact_index import Match
from fullcourse.adapters.fhir.read.wording import denies_all, raise_by_words
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
    understood: list[bool] = []
    is_settled = False
    for concept in concepts:
        matched, known = _matches(concept, reading)
        matches += matched
        understood.append(known)
        is_settled = is_settled or (known and bool(matched))
    title = next((concept.title for concept in concepts if concept.title), "an allergy without a name")
    add_matter(reading, matches, meaning, entry, title)
    names = [name for concept in concepts for name in concept.names]
    raised = raise_by_words(_KIND, names, matches, meaning, entry, reading, title)
    if is_settled or meaning.word == "no":
        return
    if (understood and all(understood)) or denies_all(_KIND, names):
        if not raised:
            reading.gathered.skip(_KIND, "no fact uses it")
        return
    why = "its substance is not one that is known" if concepts else "it names no substance"
    reading.gathered.unrecognised.append(Unrecognised("allergy", title, entry.origin, why))


def _read_absence(concepts: list[Concept], meaning: Meaning, entry: Entry, reading: Reading) -> None:
    matches = [match for concept in concepts for match in reading.index.by_code(_KIND, concept.codes)]
    add_matter(reading, matches, meaning, entry, concepts[0].title)
    if not matches:
        reading.gathered.skip(_KIND, "it says that nothing is known, or more narrowly than any fact asks")


def _matches(concept: Concept, reading: Reading) -> tuple[list[Match], bool]:
    """Return the facts it speaks of, and whether it was understood at all."""
    index = reading.index
    matches = index.by_code(_KIND, concept.codes)
    known = reading.recognised(concept)
    substances = {*known.ingredients, *known.partial}
    if substances:
        matches += [match for match in index.ways(_KIND) if not substances.isdisjoint(match.found.ingredients)]
    if not matches and not known.ingredients and not index.knows(_KIND, concept):
        matches = index.by_name(_KIND, concept.names)
    in_part = bool(known.partial) and not known.ingredients and not index.by_code(_KIND, concept.codes)
    understood = bool(known.ingredients) or index.means_something_else(_KIND, concept.codes)
    return matches, understood or (bool(matches) and not in_part)
