"""Doses and regimens as every step shares them.

A plan is a list of steps, so that 250 mg in the morning and 500 mg in the evening, Monday-Wednesday-Friday, and a
titration are all the same shape.
"""

import math
import re
from dataclasses import dataclass
from datetime import date

from fullcourse.clinical.errors import InputError

__all__ = ["MOST_HOURS_OVER", "WEEKDAYS", "Dose", "DoseStep", "Regimen", "RegimenDrug", "strength_of"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Days of the week in order; the place of one is what ``date.weekday`` returns."""

MOST_HOURS_APART = 336
"""Two weeks: doses further apart are said in days."""

MOST_HOURS_OVER = 24.0
"""A longer infusion is written as one that goes on."""

_STRENGTH = re.compile(r"[a-z]+ (\d+(?:\.\d+)?) mg")


@dataclass(frozen=True, slots=True)
class Dose:
    """One intake.

    Attributes:
        at: When in the day: ``morning``, ``noon``, ``evening``, ``night``, or a wall-clock time ``08:00``.
        mg: Amount, mg, above 0.
        units: How many of the dosage form; None where no form is chosen yet.
    """

    at: str
    mg: float
    units: float | None = None


@dataclass(frozen=True, slots=True)
class DoseStep:
    """How a drug is taken from one day of the plan until the next step begins, or until its own end.

    One rhythm says which days are dosing days: every day (``every_days`` 1), every so many days, days of the week, the
    days of dialysis, or hours alone.

    Attributes:
        from_day: Day of the plan, 1 is the first.
        doses: The intakes of a dosing day.
        form: Dosage form and strength, for example ``capsule 250 mg``; empty where none is chosen yet.
        days_of_week: ``mon`` to ``sun`` of the dosing days; empty for every day.
        every_days: Days between dosing days, 1 for daily.
        max_mg_per_day: Highest daily amount that the source allows; None where it states none.
        every_h: Hours from each dose to the next, counted from the one dose of ``doses`` on ``from_day``, for doses
            that keep no time of day (36) or are counted in hours (48), 1 to 336; None for doses by the day.
        cycle: Amounts of the dosing days in turn, mg, at least two: ``(250, 500)`` is 250 mg alternating with 500 mg.
            The one dose of ``doses`` is the first of them. Empty where every dosing day is the same.
        after_dialysis: Taken after dialysis; ``days_of_week`` are then the days of dialysis, empty while nobody knows
            them.
        to_day: Last day of the step, itself included; None: until the next step, or open.
        over_h: How long the infusion of each dose lasts, h; None for doses that are taken at once.
        from_date: The calendar day of ``from_day``, where the plan names it: on its first step alone, for day 1.

    Raises:
        InputError: No rhythm, or two, are given, or a day is none.
    """

    from_day: int
    doses: tuple[Dose, ...]
    form: str = ""
    days_of_week: tuple[str, ...] = ()
    every_days: int = 1
    max_mg_per_day: float | None = None
    every_h: int | None = None
    cycle: tuple[float, ...] = ()
    after_dialysis: bool = False
    to_day: int | None = None
    from_date: date | None = None
    over_h: float | None = None

    def __post_init__(self) -> None:
        """Refuse a step that has no meaning, so that nobody has to look again."""
        if wrong := _fault(self):
            raise InputError(f"dose step from day {self.from_day}: {wrong}")

    @property
    def mg_per_dosing_day(self) -> float:
        """Return the amount of a dosing day, mg; the greatest where amounts change in turn."""
        return max(self.cycle) if self.cycle else sum(dose.mg for dose in self.doses)

    @property
    def amounts_mg(self) -> frozenset[float]:
        """Return every amount that is taken at once, mg."""
        return frozenset((*(dose.mg for dose in self.doses), *self.cycle))

    @property
    def is_daily(self) -> bool:
        """Return whether every day is a dosing day, and all are the same."""
        return not (self.days_of_week or self.every_h or self.cycle or self.after_dialysis) and self.every_days == 1


def strength_of(form: str) -> float | None:
    """Return what one of a dosage form holds, mg; None for a form that is not so written.

    Example:
        >>> strength_of("capsule 250 mg")
        250.0
    """
    written = _STRENGTH.fullmatch(form)
    return float(written[1]) if written else None


def _fault(step: DoseStep) -> str:
    """Return what is wrong with a step and its mend; empty when nothing is."""
    rhythms = (step.every_days != 1, bool(step.days_of_week) or step.after_dialysis, step.every_h is not None)
    if sum(rhythms) > 1:
        return "it has two rhythms. Give one of every_days, every_h and days_of_week."
    if step.from_day < 1 or step.every_days < 1 or (step.to_day is not None and step.to_day < step.from_day):
        return "days count from 1, and the last is not before the first. Correct from_day, every_days or to_day."
    if step.over_h is not None and not 0.0 < step.over_h <= MOST_HOURS_OVER:
        return f"an infusion lasts up to {MOST_HOURS_OVER:g} hours. Correct over_h."
    if step.from_date is not None and step.from_day != 1:
        return "a date belongs to day 1 of a plan. Leave out from_date or from_day."
    if step.days_of_week and step.days_of_week != tuple(day for day in WEEKDAYS if day in step.days_of_week):
        return f"'{', '.join(step.days_of_week)[:60]}' are no days of the week in order. Use {', '.join(WEEKDAYS)}."
    if step.every_h is not None and not (1 <= step.every_h <= MOST_HOURS_APART and len(step.doses) == 1):
        return f"every_h is 1 to {MOST_HOURS_APART} hours, with the one dose that they are counted from."
    if step.cycle and (
        len(step.cycle) == 1
        or not all(mg > 0.0 for mg in step.cycle)
        or [dose.mg for dose in step.doses] != [step.cycle[0]]
        or step.every_h is not None
        or step.every_days != 1
    ):
        return "a cycle is two amounts or more above 0 mg, one a dosing day, beginning with the one dose of doses."
    if step.max_mg_per_day is not None and step.mg_per_dosing_day > step.max_mg_per_day:
        return f"{step.mg_per_dosing_day:g} mg on a day are more than its own maximum. Correct one of them."
    strength = strength_of(step.form)
    counted = [(dose.mg, dose.units) for dose in step.doses if dose.units is not None]
    if strength and not all(math.isclose(mg, units * strength, rel_tol=1e-6) for mg, units in counted):
        return f"an amount is not its number of {step.form}. Correct mg or units."
    return ""


@dataclass(frozen=True, slots=True)
class RegimenDrug:
    """One drug of a regimen.

    Attributes:
        drug: INN in lower case.
        steps: How it is taken.
        from_day: First day of the regimen on which it is taken, from 1.
        to_day: Last day; None when it runs to the end.
    """

    drug: str
    steps: tuple[DoseStep, ...] = ()
    from_day: int = 1
    to_day: int | None = None


@dataclass(frozen=True, slots=True)
class Regimen:
    """Drugs taken together against one disease.

    Attributes:
        id: Name of the regimen in its guideline, or ``proposed``.
        drugs: What it holds.
        starts_on: First day; None for a regimen that has not begun.
        days: Length in days; None while it is open.
    """

    id: str
    drugs: tuple[RegimenDrug, ...]
    starts_on: date | None = None
    days: int | None = None
