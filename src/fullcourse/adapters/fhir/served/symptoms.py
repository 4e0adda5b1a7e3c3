"""Writes symptoms that were told: each that is there as an AdverseEvent, and what was said at once as one response.

Whatever happens to a person while a drug is taken is an adverse event, whether or not the drug did it (ICH E2A); so no
suspect and no causality stand here: nobody judged them. FHIR's AdverseEvent has no status, so that one that was taken
back is not written at all.
"""

from collections.abc import Iterator
from typing import Final

from fullcourse.adapters.fhir.write.course_writer import CourseWriter, fact_concept, plain, time_text
from fullcourse.adapters.fhir.write.elements import Resource, concept, identifier
from fullcourse.adapters.fhir.write.naming import Names
from fullcourse.adapters.fhir.write.questionnaire import ANSWERS
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Symptom
from fullcourse.course.course import Course
from fullcourse.knowledge.library import Knowledge

__all__ = ["QUESTIONNAIRE", "adverse_events", "questionnaire_responses", "response_name"]

QUESTIONNAIRE: Final = "urn:fullcourse:questionnaire:triage"
_OUTCOME: Final = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome"
_SOURCES: Final = {"patient": "Patient"}


def adverse_events(
    course: Course, writer: CourseWriter, knowledge: Knowledge, names: Names
) -> Iterator[tuple[Resource, Event]]:
    """Yield each symptom that is there and was not taken back, with its event."""
    told = [it for it in course.state.of_kind(Symptom.kind) if isinstance(it.body, Symptom)]
    for event in told:
        if not isinstance(event.body, Symptom) or not event.body.present:
            continue
        name = event.body.symptom
        later = [it.body for it in told if it.order > event.order and isinstance(it.body, Symptom)]
        said = next((it.present for it in reversed(later) if it.symptom == name), None)
        outcome = {False: "resolved", True: "ongoing", None: "unknown"}[said]
        yield (
            {
                "resourceType": "AdverseEvent",
                "id": names.id("event", event.id),
                "identifier": identifier("event", event.id),
                "actuality": "actual",
                "event": _symptom(name, knowledge),
                "subject": writer.subject,
                "date": time_text(event.occurred_at),
                "recordedDate": time_text(event.recorded_at),
                "outcome": {"coding": [{"system": _OUTCOME, "code": outcome}]},
                "recorder": {"display": event.actor},
            },
            event,
        )


def response_name(event: Event) -> str:
    """Return what the answers that were given at once have in common."""
    return "|".join((time_text(event.occurred_at), time_text(event.recorded_at), event.actor, event.device))


def questionnaire_responses(
    course: Course, writer: CourseWriter, knowledge: Knowledge, names: Names
) -> Iterator[tuple[Resource, list[Event]]]:
    """Yield what was said of symptoms, those that were said at once together, with the events."""
    told: dict[str, list[Event]] = {}
    for event in course.state.others.get(Symptom.kind, ()):
        told.setdefault(response_name(event), []).append(event)
    for name, events in told.items():
        standing = [it for it in events if course.state.stands(it)]
        first = events[0]
        source: Resource = writer.subject if first.actor == "patient" else {"display": first.actor}
        yield (
            {
                "resourceType": "QuestionnaireResponse",
                "id": names.id("response", name),
                "questionnaire": QUESTIONNAIRE,
                "status": "completed" if standing else "entered-in-error",
                "subject": writer.subject,
                "authored": time_text(first.recorded_at),
                "source": source,
                "item": list(_groups(standing or events, knowledge)),
            },
            events,
        )


def _groups(events: list[Event], knowledge: Knowledge) -> Iterator[Resource]:
    """Yield the answers by the group of their question; a symptom that no question asks for stands by itself."""
    group_of = {question.fact: question.group for question in read_questions().questions}
    answers = {it.body.symptom: it.body.present for it in events if isinstance(it.body, Symptom)}
    for group in dict.fromkeys(group_of.get(name, "") for name in answers):
        items: list[Resource] = [
            {
                "linkId": plain(name),
                "text": _label(name, knowledge),
                "answer": [{"valueCoding": {"system": ANSWERS, "code": "yes" if present else "no"}}],
            }
            for name, present in answers.items()
            if group_of.get(name, "") == group
        ]
        if group:
            yield {"linkId": group, "item": items}
        else:
            yield from items


def _symptom(name: str, knowledge: Knowledge) -> Resource:
    known = knowledge.facts.get(name)
    return concept(plain(name)) if known is None else fact_concept(known)


def _label(name: str, knowledge: Knowledge) -> str:
    known = knowledge.facts.get(name)
    return plain(name) if known is None else known.label
