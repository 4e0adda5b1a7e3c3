"""The next phase of a course as lines: from a week before its day on, and more urgent from the day on."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Final

from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course
from fullcourse.course.next_phase import next_phase_of
from fullcourse.journey.course.needs import VISITS, Need, Rank

__all__ = ["needed_by_phases"]

_MORE: Final = (
    "The doses of this phase go on until a clinician changes the plan. The day is the calendar's: days on hold and "
    "doses that were missed are not counted into it, and a source may count doses. Where the phase goes on for longer, "
    "change the plan with its new last day."
)


def needed_by_phases(course: Course, zone: Zone, now: datetime) -> Iterator[Need]:
    """Yield the lines of the next phase: until its day, and from then on, so that what was put off before is back.

    Args:
        course: The course.
        zone: Of the patient's clock.
        now: The moment; a course that was closed by then has none.
    """
    following = next_phase_of(course, now)
    if following is None:
        return
    asked, due = zone.instant(following.asked_from, time()), zone.instant(following.due_on, time())
    day = following.due_on.isoformat()
    soon = f"The next phase is due on {day}: change the plan."
    late = f"The next phase was due on {day}, and the phase before goes on: change the plan."
    yield Need(VISITS, Rank.PHASE, "this week", soon, asked, asked, due, more=_MORE)
    yield Need(VISITS, Rank.PHASE, "today", late, due, due, more=_MORE)
