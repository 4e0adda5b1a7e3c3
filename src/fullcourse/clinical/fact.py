"""What is known about a patient: pieces of evidence from records, and the facts that they establish.

A fact that nothing establishes is unknown, which is never the same as no.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from fullcourse.clinical.moment import Moment
from fullcourse.clinical.quantity import Interval

__all__ = ["Evidence", "Fact", "Standing", "Value"]

Value = bool | str | Interval
"""What a fact may be: yes or no, one of a list of words, or a number."""


class Standing(Enum):
    """How far a piece of evidence goes."""

    STATED = "stated"
    """The record says so."""
    OVER = "over"
    """One problem of this kind is over, or was ruled out: no, unless another entry says yes."""
    UNSURE = "unsure"
    """The record raises the matter and leaves it open: provisional, resolved, in remission, on hold."""
    UNUSABLE = "unusable"
    """There is a value that cannot be used: no unit, an unknown unit, not final."""
    ABSURD = "absurd"
    """There is a value outside what is possible: if it would count, the fact is unknown and says so."""
    BESIDE = "beside"
    """There is a value of something near to the fact that is not it (another formula): shown, never counted."""


class Evidence(NamedTuple):
    """One place in a record that speaks about one fact. A named tuple, because a check makes many of them.

    Attributes:
        fact: Id of the fact.
        value: What it says, numbers in the unit of the fact; None unless stated, over, or beside in the same unit.
        on: When it was so, as the record has it; None when the record has no date.
        origin: Which record, for example ``Observation/123`` or ``answers``; never a name.
        recorded: The value as recorded, for people.
        unit: The unit as recorded, empty for what has none.
        standing: How far it goes.
        reason: Why it is unsure, unusable, absurd or beside.
    """

    fact: str
    value: Value | None
    on: Moment | None
    origin: str
    recorded: bool | float | str | None = None
    unit: str = ""
    standing: Standing = Standing.STATED
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """What all the evidence of one fact comes to at a date.

    Attributes:
        id: Id of the fact.
        value: What is known; None when nothing is. A number may be known as a range.
        unit: UCUM code of a number.
        because: The evidence that counted, inputs of a derived fact included.
        missing: The facts to ask for, when it is unknown or known as a range: itself, or inputs of its formula.
        reason: Why it is unknown, or how it was derived.
        days: Days between the newest evidence that counted and the date of the check; None when undated.
    """

    id: str
    value: Value | None
    unit: str = ""
    because: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""
    days: int | None = None
