"""A word index over the statements about one drug: which of them speak of the words of a question.

Ranking is that of BM25 without the length of the text: statements are all about as long as one another.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.search.words import stem, tokens
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, TakingCondition, Tells
from fullcourse.knowledge.walk import atoms_of, facts_of
from fullcourse.screening.rulebook import GENERAL, rulebook, slug

__all__ = ["DrugIndex", "Match"]

_SYNONYM: Final = 0.8
"""What a word of the same meaning counts, against the word itself."""

_NAMING: Final = frozenset(
    {"indication", "group", "groups", "dose", "susceptibility", "contraindication", "population", "triage", "level"}
)
"""Kinds of statements that name other drugs without saying how the two go together."""

_PAIRS: Final = frozenset({"interaction", "duplicate"})
"""Kinds of statements whose conditions say which medicines they are about."""


_ON_RESULTS = "result."
"""What a result during treatment calls for is a clinician's matter, and answers no question in words."""


@dataclass(frozen=True, slots=True)
class Match:
    """How far a statement speaks of the words of a question.

    Attributes:
        score: Sum over the words found, rare words counting more.
        coverage: Part of the question's words, weighed likewise, that the statement holds; 0 to 1.
    """

    score: float
    coverage: float


class DrugIndex:
    """The statements about one drug, those of its pairs that stand in the other drug's file among them."""

    def __init__(self, knowledge: Knowledge, inn: str, silent: Iterable[str]) -> None:
        """Index the statements of a drug.

        Args:
            knowledge: Where they stand.
            inn: The drug.
            silent: Words that are not indexed.
        """
        self._knowledge = knowledge
        drug = knowledge.drugs[inn]
        self.own = f"{slug(drug)}."
        names = (name for name in knowledge.statements if name.startswith(self.own))
        own = [knowledge.statements[name] for name in names if not name.startswith(f"{self.own}{_ON_RESULTS}")]
        turned = [
            stated.id
            for stated in rulebook(knowledge, drug).statements
            if not stated.id.startswith((self.own, GENERAL))
        ]
        self.statements: tuple[Statement, ...] = (*own, *(knowledge.statements[name] for name in turned))
        left_out = frozenset(silent)
        self._words: list[frozenset[str]] = [
            frozenset(stem(word) for text in self._texts(stated) for word in tokens(text) if word not in left_out)
            for stated in self.statements
        ]
        counts: dict[str, int] = {}
        for words in self._words:
            for word in words:
                counts[word] = counts.get(word, 0) + 1
        total = len(self.statements)
        self._weights = {word: _weight(count, total) for word, count in counts.items()}
        self._unseen = _weight(0, total)
        self._running: dict[str, str] = {}

    def knows(self, word: str, same: Mapping[str, frozenset[str]]) -> bool:
        """Return whether any statement holds a stem, or one that means the same."""
        return any(form in self._weights for form in same.get(word, frozenset({word})) | {word})

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every stem that a statement holds."""
        return frozenset(self._weights)

    def match(self, asked: Sequence[str], same: Mapping[str, frozenset[str]]) -> list[Match]:
        """Return how far each statement speaks of the stems of a question, in the order of `statements`."""
        groups = [(word, (same.get(word, frozenset()) | {word})) for word in dict.fromkeys(asked)]
        weights = [
            max((self._weights[form] for form in group if form in self._weights), default=self._unseen)
            for _, group in groups
        ]
        total = sum(weights)
        scores = []
        for words in self._words:
            score = covered = 0.0
            for (word, group), weight in zip(groups, weights, strict=True):
                if word in words:
                    score += self._weights[word]
                    covered += weight
                elif not words.isdisjoint(group):
                    score += _SYNONYM * weight
                    covered += weight
            scores.append(Match(score, covered / total if total else 0.0))
        return scores

    def speaks_of(self, statement: Statement, ingredient: str) -> bool:
        """Return whether a statement is about this drug together with an ingredient: as named, or as one of a class.

        A statement of the other drug's file is about that drug; one of a third drug's file is about neither pair.
        """
        if not statement.id.startswith(self.own):
            return ingredient.replace(" ", "-") == statement.id.split(".", 1)[0]
        for atom in atoms_of(statement.body):
            if isinstance(atom, TakingCondition) and self._knowledge.in_class(ingredient, {}, atom.target):
                return True
        kind = statement.id.removeprefix(self.own).split(".", 1)[0]
        if kind in _NAMING or (
            kind in _PAIRS and any(isinstance(atom, TakingCondition) for atom in atoms_of(statement.body))
        ):
            return False
        if statement.says.lower().startswith(f"of {ingredient}:"):
            return False  # said of that drug alone, and read here as true of this one
        text = self._running.get(statement.id)
        if text is None:
            text = self._running[statement.id] = f" {' '.join(tokens(f'{statement.says} {statement.patient}'))} "
        return f" {ingredient} " in text

    def _texts(self, statement: Statement) -> Iterable[str]:
        """Yield what a statement says and what its conditions are called."""
        yield statement.says
        yield statement.patient
        yield statement.id.replace(".", " ").replace("-", " ")
        if isinstance(statement.body, Tells):
            yield statement.body.topic
        for fact in facts_of(statement.body):
            definition = self._knowledge.facts[fact]
            yield definition.label
            yield definition.plain
        for atom in atoms_of(statement.body):
            if isinstance(atom, TakingCondition) and atom.target in self._knowledge.classes:
                yield self._knowledge.classes[atom.target].label


def _weight(count: int, total: int) -> float:
    return math.log(1 + (total - count + 0.5) / (count + 0.5))
