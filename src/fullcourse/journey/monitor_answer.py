"""The shapes of an answer of monitoring: tests with their days, what results call for, and what leads."""

from dataclasses import dataclass
from datetime import date

from fullcourse.clinical.patient import NotUsed
from fullcourse.monitoring.due import Due
from fullcourse.monitoring.foresight.foreseen import Foreseen
from fullcourse.monitoring.readings import Reading
from fullcourse.monitoring.responses import Do, Grade, Response
from fullcourse.monitoring.treatment import Treatment
from fullcourse.monitoring.watch import Watch

__all__ = ["Lead", "Meaning", "MonitorAnswer", "MonitorVisit", "Watched"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a result of a test may call for.

    Attributes:
        drug: INN; empty for the whole treatment.
        statement: Its id.
        says: What it says.
    """

    drug: str
    statement: str
    says: str


@dataclass(frozen=True, slots=True)
class Watched:
    """One test: when, why, how it stands, and what its results may call for.

    Attributes:
        watch: What asks for it.
        days: Days of treatment on which it falls; 0 is before the first dose.
        due: How it stands today.
        means: What its results may call for.
    """

    watch: Watch
    days: tuple[int, ...]
    due: Due
    means: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class MonitorVisit:
    """The tests of one day.

    Attributes:
        day: Day of treatment; 0 is before the first dose.
        on: The date; None while the treatment has no first day.
        tests: Which.
        after_end: Whether it is after the end of treatment.
    """

    day: int
    on: date | None
    tests: tuple[str, ...]
    after_end: bool


@dataclass(frozen=True, slots=True)
class Lead:
    """What results call for with one drug.

    Attributes:
        drug: INN; empty for the whole treatment.
        do: The strictest that applies.
        could_be: The strictest that results on file leave open; None where it is no stricter.
        unmeasured: The strictest that a result which nobody has could come to; None where it is no stricter.
        by: The statements that lead.
    """

    drug: str
    do: Do
    could_be: Do | None
    unmeasured: Do | None
    by: tuple[str, ...]

    @property
    def urgency(self) -> Do:
        """The strictest that it is or could be: what is not known never makes it milder."""
        return max(it for it in (self.do, self.could_be, self.unmeasured) if it is not None)


@dataclass(frozen=True, slots=True)
class MonitorAnswer:
    """The monitoring of one treatment at a date.

    Attributes:
        at: Today.
        profile: Which sources lead.
        knowledge: Digest of the knowledge used.
        treatment: What is taken.
        day: Day of treatment today; None without a first day.
        watched: Each test.
        visits: The days, from the first to the last.
        responses: What statements say about results, strictest first for each drug.
        leads: For each drug with a result or an open one, what to do.
        grades: Grades of results.
        readings: What is on file.
        not_covered: Drugs of the treatment of which nothing is stated.
        not_used: What of the record and the log was not read and may speak of a result, counted.
        open_end: Whether nobody gave the end, so that days stop at a horizon.
        foreseen: Where the results of each drug lead, as far as they can be followed; it adds to the rest only.
    """

    at: date
    profile: str
    knowledge: str
    treatment: Treatment
    day: int | None
    watched: tuple[Watched, ...]
    visits: tuple[MonitorVisit, ...]
    responses: tuple[Response, ...]
    leads: tuple[Lead, ...]
    grades: tuple[Grade, ...]
    readings: tuple[Reading, ...]
    not_covered: tuple[str, ...]
    not_used: tuple[NotUsed, ...]
    open_end: bool
    foreseen: tuple[Foreseen, ...]
