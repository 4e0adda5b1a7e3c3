"""The next phase of a course as lines: from a week before its day on, and more urgent from the day on."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Final

from fullcourse.clinical.zone import Zone
from fullcourse.course.completion import Completion
from fullcourse.course.course import Course
from fullcourse.course.next_phase import NextPhase, next_phase_of
from fullcourse.journey.course.needs import VISITS, Need, Rank

__all__ = ["needed_by_phases"]

_MORE: Final = (
    "The doses of this phase go on until a clinician changes the plan. The day is the calendar's: days on hold and "
    "doses that were missed are not counted into it, and a source may count doses. Where the phase goes on for longer, "
    "change the plan with its new last day."
)


def needed_by_phases(course: Course, zone: Zone, now: datetime, completion: Sequence[Completion]) -> Iterator[Need]:
    """Yield the lines of the next phase: until its day, and from then on, so that what was put off before is back.

    Args:
        course: The course.
        zone: Of the patient's clock.
        now: The moment; a course that was closed by then has none.
        completion: How far each phase has come, up to the one that is not complete.
    """
    following = next_phase_of(course, now)
    if following is None:
        return
    asked, due = zone.instant(following.asked_from, time()), zone.instant(following.due_on, time())
    day = following.due_on.isoformat()
    soon = f"The next phase is due on {day}: change the plan."
    late = f"The next phase was due on {day}, and the phase before goes on: change the plan."
    more = _MORE + _counted(following, completion)
    yield Need(VISITS, Rank.PHASE, "this week", soon, asked, asked, due, more=more)
    yield Need(VISITS, Rank.PHASE, "today", late, due, due, more=more)


def _counted(following: NextPhase, completion: Sequence[Completion]) -> str:
    """Return how many doses of the phase count, where its source says how many complete it and they may not have."""
    for it in completion[-1:]:
        needed = it.phase.doses
        if needed is not None and it.answer != "complete" and it.phase.starts_on < following.due_on:
            return f" Its source counts doses: {it.taken_low} to {min(it.taken_high, needed)} of {needed} doses so far."
    return ""
