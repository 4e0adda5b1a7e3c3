"""What bears on whether a drug caused a reaction: facts of time, of stopping and of giving again, and what sources say.

The facts are laid out; the category (certain, probable, possible, unlikely, conditional, unassessable by WHO-UMC) is
a clinician's. One is taken over where the input gives it, and none is ever proposed.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.quantity import Interval

__all__ = ["WHO_UMC", "Assessment", "Challenge", "DrugReactionFacts", "KnownReaction", "OtherCause", "Rechallenge"]

WHO_UMC: Final = ("certain", "probable", "possible", "unlikely", "conditional", "unassessable")
"""The categories of the WHO-UMC system, by which a clinician may judge."""


class Rechallenge(Enum):
    """What came of giving a drug again (E2B G.k.9.i.4)."""

    CAME_BACK = "given again, and it came back"
    DID_NOT_COME_BACK = "given again, and it did not come back"
    OUTCOME_UNKNOWN = "given again, and nobody knows what came of it"
    NOT_DONE = "not given again"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What came of stopping and of giving again, as somebody says; None where nobody said.

    Attributes:
        improved: Whether the reaction abated after the drug was stopped or its dose reduced.
        given_again: Whether the drug was given again.
        came_back: Whether the reaction came back then.
    """

    improved: bool | None = None
    given_again: bool | None = None
    came_back: bool | None = None

    @property
    def rechallenge(self) -> Rechallenge | None:
        """Return what came of giving it again; None where nobody said whether it was."""
        if self.given_again is None:
            return None
        if not self.given_again:
            return Rechallenge.NOT_DONE
        if self.came_back is None:
            return Rechallenge.OUTCOME_UNKNOWN
        return Rechallenge.CAME_BACK if self.came_back else Rechallenge.DID_NOT_COME_BACK


@dataclass(frozen=True, slots=True)
class KnownReaction:
    """A statement by which a drug is known for a reaction.

    Attributes:
        statement: Its id.
        says: What the source says.
        citation: Where.
        is_reading: Page of our own reading, empty where the statement is none.
    """

    statement: str
    says: str
    citation: Citation
    is_reading: str = ""


@dataclass(frozen=True, slots=True)
class OtherCause:
    """Something on file beside the drug that sources name for the same reaction.

    Attributes:
        what: Drug or finding, as it is called.
        known: The statement by which it is named; None where the user alone names it.
        origin: Which record, or ``input``.
    """

    what: str
    known: KnownReaction | None
    origin: str


@dataclass(frozen=True, slots=True)
class DrugReactionFacts:
    """What bears on one drug and one reaction.

    Attributes:
        drug: Place of the drug in the report, from 0.
        reaction: Place of the reaction, from 0.
        days_from_first_dose: From the first dose to the onset, days; a range where a date is partial; None where one is
            not known. Below 0 the reaction was there before the drug.
        days_from_last_dose: From the last dose before the onset to the onset, likewise.
        days_from_dose_change: From the last change of the dose before the onset, likewise.
        change: That change, in words; empty where there was none, or none is known.
        dechallenge: Whether the drug was stopped or reduced after the onset; None where nobody said.
        challenge: What came of it.
        known: Statements by which the drug is known for it.
        is_looked_up: Whether the reaction and the drug are both known here, so that an empty ``known`` says that no
            statement was found; otherwise nobody has looked.
        other_causes: What else on file is named for the same reaction.
        not_looked_up: The other drugs of the report that are not known here, so that nobody has looked.
    """

    drug: int
    reaction: int
    days_from_first_dose: Interval | None = None
    days_from_last_dose: Interval | None = None
    days_from_dose_change: Interval | None = None
    change: str = ""
    dechallenge: bool | None = None
    challenge: Challenge = Challenge()
    known: tuple[KnownReaction, ...] = ()
    is_looked_up: bool = False
    other_causes: tuple[OtherCause, ...] = ()
    not_looked_up: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """What somebody judged of a drug and a reaction (E2B G.k.9.i.2).

    Attributes:
        drug: Place of the drug in the report, from 0.
        reaction: Place of the reaction, from 0.
        by: Who judged: a role or initials, as given.
        method: By which method, for example ``WHO-UMC``.
        result: The category in the words of the method.
    """

    drug: int
    reaction: int
    by: str
    method: str
    result: str
