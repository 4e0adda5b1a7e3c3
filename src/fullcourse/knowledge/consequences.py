"""What follows from a statement: one closed shape for each kind; ``read_consequences`` has the tables of their keys."""

from dataclasses import dataclass, fields
from typing import ClassVar, Final

from fullcourse.clinical.finding import Severity
from fullcourse.clinical.management import Management

__all__ = [
    "RENAMED",
    "Action",
    "Consequence",
    "DoseAdvice",
    "DoseRow",
    "FindingOf",
    "GradeOf",
    "Interruption",
    "Missed",
    "OutcomeOf",
    "Stated",
    "Supplement",
    "TestOf",
    "forbids",
    "open_weight",
    "stated",
]

RENAMED: Final = {"with": "beside"}
"""A key that Python keeps for itself, and the name of its field."""

Stated = bool | float | str | tuple[object, ...] | Management
"""What may stand under a key."""


@dataclass(frozen=True, slots=True)
class FindingOf:
    """A finding of a check.

    Attributes:
        value: Which kind of finding, one of `FINDINGS`.
        severity: How serious it is.
        unresolved: How serious it is that it cannot be assessed, where that differs.
        tightens: Tests that are done more often.
        management: What to do about it; None where the source does not say.
        mechanism: What harms, one of `MECHANISMS`, where several statements speak of the same; else empty.
        rated_because: Why it is rated otherwise than by what is to be done (`knowledge.severity`); else empty.
    """

    kind: ClassVar[str] = "finding"
    value: str
    severity: Severity
    unresolved: Severity | None = None
    tightens: tuple[str, ...] = ()
    management: Management | None = None
    mechanism: str = ""
    rated_because: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody is to do.

    Attributes:
        value: One of `ACTIONS`.
        severity: How serious the matter is.
        unresolved: How serious it is that it cannot be assessed, where that differs.
        hold: Whether the drug is held until a clinician decides.
        ask_for: What is asked for.
        call: Who is called.
        propose: What is proposed.
        max_mg_per_day: The daily amount that the action is about, mg.
    """

    kind: ClassVar[str] = "action"
    value: str
    severity: Severity
    unresolved: Severity | None = None
    hold: bool = False
    ask_for: tuple[str, ...] = ()
    call: tuple[str, ...] = ()
    propose: str = ""
    max_mg_per_day: float | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """What is done about a missed dose.

    Attributes:
        value: ``skip`` or ``take_now``.
        made_up: When what was missed is made up; empty when it is not.
        next_after_h: Hours from the dose that is taken now to the next one, where the source moves it; None else.
    """

    kind: ClassVar[str] = "missed"
    severity: ClassVar[None] = None
    unresolved: ClassVar[None] = None
    value: str
    made_up: str = ""
    next_after_h: float | None = None


@dataclass(frozen=True, slots=True)
class Interruption:
    """What follows from an interruption of treatment.

    Attributes:
        value: How treatment goes on, one of `INTERRUPTIONS`.
        owes: What is added at the end: ``days missed``, ``nothing``, or empty where the source does not say.
        also: What is done beside it, for example ``smear, culture and susceptibility tests``.
        reload_days: Days of a daily dose before the usual rhythm; None for none.
    """

    kind: ClassVar[str] = "interruption"
    severity: ClassVar[None] = None
    unresolved: ClassVar[None] = None
    value: str
    owes: str = ""
    also: str = ""
    reload_days: int | None = None


@dataclass(frozen=True, slots=True)
class TestOf:
    """A test of monitoring.

    Attributes:
        value: Which, one of `TESTS`.
        at: When it is done once; empty when it is repeated only.
        every_days: Days between two.
        interval: ``not given`` where the source gives none.
        on_weeks: Weeks of treatment in which it is done.
        beside: What it is done at the same visit as.
        hours_after_dose: When samples are drawn, h after a dose.
        on_months: Months of treatment at whose end it is done.
        at_end: Whether it is done when treatment ends.
        months_after_end: Months after the end of treatment in which it is done.
    """

    __test__: ClassVar[bool] = False
    kind: ClassVar[str] = "test"
    severity: ClassVar[None] = None
    unresolved: ClassVar[None] = None
    value: str
    at: str = ""
    every_days: int | None = None
    interval: str = ""
    on_weeks: tuple[int, ...] = ()
    beside: str = ""
    hours_after_dose: tuple[int, ...] = ()
    on_months: tuple[int, ...] = ()
    at_end: bool = False
    months_after_end: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GradeOf:
    """How bad a result is, by a published scale of grades.

    Attributes:
        value: What is graded, one of `GRADED`.
        degree: 1 mild, 2 moderate, 3 severe, 4 life-threatening.
    """

    kind: ClassVar[str] = "grade"
    severity: ClassVar[None] = None
    unresolved: ClassVar[None] = None
    value: str
    degree: int


@dataclass(frozen=True, slots=True)
class OutcomeOf:
    """An outcome of treatment by one edition of the definitions; a clinician confirms it.

    Attributes:
        value: Which, one of `OUTCOMES_DEFINED`.
    """

    kind: ClassVar[str] = "outcome"
    severity: ClassVar[None] = None
    unresolved: ClassVar[None] = None
    value: str


@dataclass(frozen=True, slots=True)
class Supplement:
    """Something that is taken beside the drug.

    Attributes:
        value: Which, one of `SUPPLEMENTS`.
        severity: How serious it is; None where the source ranks it not.
        option: Who decides; empty where the source states it for everybody.
        mg_per_day: Daily amount, mg; the ends of a range and the least likewise.
        mg_per_250_mg: Amount for each 250 mg of the drug, mg.
        mg_per_kg_per_day_low: Daily amount by weight, mg/kg.
    """

    kind: ClassVar[str] = "supplement"
    unresolved: ClassVar[None] = None
    value: str
    severity: Severity | None = None
    option: str = ""
    mg_per_day: float | None = None
    mg_per_day_at_least: float | None = None
    mg_per_day_low: float | None = None
    mg_per_day_high: float | None = None
    mg_per_250_mg: float | None = None
    mg_per_kg_per_day_low: float | None = None
    mg_per_kg_per_day_high: float | None = None


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One dose as a source states it; what it leaves open is None or empty. Amounts are mg, spans of time hours.

    Attributes:
        mg: Amount of one intake; ``mg_low`` and ``mg_high`` where a range is stated.
        units: How many of the form.
        form: Dosage form and strength, one of the drug's.
        every_h: Hours between intakes; ``every_h_low`` and ``every_h_high`` where a range is stated.
        per_week: Intakes a week.
        days_of_week: Days of intake.
        doses_per_day_low: Intakes a day, a range with ``doses_per_day_high``.
        of_usual_daily_dose: Part of the usual daily dose, 0 to 1.
        max_mg_per_dose: Highest amount of one intake.
        max_mg_per_day: Highest daily amount.
        prepare: How the form is prepared, as the source describes it.
        note: What the source adds.
        alternatives: Other forms for the same dose.
    """

    mg: float | None = None
    mg_low: float | None = None
    mg_high: float | None = None
    units: float | None = None
    form: str = ""
    every_h: float | None = None
    every_h_low: float | None = None
    every_h_high: float | None = None
    per_week: int | None = None
    days_of_week: tuple[str, ...] = ()
    doses_per_day_low: float | None = None
    doses_per_day_high: float | None = None
    mg_per_day_low: float | None = None
    mg_per_day_high: float | None = None
    mg_per_kg_per_dose: float | None = None
    mg_per_kg_per_day_low: float | None = None
    mg_per_kg_per_day_high: float | None = None
    mg_per_lb_per_day_low: float | None = None
    mg_per_lb_per_day_high: float | None = None
    of_usual_daily_dose: float | None = None
    max_mg_per_dose: float | None = None
    max_mg_per_day: float | None = None
    prepare: str = ""
    note: str = ""
    alternatives: tuple["DoseRow", ...] = ()

    @property
    def mg_per_day(self) -> float | None:
        """Return the daily amount of a dose at even intervals, mg; None where the row does not say it."""
        amount = self.mg if self.mg is not None else self.mg_high
        return None if amount is None or self.every_h is None else amount * 24.0 / self.every_h


