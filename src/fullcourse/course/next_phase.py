"""When the next phase of a course is due: the day that was confirmed with its newest plan, and no other.

The day is the calendar's. A source may count doses, and days on hold are none: how far the phase has come is said by
`fullcourse.course.completion`. Nothing changes by itself on that day: the doses of the plan go on until a clinician
changes it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from fullcourse.course.course import Course

__all__ = ["NextPhase", "next_phase_of"]

_DAY: Final = timedelta(days=1)
_ASKED_AHEAD: Final = timedelta(days=7)
"""Ours: a working week to look at results, confirm the plan and order its medicine, for which the source on refills
asks three to five days."""


@dataclass(frozen=True, slots=True)
class NextPhase:
    """The phase after the one that a plan holds.

    Attributes:
        due_on: The day after the last one of the phase before, by the patient's calendar.
        asked_from: From which day on somebody is asked to change the plan.
    """

    due_on: date
    asked_from: date

    def standing(self, today: date) -> str:
        """Return how it stands on a day: ``coming``, ``asked for``, or ``due`` from its day on."""
        if today >= self.due_on:
            return "due"
        return "asked for" if today >= self.asked_from else "coming"


def next_phase_of(course: Course, now: datetime) -> NextPhase | None:
    """Return the next phase as the newest plan names it, one that begins later among them.

    None where it names none, and once the course was closed.
    """
    if not course.timeline or (course.closing is not None and course.closing.at <= now):
        return None
    ends = course.timeline[-1].plan.phase_ends_on
    return None if ends is None else NextPhase(ends + _DAY, ends + _DAY - _ASKED_AHEAD)
