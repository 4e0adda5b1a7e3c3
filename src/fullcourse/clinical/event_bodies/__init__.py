"""The closed list of what an event of a course can say; each kind has one typed body.

A kind that this version does not know is kept whole as ``UnknownKind``: a phone may be newer than the clinic's server,
and what it said must not be lost on the way. It is shown as unknown and nothing follows from it.
"""

from typing import Final

from fullcourse.clinical.event_bodies.doses import (
    HOLD_REASONS,
    REASONS,
    DosePartlyTaken,
    DoseSkipped,
    DoseTaken,
    DoseVomited,
    Held,
    Resumed,
)
from fullcourse.clinical.event_bodies.following_up import CONTACT_WAYS, MATTERS, Contact, Snoozed
from fullcourse.clinical.event_bodies.plans import OUTCOMES, Outcome, PlanActivated, PlanChanged, PlanStopped, Transfer
from fullcourse.clinical.event_bodies.registration import Registered
from fullcourse.clinical.event_bodies.reports import (
    Consent,
    Note,
    PlanSeen,
    Result,
    ResultInWords,
    Retracted,
    Symptom,
    UnknownKind,
    Visit,
)
from fullcourse.clinical.event_bodies.stock import Dispensed, StockCounted

__all__ = [
    "BODIES",
    "CONTACT_WAYS",
    "DOSE_BODIES",
    "HOLD_REASONS",
    "MATTERS",
    "OUTCOMES",
    "REASONS",
    "Body",
    "Consent",
    "Contact",
    "Dispensed",
    "DoseBody",
    "DosePartlyTaken",
    "DoseSkipped",
    "DoseTaken",
    "DoseVomited",
    "Held",
    "Note",
    "Outcome",
    "PlanActivated",
    "PlanChanged",
    "PlanSeen",
    "PlanStopped",
    "Registered",
    "Result",
    "ResultInWords",
    "Resumed",
    "Retracted",
    "Snoozed",
    "StockCounted",
    "Symptom",
    "Transfer",
    "UnknownKind",
    "Visit",
]

DoseBody = DoseTaken | DosePartlyTaken | DoseVomited | DoseSkipped
"""What is said of one dose of one drug."""

Body = (
    DoseBody
    | Held
    | Resumed
    | Dispensed
    | StockCounted
    | Result
    | ResultInWords
    | Symptom
    | Visit
    | PlanActivated
    | PlanChanged
    | PlanStopped
    | PlanSeen
    | Note
    | Retracted
    | Consent
    | Transfer
    | Outcome
    | Registered
    | Contact
    | Snoozed
    | UnknownKind
)
"""What an event says."""

DOSE_BODIES: Final = (DoseTaken, DosePartlyTaken, DoseVomited, DoseSkipped)

BODIES: Final = {
    body.kind: body
    for body in (
        *DOSE_BODIES, Held, Resumed, Dispensed, StockCounted, Result, ResultInWords, Symptom, Visit, PlanActivated,
        PlanChanged, PlanStopped, PlanSeen, Note, Retracted, Consent, Transfer, Outcome, Registered, Contact, Snoozed,
    )
}  # fmt: skip
"""The body of each kind, without that of a kind nobody knows."""
