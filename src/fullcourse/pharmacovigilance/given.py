"""What somebody wrote for a report, before anything on file stands beside it."""

from dataclasses import dataclass

from fullcourse.pharmacovigilance.case_report import AdverseEventReport
from fullcourse.pharmacovigilance.causality import Challenge

__all__ = ["GivenChallenge", "GivenReport"]


@dataclass(frozen=True, slots=True)
class GivenChallenge:
    """What came of stopping a drug, and of giving it again.

    Attributes:
        drug: Place of the drug in the input, from 0.
        reaction: Place of the reaction, from 0; None where it holds for every reaction.
        challenge: As told.
    """

    drug: int
    reaction: int | None
    challenge: Challenge


@dataclass(frozen=True, slots=True)
class GivenReport:
    """What the input says.

    Attributes:
        report: With what the input alone holds; nothing is worked out yet.
        challenges: What came of stopping and of giving again.
        others_are_concomitant: Whether somebody says that every other drug on file was only taken beside.
    """

    report: AdverseEventReport
    challenges: tuple[GivenChallenge, ...] = ()
    others_are_concomitant: bool = False
