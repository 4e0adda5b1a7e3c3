"""The questions of a check, put one after another: which comes next, what an answer settles, and when to stop.

An answer left empty stays unknown: nothing is ever taken for a no. After each answer the record is checked again, so
that nothing is asked that an answer has already settled.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date
from typing import Final, TypeVar

from fullcourse.clinical.given_answer import GivenAnswer, GivenEntry, GivenMedicine
from fullcourse.clinical.listed_medicine import ListedMedicine
from fullcourse.clinical.open_entry import OpenEntry
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import CheckResult, Question, QuestionGroup
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.screening.glances import Glance
from fullcourse.screening.questions import YES_OR_NO

__all__ = [
    "answer_of",
    "answer_of_entry",
    "answer_of_glance",
    "answers_to_several",
    "hold_dialogue",
    "matters_of",
    "next_question",
    "settle_entries",
    "settle_medicines",
]

_Asked = TypeVar("_Asked", Question, QuestionGroup)
_Entry = TypeVar("_Entry", ListedMedicine, OpenEntry)
_Given = TypeVar("_Given", bound=GivenEntry | GivenMedicine)

BY: Final = "clinician"
"""Whose answers these are: whoever sits at the terminal."""


def hold_dialogue(
    result: CheckResult,
    record: Record,
    ask: Callable[[QuestionGroup], Sequence[GivenAnswer]],
    add: Callable[[Record, Sequence[GivenAnswer]], Record],
    check: Callable[[Record], CheckResult],
) -> tuple[CheckResult, tuple[GivenAnswer, ...]]:
    """Ask until no answer can change the decision, or every question was put once.

    Args:
        result: The check so far.
        record: What it was made from.
        ask: Puts a question and returns what was answered; nothing where it is not known.
        add: Adds answers to a record.
        check: Checks a record again.

    Returns:
        The last check, and every answer in the order given.
    """
    put: set[str | Glance] = set()
    given: list[GivenAnswer] = []
    while (question := next_question(result.question_groups, put)) is not None:
        put.update(asked_of(question))
        if answers := ask(question):
            said = {answer.fact for answer in answers}
            given = [*(answer for answer in given if answer.fact not in said), *answers]
            result = check(add(record, given))
    return result, tuple(given)


def asked_of(question: Question | QuestionGroup) -> tuple[str | Glance, ...]:
    """Return what a question asks: facts, and numbers below which facts lie or not.

    Another answer may move such a number, or make the fact itself matter: that is another question.
    """
    glances = {glance.fact: glance for glance in question.glances}
    return tuple(glances.get(fact, fact) for fact in question.facts)


def settle_medicines(
    result: CheckResult,
    record: Record,
    ask: Callable[[ListedMedicine], GivenMedicine | None],
    add: Callable[[Record, Sequence[GivenMedicine]], Record],
    check: Callable[[Record], CheckResult],
) -> tuple[CheckResult, Record, tuple[GivenMedicine, ...]]:
    """Ask of each medicine that may be taken whether it is; every entry is put once.

    Args:
        result: The check so far.
        record: What it was made from.
        ask: Puts the question of an entry; None where it is not known.
        add: Adds answers to a record.
        check: Checks a record again.

    Returns:
        The last check, the record with the answers, and these in the order given.
    """
    return _settle(result, record, _medicines_to_ask, ask, add, check)


def settle_entries(
    result: CheckResult,
    record: Record,
    ask: Callable[[OpenEntry], GivenEntry | GivenMedicine | None],
    add: Callable[[Record, Sequence[GivenEntry | GivenMedicine]], Record],
    check: Callable[[Record], CheckResult],
) -> tuple[CheckResult, Record, tuple[GivenEntry | GivenMedicine, ...]]:
    """Ask of each entry that leaves something open what it is about; every entry is put once.

    Args:
        result: The check so far.
        record: What it was made from.
        ask: Puts the question of an entry; None where it is not known.
        add: Adds answers to a record.
        check: Checks a record again.

    Returns:
        The last check, the record with the answers, and these in the order given.
    """
    return _settle(result, record, _entries_to_ask, ask, add, check)


def _medicines_to_ask(result: CheckResult) -> Mapping[tuple[str, str], ListedMedicine]:
    return {(entry.origin, entry.name): entry for entry in result.medicines if entry.ask}


def _entries_to_ask(result: CheckResult) -> Mapping[tuple[str, str], OpenEntry]:
    return {(entry.origin, entry.text): entry for entry in result.open_entries}


def _settle(
    result: CheckResult,
    record: Record,
    open_in: Callable[[CheckResult], Mapping[tuple[str, str], _Entry]],
    ask: Callable[[_Entry], _Given | None],
    add: Callable[[Record, Sequence[_Given]], Record],
    check: Callable[[Record], CheckResult],
) -> tuple[CheckResult, Record, tuple[_Given, ...]]:
    put: set[tuple[str, str]] = set()
    given: list[_Given] = []
    while (waiting := {name: entry for name, entry in open_in(result).items() if name not in put}) != {}:
        name, entry = next(iter(waiting.items()))
        put.add(name)
        if (answer := ask(entry)) is not None:
            given.append(answer)
            record = add(record, [answer])
            result = check(record)
    return result, record, tuple(given)


def next_question(questions: Iterable[_Asked], put: Set[str | Glance]) -> _Asked | None:
    """Return the first question that asks what was not yet put; None when there is none."""
    return next((question for question in questions if not put >= set(asked_of(question))), None)


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


def answer_of(definition: FactDefinition, value: bool | float | str, on: date) -> GivenAnswer:
    """Return an answer on one fact: a number is in the unit that was asked for."""
    return GivenAnswer(definition.id, value, definition.unit if definition.kind == "number" else "", on, BY)


def answer_of_glance(glance: Glance, on: date) -> GivenAnswer:
    """Return the answer that a fact does not lie below the number of a glance: the range from it."""
    return GivenAnswer(glance.fact, glance.answer, glance.unit, on, BY)


def answer_of_entry(entry: OpenEntry, concerns: Iterable[str], on: date) -> GivenEntry:
    """Return an answer about one entry by its name: the facts that it is about, or none of them."""
    return GivenEntry(entry.origin, entry.by_text, tuple(concerns), on, BY)
