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
from fullcourse.clinical.given_answer import GivenAnswer, GivenEntry, GivenMedicine
from fullcourse.clinical.listed_medicine import ListedMedicine
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import CheckResult, Glance, OpenEntry, QuestionGroup
from fullcourse.journey.dialogue import (
    answer_of,
    answer_of_entry,
    answer_of_glance,
    answers_to_several,
    hold_dialogue,
    matters_of,
    settle_entries,
    settle_medicines,
)
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

    def add(known: Record, answers: Sequence[GivenAnswer | GivenEntry | GivenMedicine]) -> Record:
        return known.plus(reader.read_answers(write_answers(answers).encode()))

    result, record, settled = settle_medicines(result, record, _ask_medicine, add, run)
    ask_entry = partial(_ask_entry, knowledge=knowledge, on=result.at)
    result, record, entries = settle_entries(result, record, ask_entry, add, run)
    result, given = hold_dialogue(result, record, partial(_ask, knowledge=knowledge, on=result.at), add, run)
    if save is not None and (settled or entries or given):
        _save(save, [*settled, *entries, *given])
    return result


def _ask_medicine(entry: ListedMedicine) -> GivenMedicine | None:
    is_taken = _yes_or_no(entry.ask)
    if is_taken is None:
        return None
    return GivenMedicine(entry.name, is_taken, "" if is_taken else _last_dose(), entry.origin)


def _ask_entry(entry: OpenEntry, knowledge: Knowledge, on: date) -> GivenEntry | GivenMedicine | None:
    said = _yes_or_no(entry.ask)
    if said is None:
        return None
    if entry.is_medicine and not said:
        return GivenMedicine(entry.text, False, _last_dose(), entry.origin)
    if entry.is_medicine:
        held = _prompt("What does it hold? INN, several with commas; empty if not known")
        return GivenMedicine(held, True, "", entry.origin) if held else None
    if not said or len(entry.facts) == 1:
        return answer_of_entry(entry, entry.facts if said else (), on)
    chosen = _chosen([knowledge.facts[fact] for fact in entry.facts])
    return answer_of_entry(entry, chosen, on) if chosen else None


def _chosen(definitions: Sequence[FactDefinition]) -> tuple[str, ...]:
    """Return the facts that an entry is about; none where that is not known, or is none of these."""
    for number, definition in enumerate(definitions, 1):
        click.echo(f"  {number}. {definition.label}", err=True)
    while definitions and (text := _prompt("Which? Numbers such as 1,3; empty if not known")):
        if (numbers := _numbers(text, len(definitions))) is not None:
            return tuple(definition.id for number, definition in enumerate(definitions, 1) if number in numbers)
        click.echo(f"  Give numbers from 1 to {len(definitions)}.", err=True)
    return ()


def _numbers(text: str, most: int) -> set[int] | None:
    """Return the numbers of an answer; None where one is none of those that were put."""
    try:
        numbers = {int(part) for part in text.replace(",", " ").split()}
    except ValueError:
        return None
    return numbers if numbers <= set(range(1, most + 1)) else None


def _yes_or_no(question: str) -> bool | None:
    click.echo(f"\n{question}", err=True)
    while True:
        text = _prompt("yes or no; empty if not known").casefold()
        if not text or text in _YES or text in _NO:
            return text in _YES if text else None
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
    glances = {glance.fact: glance for glance in question.glances}
    for definition in single:
        glance = glances.get(definition.id)
        answers.extend(_one(definition, on) if glance is None else _at_a_glance(definition, glance, on))
    return answers


def _at_a_glance(definition: FactDefinition, glance: Glance, on: date) -> list[GivenAnswer]:
    """Ask whether a number lies below one from which on it decides nothing; where it does, ask for it."""
    bound = f"{glance.at_least:g} {glance.unit}"
    while True:
        text = _prompt(f"{definition.label} below {bound}: yes or no, or the number itself; empty if not known")
        if not text:
            return []
        if text.casefold() in _NO:
            return [answer_of_glance(glance, on)]
        if text.casefold() in _YES:
            return _one(definition, on)
        if (value := _value(definition, text)) is not None:
            return [answer_of(definition, value, on)]
        click.echo("  That is not an answer to it.", err=True)


def _several(definitions: Sequence[FactDefinition], on: date) -> tuple[GivenAnswer, ...]:
    for number, definition in enumerate(definitions, 1):
        click.echo(f"  {number}. {definition.label}", err=True)
    while True:
        text = _prompt("Which apply? Numbers such as 1,3; 'none' for none of these; empty if not known")
        if not text:
            return ()
        if text.casefold() in {"none", "0"}:
            return answers_to_several(definitions, (), True, on)
        if (numbers := _numbers(text, len(definitions))) is not None:
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


def _save(path: Path, answers: Sequence[GivenAnswer | GivenEntry | GivenMedicine]) -> None:
    try:
        path.write_text(write_answers(answers), encoding="utf-8")
    except OSError as error:
        raise InputError(f"--save: '{path.name}' cannot be written ({error.strerror}). Name another file.") from None
