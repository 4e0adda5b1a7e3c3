"""The questions of a check, put one after another: which comes next, what an answer settles, and when to stop.

An answer left empty stays unknown: nothing is ever taken for a no. After each answer the record is checked again, so
that nothing is asked that an answer has already settled.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.given_answer import GivenAnswer, GivenEntry, GivenMedicine
from fullcourse.clinical.listed_medicine import ListedMedicine
from fullcourse.clinical.on_file import OnFile
from fullcourse.clinical.open_entry import OpenEntry
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import CheckResult, Question, QuestionGroup
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.on_file import UNDATED
from fullcourse.screening.glances import Glance
from fullcourse.screening.questions import YES_OR_NO

__all__ = [
    "Asked",
    "Dialogue",
    "Given",
    "answer_of",
    "answer_of_entry",
    "answer_of_glance",
    "answers_of_day",
    "answers_to_several",
    "is_undated",
    "matters_of",
]

Given: TypeAlias = GivenAnswer | GivenEntry | GivenMedicine
"""What somebody answered."""
Asked: TypeAlias = ListedMedicine | OpenEntry | OnFile | QuestionGroup
"""What is asked: whether a medicine is taken, what an entry is about, when a value was so, what is not known."""
_Key: TypeAlias = str | Glance | tuple[str, str, str]

BY: Final = "clinician"
"""Whose answers these are: whoever sits at the terminal."""


class Dialogue:
    """The questions of a check, one at a time: what is asked now, how many are left, and a way back.

    Medicines that may be taken come first, then entries that leave something open, values without a date, and the
    grouped questions. Each is put once; after each answer the record is checked again.
    """

    def __init__(
        self,
        result: CheckResult,
        record: Record,
        add: Callable[[Record, Sequence[Given]], Record],
        check: Callable[[Record], CheckResult],
    ) -> None:
        """Begin with a check.

        Args:
            result: The check so far.
            record: What it was made from.
            add: Adds answers to a record; raises InputError where one of them cannot be.
            check: Checks a record again.
        """
        self.result = result
        self._record, self._add, self._check = record, add, check
        self._steps: list[_Step] = []

    @property
    def given(self) -> tuple[Given, ...]:
        """Return every answer that stands: of two on one fact the later one."""
        given = [answer for step in self._steps for answer in step.answers]
        last = {answer.fact: answer for answer in given if isinstance(answer, GivenAnswer)}
        facts = [answer for answer in given if isinstance(answer, GivenAnswer) and last[answer.fact] is answer]
        return (*(answer for answer in given if not isinstance(answer, GivenAnswer)), *facts)

    @property
    def number(self) -> int:
        """Return the number of the question that is asked now, 1 for the first."""
        return len(self._steps) + 1

    @property
    def left(self) -> int:
        """Return how many questions would follow the one that is asked now, as things stand."""
        return max(len(self._waiting()) - 1, 0)

    @property
    def question(self) -> Asked | None:
        """Return what is asked now; None where no answer can change anything, or everything was put."""
        waiting = self._waiting()
        return waiting[0][1] if waiting else None

    def answer(self, answers: Sequence[Given]) -> None:
        """Take the answers to the question that is asked now; none where it is not known.

        Raises:
            InputError: One of them cannot be; the question stays.
        """
        keys, _ = self._waiting()[0]
        before = self.result
        self._steps.append(_Step(keys, tuple(answers), before))
        if not answers:
            return
        try:
            self.result = self._check(self._add(self._record, self.given))
        except InputError:
            self._steps.pop()
            raise

    def back(self) -> bool:
        """Take the last answer back and ask its question again; False where there is none."""
        if not self._steps:
            return False
        self.result = self._steps.pop().before
        return True

    def _waiting(self) -> list[tuple[frozenset[_Key], Asked]]:
        put = {key for step in self._steps for key in step.keys}
        waiting = [(frozenset(keys), asked) for keys, asked in _questions_of(self.result)]
        return [(keys, asked) for keys, asked in waiting if not keys <= put]


@dataclass(frozen=True, slots=True)
class _Step:
    """A question that was put.

    Attributes:
        keys: What it asked.
        answers: What was answered.
        before: The check when it was asked.
    """

    keys: frozenset[_Key]
    answers: tuple[Given, ...]
    before: CheckResult


def _questions_of(result: CheckResult) -> Iterator[tuple[Iterable[_Key], Asked]]:
    for listed in result.medicines:
        if listed.ask:
            yield [("medicine", listed.origin, listed.name)], listed
    for entry in result.open_entries:
        yield [("entry", entry.origin, entry.text)], entry
    if result.question_groups:
        for held in result.on_file:
            if is_undated(held):
                yield [("date", held.origin, " ".join(held.facts))], held
    for group in result.question_groups:
        yield asked_of(group), group


def is_undated(held: OnFile) -> bool:
    """Whether the day alone is missing to what is on file."""
    return held.why == UNDATED and held.on is None and held.recorded is not None


def answers_of_day(held: OnFile, on: date) -> tuple[GivenAnswer, ...]:
    """Return what is on file without a date as it is with the day that was said."""
    value = held.recorded
    return () if value is None else tuple(GivenAnswer(fact, value, held.unit, on, BY) for fact in held.facts)


def asked_of(question: Question | QuestionGroup) -> tuple[_Key, ...]:
    """Return what a question asks: facts, and numbers below which facts lie or not.

    Another answer may move such a number, or make the fact itself matter: that is another question.
    """
    glances = {glance.fact: glance for glance in question.glances}
    return tuple(glances.get(fact, fact) for fact in question.facts)


def matters_of(
    question: Question | QuestionGroup, knowledge: Knowledge
) -> tuple[tuple[FactDefinition, ...], tuple[FactDefinition, ...]]:
    """Return the facts of a question that one answer may settle together, and those that are asked one by one.

    Only matters of yes or no are asked together, and only where there are several.
    """
    definitions = tuple(knowledge.facts[fact] for fact in question.facts)
    together = tuple(definition for definition in definitions if definition.kind in YES_OR_NO)
    if len(together) < 2:
        return (), definitions
    return together, tuple(definition for definition in definitions if definition not in together)


def answers_to_several(
    definitions: Sequence[FactDefinition], apply: Iterable[FactDefinition], others_are_no: bool, on: date
) -> tuple[GivenAnswer, ...]:
    """Return what an answer to several matters of yes or no settles.

    Naming some of a list says nothing of the others: they stay unknown, unless it was said that they are all no.

    Args:
        definitions: What was asked.
        apply: Those of them that were named.
        others_are_no: Whether it was said that the others are all no.
        on: Day of the answer.
    """
    named = {definition.id for definition in apply}
    answers = [answer_of(definition, True, on) for definition in definitions if definition.id in named]
    if others_are_no:
        answers += [answer_of(definition, False, on) for definition in definitions if definition.id not in named]
    return tuple(answers)


def answer_of(definition: FactDefinition, value: bool | float | str, on: date, unit: str = "") -> GivenAnswer:
    """Return an answer on one fact: a number is in the unit that was said, else in the one that was asked for."""
    return GivenAnswer(definition.id, value, (unit or definition.unit) if definition.kind == "number" else "", on, BY)


def answer_of_glance(glance: Glance, on: date) -> GivenAnswer:
    """Return the answer that a fact does not lie below the number of a glance: the range from it."""
    return GivenAnswer(glance.fact, glance.answer, glance.unit, on, BY)


def answer_of_entry(entry: OpenEntry, concerns: Iterable[str], on: date) -> GivenEntry:
    """Return an answer about one entry by its name: the facts that it is about, or none of them."""
    return GivenEntry(entry.origin, entry.by_text, tuple(concerns), on, BY)
