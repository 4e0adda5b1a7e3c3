"""What the code and the words of an Observation mean, whatever its value: the same few hundred come in every record.

It is worked out once for each of them, and says nothing of anybody; how many are kept is bounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.fhir.read.codes import Concept, is_well_formed
from fullcourse.adapters.fhir.read.fact_index import FactIndex, Match
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["Observed", "ObservedConcepts", "matters"]

_MOST_KEPT: Final = 8_192
_KIND: Final = "Observation"


@dataclass(frozen=True, slots=True)
class Observed:
    """What one concept means as that which was observed.

    Attributes:
        matches: The facts that its code speaks of, or its exact words where it has no code of a system of ours.
        spoken: The numbers that its words speak of.
        raised: The matters of yes or no that its words speak of.
        drugs_by_code: Drugs whose level its code says it is.
        drugs_by_words: Drugs that its words name.
        why_unused: Why no fact uses it, where none does.
        may_matter: Whether it may speak of a fact all the same.
    """

    matches: tuple[Match, ...]
    spoken: tuple[FactDefinition, ...]
    raised: tuple[Match, ...]
    drugs_by_code: tuple[str, ...]
    drugs_by_words: tuple[str, ...]
    why_unused: str
    may_matter: bool


class ObservedConcepts:
    """Tells what concepts mean by one vocabulary, and keeps it."""

    def __init__(self, index: FactIndex, level_codes: Mapping[str, frozenset[str]]) -> None:
        """Take the vocabulary, and the drugs whose levels are read, each with the codes of such levels."""
        self._index, self._level_codes = index, level_codes
        self._known: dict[Concept, Observed] = {}

    def of(self, concept: Concept) -> Observed:
        """Return what a concept means."""
        known = self._known.get(concept)
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            known = self._known[concept] = self._worked_out(concept)
        return known

    def _worked_out(self, concept: Concept) -> Observed:
        index = self._index
        matches = index.by_code(_KIND, concept.codes)
        if not matches and not index.knows(_KIND, concept):
            matches = index.by_name(_KIND, concept.names)
        codes = {*(code for _, code in concept.codes), *concept.other_codes}
        words = "\n".join(concept.names).lower()
        by_code = tuple(drug for drug, listed in self._level_codes.items() if codes & listed)
        by_words = tuple(drug for drug in self._level_codes if drug in words)
        is_known = index.knows(_KIND, concept) or bool(by_code or by_words)
        why, may_matter = _unused(concept, is_known=is_known)
        return Observed(
            tuple({match.fact.id: match for match in reversed(matches)}.values())[::-1],
            index.spoken.of(concept.names),
            matters(index.raised_by("Condition", concept.names)),
            by_code,
            by_words,
            why,
            may_matter,
        )


def matters(raised: Iterable[Match]) -> tuple[Match, ...]:
    """Return the matters of yes or no among what is raised."""
    return tuple(match for match in raised if match.fact.kind in ("history", "state"))


def _unused(concept: Concept, *, is_known: bool) -> tuple[str, bool]:
    """Return why no fact uses a concept, and whether it may matter: a code of no known system may mean anything."""
    if not is_known:
        return "its code is of no system that is read here", True
    if not any(is_well_formed(system, code) for system, code in concept.codes):
        return "its code cannot be one of its code system", True
    if not concept.names:
        return "its code is not known here, and no words say what was measured", True
    return "no fact uses it", False
