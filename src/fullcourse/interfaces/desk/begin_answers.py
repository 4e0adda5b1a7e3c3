"""Answers to the questions of a plan as fields of a form: what an answer is, and what somebody chose or typed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from fullcourse.adapters.written_answers import write_answers
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.given_answer import GivenAnswer
from fullcourse.clinical.moment import parse_day
from fullcourse.interfaces.desk.posted import Posted
from fullcourse.journey.check import Question
from fullcourse.knowledge.library import Knowledge

__all__ = ["PREFIX", "AnswerField", "AskedHere", "asked_here", "given_in", "with_answers"]

PREFIX: Final = "f-"
"""Before the id of a fact in the name of its field."""

_MOST_FIELDS: Final = 24
_YES_NO: Final = frozenset(("history", "state"))
_ID: Final = re.compile(r'^id = "([^"]+)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class AnswerField:
    """One field: its fact, name, and kind (``yes-no``, ``number``, ``choice``, ``date``), unit and choices."""

    fact: str
    label: str
    kind: str
    unit: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedHere:
    """One question as it is put: in a clinician's words, with its fields."""

    says: str
    fields: tuple[AnswerField, ...]


def asked_here(questions: Iterable[Question], knowledge: Knowledge) -> tuple[Sequence[AskedHere], int]:
    """Return the first questions as they are put, and how many wait behind them.

    Args:
        questions: Of a plan, the most decisive first.
        knowledge: Holds the names of facts.
    """
    put: list[AskedHere] = []
    room, waiting = _MOST_FIELDS, 0
    for question in questions:
        if room <= 0:
            waiting += 1
            continue
        fields = tuple(
            AnswerField(
                it.fact, knowledge.facts[it.fact].label, "yes-no" if it.kind in _YES_NO else it.kind, it.unit, it.values
            )
            for it in question.answers[:room]
        )
        room -= len(fields)
        put.append(AskedHere(question.ask_clinician, fields))
    return put, waiting


def given_in(form: Posted, knowledge: Knowledge, on: date) -> tuple[GivenAnswer, ...]:
    """Return what was answered in a form; a field that was left empty is not answered.

    Raises:
        InputError: An answer is not of its fact's kind.
    """
    given = []
    for fact, definition in knowledge.facts.items():
        text = form.one(f"{PREFIX}{fact}")
        if not text:
            continue
        if definition.kind in _YES_NO:
            if text not in ("yes", "no"):
                raise InputError(f"{definition.label}: answer yes or no.")
            given.append(GivenAnswer(fact, text == "yes", "", on, "clinician"))
        elif definition.kind == "number":
            given.append(GivenAnswer(fact, _number(text, definition.label), definition.unit, on, "clinician"))
        elif definition.kind == "date":
            given.append(GivenAnswer(fact, parse_day(text, definition.label).isoformat(), "", on, "clinician"))
        else:
            given.append(GivenAnswer(fact, text, "", on, "clinician"))
    return tuple(given)


def _number(text: str, label: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise InputError(f"{label}: '{text[:20]}' is no number.") from None
    if not -1e9 < value < 1e9:
        raise InputError(f"{label}: '{text[:20]}' is no number that can be.")
    return value


def with_answers(before: str, given: Sequence[GivenAnswer]) -> str:
    """Return the answers so far with new ones; a new answer takes the place of an earlier one on its fact."""
    facts = {it.fact for it in given}
    blocks = [block.strip() for block in re.split(r"\n\s*\n", before.replace("\r\n", "\n")) if block.strip()]
    kept = [it for it in blocks if not ((found := _ID.search(it)) and found[1] in facts)]
    return "\n\n".join((*kept, write_answers(given).strip())) + "\n" if given else "\n\n".join(kept) + "\n" * bool(kept)
