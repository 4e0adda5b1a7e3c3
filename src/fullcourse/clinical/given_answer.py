"""An answer that somebody gave to a question about a patient: on a fact, a medicine of the list, or another entry."""

from dataclasses import dataclass
from datetime import date

__all__ = ["GivenAnswer", "GivenEntry", "GivenMedicine"]


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What was answered on one fact.

    Attributes:
        fact: Its id.
        value: As given: yes or no, a number in the unit, a range such as ``>=137``, a choice, or a date as text.
        unit: Of a number; empty otherwise.
        on: Day of the answer.
        by: Role of whoever answered.
    """

    fact: str
    value: bool | float | str
    unit: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class GivenMedicine:
    """What was answered on whether one medicine of the list is taken.

    Attributes:
        name: As the list has it.
        is_taken: Whether it is.
        until: Day of the last dose, where it is not taken and that is known; else empty.
        settles: Origin of the entry.
    """

    name: str
    is_taken: bool
    until: str
    settles: str


@dataclass(frozen=True, slots=True)
class GivenEntry:
    """What was answered on an entry that leaves something open.

    Attributes:
        origin: Which record.
        text: What the record calls it, where the origin has several entries; else empty.
        concerns: Ids of the facts that it is about; empty when it is about none.
        on: Day of the answer.
        by: Role of whoever answered.
    """

    origin: str
    text: str
    concerns: tuple[str, ...]
    on: date
    by: str
