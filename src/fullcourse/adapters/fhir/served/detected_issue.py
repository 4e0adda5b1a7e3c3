"""Writes what results of a course call for, and events that contradict another, as DetectedIssue.

Each leads to the orders that it touches, to the results that decided it and to the source that says so. What cannot be
assessed yet, and could still call for more, is ``preliminary``: it is never left out as if it were nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from fullcourse.adapters.fhir.write.course_writer import CourseWriter, plain
from fullcourse.adapters.fhir.write.elements import Resource, identifier
from fullcourse.adapters.fhir.write.naming import Names
from fullcourse.adapters.store.contract import SetAside
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Result, ResultInWords, Symptom
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Severity
from fullcourse.course.course import Course
from fullcourse.course.schedule import PlanInForce
from fullcourse.course.timeline import plan_at
from fullcourse.journey.monitor import Do, Monitor, MonitorAnswer, Response
from fullcourse.journey.monitor_course import course_as_monitored
from fullcourse.knowledge.library import Knowledge

__all__ = ["ACT_CODE", "DEFAULT_PROFILE", "detected_issues", "severity_word"]

ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
"""Code system of the kinds of issues."""
DEFAULT_PROFILE: Final = "us"
"""Of a plan that names none."""
Made = tuple[Resource, datetime | None]
"""A resource, and when it was found, where that is known."""


def detected_issues(
    course: Course,
    events: Sequence[Event],
    set_aside: Sequence[SetAside],
    writer: CourseWriter,
    knowledge: Knowledge,
    names: Names,
    now: datetime,
) -> Iterator[Made]:
    """Yield what results call for, strictest first for each drug, then events whose id was taken by another.

    Args:
        course: The course.
        events: Of its log.
        set_aside: Events whose id was taken.
        writer: Of its resources.
        knowledge: What the sources say.
        names: How resources are named.
        now: The moment.
    """
    if course.timeline:
        plan = plan_at(course.timeline, now) or course.timeline[0]
        answer = _monitored(course, plan, knowledge, now)
        for response in answer.responses:
            if response.do > Do.CONTINUE and (response.known or response.weighs):
                yield _called_for(response, answer, plan, events, writer, names, knowledge)
    for aside in set_aside:
        yield _contradiction(aside, writer, names)


@lru_cache(maxsize=4)
def _monitor(profile: str, knowledge: Knowledge) -> Monitor:
    return Monitor(knowledge, knowledge.profile(profile))


def _monitored(course: Course, plan: PlanInForce, knowledge: Knowledge, now: datetime) -> MonitorAnswer:
    record, treatment = course_as_monitored(course, knowledge, now)
    monitor = _monitor(plan.plan.profile or DEFAULT_PROFILE, knowledge)
    return monitor.monitor(record, plan.zone.day_of(now), treatment, foresee=False)


def _called_for(
    response: Response,
    answer: MonitorAnswer,
    plan: PlanInForce,
    events: Sequence[Event],
    writer: CourseWriter,
    names: Names,
    knowledge: Knowledge,
) -> Made:
    decided = [it for it in map(_Decided(events).event, response.because) if it is not None]
    waits = [knowledge.facts[name].label for name in response.missing if name in knowledge.facts]
    word = response.do.word if response.known else f"cannot be assessed; could be: {response.do.word}"
    of = response.drug or "the treatment"
    source = response.citation
    reading = f", our reading {response.interpretation}" if response.interpretation else ""
    detail = [
        f"{of}: {word}. {response.says}",
        f"Needs: {', '.join(waits)}." if waits else "",
        f"{source.title}, {source.section}, tier {source.tier}{reading}; {response.review}.",
        AnswerHead(answer.knowledge, CONTENT_NOTICE, profile=answer.profile).foot(),
    ]
    of_all = not response.drug or response.do is Do.STOP_THE_REGIMEN
    drugs = [drug.drug for drug in plan.plan.drugs if of_all or drug.drug == response.drug]
    implicated = [
        names.reference({"resourceType": "MedicationRequest", "id": names.id("planned", f"{plan.event}:{drug}")})
        for drug in drugs
    ]
    at = max((it.occurred_at for it in decided), default=None)
    found: Resource = {"identifiedDateTime": at.isoformat(timespec="seconds")} if at is not None else {}
    resource: Resource = {
        "resourceType": "DetectedIssue",
        "id": names.id("issue", f"{response.drug}:{response.statement}"),
        "identifier": [identifier("statement", response.statement)],
        "status": "final" if response.known else "preliminary",
        "code": {"coding": [{"system": ACT_CODE, "code": "LAB"}], "text": plain(f"{of}: {word}")},
        "severity": severity_word(response.severity),
        "patient": writer.subject,
        **found,
        **({"implicated": implicated} if implicated else {}),
        **({"evidence": [{"detail": _references(decided, names)}]} if decided else {}),
        "detail": plain(" ".join(part for part in detail if part)),
        **({"reference": source.address} if source.address.startswith("http") else {}),
    }
    return resource, at


def _references(events: Sequence[Event], names: Names) -> list[Resource]:
    ids = dict.fromkeys(names.id("event", it.id) for it in events)
    return [names.reference({"resourceType": "Observation", "id": name}) for name in ids]


def severity_word(severity: Severity) -> str:
    """Return how FHIR says how serious an issue is."""
    if severity >= Severity.MAJOR:
        return "high"
    return "moderate" if severity is Severity.MODERATE else "low"


class _Decided:
    """Finds the event that a piece of evidence of a course was read from."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._by_end: dict[tuple[str, str], list[Event]] = {}
        for event in events:
            if isinstance(event.body, Result | ResultInWords | Symptom):
                name = event.body.symptom if isinstance(event.body, Symptom) else event.body.fact
                self._by_end.setdefault((name, event.id[-6:]), []).append(event)

    def event(self, evidence: Evidence) -> Event | None:
        """Return the event; None where none, or more than one, can be meant."""
        found = self._by_end.get((evidence.fact, evidence.origin[-6:]), [])
        return found[0] if len(found) == 1 else None


def _contradiction(aside: SetAside, writer: CourseWriter, names: Names) -> Made:
    at = aside.event.received_at or aside.event.recorded_at
    resource: Resource = {
        "resourceType": "DetectedIssue",
        "id": names.id("aside", f"{aside.event.id}:{at.isoformat()}"),
        "identifier": [identifier("event", aside.event.id)],
        "status": "preliminary",
        "code": {"text": "two events under one id"},
        "severity": "moderate",
        "patient": writer.subject,
        "identifiedDateTime": at.isoformat(timespec="seconds"),
        "detail": (
            f"An event of the kind {plain(aside.event.kind)} came under the id of another that says something "
            "else. The first stays in force, this one is kept apart: somebody has to look at both."
        ),
    }
    return resource, at
