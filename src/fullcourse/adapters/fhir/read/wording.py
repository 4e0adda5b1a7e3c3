"""What the codes and the words of an entry come to: what was understood, what is only raised, what stays open.

Only a code that some fact knows, or that is known to mean something else, settles an entry. Words never do, beyond the
exact wordings that a fact names for entries without a code: they raise facts, so that somebody is asked.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.codes import Concept, is_well_formed
from fullcourse.adapters.fhir.read.evidence import Meaning, Reading, add_matter
from fullcourse.adapters.fhir.read.fact_index import FactIndex, Match
from fullcourse.clinical.moment import Moment

__all__ = ["Said", "denies_all", "raise_by_words", "read_wording", "why_open", "words_count"]

_BY_CODE_SET = "its code is in no code set of this fact, and its wording speaks of it"
# An exception hides in a longer sentence, so that one that goes on denies nothing.
_GOES_ON = re.compile(
    r"[,;:/+&]|\b(?:and|but|except|excepting|excluding|other|apart|besides|beyond|only|however|although|though|unless|"
    r"until|with|cause|causes|due)\b"
)
_DENIALS = {
    "AllergyIntolerance": re.compile(
        r"(?:no|nil|not any) (?:known |current |history of |evidence of )*(?:[\w-]+ ){0,3}"
        r"(?:allergy|allergies|allergic reactions?|intolerances?|hypersensitivity)(?: known)?(?: \([a-z ]+\))?"
    ),
    "Condition": re.compile(
        r"(?:no|nil) (?:known |current |active |past |significant |other |medical |health )*"
        r"(?:problems?|conditions?|diagnos[ei]s|diseases?|illness(?:es)?)(?: or disability)?(?: known)?"
        r"(?: \([a-z ]+\))?"
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry came to.

    Attributes:
        speaks: Whether it states or raises any fact.
        is_open: Whether its meaning was not positively understood.
    """

    speaks: bool
    is_open: bool


def read_wording(
    resource: str, concept: Concept, meaning: Meaning, entry: Entry, reading: Reading, ended: Moment | None = None
) -> Said:
    """Keep what the code and the words of a diagnosis or procedure say, and return what was understood.

    Args:
        resource: ``Condition`` or ``Procedure``.
        concept: Its code.
        meaning: What its status elements come to.
        entry: The resource.
        reading: The record being read.
        ended: When it ended, where that is recorded.
    """
    index = reading.index
    by_code = index.by_code(resource, concept.codes)
    matches = by_code or ([] if index.knows(resource, concept) else index.by_name(resource, concept.names))
    add_matter(reading, matches, meaning, entry, concept.title, ended)
    if matches and not by_code:
        return Said(speaks=True, is_open=False)
    raised = raise_by_words(resource, concept.names, by_code, meaning, entry, reading, concept.title)
    is_open = not by_code and meaning.word != "no" and not index.means_something_else(resource, concept.codes)
    return Said(bool(matches) or raised, is_open)


def words_count(resource: str, concept: Concept, index: FactIndex) -> tuple[object, ...]:
    """Return as much of the words of an entry as counts: two that are alike in it and in all but words say the same.

    Args:
        resource: ``Condition`` or ``Procedure``.
        concept: Its code.
        index: The vocabulary.
    """
    exact = [] if index.knows(resource, concept) else index.by_name(resource, concept.names)
    raised = index.raised_by(resource, concept.names)
    denies = resource in _DENIALS and denies_all(resource, concept.names)
    return tuple(map(id, exact)), tuple(map(id, raised)), denies, bool(concept.names)


def raise_by_words(
    resource: str,
    names: Iterable[str],
    by_code: Iterable[Match],
    meaning: Meaning,
    entry: Entry,
    reading: Reading,
    title: str,
) -> bool:
    """Raise the facts whose wording stands within the words of an entry while its code says nothing of them.

    Code sets list exact SNOMED CT codes, so a subtype ("temporal lobe epilepsy") would else pass for another matter;
    and where code and words contradict one another nobody can say which is right.
    """
    if meaning.word == "no":
        return False
    spoken = {match.fact.id for match in by_code}
    raised = [match for match in reading.index.raised_by(resource, names) if match.fact.id not in spoken]
    if raised:
        add_matter(reading, raised, Meaning("unsure", _BY_CODE_SET), entry, title)
    return bool(raised)


def why_open(concept: Concept) -> str:
    """Return why the meaning of a diagnosis or procedure was not understood."""
    if any(not is_well_formed(system, code) for system, code in concept.codes):
        return "its code cannot be one of its code system"
    if concept.codes:
        return "its code is none that is known"
    if concept.other_codes:
        return "its code is of a system in which no fact is coded"
    return "it has no code, and its wording is none that is known" if concept.names else "it has neither code nor text"


def denies_all(resource: str, names: Iterable[str]) -> bool:
    """Tell whether the words of an entry say that there is no such entry ("No known latex allergy").

    All of its wordings must, and none may go on ("... except penicillin").
    """
    wordings = [" ".join(name.casefold().split()) for name in names]
    denial = _DENIALS[resource]
    return bool(wordings) and all(
        denial.fullmatch(wording) is not None and _GOES_ON.search(wording) is None for wording in wordings
    )
