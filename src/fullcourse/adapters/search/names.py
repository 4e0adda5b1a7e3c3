"""Which medicines a question names, and what a name that nobody knows may have been meant to be.

A name is taken only when it is spelt as known. A near spelling is offered back and answers nothing; it is not offered
where it lies as near to another medicine's name (cyclosporine), because that answer would be about the wrong drug.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.medicines.spelling import fold
from fullcourse.adapters.medicines.vocabulary import Vocabulary, load_vocabulary
from fullcourse.adapters.search.words import edits, within
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = ["Named", "Names", "OtherMedicine"]

_MOST_WORDS: Final = 4
_SHORTEST: Final = 5
_LETTERS_PER_SLIP: Final = 5
"""One slip is forgiven for each so many letters of a name."""


@dataclass(frozen=True, slots=True)
class OtherMedicine:
    """A medicine that a question names and that is no drug of this knowledge.

    Attributes:
        text: As written.
        ingredients: INN in lower case.
        looks_like: Drug for which it must never be taken; empty for none.
    """

    text: str
    ingredients: tuple[str, ...]
    looks_like: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names.

    Attributes:
        drugs: Drugs of this knowledge, in the order named.
        others: Other medicines.
        near: Unknown words with the names that they may have been meant to be; several when it cannot be told.
        rest: Numbers of the words that belong to no name.
    """

    drugs: tuple[DrugIdentity, ...]
    others: tuple[OtherMedicine, ...]
    near: tuple[tuple[str, tuple[str, ...]], ...]
    rest: tuple[int, ...]


class Names:
    """Finds the names of medicines in words."""

    def __init__(self, knowledge: Knowledge, everyday: Iterable[str], vocabulary: Vocabulary | None = None) -> None:
        """Prepare the names of the drugs.

        Args:
            knowledge: Whose drugs.
            everyday: Words that are no medicine here, though lists of products may know them as names.
            vocabulary: Names of all other medicines; the packaged ones when None.
        """
        self._vocabulary = vocabulary
        self._everyday = frozenset(map(fold, everyday))
        self._drugs: dict[str, DrugIdentity] = {}
        self._abbreviations: dict[str, DrugIdentity] = {}
        self._apart: dict[str, DrugIdentity] = {}
        for drug in knowledge.drugs.values():
            for name in (drug.inn, drug.label, *drug.synonyms):
                self._drugs[fold(name)] = drug
            if len(drug.abbreviation) > 1:
                self._abbreviations[drug.abbreviation] = drug
            for name in drug.look_alikes:
                self._apart[fold(name)] = drug
        self._apart = {name: drug for name, drug in self._apart.items() if name not in self._drugs}

    def drug(self, name: str) -> DrugIdentity | None:
        """Return the drug with exactly this name, brand or abbreviation, or None."""
        return self._drugs.get(fold(name)) or self._abbreviations.get(name.strip())

    def apart(self, name: str) -> DrugIdentity | None:
        """Return the drug for which a name must never be taken, or None."""
        return self._apart.get(fold(name))

    def find(self, words: Sequence[str], written: Sequence[str], known: Iterable[str]) -> Named:
        """Return what the words of a question name.

        Args:
            words: The words, folded.
            written: The same as written; abbreviations (Bdq) are told from words by their case.
            known: Further words that are no misspelt names.
        """
        drugs: dict[str, DrugIdentity] = {}
        others: dict[str, OtherMedicine] = {}
        near: dict[str, tuple[str, ...]] = {}
        rest: list[int] = []
        ordinary = frozenset(known)
        at = 0
        while at < len(words):
            count, named = self._at(words, written, at)
            if isinstance(named, DrugIdentity):
                drugs[named.inn] = named
            elif named is not None:
                others[named.text] = named
            elif words[at] not in self._everyday and words[at] not in ordinary and (offered := self.offered(words[at])):
                near[words[at]] = offered
            else:
                rest.append(at)
            at += count
        return Named(tuple(drugs.values()), tuple(others.values()), tuple(near.items()), tuple(rest))

    def offered(self, word: str) -> tuple[str, ...]:
        """Return the names that a misspelt one may have been meant to be: the nearest, all when equally near."""
        wanted = fold(word)
        if len(wanted) < _SHORTEST:
            return ()
        most = max(1, len(wanted) // _LETTERS_PER_SLIP)
        distances: dict[str, int] = {}
        for name in (*self._drugs, *self._apart):
            if within(wanted, name, most):
                distances[name] = edits(wanted, name)
        least = min(distances.values(), default=0)
        return tuple(name for name, slips in distances.items() if slips == least)

    def _at(
        self, words: Sequence[str], written: Sequence[str], at: int
    ) -> tuple[int, DrugIdentity | OtherMedicine | None]:
        for count in range(min(_MOST_WORDS, len(words) - at), 0, -1):
            name = " ".join(words[at : at + count])
            if drug := self._drugs.get(name) or (self._abbreviations.get(written[at]) if count == 1 else None):
                return count, drug
            if (apart := self._apart.get(name)) is not None:
                return count, OtherMedicine(name, self._ingredients(name) or (name,), apart.inn)
            if name not in self._everyday and (ingredients := self._ingredients(name)):
                same = [self._drugs.get(ingredient) for ingredient in ingredients]
                if len(same) == 1 and same[0] is not None:
                    return count, same[0]
                return count, OtherMedicine(name, ingredients)
        return 1, None

    def _ingredients(self, name: str) -> tuple[str, ...]:
        if len(name) < _SHORTEST - 1:
            return ()
        vocabulary = self._vocabulary or load_vocabulary()
        return vocabulary.of_name(name) or vocabulary.of_brand(name)
