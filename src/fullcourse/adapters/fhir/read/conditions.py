"""Diagnoses and procedures: what a Condition or Procedure says of a history or a state.

A problem that is not understood is listed, since a complete problem list may mean "no" only for what was understood:
by a code that some fact knows, or that is known to mean something else.
"""

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.codes import Concept, concept_at, is_well_formed
from fullcourse.adapters.fhir.read.evidence import Meaning, Reading
from fullcourse.adapters.fhir.read.wording import denies_all, read_wording, why_open
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
    ended = _ended(entry, reading)
    if meaning.word == "stated" and any(path.split(".")[0] in entry.resource for path in _ABATED):
        status = entry.resource.get("clinicalStatus")
        meaning = Meaning("unsure", "it is active and has an end") if status else Meaning("past", "it has an end")
    if concept.has("absent-unknown") and not reading.index.by_code("Condition", concept.codes):
        reading.gathered.skip("Condition", "it says that nothing is known")
        return
    said = read_wording("Condition", concept, meaning, entry, reading, ended)
    if said.is_open and not denies_all("Condition", concept.names):
        title = concept.title or "a problem without a name"
        reading.gathered.unrecognised.append(Unrecognised("problem", title, entry.origin, why_open(concept)))
    elif not said.speaks:
        reading.gathered.skip("Condition", "no fact uses it")


def read_procedure(entry: Entry, reading: Reading) -> None:
    """Read one Procedure, by its code or by its words.

    What a procedure is called is enough to pass one that no fact asks about; a code alone that nobody knows is not,
    nor one that cannot be a code.
    """
    meaning = reading.meaning(entry)
    if meaning.word == "ignore":
        reading.gathered.skip("Procedure", meaning.reason)
        return
    concept = concept_at(entry.resource, "code", entry.origin) or _NOBODY_KNOWS
    said = read_wording("Procedure", concept, meaning, entry, reading)
    if said.is_open and not (concept.names and all(is_well_formed(system, code) for system, code in concept.codes)):
        title = concept.title or "a procedure without a name"
        reading.gathered.unrecognised.append(Unrecognised("problem", title, entry.origin, why_open(concept)))
    elif not said.speaks:
        reading.gathered.skip("Procedure", "no fact uses it")


def _ended(entry: Entry, reading: Reading) -> Moment | None:
    for path in _ENDED:
        if path.split(".")[0] in entry.resource and (moment := reading.moment(entry, path)):
            return moment
    return None
