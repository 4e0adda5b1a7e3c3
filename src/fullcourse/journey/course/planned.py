"""What is due from a moment on, and what is said beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course
from fullcourse.course.moving import even_gaps
from fullcourse.course.occasions import Apart, FoodAdvice, Occasion, food_of, occasions_of, separations_of
from fullcourse.course.schedule import Gap, gaps_of, slots_between, slots_of
from fullcourse.course.timeline import plan_at
from fullcourse.knowledge.library import Knowledge

__all__ = ["Schedule", "schedule_of", "uneven_of"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is due, and when.

    Attributes:
        zone: Whose clock it is told by, with the edition of its rules.
        occasions: Doses by their time, in order.
        nights: The gap over the night of each drug with more than one dose a day.
        clock_changes: Gaps in which clocks change.
        food: What sources tell about food.
        apart: What sources keep apart.
        uneven: Drugs whose doses are not evenly spaced, each with its gaps, h.
    """

    zone: Zone
    occasions: tuple[Occasion, ...]
    nights: tuple[Gap, ...]
    clock_changes: tuple[Gap, ...]
    food: tuple[FoodAdvice, ...]
    apart: tuple[Apart, ...]
    uneven: Mapping[str, tuple[float, ...]]


def schedule_of(course: Course, knowledge: Knowledge, now: datetime, days: int) -> Schedule:
    """Return what is due from a moment on.

    Raises:
        InputError: No plan is in force, and none is to come.
    """
    current = plan_at(course.timeline, now) or (course.timeline[0] if course.timeline else None)
    if current is None:
        raise InputError("the log holds no plan, so nothing is due. Start one with 'course start'.")
    until = now + timedelta(days=days)
    drugs = [drug.drug for drug in current.plan.drugs]
    apart = separations_of(knowledge, drugs)
    nights, changes = [], []
    for drug in drugs:
        gaps = gaps_of(slots_of(current, drug, now, until + timedelta(days=1)), current.zone)
        changes += [gap for gap in gaps if gap.has_clock_change and gap.after < until]
        if gaps and min(gap.hours for gap in gaps) < 24.0:
            nights += _nights(gaps, current.zone)[:1]
    slots = slots_between(course.timeline, now, until)
    food = food_of(knowledge, drugs)
    return Schedule(
        current.zone, occasions_of(slots, apart), tuple(nights), tuple(changes), food, apart, uneven_of(current.plan)
    )


def uneven_of(plan: CoursePlan) -> dict[str, tuple[float, ...]]:
    """Return the drugs of a plan whose doses of a day are not evenly spaced, each with its gaps, h."""
    gaps = {drug.drug: [even_gaps(step) for step in drug.steps] for drug in plan.drugs}
    uneven = {drug: [it for it in spaced if it and max(it) > min(it)] for drug, spaced in gaps.items()}
    return {drug: spaced[0] for drug, spaced in uneven.items() if spaced}


def _nights(gaps: Sequence[Gap], zone: Zone) -> list[Gap]:
    """Return the gaps that lie over the end of a patient's day."""
    return [gap for gap in gaps if zone.day_of(gap.after) != zone.day_of(gap.before)]
