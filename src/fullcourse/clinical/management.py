"""What to do about something that a source says of a drug, or of two drugs together: the headline of its finding."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

__all__ = ["FORBIDS", "WAYS", "Do", "Management"]


class Do(Enum):
    """What is done, strictest first; the words of the knowledge files and of every output."""

    AVOID = "avoid"
    CHANGE_FIRST = "change_first"
    ADJUST_DOSE = "adjust_dose"
    ADD = "add"
    SEPARATE = "separate"
    MONITOR = "monitor"
    NONE_NEEDED = "none_needed"


FORBIDS: Final = (Do.AVOID, Do.CHANGE_FIRST)
"""What makes a decision `avoid`: the drug is not given as things stand. Two are looked through sooner than hashed."""


WAYS: Final = ("metabolism",)
"""The ways of which a source may say that nothing is expected through them, with nothing said of other ways."""


@dataclass(frozen=True, slots=True)
class Management:
    """What a source says is to be done, in one line and in parts.

    Attributes:
        do: What is done.
        says: The headline: the alternative, the dose, the timing, the monitoring, or why none is needed.
        instead: What may be taken in its place, INN or class in words; empty where the source names nothing.
        watch: Tests that are done more often, by their names in the knowledge.
        hours_before: Hours by which this drug is taken before the other; None where not stated.
        hours_after: Hours by which this drug is taken after the other; None where not stated.
        through: The one way, of `WAYS`, of which nothing is expected; empty where the source speaks of the pair whole.
    """

    do: Do
    says: str
    instead: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    hours_before: float | None = None
    hours_after: float | None = None
    through: str = ""

    @property
    def forbids(self) -> bool:
        """Whether the drug is not given as things stand."""
        return self.do in FORBIDS

    @property
    def is_by_mechanism(self) -> bool:
        """Whether it is about one way only: it clears no pair, and leaves a medicine unchecked."""
        return bool(self.through)
