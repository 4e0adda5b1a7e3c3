"""What is said of a dose: taken, partly taken, brought up, not taken; held and resumed by a clinician."""

from dataclasses import dataclass
from typing import ClassVar, Final

from fullcourse.clinical.event_bodies.limits import above_0, among

__all__ = ["HOLD_REASONS", "REASONS", "DosePartlyTaken", "DoseSkipped", "DoseTaken", "DoseVomited", "Held", "Resumed"]

REASONS: Final = ("forgotten", "programme", "medical", "patient", "other")
"""Why a dose was not taken: one of the four reasons that endTB's register keeps, or simply forgotten."""


HOLD_REASONS: Final = ("side effects", "result", "procedure", "other")


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
        above_0(self.mg, "mg")


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
        above_0(self.mg, "mg")


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
        above_0(self.mg, "mg")


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
        among(self.reason, REASONS, "reason")


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
        among(self.reason, HOLD_REASONS, "reason")


@dataclass(frozen=True, slots=True)
class Resumed:
    """A clinician ends a hold.

    Attributes:
        drugs: INN in lower case; empty for every drug of the plan.
    """

    kind: ClassVar[str] = "resumed"
    drugs: tuple[str, ...] = ()
