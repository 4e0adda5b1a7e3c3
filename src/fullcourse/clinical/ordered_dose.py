"""A dose as it was ordered: what somebody is to be given, which says nothing of a dose that was."""

from dataclasses import dataclass
from datetime import date

from fullcourse.clinical.dose import DoseStep

__all__ = ["OrderedDose"]


@dataclass(frozen=True, slots=True)
class OrderedDose:
    """One order of one drug.

    Attributes:
        drug: INN in lower case.
        origin: Which record.
        step: How it is to be given; None where the order does not say it so that it can be followed.
        since: First day; None where the order names none.
        until: Last day; None while it is open.
        why: Why the order cannot be followed; empty where it can.
    """

    drug: str
    origin: str
    step: DoseStep | None = None
    since: date | None = None
    until: date | None = None
    why: str = ""
