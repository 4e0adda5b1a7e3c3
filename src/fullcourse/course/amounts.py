"""What was taken of a drug by the log, beside what was planned: for whoever asks whether it was too much."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fullcourse.clinical.quantity import Interval
from fullcourse.course.course import Course
from fullcourse.course.intakes import Intake
from fullcourse.course.moment_of_dose import facts_at, look_at
from fullcourse.course.timeline import plan_at

__all__ = ["AmountsTaken", "amounts_taken"]

_AT_ONCE: Final = timedelta(hours=1)
_LAST: Final = 3
"""How many intakes are told as the last ones."""


@dataclass(frozen=True, slots=True)
class AmountsTaken:
    """What was taken of a drug, mg.

    Attributes:
        taken_mg: In the patient's day of the dose at issue.
        planned_mg: For that day.
        at_once_mg: Most within one hour of that day.
        one_dose_mg: Of one planned dose, the largest of the day; None where none is planned.
        last: The last intakes, the newest first.
    """

    taken_mg: Interval
    planned_mg: Interval
    at_once_mg: float
    one_dose_mg: float | None
    last: tuple[Intake, ...]


def amounts_taken(course: Course, drug: str, now: datetime) -> AmountsTaken | None:
    """Return what the log says was taken of a drug around a moment; None where no plan in force holds the drug.

    Args:
        course: The course.
        drug: INN in lower case.
        now: The moment, with an offset.
    """
    rules, current = course.rules.get(drug), plan_at(course.timeline, now)
    if rules is None or current is None or current.plan.drug(drug) is None:
        return None
    moment = look_at(course, drug, now, current, rules)
    facts = facts_at(moment, course, rules)
    taken, planned = (facts.get(name) for name in ("mg_taken_in_24_hours", "mg_planned_in_24_hours"))
    if taken is None or planned is None:
        return None
    if not isinstance(taken.value, Interval) or not isinstance(planned.value, Interval):
        raise TypeError("amounts are numbers")
    recent = [it for it in moment.taken if it.at > now - timedelta(days=1)]
    at_once = max(
        (sum(other.mg for other in recent if it.at <= other.at < it.at + _AT_ONCE) for it in recent), default=0.0
    )
    one = max((slot.mg for slot in moment.slots), default=None)
    return AmountsTaken(taken.value, planned.value, at_once, one, tuple(reversed(moment.taken[-_LAST:])))
