"""Symptoms in somebody's own words: each is known by words that stand there exactly, or a person reads them.

Nothing is guessed: no ending is cut and no slip of the pen is forgiven. A symptom after a word that denies ("no rash")
is left to a person: it counts neither as yes nor as no. Whether the denial reaches over the next comma nobody can tell,
so what stands there is unsure, which counts as yes. A denial that does not stand right before a symptom hides nothing:
"I can't stop thinking of suicide" is heard as what it is.

Where a line ends says nothing of what was meant: a pasted text is cut by its window ("hard to" over "breathe"), and
a list is not. So a text is read both ways, and what is heard only across a break or a pause is unsure.
"""

import itertools
import re
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.triage.questions import TriageQuestions, folded
from fullcourse.triage.report import Heard

__all__ = ["Understood", "understood"]

_SENTENCE: Final = re.compile(r"[.!?;\n]+|\bbut\b|\bpero\b", re.IGNORECASE)
_HYPHEN: Final = re.compile(r"(?<=\w)-[ \t]*\n\s*")
_BREAK: Final = re.compile(r"\s*(?:\n|\.{2,}|\u2026)\s*")
_PART: Final = re.compile(r"[,:]+|\band\b|\bor\b|\by\b|\bo\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of somebody's words.

    Attributes:
        symptoms: In the order in which they were said.
        unread: What a person reads, as it was said, folded.
    """

    symptoms: tuple[tuple[str, Heard], ...]
    unread: tuple[str, ...]


def understood(text: str, asked: TriageQuestions) -> Understood:
    """Return which symptoms a text names.

    Args:
        text: As somebody said it.
        asked: Holds the words.
    """
    reader = _read(text, asked)
    heard = {fact for fact, _ in reader.symptoms}
    unbroken = _without_breaks(text, asked)
    across = [] if unbroken == text else _read(unbroken, asked).symptoms
    more = dict.fromkeys(fact for fact, _ in across if fact not in heard)
    return Understood((*reader.symptoms, *((fact, Heard.UNSURE) for fact in more)), tuple(reader.unread))


def _without_breaks(text: str, asked: TriageQuestions) -> str:
    """Return a text as one line; a line that ends in an answer ("fever: no") stays apart from the next."""
    pieces = _BREAK.split(_HYPHEN.sub("", text))
    joined = pieces[:1]
    for before, piece in itertools.pairwise(pieces):
        last = folded(_PART.split(_SENTENCE.split(before)[-1])[-1])
        is_answer = len(last) == 1 and last[0] in asked.denying
        joined += (". " if is_answer else " ", piece)
    return "".join(joined)


def _read(text: str, asked: TriageQuestions) -> "_Reader":
    reader = _Reader(asked)
    for sentence in _SENTENCE.split(text):
        reader.has_denied = False
        for part in _PART.split(sentence):
            reader.read(folded(part))
    return reader


class _Reader:
    """Reads one text part by part, remembering whether its sentence has denied something."""

    def __init__(self, asked: TriageQuestions) -> None:
        self._asked = asked
        self._facts = {wording: question.fact for question in asked.questions for wording in question.words}
        self._longest = max(map(len, self._facts))
        self.has_denied = False
        self.symptoms: list[tuple[str, Heard]] = []
        self.unread: list[str] = []

    def read(self, words: tuple[str, ...]) -> None:
        """Read the words between two commas."""
        left: list[str] = []
        denies_here = False
        unsure = self.has_denied
        at = 0
        while at < len(words):
            length = self._match(words, at)
            if length:
                wording = words[at : at + length]
                if denies_here:
                    self.unread.append(" ".join((*left, *wording)))
                    left, denies_here = [], False
                else:
                    self._leave(left)
                    left = []
                    self.symptoms.append((self._facts[wording], Heard.UNSURE if unsure else Heard.YES))
                at += length
                continue
            word = words[at]
            if word in self._asked.denying:
                denies_here = self.has_denied = True
                left.append(word)
            elif word not in self._asked.silent:
                denies_here = False
                left.append(word)
            at += 1
        self._leave(left)

    def _match(self, words: tuple[str, ...], at: int) -> int:
        """Return how many words from here on are the longest wording of a symptom; 0 for none."""
        for length in range(min(self._longest, len(words) - at), 0, -1):
            if words[at : at + length] in self._facts:
                return length
        return 0

    def _leave(self, words: list[str]) -> None:
        if words:
            self.unread.append(" ".join(words))
