"""Writes what is taken, drug by drug, as MedicationStatement: a summary of the plans."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from fullcourse.adapters.fhir.write.course_writer import CourseWriter
from fullcourse.adapters.fhir.write.elements import Resource, identifier
from fullcourse.adapters.fhir.write.naming import Names
from fullcourse.course.course import Course
from fullcourse.course.timeline import holds_of, plan_at

__all__ = ["medication_statements"]


def medication_statements(course: Course, writer: CourseWriter, names: Names, now: datetime) -> Iterator[Resource]:
    """Yield one statement for each drug of the plans, in the order in which they came.

    Args:
        course: The course.
        writer: Of its resources.
        names: How they are named.
        now: The moment, by which a drug is taken, held or stopped.
    """
    for inn in dict.fromkeys(drug.drug for plan in course.timeline for drug in plan.plan.drugs):
        plans = [plan for plan in course.timeline if plan.plan.drug(inn) is not None]
        status, why = _status(course, inn, now)
        first = plans[0].plan
        taken = first.drug(inn)
        day = taken.from_day if taken else 1
        start = first.starts_on + timedelta(days=day - 1)
        period = {"start": start.isoformat()}
        end = plans[-1].ends
        if status in ("completed", "stopped") and end is not None and plans[-1].zone.day_of(end) >= start:
            period["end"] = plans[-1].zone.day_of(end).isoformat()
        told = len(course.state.doses_of(inn))
        yield {
            "resourceType": "MedicationStatement",
            "id": names.id("taken", inn),
            "identifier": [identifier("drug", inn)],
            "status": status,
            **({"statusReason": [{"text": why}]} if why else {}),
            "medicationCodeableConcept": writer.drug(inn),
            "subject": writer.subject,
            "effectivePeriod": period,
            "derivedFrom": [
                names.reference({"resourceType": "MedicationRequest", "id": names.id("planned", f"{it.event}:{inn}")})
                for it in plans
            ],
            "note": [
                {"text": f"As planned; {told} doses are told of in the log, and of others nobody spoke."},
            ],
        }


def _status(course: Course, inn: str, now: datetime) -> tuple[str, str]:
    closing = course.closing
    if closing is not None and closing.at <= now:
        return ("completed" if closing.why in ("cured", "completed") else "stopped"), closing.why
    current = plan_at(course.timeline, now)
    if current is None:
        return "intended", "the plan has not begun"
    drug = current.plan.drug(inn)
    if drug is None:
        return "stopped", "the plan in force is without it"
    held = next((it for it in holds_of(course.state, inn) if it.covers(now)), None)
    if held is not None:
        return "on-hold", held.reason
    begins = current.plan.starts_on + timedelta(days=drug.from_day - 1)
    return ("active", "") if begins <= current.zone.day_of(now) else ("intended", "its first day is still to come")
