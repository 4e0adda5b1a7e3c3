"""Which texts of a phone may be recorded, and the name of the file that holds each: made of the very text.

A text that changed has another name, so that nobody ever hears what is no longer said. The name tells nothing of a drug
or a disease to who sees it go by.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.languages import Language
from fullcourse.adapters.triage.questions import TriageQuestions
from fullcourse.course.advice_words import PATIENT_WORDS
from fullcourse.knowledge.consequences import Action, Missed
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.walk import thens_of

__all__ = ["ON_SCREENS", "Slot", "slots_of"]

ON_SCREENS: Final = ("state.", "stop.heading", "stop.do", "urgency.", "next.ask", "next.hold")
"""How the names of the screens' texts begin that may be recorded."""

_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Slot:
    """One text that may be recorded.

    Attributes:
        id: Of the text: its name on the screens, of the advice or the question, or the statement's id.
        text: To be read aloud, as a phone shows it: in its language, or in English where nobody translated it.
        language: BCP 47 tag of the language to read it in.
    """

    id: str
    text: str
    language: str

    @property
    def name(self) -> str:
        """Return the name of its file, without the ending: the phone makes the same of what it shows."""
        return hashlib.sha256(f"{self.language}\n{self.text}".encode()).hexdigest()[:_DIGITS]


def slots_of(
    language: Language, screens: Mapping[str, str], asked: TriageQuestions, knowledge: Knowledge
) -> tuple[Slot, ...]:
    """Return every text that may be recorded in a language, each text once: the most general first.

    Args:
        language: Of the recordings.
        screens: What the screens say in it, by name.
        asked: The questions on symptoms.
        knowledge: Whose statements are said to patients.
    """
    by_text: dict[str, str] = {}
    for name, text in _texts(language, screens, asked, knowledge):
        by_text.setdefault(text, name)
    return tuple(Slot(name, text, language.code) for text, name in by_text.items())


def _texts(
    language: Language, screens: Mapping[str, str], asked: TriageQuestions, knowledge: Knowledge
) -> Iterator[tuple[str, str]]:
    yield from ((name, text) for name, text in screens.items() if name.startswith(ON_SCREENS) and "{" not in text)
    yield from ((f"advice {name}", language.text(text)) for name, text in PATIENT_WORDS.items())
    is_spanish = language.code == "es"
    for group in asked.groups:
        yield f"question {group.id}", group.ask_spanish if is_spanish else language.text(group.ask)
    for question in asked.questions:
        yield f"question {question.fact}", question.ask_spanish if is_spanish else language.text(question.ask)
    for statement in knowledge.statements.values():
        if statement.patient and any(isinstance(then, (Action, Missed)) for then in thens_of(statement.body)):
            yield statement.id, language.text(statement.patient)
