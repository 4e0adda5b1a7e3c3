"""Plans as phones are handed them, of synthetic courses."""

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

import course_cases
import fullcourse.adapters.published as published
from course_events import event, new_id, plan
from fullcourse.adapters.languages import language_of
from fullcourse.adapters.published.phone_plan import phone_plan_json
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.clinical.event_bodies import DoseTaken, PlanActivated
from fullcourse.course.course import Course
from fullcourse.course.schedule import slots_between
from fullcourse.journey.phone import phone_plan
from patients import knowledge

PhoneJson = dict[str, Any]
PATIENT = "6f1c2f0a-synthetic"
SAMPLE_AT = datetime(2026, 4, 20, 9, 30, tzinfo=UTC)
SAMPLE_DRUGS = (
    "bedaquiline: 400 mg q24h for 14 days then 200 mg M-W-F",
    "linezolid: 600 mg once a day",
    "moxifloxacin: 400 mg once a day",
    "cycloserine: 250 mg q12h",
)
"""Synthetic: one drug in another rhythm, one twice a day, two of whose missed doses no source speaks."""


@cache
def phone_schema() -> jsonschema_rs.Validator:
    """Return what holds a plan against its schema."""
    file = Path(published.__file__).parent / "schemas" / "phone-plan-1.json"
    return jsonschema_rs.validator_for(json.loads(file.read_text("utf-8")))


def handed(
    course: Course, at: datetime, *, days: int = 28, profile: str = "us", language: str = "en"
) -> dict[str, Any]:
    """Return what a phone is handed of a course at a moment, as it arrives there."""
    plan = phone_plan(course, PATIENT, knowledge(), at, days, profile)
    written = phone_plan_json(plan, read_questions(), "US", language_of(language), "2026a")
    arrived: PhoneJson = json.loads(json.dumps(written, allow_nan=False))
    return arrived


def sample_course() -> Course:
    """Return seven weeks of a synthetic course in which one dose in nine was not told of."""
    body = PlanActivated(plan(*SAMPLE_DRUGS, zone="Africa/Johannesburg", days=270), "synthetic clinician")
    log = [event(body, "2026-03-01T09:00", actor="clinician", id=new_id(1))]
    planned = slots_between(course_cases.course(log).timeline, datetime(2026, 3, 1, tzinfo=UTC), SAMPLE_AT)
    for place, slot in enumerate(planned):
        if place % 9 and slot.due < SAMPLE_AT - timedelta(hours=2):
            at = slot.due + timedelta(minutes=place % 50)
            log.append(event(DoseTaken(slot.drug, slot.mg, slot.id), at, id=new_id(1000 + place)))
    return course_cases.course(log)
