"""Asks the open questions in the terminal, with what is decided so far, how many are left, and a way back.

The prompts go to standard error, so that the result alone is on standard output. Which question comes next, and what an
answer settles, is decided in ``journey/dialogue.py``. Answers are kept after each question, so that nothing that ends
the program loses them.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import click

from fullcourse.adapters.records import RecordReader
from fullcourse.adapters.written_answers import write_answers
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.given_answer import GivenAnswer, GivenEntry, GivenMedicine
from fullcourse.clinical.listed_medicine import ListedMedicine
from fullcourse.clinical.on_file import OnFile
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.echo import echo
from fullcourse.interfaces.cli.prompts import NO, YES, Back, Enough, Prompter, read_value
from fullcourse.interfaces.cli.verdict_text import verdict_in_short
from fullcourse.journey.check import CheckResult, Glance, OpenEntry, QuestionGroup, value_of
from fullcourse.journey.dialogue import (
    Asked,
    Dialogue,
    Given,
    answer_of,
    answer_of_entry,
    answer_of_glance,
    answers_of_day,
    answers_to_several,
    matters_of,
)
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["ask_all"]

_WAYS: Final = "Enter: not known; back; stop"


def ask_all(
    result: CheckResult,
    record: Record,
    run: Callable[[Record], CheckResult],
    reader: RecordReader,
    knowledge: Knowledge,
    save: Path | None,
) -> CheckResult:
    """Ask until no answer can change the decision, every question was put once, or somebody has enough.

    Args:
        result: The check so far.
        record: What it was made from.
        run: Checks a record again.
        reader: Reads answers as it reads a file of them.
        knowledge: Holds the vocabulary.
        save: A new file for the answers; None to keep none.

    Raises:
        InputError: The file to save to exists already, or cannot be written.
        click.Abort: It was interrupted; what was answered until then is kept.
    """
    if save is not None and save.exists():
        raise InputError(f"--save: '{save.name}' exists already; answers never overwrite a file. Name a new one.")

    def add(known: Record, answers: Sequence[Given]) -> Record:
        return known.plus(reader.read_answers(write_answers(answers).encode()))

    asking = _Asking(Dialogue(result, record, add, run), knowledge, save)
    try:
        asking.go_on()
    except (click.Abort, KeyboardInterrupt):
        echo("", err=True)
        asking.prompter.say(asking.what_is_kept())
        raise click.Abort from None
    return asking.dialogue.result


class _Asking:
    """A dialogue at a terminal."""

    def __init__(self, dialogue: Dialogue, knowledge: Knowledge, save: Path | None) -> None:
        self.dialogue, self.prompter = dialogue, Prompter()
        self._knowledge, self._save = knowledge, save

    def go_on(self) -> None:
        """Put question after question."""
        while (question := self.dialogue.question) is not None:
            self._say_where_it_stands()
            before = self.prompter.asked
            try:
                self.dialogue.answer(self._put(question))
            except Back:
                # Within a question of several prompts the way back leads to its beginning.
                if self.prompter.asked == before and not self.dialogue.back():
                    self.prompter.say("This is the first question.")
            except Enough:
                return
            except InputError as error:
                self.prompter.say(f"{error} Asked again.")
            self._keep()

    def what_is_kept(self) -> str:
        """Return what became of the answers when it was interrupted."""
        count = len(self.dialogue.given)
        if self._save is None:
            return f"{count} answers are lost; --save FILE keeps them." if count else "Nothing was answered."
        return f"{count} answers are kept in {self._save.name}; --answers reads them." if count else "Nothing to keep."

    def _say_where_it_stands(self) -> None:
        echo("", err=True)
        self.prompter.say(f"VERDICT NOW  {verdict_in_short(self.dialogue.result, self._knowledge)}")
        left = self.dialogue.left
        self.prompter.say(f"Question {self.dialogue.number}, {left or 'none'} left after it. {_WAYS}")

    def _put(self, question: Asked) -> Sequence[Given]:
        match question:
            case ListedMedicine():
                return self._medicine(question)
            case OpenEntry():
                return self._entry(question)
            case OnFile():
                on = self.prompter.day(f"{value_of(question)} [{question.origin}] has no date. When was it?")
                return answers_of_day(question, on) if on is not None else ()
            case QuestionGroup():
                return self._group(question)

    def _medicine(self, entry: ListedMedicine) -> Sequence[GivenMedicine]:
        is_taken = self.prompter.yes_or_no(entry.ask)
        if is_taken is None:
            return ()
        return (GivenMedicine(entry.name, is_taken, "" if is_taken else self.prompter.last_dose(), entry.origin),)

    def _entry(self, entry: OpenEntry) -> Sequence[GivenEntry | GivenMedicine]:
        said = self.prompter.yes_or_no(entry.ask)
        if said is None:
            return ()
        if entry.is_medicine and not said:
            return (GivenMedicine(entry.text, False, self.prompter.last_dose(), entry.origin),)
        if entry.is_medicine:
            held = self.prompter.ask("What does it hold? INN, several with commas")
            return (GivenMedicine(held, True, "", entry.origin),) if held else ()
        on = self.dialogue.result.at
        if not said or len(entry.facts) == 1:
            return (answer_of_entry(entry, entry.facts if said else (), on),)
        chosen = self.prompter.which_of([self._knowledge.facts[fact] for fact in entry.facts])
        return (answer_of_entry(entry, chosen, on),) if chosen else ()

    def _group(self, group: QuestionGroup) -> Sequence[GivenAnswer]:
        together, single = matters_of(group, self._knowledge)
        self.prompter.say(self._wording(group) if together else group.ask_clinician)
        on = self.dialogue.result.at
        answers: list[GivenAnswer] = []
        if together and (numbers := self.prompter.some_of(together)) is not None:
            chosen = [definition for number, definition in enumerate(together, 1) if number in numbers]
            others_are_no = not chosen or (
                len(chosen) < len(together) and self.prompter.yes_or_no("Are the others all no?") is True
            )
            answers.extend(answers_to_several(together, chosen, others_are_no, on))
        glances = {glance.fact: glance for glance in group.glances}
        for definition in single:
            glance = glances.get(definition.id)
            answers.extend(self._one(definition) if glance is None else self._at_a_glance(definition, glance))
        return answers

    def _wording(self, group: QuestionGroup) -> str:
        """Return a question without its list of facts, which stands below it with numbers."""
        head, _, tail = self._knowledge.groups[group.id].ask_clinician.partition("{facts}")
        _, _, rest = group.ask_clinician.partition(tail) if tail else ("", "", "")
        return f"{head.rstrip(': ')}:{rest}" if group.ask_clinician.startswith(head) else group.ask_clinician

    def _one(self, definition: FactDefinition) -> Sequence[GivenAnswer]:
        read = self.prompter.value(definition)
        return () if read is None else (answer_of(definition, read[0], self.dialogue.result.at, read[1]),)

    def _at_a_glance(self, definition: FactDefinition, glance: Glance) -> Sequence[GivenAnswer]:
        """Ask whether a number lies below one from which on it decides nothing; where it does, ask for it."""
        bound = f"{glance.at_least:g} {glance.unit}"
        on = self.dialogue.result.at
        asked = f"{definition.label} below {bound}: yes or no, or the number itself"
        while typed := self.prompter.ask(asked):
            if typed.casefold() in NO:
                return (answer_of_glance(glance, on),)
            if typed.casefold() in YES:
                return self._one(definition)
            if (read := read_value(definition, typed)) is not None:
                return (answer_of(definition, read[0], on, read[1]),)
            self.prompter.say("That is not an answer to it.", "  ")
        return ()

    def _keep(self) -> None:
        """Write what was answered so far, whole or not at all."""
        given = self.dialogue.given
        if self._save is None or not (given or self._save.exists()):
            return
        beside = self._save.with_name(f".{self._save.name}.part")
        try:
            beside.unlink(missing_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write((write_answers(given) if given else "").encode("utf-8"))
            beside.replace(self._save)
        except OSError as error:
            why = error.strerror
            raise InputError(f"--save: '{self._save.name}' cannot be written ({why}). Name another file.") from None
