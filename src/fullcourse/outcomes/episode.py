"""One treatment as the definitions of outcomes look at it, whether a course or a plain record told of it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from fullcourse.clinical.quantity import Interval
from fullcourse.outcomes.bacteriology import Specimen

__all__ = ["CULTURE", "REASONS_OF_FAILURE", "SMEAR", "Episode"]

SMEAR: Final = "sputum_smear"
CULTURE: Final = "sputum_culture"

REASONS_OF_FAILURE: Final = ("no response", "adverse reaction", "additional resistance")
"""Words that say, as the reason of an end or a change, which part of the definition of failed it is."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One treatment; what nobody knows is None.

    Attributes:
        at: The day that is asked about.
        starts_on: First day of treatment.
        ends_on: Last day of treatment: as it ended, else as it is planned.
        specimens: Every smear and culture.
        as_susceptible: Whether the disease is treated as drug-susceptible.
        pulmonary: Whether the lungs had it at the beginning.
        confirmed: Whether a clinician says that it was bacteriologically confirmed at the beginning.
        completed: Whether treatment was completed as recommended.
        completed_because: Why that is so, or not known.
        ended_or_changed: Whether the regimen ended before its time, or was changed for good to a new one.
        ended_because: What the log says of it.
        reasons: Which of `REASONS_OF_FAILURE` were given.
        other_reason: Whether another reason, or none, was given for some end or change.
        acquired: Drugs of the regimen that were susceptible first and resistant later.
        died_on: Day of death.
        transferred: Whether the patient is in the care of another unit; None while on the way.
        interrupted_months: Longest interruption in months; None where no log tells of doses.
        recorded: Newest outcome that a clinician recorded, death apart; empty for none.
        recorded_on: Its day.
        recorded_by: Which edition it was recorded by.
        not_read: Observations and reports of a record, and results of a log, that nothing was read from: one may be a
            smear or a culture.
        all_results: Whether a clinician says that every smear and culture is on file: what is not read is none.
        has_log: Whether the log of a course told of it: only then is no word of a death, a transfer or an end a no.
    """

    at: date
    starts_on: date | None = None
    ends_on: date | None = None
    specimens: tuple[Specimen, ...] = ()
    as_susceptible: bool | None = None
    pulmonary: bool | None = None
    confirmed: bool | None = None
    completed: bool | None = None
    completed_because: str = ""
    ended_or_changed: bool | None = None
    ended_because: str = ""
    reasons: frozenset[str] = frozenset()
    other_reason: bool = False
    acquired: tuple[str, ...] = ()
    died_on: date | None = None
    transferred: bool | None = False
    interrupted_months: Interval | None = None
    recorded: str = ""
    recorded_on: date | None = None
    recorded_by: str = ""
    not_read: int = 0
    all_results: bool = False
    has_log: bool = True
