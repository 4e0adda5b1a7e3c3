"""A course as a calendar is told of it: from a week back to some days ahead, with what was told before and changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.zone import Zone
from fullcourse.course.calendar import MOST_DAYS, CalendarEntry, calendar_entries
from fullcourse.course.course import Course

__all__ = ["MOST_DAYS", "CalendarEntry", "CourseCalendar", "calendar_of"]

_BACK: Final = timedelta(days=7)
"""How far back a calendar is told: a feed that forgets yesterday makes its entries vanish."""


@dataclass(frozen=True, slots=True)
class CourseCalendar:
    """What a calendar is told.

    Attributes:
        entries: In order of time.
        edition: Of the time zone database that the instants were worked out with.
    """

    entries: tuple[CalendarEntry, ...]
    edition: str


def calendar_of(course: Course, zone_of: Callable[[str], Zone], now: datetime, days: int) -> CourseCalendar:
    """Return a course as a calendar is told of it.

    Args:
        course: The course.
        zone_of: Returns a zone by its IANA name.
        now: The moment.
        days: How far ahead, 1 to `MOST_DAYS`.

    Raises:
        InputError: The log holds no plan.
    """
    if not course.timeline:
        raise InputError("the log holds no plan, so nothing is due. Start one with 'course start'.")
    entries = calendar_entries(course, zone_of, now - _BACK, now + timedelta(days=days))
    return CourseCalendar(entries, course.timeline[-1].zone.edition)
