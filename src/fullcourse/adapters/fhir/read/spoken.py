"""Of which numbers the words of an Observation speak, where no code that is known says it.

A value whose code nobody knows here is never used, since its words may leave out what matters. But it is on file: it
raises the fact that its words speak of, so that it is named with its value and the fact is not taken for unrecorded.
"""

import re
from collections.abc import Iterable
from typing import Final

from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["SpokenFacts"]

_WORDS: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ELSEWHERE: Final = tuple(
    f" {word} "
    for word in (
        "urine", "urinary", "cerebrospinal", "cerebral spinal", "csf", "stool", "feces", "faeces", "fecal", "faecal",
        "occult", "saliva", "sputum", "sweat", "semen", "hair", "pleural", "peritoneal", "ascites", "ascitic",
        "synovial", "amniotic", "body fluid", "dialysate", "dialysis fluid", "donor", "fetal", "foetal", "cord",
        "ratio",
    )
)  # fmt: skip
"""Words of another specimen, of somebody else, or of a quotient: none says what the blood of the patient holds."""


class SpokenFacts:
    """The number facts of a vocabulary by the words that speak of them."""

    def __init__(self, vocabulary: Iterable[FactDefinition]) -> None:
        """Index the words of every fact that has some."""
        self._facts = [
            (fact, tuple(map(_padded, fact.spoken_as)), tuple(map(_padded, fact.unless)))
            for fact in vocabulary
            if fact.spoken_as
        ]
        self._known: dict[tuple[str, ...], tuple[FactDefinition, ...]] = {}

    def of(self, names: tuple[str, ...]) -> tuple[FactDefinition, ...]:
        """Return the facts that these names speak of, as whole words; a record repeats its names, so they are kept."""
        known = self._known.get(names)
        if known is None:
            text = "|".join(map(_padded, names))
            known = () if any(word in text for word in _ELSEWHERE) else tuple(self._in(text))
            if len(self._known) < _MOST_KEPT:
                self._known[names] = known
        return known

    def _in(self, text: str) -> Iterable[FactDefinition]:
        for fact, words, unless in self._facts:
            if any(word in text for word in words) and not any(word in text for word in unless):
                yield fact


_MOST_KEPT: Final = 10_000


def _padded(name: str) -> str:
    return f" {' '.join(_WORDS.findall(name.casefold()))} "
