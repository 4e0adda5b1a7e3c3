"""A course that is lived: from its log to advice, schedule, supply and how far it has come; order only."""

from fullcourse.course.advice import Advice, Verdict
from fullcourse.course.course import Course
from fullcourse.course.days import Lapse
from fullcourse.course.duplicates import LikelyPair, likely_pairs
from fullcourse.course.moving import Journey
from fullcourse.course.supply import Supply
from fullcourse.journey.course.interruptions import RIFAMYCINS
from fullcourse.journey.course.moving import moved_plan_of, travel_of
from fullcourse.journey.course.opening import Recheck, course_from, missed_doses, recheck_of
from fullcourse.journey.course.overview import Overview, WhatIsKnown, overview_of
from fullcourse.journey.course.planned import Schedule, schedule_of, uneven_of
from fullcourse.journey.course.supplies import supplies_of
from fullcourse.journey.course.tasks import Task, stop_warning_of

__all__ = [
    "RIFAMYCINS",
    "Advice",
    "Course",
    "Journey",
    "Lapse",
    "LikelyPair",
    "Overview",
    "Recheck",
    "Schedule",
    "Supply",
    "Task",
    "Verdict",
    "WhatIsKnown",
    "course_from",
    "likely_pairs",
    "missed_doses",
    "moved_plan_of",
    "overview_of",
    "recheck_of",
    "schedule_of",
    "stop_warning_of",
    "supplies_of",
    "travel_of",
    "uneven_of",
]
