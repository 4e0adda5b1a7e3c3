"""Asks the open questions in the terminal, and finds them again after each answer.

An answer left empty stays unknown: nothing is ever taken for a no. The prompts go to standard error, so that the result
alone is on standard output.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import CheckResult
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.screening.questions import Question

__all__ = ["ask_all"]

_YES = {"y", "yes", "true"}
_NO = {"n", "no", "false"}


def ask_all(
    result: CheckResult,
    record: Record,
    run: Callable[[Record], CheckResult],
    reader: RecordReader,
    knowledge: Knowledge,
    save: Path | None,
) -> CheckResult:
    """Ask until no answer can change the decision, or every question was put once.

    Args:
        result: The check so far.
        record: What it was made from.
        run: Checks a record again.
        reader: Reads answers as it reads a file of them.
        knowledge: Holds the vocabulary.
        save: A new file for the answers; None to keep none.

    Raises:
        InputError: The file to save to exists already, or cannot be written.
    """
    if save is not None and save.exists():
        raise InputError(f"--save: '{save.name}' exists already; answers never overwrite a file. Name a new one.")
    put: set[str] = set()
    given: list[dict[str, object]] = []
    while (question := _next(result.questions, put)) is not None:
        put.update(question.facts)
        answers = _ask(question, knowledge, result.at.isoformat())
        if answers:
            given.extend(answers)
            record = record.plus(reader.read_answers(_toml(answers).encode()))
            result = run(record)
    if save is not None and given:
        _save(save, given)
    return result


def _next(questions: Sequence[Question], put: set[str]) -> Question | None:
    return next((question for question in questions if not put.issuperset(question.facts)), None)


def _ask(question: Question, knowledge: Knowledge, on: str) -> list[dict[str, object]]:
    click.echo(f"\n{question.ask_clinician}", err=True)
    definitions = [knowledge.facts[fact] for fact in question.facts]
    yes_or_no = [definition for definition in definitions if definition.kind in {"history", "state"}]
    if len(yes_or_no) > 1:
        answers = _several(yes_or_no, on)
        rest = [definition for definition in definitions if definition not in yes_or_no]
    else:
        answers, rest = [], definitions
    for definition in rest:
        answers.extend(_one(definition, on))
    return answers


def _several(definitions: Sequence[FactDefinition], on: str) -> list[dict[str, object]]:
    for number, definition in enumerate(definitions, 1):
        click.echo(f"  {number}. {definition.label}", err=True)
    while True:
        text = _prompt("Which apply? Numbers such as 1,3; 'none' for none of these; empty if not known")
        if not text:
            return []
        if text.casefold() in {"none", "0"}:
            return [_answer(definition, False, on) for definition in definitions]
        try:
            numbers = {int(part) for part in text.replace(",", " ").split()}
        except ValueError:
            numbers = {0}
        if numbers <= set(range(1, len(definitions) + 1)):
            # Naming some of a list says nothing of the others: they stay unknown and are not taken for a no.
            chosen = [definition for number, definition in enumerate(definitions, 1) if number in numbers]
            others = [definition for definition in definitions if definition not in chosen]
            answers = [_answer(definition, True, on) for definition in chosen]
            if others and _prompt("Are the others all no? yes or no").casefold() in _YES:
                answers += [_answer(definition, False, on) for definition in others]
            return answers
        click.echo(f"  Give numbers from 1 to {len(definitions)}, or 'none'.", err=True)


def _one(definition: FactDefinition, on: str) -> list[dict[str, object]]:
    match definition.kind:
        case "number":
            hint = f"{definition.label} in {definition.unit}; empty if not known"
        case "choice":
            hint = f"{definition.label}: {', '.join(definition.values)}; empty if not known"
        case "date":
            hint = f"{definition.label}, YYYY-MM-DD; empty if not known"
        case _:
            hint = f"{definition.label}: yes or no; empty if not known"
    while True:
        text = _prompt(hint)
        if not text:
            return []
        value = _value(definition, text)
        if value is not None:
            return [_answer(definition, value, on)]
        click.echo("  That is not an answer to it.", err=True)


def _value(definition: FactDefinition, text: str) -> bool | float | str | None:
    match definition.kind:
        case "number":
            number = text.removesuffix(definition.unit).strip()
            try:
                return float(number)
            except ValueError:
                return None
        case "choice":
            return text if text in definition.values else None
        case "date":
            return text
    folded = text.casefold()
    return True if folded in _YES else False if folded in _NO else None


def _answer(definition: FactDefinition, value: bool | float | str, on: str) -> dict[str, object]:
    row: dict[str, object] = {"id": definition.id, "value": value}
    if definition.kind == "number":
        row["unit"] = definition.unit
    return {**row, "on": on, "by": "clinician"}


def _prompt(text: str) -> str:
    answer: str = click.prompt(f"  {text}", default="", show_default=False, err=True)
    return answer.strip()


def _toml(answers: Sequence[dict[str, object]]) -> str:
    """Return answers as a TOML file of facts; JSON writes texts, numbers and yes or no just as TOML does."""
    rows = ["\n".join(["[[fact]]", *(f"{key} = {json.dumps(value)}" for key, value in row.items())]) for row in answers]
    return "\n\n".join(rows) + "\n"


def _save(path: Path, answers: Sequence[dict[str, object]]) -> None:
    try:
        path.write_text(_toml(answers), encoding="utf-8")
    except OSError as error:
        raise InputError(f"--save: '{path.name}' cannot be written ({error.strerror}). Name another file.") from None
