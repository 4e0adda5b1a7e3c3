"""Doses and regimens as every step shares them.

A plan is a list of steps, so that 250 mg in the morning and 500 mg in the evening, Monday-Wednesday-Friday, and a
titration are all the same shape.
"""

from dataclasses import dataclass
from datetime import date

__all__ = ["Dose", "DoseStep", "Regimen", "RegimenDrug"]


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
    """How a drug is taken from one day of the plan until the next step begins.

    Attributes:
        from_day: Day of the plan, 1 is the first.
        doses: The intakes of a dosing day.
        form: Dosage form and strength, for example ``capsule 250 mg``; empty where none is chosen yet.
        days_of_week: ``mon`` to ``sun`` of the dosing days; empty for every day.
        every_days: Days between dosing days, 1 for daily. Only one of it and ``days_of_week`` says more than daily.
        max_mg_per_day: Highest daily amount that the source allows; None where it states none.
    """

    from_day: int
    doses: tuple[Dose, ...]
    form: str = ""
    days_of_week: tuple[str, ...] = ()
    every_days: int = 1
    max_mg_per_day: float | None = None

    @property
    def mg_per_dosing_day(self) -> float:
        """Return the amount of a dosing day, mg."""
        return sum(dose.mg for dose in self.doses)


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
