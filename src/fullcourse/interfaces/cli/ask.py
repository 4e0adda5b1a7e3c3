"""Asks the open questions in the terminal.

The prompts go to standard error, so that the result alone is on standard output. Which question comes next, and what an
answer settles, is decided in ``journey/dialogue.py``.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import click

from fullcourse.adapters.answers import write_answers
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.given_answer import GivenAnswer, GivenMedicine
from fullcourse.clinical.listed_medicine import ListedMedicine
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import CheckResult, QuestionGroup
from fullcourse.journey.dialogue import answer_of, answers_to_several, hold_dialogue, matters_of, settle_medicines
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition

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

    def add(known: Record, answers: Sequence[GivenAnswer | GivenMedicine]) -> Record:
        return known.plus(reader.read_answers(write_answers(answers).encode()))

    result, record, settled = settle_medicines(result, record, _ask_medicine, add, run)
    result, given = hold_dialogue(result, record, partial(_ask, knowledge=knowledge, on=result.at), add, run)
    if save is not None and (settled or given):
        _save(save, [*settled, *given])
    return result


def _ask_medicine(entry: ListedMedicine) -> GivenMedicine | None:
    click.echo(f"\n{entry.ask}", err=True)
    while True:
        text = _prompt("yes or no; empty if not known").casefold()
        if not text:
            return None
        if text in _YES:
            return GivenMedicine(entry.name, True, "", entry.origin)
        if text in _NO:
            return GivenMedicine(entry.name, False, _last_dose(), entry.origin)
        click.echo("  That is not an answer to it.", err=True)


def _last_dose() -> str:
    while True:
        text = _prompt("Day of the last dose, YYYY-MM-DD, YYYY-MM or YYYY; empty if not known")
        try:
            return parse_moment(text, "last dose").text if text else ""
        except InputError as error:
            click.echo(f"  {error}", err=True)


def _ask(question: QuestionGroup, knowledge: Knowledge, on: date) -> list[GivenAnswer]:
    click.echo(f"\n{question.ask_clinician}", err=True)
    together, single = matters_of(question, knowledge)
    answers = [*_several(together, on)] if together else []
    for definition in single:
        answers.extend(_one(definition, on))
    return answers


def _several(definitions: Sequence[FactDefinition], on: date) -> tuple[GivenAnswer, ...]:
    for number, definition in enumerate(definitions, 1):
        click.echo(f"  {number}. {definition.label}", err=True)
    while True:
        text = _prompt("Which apply? Numbers such as 1,3; 'none' for none of these; empty if not known")
        if not text:
            return ()
        if text.casefold() in {"none", "0"}:
            return answers_to_several(definitions, (), True, on)
        try:
            numbers = {int(part) for part in text.replace(",", " ").split()}
        except ValueError:
            numbers = {0}
        if numbers <= set(range(1, len(definitions) + 1)):
            chosen = [definition for number, definition in enumerate(definitions, 1) if number in numbers]
            others_are_no = (
                len(chosen) < len(definitions) and _prompt("Are the others all no? yes or no").casefold() in _YES
            )
            return answers_to_several(definitions, chosen, others_are_no, on)
        click.echo(f"  Give numbers from 1 to {len(definitions)}, or 'none'.", err=True)


def _one(definition: FactDefinition, on: date) -> list[GivenAnswer]:
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
            return [answer_of(definition, value, on)]
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


def _prompt(text: str) -> str:
    answer: str = click.prompt(f"  {text}", default="", show_default=False, err=True)
    return answer.strip()


def _save(path: Path, answers: Sequence[GivenAnswer | GivenMedicine]) -> None:
    try:
        path.write_text(write_answers(answers), encoding="utf-8")
    except OSError as error:
        raise InputError(f"--save: '{path.name}' cannot be written ({error.strerror}). Name another file.") from None
