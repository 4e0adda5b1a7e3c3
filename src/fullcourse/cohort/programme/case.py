"""A case as the reports of a programme see it: what its course holds of registration, results, outcome and harm.

It holds days, words and ids of events, and nothing that names anybody. What a course does not hold is empty here, and
is counted as not recorded, never as a no.
"""

from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Case", "Dated", "LivedPlan", "Told"]


@dataclass(frozen=True, slots=True)
class Dated:
    """Something that an event says, on a day.

    Attributes:
        day: By the patient's calendar.
        says: A word of the event: an outcome, ``positive``, a direction.
        event: Id of the event.
    """

    day: date
    says: str
    event: str


@dataclass(frozen=True, slots=True)
class Told:
    """A symptom that was told, or a hold for side effects.

    Attributes:
        day: By the patient's calendar.
        what: Id of the symptom; for a hold the reason.
        drugs: Taken when the symptom was told; for a hold those held.
        event: Id of the event.
    """

    day: date
    what: str
    drugs: tuple[str, ...]
    event: str


@dataclass(frozen=True, slots=True)
class LivedPlan:
    """The plan that nothing took the place of.

    Attributes:
        drugs: The drugs with their doses in words, as the JSON of a plan has them.
        starts_on: Day 1.
        days: Its length; None while it is open.
        event: Id of the event that made it.
    """

    drugs: str
    starts_on: date
    days: int | None
    event: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case.

    Attributes:
        patient: Random id.
        number: Which case of this patient, from 1.
        registered_on: Its day in the register; None where neither a registration nor a plan has one.
        registered_by: ``registration``, ``plan`` where the first day of treatment stands in, or empty.
        event: Id of the registration, or of the first plan; empty where there is none.
        group: Registration group; empty where nobody wrote it down, as each word below.
        confirmation: How it was diagnosed.
        site: Pulmonary or not.
        resistance: Pattern.
        age_years: On the day of registration; None where nobody wrote it down.
        sex: As registered.
        hiv: As registered.
        starts_on: First day of treatment; None where no plan was begun.
        length_days: Days from the first of treatment to the last that is planned; None while that is open.
        cultures: Of sputum: ``positive``, ``negative``, or another word of the laboratory, which is no result.
        outcomes: That clinicians recorded and that stand.
        ends: How treatment was closed, where it was and nothing opened it again: the outcome, ``transferred out``,
            ``stopped``.
        symptoms: That were told.
        holds: Of drugs, for side effects.
        plan: The last one, whether or not treatment was closed; None where it never began, or for a case that another
            followed.
        unreadable: Events whose kind is not known, and results that are none: they are named and not counted.
        susceptibility: Results of susceptibility tests: the fact, a colon and the laboratory's word.
        unanswered: The newest result, where no clinician wrote anything down after it but results; None otherwise.
    """

    patient: str
    number: int
    registered_on: date | None
    registered_by: str = ""
    event: str = ""
    group: str = ""
    confirmation: str = ""
    site: str = ""
    resistance: str = ""
    age_years: int | None = None
    sex: str = ""
    hiv: str = ""
    starts_on: date | None = None
    length_days: int | None = None
    cultures: tuple[Dated, ...] = ()
    outcomes: tuple[Dated, ...] = ()
    ends: tuple[Dated, ...] = ()
    symptoms: tuple[Told, ...] = ()
    holds: tuple[Told, ...] = ()
    plan: LivedPlan | None = None
    unreadable: int = 0
    susceptibility: tuple[Dated, ...] = ()
    unanswered: Dated | None = None

    def outcomes_by(self, day: date) -> tuple[Dated, ...]:
        """Return the outcomes recorded up to a day, itself included."""
        return tuple(outcome for outcome in self.outcomes if outcome.day <= day)

    def is_open_on(self, day: date) -> bool:
        """Return whether a plan was made, and nothing closed treatment up to a day."""
        return self.plan is not None and not any(end.day <= day for end in self.ends)

    def is_past_its_plan_on(self, day: date) -> bool:
        """Return whether the last planned day lies before a day."""
        if self.starts_on is None or self.length_days is None:
            return False
        return self.starts_on + timedelta(days=self.length_days - 1) < day
