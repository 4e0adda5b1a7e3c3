"""An answer that somebody gave to a question about a patient."""

from dataclasses import dataclass
from datetime import date

__all__ = ["GivenAnswer"]


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What was answered on one fact.

    Attributes:
        fact: Its id.
        value: As given: yes or no, a number in the unit, a choice, or a date as text.
        unit: Of a number; empty otherwise.
        on: Day of the answer.
        by: Role of whoever answered.
    """

    fact: str
    value: bool | float | str
    unit: str
    on: date
    by: str
