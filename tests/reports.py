"""Reports of adverse events for tests: an input as text, read and drafted as the command does it."""

import functools
from datetime import date, datetime, timedelta

from course_events import event, plan
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.pharmacovigilance.read_report import ReportReader
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DoseTaken, PlanActivated, PlanChanged
from fullcourse.clinical.patient import Record
from fullcourse.journey.course import course_from
from fullcourse.journey.report import AdverseEventReport, GivenReport, ReportRequest, report
from patients import knowledge

AT = date(2026, 11, 20)
NOW = datetime.fromisoformat("2026-11-20T23:59:59+00:00")
WHOLE = """
narrative = "A fit, two weeks after the first dose."
[report]
id = "ZA-CLINIC-1"
kind = "spontaneous"
first_received = 2026-11-05
most_recent = 2026-11-05
expedited = true
has_documents = false
[reporter]
qualification = "physician"
country = "ZA"
[sender]
type = "health professional"
[patient]
age_years = 34
sex = "female"
[[reaction]]
words = "fit"
start = 2026-11-03
outcome = "recovered"
death = false
life_threatening = false
hospitalisation = true
disability = false
congenital_anomaly = false
other_important = false
meddra_version = "27.1"
meddra_llt_code = "10039906"
[[drug]]
name = "cycloserine"
role = "suspect"
start = 2026-10-20
action = "withdrawn"
"""
"""An input that lacks nothing but a clinician's judgement."""


@functools.cache
def reader() -> ReportReader:
    return ReportReader(knowledge(), read_questions(), recognise)


def given(text: str, at: date = AT) -> GivenReport:
    return reader().read(text, at)


def drafted(text: str, record: Record | None = None, events: list[Event] | None = None) -> AdverseEventReport:
    """Return the report of an input, and of a record and a log beside it."""
    course = None if events is None else course_from(events, knowledge(), load_zone, NOW)
    return report(knowledge(), ReportRequest(given(text), AT, record, course, None if course is None else NOW))


def log(*more: Event) -> list[Event]:
    """Return a log: 250 mg twice a day from 1 October, 500 mg from 20 October, until the morning of 3 November."""
    began = event(
        PlanActivated(plan("cycloserine: 250 mg q12h", start=date(2026, 10, 1)), "Dr A"),
        "2026-10-01T06:00",
        actor="clinician",
    )
    raised = event(
        PlanChanged(plan("cycloserine: 500 mg q12h", start=date(2026, 10, 20)), "Dr A"),
        "2026-10-20T06:00",
        actor="clinician",
    )
    doses = []
    at = datetime.fromisoformat("2026-10-01T08:00+00:00")
    while at < datetime.fromisoformat("2026-11-03T09:00+00:00"):
        doses.append(event(DoseTaken("cycloserine", 250.0 if at.date() < date(2026, 10, 20) else 500.0), at))
        at += timedelta(hours=12)
    return [began, *doses, raised, *more]
