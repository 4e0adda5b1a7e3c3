"""The closed list of what an event of a course can say; each kind has one typed body.

A kind that this version does not know is kept whole as ``UnknownKind``: a phone may be newer than the clinic's server,
and what it said must not be lost on the way. It is shown as unknown and nothing follows from it.

The file is longer than others because the list is closed: who adds a kind sees all of them.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.errors import InputError

__all__ = [
    "BODIES",
    "DOSE_BODIES",
    "OUTCOMES",
    "REASONS",
    "Body",
    "Consent",
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
    "PlanStopped",
    "Result",
    "Resumed",
    "Retracted",
    "StockCounted",
    "Symptom",
    "Transfer",
    "UnknownKind",
    "Visit",
]

REASONS: Final = ("forgotten", "programme", "medical", "patient", "other")
"""Why a dose was not taken: one of the four reasons that endTB's register keeps, or simply forgotten."""

HOLD_REASONS: Final = ("side effects", "result", "procedure", "other")
OUTCOMES: Final = ("cured", "completed", "failed", "died", "lost to follow-up", "not evaluated")
"""WHO's outcomes of treatment."""


@dataclass(frozen=True, slots=True)
class DoseTaken:
    """A dose was swallowed or injected.

    Attributes:
        drug: INN in lower case.
        mg: Amount, mg, above 0.
        slot: Id of the planned dose, where it is known.
        lot: Lot number on the package.
    """

    kind: ClassVar[str] = "dose_taken"
    drug: str
    mg: float
    slot: str = ""
    lot: str = ""

    def __post_init__(self) -> None:
        """Refuse an amount that is none."""
        _above_0(self.mg, "mg")


@dataclass(frozen=True, slots=True)
class DosePartlyTaken:
    """Less than the planned dose was taken.

    Attributes:
        drug: INN in lower case.
        mg: What was taken, mg, above 0.
        slot: Id of the planned dose, where it is known.
    """

    kind: ClassVar[str] = "dose_partly_taken"
    drug: str
    mg: float
    slot: str = ""

    def __post_init__(self) -> None:
        """Refuse an amount that is none."""
        _above_0(self.mg, "mg")


@dataclass(frozen=True, slots=True)
class DoseVomited:
    """A dose was taken and brought up again.

    Attributes:
        drug: INN in lower case.
        mg: What had been taken, mg, above 0.
        slot: Id of the planned dose, where it is known.
        minutes_after: Minutes between the dose and vomiting; None where nobody knows.
    """

    kind: ClassVar[str] = "dose_vomited"
    drug: str
    mg: float
    slot: str = ""
    minutes_after: float | None = None

    def __post_init__(self) -> None:
        """Refuse an amount that is none."""
        _above_0(self.mg, "mg")


@dataclass(frozen=True, slots=True)
class DoseSkipped:
    """A planned dose was not taken, as somebody says who knows.

    Attributes:
        drug: INN in lower case.
        slot: Id of the planned dose; empty for the one whose time the event's is.
        reason: One of `REASONS`.
    """

    kind: ClassVar[str] = "dose_skipped"
    drug: str
    slot: str = ""
    reason: str = "forgotten"

    def __post_init__(self) -> None:
        """Refuse a reason that is none."""
        _among(self.reason, REASONS, "reason")


@dataclass(frozen=True, slots=True)
class Held:
    """A clinician holds drugs from the event's time on, until they are resumed.

    Attributes:
        drugs: INN in lower case; empty for every drug of the plan.
        reason: One of `HOLD_REASONS`.
    """

    kind: ClassVar[str] = "held"
    drugs: tuple[str, ...] = ()
    reason: str = "other"

    def __post_init__(self) -> None:
        """Refuse a reason that is none."""
        _among(self.reason, HOLD_REASONS, "reason")


@dataclass(frozen=True, slots=True)
class Resumed:
    """A clinician ends a hold.

    Attributes:
        drugs: INN in lower case; empty for every drug of the plan.
    """

    kind: ClassVar[str] = "resumed"
    drugs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispensed:
    """A medicine was handed out.

    Attributes:
        drug: INN in lower case.
        form: Dosage form and strength, for example ``capsule 250 mg``.
        units: How many, above 0.
        lot: Lot number; empty where nobody read it.
        expires_on: Last day on which it may be used; None where nobody read it.
        repeats_left: How often the prescription can be filled again; None where nobody said.
    """

    kind: ClassVar[str] = "dispensed"
    drug: str
    form: str
    units: float
    lot: str = ""
    expires_on: date | None = None
    repeats_left: int | None = None

    def __post_init__(self) -> None:
        """Refuse a number that is none."""
        _above_0(self.units, "units")
        if self.repeats_left is not None and self.repeats_left < 0:
            raise InputError("repeats_left: it counts from 0. Correct it.")


