"""What a statement about doses says in numbers, for the rows of the targets file that refer to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fullcourse.knowledge.consequences import Action, DoseAdvice, DoseRow
from fullcourse.knowledge.statements import Body, Steps
from fullcourse.knowledge.walk import thens_of

__all__ = ["StatedDose", "allows_mg_per_day", "daily_maximum", "stated_doses_of"]

FIRST_HOUR = 8
"""Hour of the day of the first dose where a statement says how far doses lie apart and not when: ours, for a curve."""


@dataclass(frozen=True, slots=True)
class StatedDose:
    """One dose of a statement, as far as it is said in numbers.

    Attributes:
        intakes: When and how much, mg, is taken on a dosing day; empty where it is not said.
        per_week: Dosing days a week; None for every day.
        mg_per_day: Lower and upper end of a daily range, mg; None where there is none.
        max_mg_per_day: Daily maximum, mg; None where there is none.
    """

    intakes: tuple[tuple[str, float], ...] = ()
    per_week: int | None = None
    mg_per_day: tuple[float, float] | None = None
    max_mg_per_day: float | None = None


def stated_doses_of(body: Body) -> tuple[StatedDose, ...]:
    """Return every dose that a statement gives, in its order."""
    if isinstance(body, Steps):
        return tuple(
            StatedDose(tuple((dose.at, dose.mg) for dose in step.doses), max_mg_per_day=body.max_mg_per_day)
            for step in body.steps
        )
    doses: list[StatedDose] = []
    for then in thens_of(body):
        if isinstance(then, DoseAdvice):
            doses += [_of_row(row, then.max_mg_per_day) for row in then.rows]
        elif isinstance(then, Action):
            doses.append(StatedDose(max_mg_per_day=then.max_mg_per_day))
    return tuple(doses)


def allows_mg_per_day(doses: Sequence[StatedDose], mg: float) -> bool:
    """Return whether a daily amount, mg, lies in the range of any dose."""
    return any(dose.mg_per_day is not None and dose.mg_per_day[0] <= mg <= dose.mg_per_day[1] for dose in doses)


def daily_maximum(doses: Sequence[StatedDose]) -> float | None:
    """Return the lowest of the daily maxima that a statement gives, mg; None where it gives none."""
    return min((dose.max_mg_per_day for dose in doses if dose.max_mg_per_day is not None), default=None)


def _of_row(row: DoseRow, most: float | None) -> StatedDose:
    intakes: tuple[tuple[str, float], ...] = ()
    apart_h = 24.0 if row.per_week is not None else row.every_h
    if row.mg is not None and apart_h is not None and apart_h.is_integer() and 24 % int(apart_h) == 0:
        hours = range(0, 24, int(apart_h))
        intakes = tuple((f"{(FIRST_HOUR + hour) % 24:02d}:00", row.mg) for hour in hours)
    low, high = row.mg_per_day_low, row.mg_per_day_high
    return StatedDose(
        intakes,
        row.per_week,
        None if low is None or high is None else (low, high),
        row.max_mg_per_day if row.max_mg_per_day is not None else most,
    )
