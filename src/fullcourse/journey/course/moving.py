"""Proposals for other times of day and for another zone: a clinician's change of the plan makes them so."""

from dataclasses import replace
from datetime import datetime

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import clock_hours
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course
from fullcourse.course.moving import Journey, even_gaps, moved_step, travel
from fullcourse.course.schedule import PlanInForce
from fullcourse.course.timeline import plan_at

__all__ = ["moved_plan_of", "travel_of"]


def travel_of(course: Course, drug: str, last: datetime, to: Zone) -> Journey:
    """Return the doses on the way to another zone, after the last dose in the old one.

    Raises:
        InputError: The drug is not in the plan, or is not taken by the clock every day.
    """
    _, steps, _ = _steps_from(course, drug, last)
    hours = [clock_hours(dose.at) for dose in steps[0].doses]
    return travel(last, hours, to, max(even_gaps(steps[0])), course.rules[drug].least_share)


def moved_plan_of(course: Course, drug: str, by_h: float, last: datetime) -> tuple[tuple[DoseStep, ...], Journey]:
    """Return a drug's steps with their times of day moved, for a night shift or a fasting month, and the way there.

    The steps begin with the one in force and count their days from the first dose at the new times.

    Raises:
        InputError: The drug is not in the plan, or is not taken by the clock every day.
    """
    current, steps, day = _steps_from(course, drug, last)
    first = moved_step(steps[0], by_h)
    hours = [clock_hours(dose.at) for dose in first.doses]
    way = travel(last, hours, current.zone, max(even_gaps(first)), course.rules[drug].least_share)
    begins = day + (current.zone.day_of(way.doses[1]) - current.zone.day_of(last)).days
    later = [replace(moved_step(step, by_h), from_day=step.from_day - begins + 1) for step in steps[1:]]
    return (first, *later), way


def _steps_from(course: Course, drug: str, at: datetime) -> tuple[PlanInForce, tuple[DoseStep, ...], int]:
    """Return the plan at a time, the drug's step in force and those after it, and which day of the drug it is."""
    current = plan_at(course.timeline, at)
    taken = current.plan.drug(drug) if current else None
    if current is None or taken is None or drug not in course.rules:
        raise InputError(f"{drug[:40]}: it is not in the plan at that time, so no way can be worked out. Ask.")
    day = (current.zone.day_of(at) - current.plan.starts_on).days + 2 - taken.from_day
    place = max((number for number, step in enumerate(taken.steps) if step.from_day <= day), default=0)
    steps = taken.steps[place:]
    if not all(map(even_gaps, steps)):
        raise InputError(f"{drug[:40]}: it is not taken every day by the clock, so no way can be worked out. Ask.")
    return current, steps, day
