"""What somebody confirmed that a patient takes: drugs with their dose steps, from a day on, by the clocks of a zone."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fullcourse.clinical.dose import RegimenDrug
from fullcourse.clinical.errors import InputError

__all__ = ["CoursePlan"]

_LONGEST_PHASE: Final = timedelta(days=3650)
"""As long as the longest plan that can be typed: a day beyond it is a slip, and would never be asked for."""


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """A plan that is lived; a later one takes its place from its own start on and never reaches back.

    Attributes:
        drugs: What is taken, each drug once, with its steps; their days count from ``starts_on``.
        starts_on: Day 1.
        zone: IANA name of the zone whose clocks the dose times are read by.
        knowledge: SHA-256 of the knowledge that the plan was made with.
        regimen: Name of the regimen in its guideline; empty where it has none.
        profile: Which sources lead.
        days: Length in days; None while it is open.
        treatment_day: The day of treatment on which day 1 of this plan falls: a changed plan goes on counting.
        phase_ends_on: Last day on which the phase that this plan holds is expected to go on; its doses go on past it
            until the plan is changed. None where no other phase follows, or nobody said when.

    Raises:
        InputError: There is no drug, one stands twice or has no steps, or a number is outside its range.
    """

    drugs: tuple[RegimenDrug, ...]
    starts_on: date
    zone: str
    knowledge: str
    regimen: str = ""
    profile: str = "us"
    days: int | None = None
    treatment_day: int = 1
    phase_ends_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a plan from which no dose follows, so that nobody has to look again."""
        names = [drug.drug for drug in self.drugs]
        if not names or len(set(names)) < len(names):
            raise InputError("a plan has at least one drug, and each once. Correct the drugs.")
        if empty := next((drug.drug for drug in self.drugs if not drug.steps), ""):
            raise InputError(
                f"{empty}: the plan does not say how it is taken. Add its dose, for example '250 mg q12h'."
            )
        if not self.zone:
            raise InputError("a plan names the zone of its clocks, for example Africa/Johannesburg. Add it.")
        if (self.days is not None and self.days < 1) or self.treatment_day < 1:
            raise InputError("days of a plan count from 1. Correct days or treatment_day.")
        ends = self.phase_ends_on
        if ends is not None and not timedelta() <= ends - self.starts_on <= _LONGEST_PHASE:
            raise InputError(
                f"the phase ends on {ends.isoformat()}, which is before its plan begins or more than ten years after "
                f"({self.starts_on.isoformat()}), so that nobody would ask for the next one in time. Correct the day."
            )

    def drug(self, name: str) -> RegimenDrug | None:
        """Return a drug of the plan; None where it is not in it."""
        return next((drug for drug in self.drugs if drug.drug == name), None)
