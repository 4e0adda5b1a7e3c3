"""Prompts in the terminal: on standard error, wrapped by words, and each with a way back and a way out."""

import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Final

import click

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day, parse_moment
from fullcourse.interfaces.cli.echo import echo
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["NO", "YES", "Back", "Enough", "Prompter", "read_value"]

YES: Final = frozenset({"y", "yes", "true"})
NO: Final = frozenset({"n", "no", "false"})
_NONE: Final = NO | {"none", "none of these", "0"}
_BACK: Final = frozenset({"back", "b"})
_ENOUGH: Final = frozenset({"stop", "enough", "q", "quit"})
_NUMBER: Final = re.compile(r"(?P<bound>>=|<=|>|<)?\s*(?P<number>\d{1,9}(?:[.,]\d{1,6})?)\s*(?P<unit>\D.*)?")
_NOT_AN_ANSWER: Final = "That is not an answer to it."


class Back(Exception):
    """Somebody wants the question before."""


class Enough(Exception):
    """Somebody wants no further question."""


class Prompter:
    """Puts questions and reads answers; `asked` counts the answers that were typed."""

    def __init__(self) -> None:
        """Begin without an answer."""
        self.asked = 0

    def say(self, text: str, indent: str = "") -> None:
        """Print a paragraph, wrapped by words where a person reads it in a terminal."""
        if sys.stderr.isatty():
            width = max(shutil.get_terminal_size().columns, 20)
            text = textwrap.fill(
                text, width, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
            )
            echo(text, err=True)
        else:
            echo(f"{indent}{text}", err=True)

    def ask(self, text: str) -> str:
        """Return what was typed at a prompt, without the spaces around it.

        Raises:
            Back: It was ``back``.
            Enough: It was ``stop``.
        """
        self.say(text, "  ")
        typed: str = click.prompt("  >", default="", show_default=False, prompt_suffix=" ", err=True)
        folded = typed.strip().casefold()
        if folded in _BACK:
            raise Back
        if folded in _ENOUGH:
            raise Enough
        self.asked += 1
        return typed.strip()

    def yes_or_no(self, text: str) -> bool | None:
        """Return yes, no, or None where it is not known."""
        while True:
            typed = self.ask(f"{text} yes or no").casefold()
            if not typed or typed in YES or typed in NO:
                return typed in YES if typed else None
            self.say(_NOT_AN_ANSWER, "  ")

    def some_of(self, definitions: Sequence[FactDefinition]) -> frozenset[int] | None:
        """Return which of a list apply, by number from 1; empty for none of them, None where it is not known."""
        self._list(definitions)
        while typed := self.ask("Which apply? Numbers such as 1,3, or no for none of them"):
            if typed.casefold() in _NONE:
                return frozenset()
            if numbers := _numbers(typed, len(definitions)):
                return numbers
            self.say(f"Give numbers from 1 to {len(definitions)}, or none.", "  ")
        return None

    def which_of(self, definitions: Sequence[FactDefinition]) -> tuple[str, ...]:
        """Return the ids of those that an entry is about; none where that is not known."""
        self._list(definitions)
        while definitions and (typed := self.ask("Which? Numbers such as 1,3")):
            if numbers := _numbers(typed, len(definitions)):
                return tuple(definition.id for number, definition in enumerate(definitions, 1) if number in numbers)
            self.say(f"Give numbers from 1 to {len(definitions)}.", "  ")
        return ()

    def _list(self, definitions: Sequence[FactDefinition]) -> None:
        for number, definition in enumerate(definitions, 1):
            self.say(f"{number}. {definition.label}", "  ")

    def value(self, definition: FactDefinition) -> tuple[bool | float | str, str] | None:
        """Return the value of one fact and the unit that was typed; None where it is not known."""
        match definition.kind:
            case "number":
                hint = f"in {definition.unit}" if definition.unit not in ("", "1") else "a number"
            case "choice":
                hint = ", ".join(definition.values)
            case "date":
                hint = "YYYY-MM-DD, or a year"
            case _:
                hint = "yes or no"
        while typed := self.ask(f"{definition.label}: {hint}"):
            if (value := read_value(definition, typed)) is not None:
                return value
            self.say(_NOT_AN_ANSWER, "  ")
        return None

    def last_dose(self) -> str:
        """Return the day of a last dose as exact as it is known; empty where it is not known."""
        while typed := self.ask("Day of the last dose, YYYY-MM-DD, YYYY-MM or YYYY"):
            try:
                return parse_moment(typed, "last dose").text
            except InputError as error:
                self.say(str(error), "  ")
        return ""

    def day(self, text: str) -> date | None:
        """Return a day; None where it is not known."""
        while typed := self.ask(f"{text} YYYY-MM-DD"):
            try:
                return parse_day(typed, "the day")
            except InputError as error:
                self.say(str(error), "  ")
        return None


def read_value(definition: FactDefinition, typed: str) -> tuple[bool | float | str, str] | None:
    """Return what was typed as a value of a fact, with its unit where one was typed; None where it is none.

    Args:
        definition: The fact.
        typed: What somebody typed.
    """
    match definition.kind:
        case "number":
            read = _NUMBER.fullmatch(typed)
            if read is None:
                return None
            number, unit = read["number"].replace(",", "."), (read["unit"] or "").strip()
            return (f"{read['bound']}{number}" if read["bound"] else float(number)), unit
        case "choice":
            folded = typed.casefold()
            near = [word for word in definition.values if word.casefold() == folded]
            near = near or [word for word in definition.values if word.casefold().startswith(folded)]
            return (near[0], "") if len(near) == 1 else None
        case "date":
            return typed, ""
    folded = typed.casefold()
    return (folded in YES, "") if folded in YES | NO else None


def _numbers(typed: str, most: int) -> frozenset[int]:
    """Return the numbers of an answer; none where one is none of those that were put."""
    try:
        numbers = frozenset(int(part) for part in typed.replace(",", " ").split())
    except ValueError:
        return frozenset()
    return numbers if numbers <= set(range(1, most + 1)) else frozenset()