@dataclass(frozen=True, slots=True)
class StockCounted:
    """Somebody counted what is left of a lot.

    Attributes:
        drug: INN in lower case.
        form: Dosage form and strength.
        units: How many, 0 and above.
        lot: Lot number; empty where nobody read it.
        expires_on: Last day on which it may be used; None where nobody read it.
    """

    kind: ClassVar[str] = "stock_counted"
    drug: str
    form: str
    units: float
    lot: str = ""
    expires_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a number that is none."""
        if not self.units >= 0.0:
            raise InputError("units: a count is 0 or more. Correct it.")


@dataclass(frozen=True, slots=True)
class Result:
    """A measured number became known.

    Attributes:
        fact: Id of the fact in the vocabulary, for example ``cycloserine_level``.
        value: The number, in ``unit``.
        unit: UCUM code.
    """

    kind: ClassVar[str] = "result"
    fact: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Symptom:
    """The patient has a symptom, or no longer has it.

    Attributes:
        symptom: Id of the fact in the vocabulary, for example ``symptom_seizure``.
        present: Whether it is there.
    """

    kind: ClassVar[str] = "symptom"
    symptom: str
    present: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit took place, or did not.

    Attributes:
        kept: Whether the patient came or was met.
        purpose: In the words of who wrote it.
    """

    kind: ClassVar[str] = "visit"
    kept: bool
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class PlanActivated:
    """A plan begins that somebody confirmed.

    Attributes:
        plan: What is taken.
        confirmed_by: Role or initials of the clinician, as given.
    """

    kind: ClassVar[str] = "plan_activated"
    plan: CoursePlan
    confirmed_by: str

    def __post_init__(self) -> None:
        """Refuse a plan that nobody confirmed: nothing becomes active by itself."""
        _confirmed(self.confirmed_by)


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """Another plan takes the place of the one in force, from the event's time on.

    Attributes:
        plan: What is taken from then on.
        confirmed_by: Role or initials of the clinician, as given.
        because: Why.
    """

    kind: ClassVar[str] = "plan_changed"
    plan: CoursePlan
    confirmed_by: str
    because: str = ""

    def __post_init__(self) -> None:
        """Refuse a plan that nobody confirmed."""
        _confirmed(self.confirmed_by)


@dataclass(frozen=True, slots=True)
class PlanStopped:
    """Treatment ends, or the patient wants it to.

    Attributes:
        decided_by: ``clinician``, or ``patient``: a patient's wish ends nothing by itself, and calls for a talk.
        because: Why.
    """

    kind: ClassVar[str] = "plan_stopped"
    decided_by: str
    because: str = ""

    def __post_init__(self) -> None:
        """Refuse somebody who decides nothing."""
        _among(self.decided_by, ("clinician", "patient"), "decided_by")


@dataclass(frozen=True, slots=True)
class Note:
    """Something in free words, from which nothing follows."""

    kind: ClassVar[str] = "note"
    text: str


@dataclass(frozen=True, slots=True)
class Retracted:
    """The event named by ``supersedes`` is taken back, with nothing in its place."""

    kind: ClassVar[str] = "retracted"
    because: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """The patient agrees to something, or no longer does.

    Attributes:
        purpose: For example ``reminders``, ``supporter sees doses``, ``video``.
        given: Whether the patient agrees.
        text_version: Which text was shown.
        language: BCP 47 tag of the text.
        how: For example ``read aloud``, ``signed``.
    """

    kind: ClassVar[str] = "consent"
    purpose: str
    given: bool
    text_version: str = ""
    language: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """The patient's care moves to another facility, or came from one.

    Attributes:
        direction: ``out``; ``in`` when this facility has the patient now; ``received`` when the receipt of the other
            facility came back.
        facility: Name or code of the other facility.
        claim_code: Number of the transfer, by which the events of both facilities belong together; never the secret
            code that opens the file. Empty where nobody gave one.
    """

    kind: ClassVar[str] = "transfer"
    direction: str
    facility: str = ""
    claim_code: str = ""

    def __post_init__(self) -> None:
        """Refuse a direction that is none, and a receipt of nothing."""
        _among(self.direction, ("in", "out", "received"), "direction")
        if self.direction == "received" and not self.claim_code:
            raise InputError("claim_code: a receipt names the number of its transfer. Add it.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How treatment ended, by one edition of the definitions.

    Attributes:
        outcome: One of `OUTCOMES`.
        definition: Which edition of the definitions, for example ``who-2021``.
        confirmed_by: Role or initials of the clinician, as given.
    """

    kind: ClassVar[str] = "outcome"
    outcome: str
    definition: str
    confirmed_by: str

    def __post_init__(self) -> None:
        """Refuse an outcome that is none, or that nobody confirmed."""
        _among(self.outcome, OUTCOMES, "outcome")
        _confirmed(self.confirmed_by)


@dataclass(frozen=True, slots=True)
class UnknownKind:
    """What a newer version wrote: kept as it came and shown as unknown.

    Attributes:
        named: Its kind.
        content: Its body as JSON, keys in order, without spaces.
    """

    kind: ClassVar[str] = "unknown"
    named: str
    content: str


DoseBody = DoseTaken | DosePartlyTaken | DoseVomited | DoseSkipped
"""What is said of one dose of one drug."""

Body = (
    DoseBody
    | Held
    | Resumed
    | Dispensed
    | StockCounted
    | Result
    | Symptom
    | Visit
    | PlanActivated
    | PlanChanged
    | PlanStopped
    | Note
    | Retracted
    | Consent
    | Transfer
    | Outcome
    | UnknownKind
)
"""What an event says."""

DOSE_BODIES: Final = (DoseTaken, DosePartlyTaken, DoseVomited, DoseSkipped)

BODIES: Final = {
    body.kind: body
    for body in (
        *DOSE_BODIES, Held, Resumed, Dispensed, StockCounted, Result, Symptom, Visit, PlanActivated, PlanChanged,
        PlanStopped, Note, Retracted, Consent, Transfer, Outcome,
    )
}  # fmt: skip
"""The body of each kind, without that of a kind nobody knows."""


def _above_0(value: float, field: str) -> None:
    if not 0.0 < value < float("inf"):
        raise InputError(f"{field}: {value:g} is no amount. Write a number above 0.")


def _among(word: str, allowed: tuple[str, ...], field: str) -> None:
    if word not in allowed:
        raise InputError(f"{field}: '{word[:40]}' is not one of {', '.join(allowed)}. Correct it.")


def _confirmed(by: str) -> None:
    if not by.strip():
        raise InputError("confirmed_by: nobody confirmed it, and nothing becomes active by itself. Name who did.")
