"""What staff do to follow somebody up: a contact that was tried, and a matter that is put off with a reason."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies.limits import among

__all__ = ["CONTACT_WAYS", "MATTERS", "Contact", "Snoozed"]

CONTACT_WAYS: Final = ("phone", "message", "home visit", "through somebody else")

MATTERS: Final = ("safety", "missed", "refills", "visits", "silent", "outcome")
"""What somebody can be needed for, in the order of its urgency."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of the care team tried to reach the patient; it is no visit, and answers no test.

    Attributes:
        how: One of `CONTACT_WAYS`.
        reached: Whether the patient was reached.
        about: What was said, in the words of who wrote it.
    """

    kind: ClassVar[str] = "contact"
    how: str
    reached: bool
    about: str = ""

    def __post_init__(self) -> None:
        """Refuse a way that is none."""
        among(self.how, CONTACT_WAYS, "how")


@dataclass(frozen=True, slots=True)
class Snoozed:
    """A clinician puts off a matter: it is not shown until a day, unless something new of it comes up before.

    Attributes:
        matter: One of `MATTERS`.
        until: The day from which on it is shown again, by the patient's calendar.
        because: Why.
    """

    kind: ClassVar[str] = "snoozed"
    matter: str
    until: date
    because: str

    def __post_init__(self) -> None:
        """Refuse a matter that is none, and one that is put off without a reason."""
        among(self.matter, MATTERS, "matter")
        if not self.because.strip():
            raise InputError("because: nobody said why it is put off. Write the reason.")
