"""What is decided of a course: a plan begins, changes, stops; care moves elsewhere; how it ended."""

from dataclasses import dataclass
from typing import ClassVar, Final

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies.limits import among, confirmed

__all__ = ["OUTCOMES", "Outcome", "PlanActivated", "PlanChanged", "PlanStopped", "Transfer"]

OUTCOMES: Final = ("cured", "completed", "failed", "died", "lost to follow-up", "not evaluated")
"""WHO's outcomes of treatment."""


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
        confirmed(self.confirmed_by)


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
        confirmed(self.confirmed_by)


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
        among(self.decided_by, ("clinician", "patient"), "decided_by")


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
        among(self.direction, ("in", "out", "received"), "direction")
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
        among(self.outcome, OUTCOMES, "outcome")
        confirmed(self.confirmed_by)