@dataclass(frozen=True, slots=True)
class DoseAdvice:
    """A dose, as one row or several of which the prescriber chooses.

    Attributes:
        rows: What the source states.
        population: For whom; empty for everybody the statement is about.
        option: What the rows are an option of; empty for the dose itself.
        specialist: Whether a specialist decides.
        after_dialysis: Whether it is given after dialysis.
        max_mg_per_day: Highest daily amount, mg.
        peak_mg_per_l: The peak aimed at, mg/L: low and high.
        peak_below_mg_per_l: The peak that is not passed, mg/L.
        level_hours_after_dose: When samples are drawn, h after a dose.
    """

    kind: ClassVar[str] = "dose"
    severity: ClassVar[None] = None
    unresolved: ClassVar[None] = None
    value: ClassVar[str] = ""
    rows: tuple[DoseRow, ...]
    population: str = ""
    option: str = ""
    specialist: bool = False
    after_dialysis: bool = False
    max_mg_per_day: float | None = None
    peak_mg_per_l: tuple[int, ...] = ()
    peak_below_mg_per_l: float | None = None
    level_hours_after_dose: tuple[int, ...] = ()


Consequence = FindingOf | Action | Missed | Interruption | TestOf | GradeOf | OutcomeOf | Supplement | DoseAdvice
"""What follows when a statement applies."""


def forbids(then: Consequence) -> bool:
    """Return whether what follows is that the drug is avoided, or that something is changed first."""
    return isinstance(then, FindingOf) and then.management is not None and then.management.forbids


def open_weight(then: Consequence) -> Severity:
    """Return how serious it is that a consequence cannot be assessed; what may have to be avoided is at least major."""
    if then.unresolved is not None:
        return then.unresolved
    severity = then.severity or Severity.INFO
    return max(severity, Severity.MAJOR) if forbids(then) else severity


def stated(shape: Consequence | DoseRow) -> dict[str, Stated]:
    """Return what a source states beside the value and its severity, under the keys of the file."""
    names = {field: key for key, field in RENAMED.items()}
    return {
        names.get(field.name, field.name): value
        for field in fields(shape)
        if field.name not in {"value", "severity", "unresolved", "rows"}
        and (value := getattr(shape, field.name)) not in (None, "", (), False)
    }
