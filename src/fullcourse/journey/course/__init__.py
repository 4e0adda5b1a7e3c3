"""A course that is lived: from its log to advice, schedule, supply and how far it has come; order only."""

from fullcourse.course.course import Course
from fullcourse.journey.course.moving import moved_plan_of, travel_of
from fullcourse.journey.course.opening import Recheck, course_from, missed_doses, recheck_of
from fullcourse.journey.course.overview import Overview, WhatIsKnown, overview_of
from fullcourse.journey.course.planned import Schedule, schedule_of
from fullcourse.journey.course.supplies import supplies_of
from fullcourse.journey.course.tasks import Task

__all__ = [
    "Course",
    "Overview",
    "Recheck",
    "Schedule",
    "Task",
    "WhatIsKnown",
    "course_from",
    "missed_doses",
    "moved_plan_of",
    "overview_of",
    "recheck_of",
    "schedule_of",
    "supplies_of",
    "travel_of",
]
