"""Which facts a code or a name speaks of, by the ways of finding them that stand in the vocabulary.

Here is only how they are looked up; no resource is read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from operator import itemgetter

from fullcourse.adapters.fhir.read.codes import Concept, is_well_formed, plain_code
from fullcourse.adapters.fhir.read.spoken import SpokenFacts
from fullcourse.knowledge.codes import PREFIX_SYSTEMS
from fullcourse.knowledge.vocabulary import FactDefinition, Found, OtherMatter

__all__ = ["FactIndex", "Match"]

_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SHORTEST_NAME = 4
_MOST_KEPT = 8_192
_LONGEST_KEPT = 300
"""Characters of names: a whole story is told once, and its meaning is not kept."""
_OWN = "fullcourse"
"""The code system of facts by their ids, as our own resources name them."""


@dataclass(frozen=True, slots=True)
class Match:
    """A fact, and the way of finding it that matched."""

    fact: FactDefinition
    found: Found


class FactIndex:
    """From codes and names to the facts that they speak of; built once for a vocabulary."""

    def __init__(self, vocabulary: Iterable[FactDefinition], other_matters: Iterable[OtherMatter] = ()) -> None:
        """Index every way in which every fact is found, and the codes that are known to mean something else."""
        self.facts: dict[str, FactDefinition] = {}
        self._codes: dict[tuple[str, str, str], list[Match]] = {}
        self._prefix_lengths: dict[tuple[str, str], set[int]] = {}
        self._names: dict[tuple[str, str], list[Match]] = {}
        self._places = count()
        self._words: dict[str, dict[str, list[tuple[int, str, Match]]]] = {}
        self._systems: set[tuple[str, str]] = set()
        self._ways: dict[str, list[Match]] = {}
        self._raised: dict[tuple[str, tuple[str, ...]], tuple[Match, ...]] = {}
        for fact in vocabulary:
            self.facts[fact.id] = fact
            for way in fact.found:
                self._add(Match(fact, way))
            if (fact.found or not fact.derived) and fact.kind not in ("date", "given"):
                self._codes["Observation", _OWN, fact.id] = [Match(fact, Found("Observation", {}))]
        self.spoken = SpokenFacts(self.facts.values())
        self._others: set[tuple[str, str, str]] = {
            (matter.resource, system, plain_code(system, code))
            for matter in other_matters
            for system, codes in matter.codes.items()
            for code in codes
        }

    def _add(self, match: Match) -> None:
        resource = match.found.resource
        self._ways.setdefault(resource, []).append(match)
        for system, codes in match.found.codes.items():
            self._systems.add((resource, system))
            for code in codes:
                plain = plain_code(system, code)
                self._codes.setdefault((resource, system, plain), []).append(match)
                if system in PREFIX_SYSTEMS:
                    self._prefix_lengths.setdefault((resource, system), set()).add(len(plain))
        for name in match.found.names:
            self._names.setdefault((resource, name.casefold()), []).append(match)
        for name in {*match.found.names, match.fact.label, *match.found.ingredients}:
            if len(name) >= _SHORTEST_NAME:
                words = _WORDS.findall(name.casefold())
                by_first = self._words.setdefault(resource, {})
                place = next(self._places)
                by_first.setdefault(words[0] if words else "", []).append((place, f" {' '.join(words)} ", match))

    def ways(self, resource: str) -> list[Match]:
        """Return every way of finding a fact in a type of resource."""
        return self._ways.get(resource, [])

    def knows(self, resource: str, concept: Concept) -> bool:
        """Tell whether a code is of a system in which facts are coded: wordings then raise, and state nothing."""
        return any((resource, system) in self._systems for system, _ in concept.codes)

    def means_something_else(self, resource: str, codes: Iterable[tuple[str, str]]) -> bool:
        """Tell whether one of these codes is known to mean something that no fact is about, whatever its words say.

        The code of a fact beats such a code: look for the facts first. A code that cannot be one settles nothing.
        """
        for system, code in codes:
            plain = plain_code(system, code)
            ends = range(len(plain), 0, -1) if system in PREFIX_SYSTEMS else (len(plain),)
            if any((resource, system, plain[:end]) in self._others for end in ends) and is_well_formed(system, code):
                return True
        return False

    def by_code(self, resource: str, codes: Iterable[tuple[str, str]]) -> list[Match]:
        """Return the ways whose codes hold one of these; of the prefixes of one fact that fit a code, the longest."""
        matches: list[Match] = []
        for system, code in codes:
            plain = plain_code(system, code)
            lengths = self._prefix_lengths.get((resource, system))
            if lengths is None:
                matches += self._codes.get((resource, system, plain), ())
                continue
            spoken: dict[str, int] = {}
            for length in sorted(lengths, reverse=True):
                for match in self._codes.get((resource, system, plain[:length]), ()) if length <= len(plain) else ():
                    if spoken.setdefault(match.fact.id, length) == length:
                        matches.append(match)
        return matches

    def by_name(self, resource: str, names: Iterable[str]) -> list[Match]:
        """Return the ways of which one of these is the exact wording."""
        return [match for name in names for match in self._names.get((resource, name.casefold()), ())]

    def raised_by(self, resource: str, names: Iterable[str]) -> list[Match]:
        """Return the ways whose wording stands, as whole words, in one of these names; records repeat them."""
        asked = resource, tuple(names)
        known = self._raised.get(asked)
        if known is None:
            known = self._raised_by(*asked)
            if sum(map(len, asked[1])) <= _LONGEST_KEPT:
                if len(self._raised) >= _MOST_KEPT:
                    self._raised.clear()
                self._raised[asked] = known
        return list(known)

    def _raised_by(self, resource: str, names: tuple[str, ...]) -> tuple[Match, ...]:
        by_first = self._words.get(resource)
        if not by_first:
            return ()
        spoken = [_WORDS.findall(name.casefold()) for name in names]
        texts = "|".join(f" {' '.join(words)} " for words in spoken)
        firsts = {"", *(word for words in spoken for word in words)}.intersection(by_first)
        raised = [way for first in firsts for way in by_first[first] if way[1] in texts]
        return tuple(match for _, _, match in sorted(raised, key=itemgetter(0)))
