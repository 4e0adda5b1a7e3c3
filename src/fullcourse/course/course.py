"""A course as every question of it is asked: the state of its log, its plans in time, what sources say of its drugs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fullcourse.clinical.zone import Zone
from fullcourse.course.drug_rules import DrugRules, Rule
from fullcourse.course.fold import CourseState
from fullcourse.course.schedule import PlanInForce
from fullcourse.course.timeline import Closing, closing_of, timeline_of

__all__ = ["Course", "course_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A course.

    Attributes:
        state: Of its log.
        timeline: Its plans in the order in which they count.
        closing: How it was closed; None while it goes on.
        rules: What sources say of taking each drug, by INN.
        emergencies: What is an emergency whatever drug is asked about.
    """

    state: CourseState
    timeline: tuple[PlanInForce, ...]
    closing: Closing | None
    rules: Mapping[str, DrugRules]
    emergencies: tuple[Rule, ...]

    @property
    def late_after_h(self) -> float:
        """Return after how many hours a dose is no longer on time, the longest of the drugs."""
        return max((rules.late_after_h for rules in self.rules.values()), default=0.0)


def course_of(
    state: CourseState,
    zone_of: Callable[[str], Zone],
    rules: Mapping[str, DrugRules],
    emergencies: tuple[Rule, ...],
) -> Course:
    """Return a course.

    Args:
        state: Of the log.
        zone_of: Returns a zone by its IANA name.
        rules: What sources say of taking each drug.
        emergencies: What is an emergency whatever drug is asked about.
    """
    return Course(state, timeline_of(state, zone_of), closing_of(state), rules, emergencies)
