"""The need of a register: needs of patients added up, in any order and in any parts to the same sums."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from fullcourse.cohort.need.one_patient import Key, PatientNeed
from fullcourse.journey.plan import PlanStatus

__all__ = ["DIED", "UNREADABLE", "NeedTotal", "Row"]

UNREADABLE = "unreadable"
"""The status of a patient whose record cannot be used."""

DIED = "died"
"""The status of a patient of whom the record says so: nothing is needed."""


@dataclass(slots=True)
class Row:
    """What all plans need of one product in one month.

    Attributes:
        certain: Units of proposed plans.
        waiting: Of these, units of steps that wait for something beside their day.
        possible: Units where what is worked out so far becomes the plan, certain ones included.
        patients_certain: How many proposed plans need it.
        patients_possible: How many plans may need it, these included.
    """

    certain: Fraction = Fraction()
    waiting: Fraction = Fraction()
    possible: Fraction = Fraction()
    patients_certain: int = 0
    patients_possible: int = 0

    def add(self, other: "Row") -> None:
        """Add what others need."""
        self.certain += other.certain
        self.waiting += other.waiting
        self.possible += other.possible
        self.patients_certain += other.patients_certain
        self.patients_possible += other.patients_possible


@dataclass(slots=True)
class NeedTotal:
    """Needs added up.

    Attributes:
        patients: How many there are.
        statuses: How many plans have each status.
        reasons: How many plans are none for each reason, by status; one plan may have several.
        regimens: How many plans have each regimen, by status.
        rows: What is needed, by month and product.
        without_dose: Of plans that may become one, how many have no dose of a drug yet, by drug: the possible need of
            these lacks it.
        at_odds: How many plans give a drug in a combination and otherwise on the same day, by drug.
        treated: How many patients take TB drugs already.
    """

    patients: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    regimens: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: dict[Key, Row] = field(default_factory=dict)
    without_dose: Counter[str] = field(default_factory=Counter)
    at_odds: Counter[str] = field(default_factory=Counter)
    treated: int = 0

    @property
    def proposed(self) -> int:
        """Return for how many patients a plan is proposed."""
        return self.statuses[PlanStatus.PROPOSED.value]

    def add(self, need: PatientNeed) -> None:
        """Add the need of one patient."""
        status = need.status.value
        self.patients += 1
        self.statuses[status] += 1
        self.reasons.update((status, reason) for reason in need.reasons)
        if need.regimen:
            self.regimens[status, need.regimen] += 1
        self.without_dose.update(need.without_dose)
        self.at_odds.update(need.at_odds)
        self.treated += need.is_treated
        for key, units in need.possible.items():
            certain = need.certain.get(key, Fraction())
            row = Row(certain, need.waiting.get(key, Fraction()), units, int(certain > 0), 1)
            self.rows.setdefault(key, Row()).add(row)

    def add_apart(self, status: str) -> None:
        """Add a patient who is not planned: `UNREADABLE` or `DIED`."""
        self.patients += 1
        self.statuses[status] += 1

    def merge(self, other: "NeedTotal") -> None:
        """Add the needs of other patients."""
        self.patients += other.patients
        self.statuses.update(other.statuses)
        self.reasons.update(other.reasons)
        self.regimens.update(other.regimens)
        self.without_dose.update(other.without_dose)
        self.at_odds.update(other.at_odds)
        self.treated += other.treated
        for key, row in other.rows.items():
            self.rows.setdefault(key, Row()).add(row)
