"""What is known of the doses of one drug, for whoever predicts its levels; it needs no numerical library."""

from dataclasses import dataclass
from datetime import date

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose

__all__ = ["DosesOf"]


@dataclass(frozen=True, slots=True)
class DosesOf:
    """What is known of the doses of one drug.

    Attributes:
        taken: As recorded; empty where nobody recorded any.
        plan: As prescribed; empty where nobody said.
        since: First day of that plan; None where nobody said.
        levels: Measured levels beside those of the record.
        notes: What was taken for granted.
    """

    taken: tuple[TakenDose, ...] = ()
    plan: tuple[DoseStep, ...] = ()
    since: date | None = None
    levels: tuple[Level, ...] = ()
    notes: tuple[str, ...] = ()
