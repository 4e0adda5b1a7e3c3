"""Whom to call in a country: only numbers that a source gives; for every other country the local emergency number."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.countries import country_fault
from fullcourse.clinical.errors import InputError
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, Tells

__all__ = [
    "LOCAL_NUMBER", "Call", "calls_for", "country_code", "crisis_line", "emergency_line", "poison_line", "told",
]  # fmt: skip


LOCAL_NUMBER: Final = "Call your local emergency number."


_POISON: Final = "Call poison control."
_CRISIS: Final = "Call a crisis line, or go to somebody who stays with you."
_CARE_TEAM: Final = "Call your care team."


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to call.

    Attributes:
        whom: ``emergency number``, ``crisis line``, ``poison control`` or ``care team``.
        says: In words, with the number of the country where a source gives it.
        statements: The statements that give the number; none where no source does.
    """

    whom: str
    says: str
    statements: tuple[Statement, ...]


_TOPICS: Final = {
    "emergency number": ("emergency number", LOCAL_NUMBER),
    "crisis line": ("crisis line", _CRISIS),
    "poison control": ("poison help", _POISON),
}


def calls_for(whom: Iterable[str], knowledge: Knowledge, country: str) -> tuple[Call, ...]:
    """Return whom to call, in the order given; a number only where a source gives one for the country.

    Args:
        whom: As statements name them.
        knowledge: Holds the numbers of each country.
        country: Two letters in capitals; empty for none.
    """
    calls = []
    for name in whom:
        topic, otherwise = _TOPICS.get(name, ("", _CARE_TEAM))
        stated = told(knowledge, topic, country) if topic and country else ()
        calls.append(Call(name, " ".join(it.patient for it in stated) or otherwise, stated))
    return tuple(calls)


def country_code(country: str | None) -> str:
    """Return the two letters of a country (ISO 3166) in capitals, or an empty text for none.

    Raises:
        InputError: It is none.
    """
    if country is None:
        return ""
    letters = country.upper()
    if fault := country_fault(letters):
        raise InputError(f"--country: {fault}.")
    return letters


def told(knowledge: Knowledge, topic: str, country: str) -> tuple[Statement, ...]:
    """Return the statements that tell a topic for a country; none where no source does."""
    wanted = f"{topic}, {country}"
    return tuple(
        statement
        for statement in knowledge.statements.values()
        if isinstance(statement.body, Tells) and statement.body.topic == wanted
    )


def emergency_line(knowledge: Knowledge, country: str) -> str:
    """Return which number to call: the country's where a source gives it, else the local emergency number."""
    numbers = told(knowledge, "emergency number", country) if country else ()
    return " ".join(statement.patient for statement in numbers) or LOCAL_NUMBER


def crisis_line(knowledge: Knowledge, country: str) -> str:
    """Return the crisis line of a country where a source gives it, else an empty text."""
    return " ".join(statement.patient for statement in told(knowledge, "crisis line", country)) if country else ""


def poison_line(knowledge: Knowledge, country: str) -> str:
    """Return the number of poison help of a country where a source gives it, else an empty text."""
    return " ".join(statement.patient for statement in told(knowledge, "poison help", country)) if country else ""
