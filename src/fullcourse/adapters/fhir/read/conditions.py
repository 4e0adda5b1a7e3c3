"""Diagnoses and procedures: what a Condition or Procedure says of a history or a state.

A problem that is not understood is listed, since a complete problem list may mean "no" only for what was understood.
"""

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.codes import Concept, concept_at
from fullcourse.adapters.fhir.read.elements import moment_at
from fullcourse.adapters.fhir.read.evidence import Match, Meaning, Reading, add_matter
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.patient import Unrecognised

__all__ = ["read_condition", "read_procedure"]

_ENDED = ("abatementDateTime", "abatementPeriod.end")
_ABATED = (*_ENDED, "abatementPeriod.start", "abatementAge", "abatementRange", "abatementString")
_NOBODY_KNOWS = Concept((), ())


def read_condition(entry: Entry, reading: Reading) -> None:
    """Read one Condition."""
    meaning = reading.meaning(entry)
    if meaning.word == "ignore":
        reading.gathered.skip("Condition", meaning.reason)
        return
    concept = concept_at(entry.resource, "code", entry.origin) or _NOBODY_KNOWS
    ended = _ended(entry)
    if meaning.word == "stated" and any(path.split(".")[0] in entry.resource for path in _ABATED):
        status = entry.resource.get("clinicalStatus")
        meaning = Meaning("unsure", "it is active and has an end") if status else Meaning("past", "it has an end")
    if concept.has("absent-unknown") and not reading.index.by_code("Condition", concept.codes):
        reading.gathered.skip("Condition", "it says that nothing is known")
        return
    matches, understood = _matches("Condition", concept, reading)
    add_matter(reading, matches, meaning, entry, concept.title, ended)
    if matches:
        return
    raised = _raise("Condition", concept, meaning, entry, reading)
    if not understood and meaning.word != "no":
        why = "its code is of a system in which no fact is coded" if concept.codes or concept.other_codes else (
            "it has no code, and its wording is none that is known" if concept.names else "it has neither code nor text"
        )  # fmt: skip
        title = concept.title or "a problem without a name"
        reading.gathered.unrecognised.append(Unrecognised("problem", title, entry.origin, why))
    elif not raised:
        reading.gathered.skip("Condition", "no fact uses it")


def read_procedure(entry: Entry, reading: Reading) -> None:
    """Read one Procedure."""
    concept = concept_at(entry.resource, "code", entry.origin) or _NOBODY_KNOWS
    matches, _ = _matches("Procedure", concept, reading)
    if not matches:
        reading.gathered.skip("Procedure", "no fact uses it")
        return
    meaning = reading.meaning(entry)
    if meaning.word == "ignore":
        reading.gathered.skip("Procedure", meaning.reason)
        return
    add_matter(reading, matches, meaning, entry, concept.title)


def _matches(resource: str, concept: Concept, reading: Reading) -> tuple[list[Match], bool]:
    """Return the facts it speaks of, and whether it was understood at all."""
    understood = reading.index.knows(resource, concept)
    matches = reading.index.by_code(resource, concept.codes)
    if not matches and not understood:
        matches = reading.index.by_name(resource, concept.names)
    return matches, understood or bool(matches)


def _raise(resource: str, concept: Concept, meaning: Meaning, entry: Entry, reading: Reading) -> bool:
    """Raise the facts whose wording stands within the name of something that no code set holds.

    Code sets list exact SNOMED CT codes, so a subtype ("temporal lobe epilepsy") would else pass for another matter.
    """
    if meaning.word == "no" or any(system == "icd-10" for system, _ in concept.codes):
        return False
    raised = reading.index.raised_by(resource, concept.names)
    unsure = Meaning("unsure", "its code is in no code set of this fact, and its wording speaks of it")
    add_matter(reading, raised, unsure, entry, concept.title)
    return bool(raised)


def _ended(entry: Entry) -> Moment | None:
    for path in _ENDED:
        if path.split(".")[0] in entry.resource and (moment := moment_at(entry.resource, path, entry.origin)):
            return moment
    return None
