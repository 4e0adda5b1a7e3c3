"""Questions that say what is on file: what somebody has measured is not asked for as if nobody had."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from fullcourse.clinical.on_file import OnFile
from fullcourse.rules.on_file import UNDATED
from fullcourse.screening.question_groups import QuestionGroup
from fullcourse.screening.questions import Question

__all__ = ["reminded", "value_of"]

_MOST = 3

_Asked = TypeVar("_Asked", Question, QuestionGroup)


def reminded(questions: Iterable[_Asked], entries: Iterable[OnFile]) -> tuple[_Asked, ...]:
    """Return questions, each with what is on file about its facts and was not used.

    Args:
        questions: Of a check, or its groups of questions.
        entries: What is on file and was not used.
    """
    held = tuple(entries)
    if not held:
        return tuple(questions)
    return tuple(_with(question, held) for question in questions)


def value_of(entry: OnFile) -> str:
    """Return what an entry is about, with its value, unit and day, on one line."""
    recorded = entry.recorded
    if isinstance(recorded, bool):
        value = "yes" if recorded else "no"
    elif recorded is None:
        value = "no value"
    else:
        value = f"{recorded:.5g}" if isinstance(recorded, float | int) else f"“{recorded}”"
    unit = f" {entry.unit}" if entry.unit and entry.unit != "1" else ""
    day = f", {entry.on.text.split('T', 1)[0]}" if entry.on else ""
    return f"{entry.what} {value}{unit}{day}"


def _with(question: _Asked, entries: tuple[OnFile, ...]) -> _Asked:
    asked = frozenset(question.facts)
    named: frozenset[object] = frozenset(question.entries if isinstance(question, QuestionGroup) else ())
    speaks: dict[int, bool] = {}  # thousands of entries of one list share their facts
    about: list[OnFile] = []
    for entry in entries:
        here = id(entry.facts)
        if here not in speaks:
            speaks[here] = not asked.isdisjoint(entry.facts)
        if speaks[here] and entry.recorded not in named:
            about.append(entry)
    if not about:
        return question
    said: list[str] = [question.ask_clinician, "On file:", *map(_reminder, about[:_MOST])]
    if len(about) > _MOST:
        said.append(f"and {len(about) - _MOST} more.")
    return replace(question, ask_clinician=" ".join(said))


def _reminder(entry: OnFile) -> str:
    if entry.on is None and entry.why == UNDATED:
        return f"{value_of(entry)}, undated; when was it?"
    return f"{value_of(entry)}: {entry.why}; {entry.mend}."
