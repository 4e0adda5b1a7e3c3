"""A course as somebody at the desk looks at it: what to act on today, its days, drugs and results; order only."""

from fullcourse.course.unanswered import unanswered_results
from fullcourse.journey.desk.drug_levels import LevelsSeen, levels_seen
from fullcourse.journey.desk.drug_spans import DrugSpan, DrugSpans
from fullcourse.journey.desk.plan_change import (
    DAYS_COMPARED,
    DrugMove,
    PlanMoves,
    RefillMove,
    plan_moves,
    record_of_log,
    rest_of_plan,
)
from fullcourse.journey.desk.registered import register_differs
from fullcourse.journey.desk.seen_days import CourseDay, DayStanding, SeenDose, doses_between, share_taken
from fullcourse.journey.desk.settled import Settled, standings_since
from fullcourse.journey.desk.told import MeasuredOver, SaidOver
from fullcourse.journey.desk.view import Citable, CourseView, course_view

__all__ = [
    "DAYS_COMPARED",
    "Citable",
    "CourseDay",
    "CourseView",
    "DayStanding",
    "DrugMove",
    "DrugSpan",
    "DrugSpans",
    "LevelsSeen",
    "MeasuredOver",
    "PlanMoves",
    "RefillMove",
    "SaidOver",
    "SeenDose",
    "Settled",
    "course_view",
    "doses_between",
    "levels_seen",
    "plan_moves",
    "record_of_log",
    "register_differs",
    "rest_of_plan",
    "share_taken",
    "standings_since",
    "unanswered_results",
]
