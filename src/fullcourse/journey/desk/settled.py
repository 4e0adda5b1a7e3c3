"""What became of planned doses, going on from what was worked out before of the same log.

A dose whose time is over, and of which the log says nothing new, has come to what it came to: only the last days are
worked out again. Another log is worked out whole.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fullcourse.course.course import Course
from fullcourse.course.days import all_standings
from fullcourse.course.standing import SlotStanding, standings_of

__all__ = ["Settled", "standings_since"]

_OPEN: Final = timedelta(days=8)
"""A dose closes when the next is due, at most a week later for what sources dose; and an hour more for the clock."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of planned doses of one log, as of a moment.

    Attributes:
        at: The moment.
        late_after_h: Hours after which a dose counted as late.
        standings: Of every planned dose until then, in order of time.
    """

    at: datetime
    late_after_h: float
    standings: tuple[SlotStanding, ...]


def standings_since(course: Course, now: datetime, before: Settled | None) -> Settled:
    """Return what became of every planned dose until now.

    Args:
        course: The course.
        now: The moment.
        before: What was worked out of the same log earlier; None for nothing.
    """
    late_after_h = course.late_after_h
    if before is None or before.late_after_h != late_after_h or not _goes_on(course, before.at, now):
        return Settled(now, late_after_h, all_standings(course, now, late_after_h))
    since = before.at - _OPEN
    kept = [one for one in before.standings if one.slot.due < since]
    drugs = dict.fromkeys(drug.drug for plan in course.timeline for drug in plan.plan.drugs)
    fresh = [
        one
        for drug in drugs
        for one in standings_of(course.state, course.timeline, drug, (since, now), now, late_after_h)[0]
    ]
    fresh.sort(key=lambda one: (one.slot.due, one.slot.drug))
    return Settled(now, late_after_h, (*kept, *fresh))


def _goes_on(course: Course, before: datetime, now: datetime) -> bool:
    """Return whether the log said nothing of doses that had not happened then, and no dose is open for longer."""
    if not before <= now or not course.timeline:
        return False
    told = (event for drug in course.state.drugs for event in course.state.doses_of(drug)[-1:])
    return all(event.occurred_at <= before for event in told) and not any(
        _is_rare(course, drug.drug) for plan in course.timeline for drug in plan.plan.drugs
    )


def _is_rare(course: Course, drug: str) -> bool:
    """Return whether more than a week can lie between two doses of a drug."""
    steps = [it for plan in course.timeline if (taken := plan.plan.drug(drug)) is not None for it in taken.steps]
    return any(step.every_days > 7 or (step.every_h or 0.0) > 168.0 for step in steps)
