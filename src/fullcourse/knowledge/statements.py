"""The shapes of a statement: what a source claims, and what the claim makes the system do.

One shape for each form that the files may hold, and no more: a form is a row, not a language. The reader makes these
from TOML, the two rule readers execute them, and nothing else knows the grammar.
"""

from dataclasses import dataclass

from fullcourse.clinical.dose import Dose
from fullcourse.knowledge.consequences import Consequence

__all__ = [
    "AnyOf",
    "AtLeast",
    "Atom",
    "Band",
    "Bands",
    "Body",
    "Condition",
    "FactCondition",
    "FirstOf",
    "Multiple",
    "NotFormalised",
    "Row",
    "Statement",
    "Step",
    "Steps",
    "TakingCondition",
    "Tells",
    "When",
]


@dataclass(frozen=True, slots=True)
class Multiple:
    """A threshold that is a multiple of another number of the same patient, for example 3 times the upper limit.

    Attributes:
        times: How many times.
        of: Id of the other number's fact.
        least: The least that the other number can be; None where its fact has no such end. While it is not known it
            lies in this range: a value beyond it is refused.
        most: The most that it can be.
    """

    times: float
    of: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class FactCondition:
    """One fact compared: all the comparisons given must hold.

    Numbers are in the unit of the fact; the reader has converted them.

    Attributes:
        fact: Id of the fact.
        equals: A yes, a no, a word or a number; None when not compared so.
        among: Words of which it must be one; empty when not compared so.
        below: Upper end, not included.
        at_most: Upper end, included.
        above: Lower end, not included.
        at_least: Lower end, included.
        within_days: The evidence must be at most so many days old, else the condition is unknown.
        for_certain: It holds only where that is known for certain, so that it is never unknown.
        on_file: A number that is not on file makes the condition fail; no file says this, see `knowledge.actions`.
    """

    fact: str
    equals: bool | float | str | None = None
    among: tuple[str, ...] = ()
    below: float | Multiple | None = None
    at_most: float | Multiple | None = None
    above: float | Multiple | None = None
    at_least: float | Multiple | None = None
    within_days: int | None = None
    for_certain: bool = False
    on_file: bool = False

    @property
    def bounds(self) -> tuple[tuple[str, bool | float | str | Multiple], ...]:
        """Each comparison of a number with its bound; being equal is being at most and at least so much."""
        pairs = (
            ("below", self.below),
            ("at_most", self.at_most),
            ("above", self.above),
            ("at_least", self.at_least),
            ("at_most", self.equals),
            ("at_least", self.equals),
        )
        return tuple((kind, bound) for kind, bound in pairs if bound is not None)


@dataclass(frozen=True, slots=True)
class TakingCondition:
    """Whether the patient takes a drug, or so many members of a class.

    Attributes:
        target: ``drug.x`` or ``class.x``.
        within_days: Taken at any time in so many days before the check; None for taken now.
        at_least: How many different members.
        expected: False asks for the absence.
        listed: Only what the list names for certain counts, so that it is never unknown. For absences alone: a warning
            that is set aside for the partners of a whole regimen stays while one of them is not known to be taken.
    """

    target: str
    within_days: int | None = None
    at_least: int = 1
    expected: bool = True
    listed: bool = False


Atom = FactCondition | TakingCondition


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions holds."""

    conditions: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``count`` of the conditions hold."""

    count: int
    conditions: tuple[Atom, ...]


Condition = Atom | AnyOf | AtLeast


@dataclass(frozen=True, slots=True)
class When:
    """It applies when every condition holds."""

    conditions: tuple[Condition, ...]
    then: Consequence


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a decision table."""

    conditions: tuple[Condition, ...]
    then: Consequence


@dataclass(frozen=True, slots=True)
class FirstOf:
    """A decision table: the first row that holds; an unknown row above a hit makes the result unknown."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """One half-open band ``[from_value, below)``; None is no end on that side."""

    from_value: float | None
    below: float | None
    then: Consequence


@dataclass(frozen=True, slots=True)
class Bands:
    """Half-open bands of one number, ascending and without overlap."""

    by: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a titration, which may wait for conditions.

    Attributes:
        from_day: Day of the plan, 1 is the first.
        doses: The intakes of a day, in order of the day.
        form: Dosage form and strength; empty where the source names none.
        conditions: All must hold before the step begins.
    """

    from_day: int
    doses: tuple[Dose, ...]
    form: str
    conditions: tuple[Condition, ...]

    @property
    def mg_per_day(self) -> float:
        """Return the amount of a day, mg."""
        return sum(dose.mg for dose in self.doses)


@dataclass(frozen=True, slots=True)
class Steps:
    """A titration."""

    steps: tuple[Step, ...]
    max_mg_per_day: float | None


@dataclass(frozen=True, slots=True)
class Tells:
    """Text for leaflet, monograph and answers; nothing to execute."""

    topic: str


@dataclass(frozen=True, slots=True)
class NotFormalised:
    """Stated, and neither executed nor told: why."""

    why: str


Body = When | FirstOf | Bands | Steps | Tells | NotFormalised


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One claim of one source, in our own words. Compared by identity: its id never changes its meaning.

    Attributes:
        id: ``<drug>.<kind>.<slug>``; it never changes its meaning.
        file: The file it stands in.
        point: The matter it is about; statements of several sources on one matter share it.
        source: Id of the source.
        section: Where in the source.
        says: The claim.
        body: What the system does with it.
        patient: The claim in plain words; empty when there are none.
        covers: Ids of the mission's list (``S001``).
        interpretation: Our reading of unclear wording (``I-0001``); empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
        through: The statement by which one on the active moiety holds for this drug; empty for a drug's own.
    """

    id: str
    file: str
    point: str
    source: str
    section: str
    says: str
    body: Body
    patient: str = ""
    covers: tuple[str, ...] = ()
    interpretation: str = ""
    review: str = "unreviewed"
    through: str = ""
