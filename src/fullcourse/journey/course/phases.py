"""How far each phase of a course's regimen has come, and which outcome its interruptions call for."""

from collections.abc import Sequence
from datetime import date, timedelta

from fullcourse.course.completion import Completion, PhaseNeeds, completion_of, month_later
from fullcourse.course.course import Course
from fullcourse.course.days import Lapse, TreatmentDay
from fullcourse.knowledge.library import Knowledge

__all__ = ["phases_of"]


def phases_of(
    course: Course, knowledge: Knowledge, days: Sequence[TreatmentDay], lapses: Sequence[Lapse], today: date
) -> tuple[Completion, ...]:
    """Return how far each phase of the regimen has come, up to the one that is not complete."""
    plan = course.timeline[0].plan
    started = plan.starts_on - timedelta(days=plan.treatment_day - 1)
    regimen = knowledge.guidelines.regimens.get(course.timeline[-1].plan.regimen)
    if regimen is None:
        whole = PhaseNeeds("whole course", None, started, None)
        return (completion_of(whole, days, lapses, today),)
    completions = []
    begins = started
    for phase in regimen.phases:
        doses = phase.doses
        if doses is None and phase.weeks is not None and len(regimen.phases) == 1:
            doses = phase.weeks * 7
        months, within = phase.complete_within_months, phase.complete_within_days
        ends_by = month_later(begins, months) - timedelta(days=1) if months else None
        if within is not None:
            ends_by = begins + timedelta(days=within - 1)
        completion = completion_of(PhaseNeeds(phase.name, doses, begins, ends_by), days, lapses, today)
        completions.append(completion)
        if completion.answer != "complete" or doses is None:
            break
        done = [day.day for day in days if day.day >= begins and day.complete][doses - 1]
        begins = done + timedelta(days=1)
    return tuple(completions)
