"""The questions of triage and the words for symptoms, read from the knowledge: they ask, and decide nothing."""

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import fullcourse.knowledge
from fullcourse.adapters.search.words import tokens, unaccented
from fullcourse.clinical.errors import Fault, InputError, KnowledgeError
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.tables import Table, did_you_mean
from fullcourse.triage.report import symptoms_of

__all__ = ["AskedGroup", "SymptomQuestion", "TriageQuestions", "folded", "question_faults", "read_questions"]

_FILE: Final = "triage/questions.toml"
_PATH: Final = Path(fullcourse.knowledge.__file__).parent / _FILE
_PREFIX: Final = "symptom_"


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """A question on several symptoms at once, asked before each of them.

    Attributes:
        id: Its name.
        ask: In plain words.
        ask_spanish: In Spanish; our translation.
    """

    id: str
    ask: str
    ask_spanish: str


@dataclass(frozen=True, slots=True)
class SymptomQuestion:
    """The question on one symptom.

    Attributes:
        fact: Its id.
        group: Id of the group that it is asked in.
        ask: In plain words.
        ask_spanish: In Spanish; our translation.
        words: What people say for it, folded, each as the words that stand one after another.
    """

    fact: str
    group: str
    ask: str
    ask_spanish: str
    words: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TriageQuestions:
    """All of it.

    Attributes:
        groups: In the order in which they are asked.
        questions: In that order too.
        silent: Words that say nothing of a symptom.
        denying: Words that deny what follows them.
    """

    groups: tuple[AskedGroup, ...]
    questions: tuple[SymptomQuestion, ...]
    silent: frozenset[str]
    denying: frozenset[str]

    def of_group(self, group: str) -> tuple[SymptomQuestion, ...]:
        """Return the questions of a group."""
        return tuple(it for it in self.questions if it.group == group)

    def fact(self, name: str) -> str:
        """Return the fact that a name on the command line means: its id, or its id without ``symptom_``.

        Raises:
            InputError: No symptom has the name; a near one is offered.
        """
        wanted = name.strip().casefold().replace("-", "_").replace(" ", "_")
        known = {it.fact for it in self.questions}
        for fact in (wanted, _PREFIX + wanted):
            if fact in known:
                return fact
        short = sorted(fact.removeprefix(_PREFIX) for fact in known)
        hint = did_you_mean(wanted.removeprefix(_PREFIX), short)
        raise InputError(
            f"--symptom: no symptom is called '{name[:40]}'. {hint} 'fullcourse triage --questions' lists them; "
            '--words "..." takes your own words.'
        )


def folded(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared: lower case, without accents, otherwise as they stand.

    >>> folded("Me DESMAYÉ")
    ('me', 'desmaye')
    """
    return tuple(unaccented(word) for word in tokens(text))


@functools.cache
def read_questions(path: Path = _PATH) -> TriageQuestions:
    """Read the questions.

    Raises:
        KnowledgeError: The file is missing or wrong; with every fault.
    """
    faults: list[Fault] = []
    try:
        content: Mapping[str, object] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(
            [Fault(_FILE, "", f"it cannot be read: {type(error).__name__}", "Mend the file.")]
        ) from None
    whole = Table(content, _FILE, "", faults)
    groups = tuple(_group(Table(row, _FILE, "group", faults)) for row in whole.rows("group"))
    questions = tuple(_question(Table(row, _FILE, "question", faults)) for row in whole.rows("question"))
    words = whole.inner(whole.raw("words"))
    silent, denying = words.texts("silent"), words.texts("denying")
    words.done()
    whole.done()
    if faults:
        raise KnowledgeError(faults)
    return TriageQuestions(groups, questions, frozenset(map(unaccented, silent)), frozenset(map(unaccented, denying)))


def _group(table: Table) -> AskedGroup:
    group = AskedGroup(table.text("id"), table.text("ask"), table.text("ask_spanish"))
    table.done()
    return group


def _question(table: Table) -> SymptomQuestion:
    said = (*table.texts("words"), *table.texts("spanish"))
    question = SymptomQuestion(
        fact=table.text("fact"),
        group=table.text("group"),
        ask=table.text("ask"),
        ask_spanish=table.text("ask_spanish"),
        words=tuple(folded(wording) for wording in said),
    )
    table.done()
    return question


def question_faults(asked: TriageQuestions, knowledge: Knowledge) -> Iterator[Fault]:
    """Yield every fault between the questions and the vocabulary: a symptom without a question, a word for two."""
    symptoms = symptoms_of(knowledge.facts)
    groups = {group.id for group in asked.groups}
    by_words: dict[tuple[str, ...], str] = {}
    for question in asked.questions:
        if question.fact not in symptoms:
            hint = did_you_mean(question.fact, symptoms)
            yield Fault(_FILE, question.fact, "no symptom has this id", hint)
        if question.group not in groups:
            hint = did_you_mean(question.group, groups)
            yield Fault(_FILE, question.fact, f"no group is called '{question.group}'", hint)
        for wording in question.words:
            other = by_words.setdefault(wording, question.fact)
            if other != question.fact:
                said = " ".join(wording)
                yield Fault(_FILE, question.fact, f"'{said}' means '{other}' as well", "Keep it in one of the two.")
    for fact in sorted(set(symptoms) - {question.fact for question in asked.questions}):
        yield Fault(_FILE, fact, "no question asks for this symptom", "Add one.")
