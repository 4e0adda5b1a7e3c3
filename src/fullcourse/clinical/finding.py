"""What a check says about one drug and one patient, each with its reasons."""

from enum import Enum, IntEnum
from typing import NamedTuple

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.management import Management
from fullcourse.clinical.patient import Override

__all__ = ["Decision", "Finding", "Severity", "Status"]


class Status(Enum):
    """What a statement comes to for this patient."""

    APPLIES = "applies"
    DOES_NOT_APPLY = "does_not_apply"
    CANNOT_ASSESS = "cannot_assess"


class Severity(IntEnum):
    """How serious a finding is; a larger number is more serious."""

    INFO = 1
    MINOR = 2
    MODERATE = 3
    MAJOR = 4
    CONTRAINDICATED = 5

    @property
    def word(self) -> str:
        """Return the word that outputs use."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Severity":
        """Return the severity of a word; raises KeyError for another word."""
        return cls[word.upper()]


class Decision(Enum):
    """What a check decides about a drug, strictest first."""

    CONTRAINDICATED = "contraindicated"
    AVOID = "avoid"
    CANNOT_ASSESS = "cannot_assess"
    CAUTION = "caution"
    NO_OBJECTION = "no_objection"


class Finding(NamedTuple):
    """What one statement says about one patient. A named tuple, because a check makes many of them.

    Attributes:
        id: Id of the statement, so that a log line is a citation.
        kind: ``contraindication``, ``caution``, ``interaction``, ``indication``, ``susceptibility``, ...
        status: Whether it applies, does not, or cannot be assessed.
        severity: How serious it is if it applies.
        weight: How serious it is as it stands: for what cannot be assessed, how serious that is.
        says: The claim, in our own words.
        patient: The same for the patient; empty when there is no such wording.
        because: The evidence it rests on; ``drug.x`` and ``class.x`` stand for entries of the medicine list.
        missing: Facts that would settle it.
        citations: The sources.
        conflicts_with: Ids of statements of other sources on the same point that say something else.
        leads: Whether it counts for the decision; another source leads its point where it does not.
        interpretation: Our reading of unclear wording (``I-0001``); empty when the wording needs none.
        review: ``unreviewed`` until a clinician has signed.
        management: What to do, where the source says it; None where it does not.
        mechanism: What harms, where several findings share it (``qt``); empty where it stands for itself.
        comes_to: What a decision on it alone would be, if it applies; where it cannot be assessed, the strictest.
        tier_c_alone: Whether it is major or worse and rests on secondary pages (tier C) alone.
        override: A clinician's recorded decision to go on in spite of it.
    """

    id: str
    kind: str
    status: Status
    severity: Severity
    weight: Severity
    says: str
    patient: str
    because: tuple[Evidence, ...]
    missing: tuple[str, ...]
    citations: tuple[Citation, ...]
    conflicts_with: tuple[str, ...] = ()
    leads: bool = True
    interpretation: str = ""
    review: str = "unreviewed"
    management: Management | None = None
    mechanism: str = ""
    comes_to: Decision = Decision.NO_OBJECTION
    tier_c_alone: bool = False
    override: Override | None = None
