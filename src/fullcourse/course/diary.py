"""What a log says of how somebody feels: symptoms as last told, days of low mood, how long nothing got better."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fullcourse.clinical.event_bodies import Resumed, Symptom
from fullcourse.course.course import Course
from fullcourse.course.timeline import plan_at

__all__ = ["Diary", "diary_of"]

_WEEK: Final = timedelta(days=7)
_LOW_MOOD: Final = "symptom_low_mood"
_NOT_BETTER: Final = "symptoms_not_better"


@dataclass(frozen=True, slots=True)
class Diary:
    """What a log says of how somebody feels.

    Attributes:
        symptoms: As last told, by the fact's id; what a clinician looked at before resuming a drug is left out.
        low_mood_days: On how many days low mood was told.
        weeks_not_better: For how many weeks nothing got better, as last told; None where nobody said so.
    """

    symptoms: Mapping[str, bool]
    low_mood_days: int
    weeks_not_better: float | None


def diary_of(course: Course, now: datetime) -> Diary:
    """Return what the log of a course says of how somebody feels at a moment.

    Args:
        course: The course.
        now: The moment, with an offset; what is dated after it is not looked at.
    """
    resumed = [
        event.occurred_at
        for event in course.state.of_kind(Resumed.kind)
        if event.actor == "clinician" and event.occurred_at <= now
    ]
    since = max(resumed, default=None)
    current = plan_at(course.timeline, now) or (course.timeline[0] if course.timeline else None)
    symptoms: dict[str, bool] = {}
    low: set[object] = set()
    better = None if current is None else course.timeline[0].begins
    not_better = False
    for event in course.state.of_kind(Symptom.kind):
        body = event.body
        if not isinstance(body, Symptom) or event.occurred_at > now:
            continue
        if body.symptom == _NOT_BETTER:
            not_better = body.present
            better = better if body.present else event.occurred_at
        if since is not None and event.occurred_at <= since:
            continue
        symptoms[body.symptom] = body.present
        if body.symptom == _LOW_MOOD and body.present:
            low.add(event.occurred_at.date() if current is None else current.zone.day_of(event.occurred_at))
    weeks = (now - better) / _WEEK if not_better and better is not None else None
    return Diary(symptoms, len(low), weeks)
