"""Every single dose of a plan, in hours since midnight of its first day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fullcourse.clinical.dose import WEEKDAYS, DoseStep
from fullcourse.clinical.dose_plan.clock import clock_hours
from fullcourse.clinical.errors import InputError

__all__ = ["PlannedDose", "planned_doses"]

DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """One dose of a plan: hours since midnight of day 1, the amount in mg, and how long it is infused, h (0: not)."""

    time_h: float
    mg: float
    over_h: float = 0.0


def planned_doses(steps: Sequence[DoseStep], days: int, first_weekday: int = 0) -> tuple[PlannedDose, ...]:
    """Return every dose of a plan, in order.

    Args:
        steps: The plan, by ascending day.
        days: How many days, from day 1.
        first_weekday: Weekday of day 1, 0 for Monday; a plan that names the date of day 1 has its own.

    Raises:
        InputError: ``days`` is below 1, the steps are not in order, or a step is taken after dialysis whose days
            nobody knows.
    """
    if days < 1:
        raise InputError(f"days '{days}': a plan needs at least one day.")
    for before, step in pairwise(steps):
        if step.from_day <= before.from_day:
            raise InputError(f"dose step from day {step.from_day}: steps are given by ascending day. Sort them.")
    if any(step.after_dialysis and not step.days_of_week for step in steps):
        raise InputError(
            "the dose is taken after dialysis and the days of dialysis are not known, so no dose can be placed. "
            "Write them: 'after dialysis on mon, wed, fri'."
        )
    if steps and steps[0].from_date is not None:
        first_weekday = steps[0].from_date.weekday()
    ends = [*(step.from_day - 1 for step in steps[1:]), days]
    doses: list[PlannedDose] = []
    for step, end in zip(steps, ends, strict=False):
        last = min(days, end, end if step.to_day is None else step.to_day)
        doses += _by_the_hour(step, last) if step.every_h else _by_the_day(step, last, first_weekday)
    return tuple(doses)


def _by_the_hour(step: DoseStep, last_day: int) -> Iterable[PlannedDose]:
    """Yield doses that are so many hours apart, whatever the time of day."""
    time_h = (step.from_day - 1) * DAY_H + clock_hours(step.doses[0].at)
    while time_h < last_day * DAY_H:
        yield PlannedDose(time_h, step.doses[0].mg, step.over_h or 0.0)
        time_h += step.every_h or DAY_H


def _by_the_day(step: DoseStep, last_day: int, first_weekday: int) -> Iterable[PlannedDose]:
    """Yield the doses of each dosing day."""
    doses = sorted((clock_hours(dose.at), dose.mg) for dose in step.doses)
    dosing_days = 0
    for day in range(step.from_day, last_day + 1):
        weekday = WEEKDAYS[(first_weekday + day - 1) % 7]
        if (step.days_of_week and weekday not in step.days_of_week) or (day - step.from_day) % step.every_days:
            continue
        for hour, mg in doses:
            amount = step.cycle[dosing_days % len(step.cycle)] if step.cycle else mg
            yield PlannedDose((day - 1) * DAY_H + hour, amount, step.over_h or 0.0)
        dosing_days += 1
