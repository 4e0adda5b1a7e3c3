"""Everything that a course says in FHIR R4, made from its events when it is asked for: nothing is kept twice.

What was received after a moment is left out, so that the pages of one search tell of one moment. A resource that
follows from several events changed when the last of them was received.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from fullcourse.adapters.fhir.served.detected_issue import detected_issues
from fullcourse.adapters.fhir.served.interactions import interactions
from fullcourse.adapters.fhir.served.medication_statement import medication_statements
from fullcourse.adapters.fhir.served.provenance import provenance
from fullcourse.adapters.fhir.served.resource import Served, served
from fullcourse.adapters.fhir.served.symptoms import adverse_events, questionnaire_responses
from fullcourse.adapters.fhir.write.course_writer import CourseWriter
from fullcourse.adapters.fhir.write.elements import Resource
from fullcourse.adapters.fhir.write.naming import ServerNames
from fullcourse.adapters.store.contract import SetAside
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Registered
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course, course_of
from fullcourse.course.fold import fold
from fullcourse.knowledge.library import Knowledge

__all__ = ["COURSE_TYPES", "CourseLog", "course_served"]

_OF_EVENTS: Final = frozenset(
    ("Patient", "CarePlan", "MedicationRequest", "MedicationAdministration", "MedicationDispense", "Observation")
)
COURSE_TYPES: Final = (
    *sorted(_OF_EVENTS), "AdverseEvent", "DetectedIssue", "MedicationStatement", "Provenance", "QuestionnaireResponse",
)  # fmt: skip
"""The types that are made of a course's own events."""


@dataclass(frozen=True, slots=True)
class CourseLog:
    """What is kept of a patient.

    Attributes:
        patient: Random id.
        events: In the order of receipt, at least one.
        set_aside: Whose id was taken.
    """

    patient: str
    events: tuple[Event, ...]
    set_aside: tuple[SetAside, ...] = ()

    def until(self, moment: datetime) -> "CourseLog":
        """Return what was known at a moment."""
        events = tuple(it for it in self.events if _received(it) <= moment)
        aside = tuple(it for it in self.set_aside if _received(it.event) <= moment)
        return CourseLog(self.patient, events, aside)


def course_served(log: CourseLog, knowledge: Knowledge, now: datetime, kinds: Sequence[str]) -> list[Served]:
    """Return the resources of some types of a course.

    Args:
        log: What is kept, as of ``now``.
        knowledge: What the sources say.
        now: The moment.
        kinds: Types, of `COURSE_TYPES`; others are made by nothing here.
    """
    if not log.events:
        return []
    return list(_Course(log, knowledge, now).of(kinds))


class _Course:
    def __init__(self, log: CourseLog, knowledge: Knowledge, now: datetime) -> None:
        self._log, self._knowledge, self._now = log, knowledge, now
        self._course = course_of(fold(log.events), _zone_or_utc, {}, ())
        self._names = ServerNames(log.patient)
        self._writer = CourseWriter(self._course, list(log.events), knowledge, self._names, now)
        self._last = max(map(_received, log.events))
        # An order is another once the plan that takes its place begins, though nothing is received then.
        begun = [plan.begins for plan in self._course.timeline[1:] if plan.begins <= now]
        self._orders_changed = max((self._last, *begun))

    def of(self, kinds: Sequence[str]) -> Iterator[Served]:
        """Yield the resources of some types."""
        more: Mapping[str, Callable[[], Iterator[Served]]] = {
            "AdverseEvent": lambda: self._of_one(adverse_events),
            "DetectedIssue": self._issues,
            "MedicationStatement": self._statements,
            "Provenance": self._provenance,
            "QuestionnaireResponse": self._responses,
        }
        if _OF_EVENTS.intersection(kinds):
            yield from self._of_events(kinds)
        for kind, made in more.items():
            if kind in kinds:
                yield from made()

    def _of_events(self, kinds: Sequence[str]) -> Iterator[Served]:
        for resource, event in self._writer.resources(kinds):
            kind = resource["resourceType"]
            if kind == "Patient":
                yield served({**resource, **self._person()}, self._last)
            elif event is None:
                yield served(resource, self._last, *_period(resource))
            elif kind == "MedicationRequest":
                yield served(resource, self._orders_changed, *_instant(event.recorded_at))
            else:
                yield served(resource, self._changed(event), *_instant(event.occurred_at))

    def _person(self) -> Resource:
        """Return what the course says of the person, and never who it is."""
        told: Resource = {}
        registered = [it.body for it in self._course.state.of_kind(Registered.kind) if isinstance(it.body, Registered)]
        if registered and registered[-1].sex:
            told["gender"] = registered[-1].sex
        closing = self._course.closing
        if closing is not None and closing.why == "died":
            told["deceasedDateTime"] = closing.at.date().isoformat()
        return told

    def _of_one(
        self, written: Callable[[Course, CourseWriter, Knowledge, ServerNames], Iterator[tuple[Resource, Event]]]
    ) -> Iterator[Served]:
        for resource, event in written(self._course, self._writer, self._knowledge, self._names):
            yield served(resource, self._changed(event), *_instant(event.occurred_at))

    def _responses(self) -> Iterator[Served]:
        for resource, events in questionnaire_responses(self._course, self._writer, self._knowledge, self._names):
            changed = max(self._changed(it) for it in events)
            yield served(resource, changed, *_instant(events[0].recorded_at))

    def _statements(self) -> Iterator[Served]:
        for resource in medication_statements(self._course, self._writer, self._names, self._now):
            yield served(resource, self._last, *_period(resource, "effectivePeriod"))

    def _issues(self) -> Iterator[Served]:
        made = detected_issues(
            self._course, self._log.events, self._log.set_aside, self._writer, self._knowledge, self._names, self._now
        )
        for resource, at in made:
            yield served(resource, self._last, *(_instant(at) if at is not None else (None, None)))
        for resource in interactions(self._course, self._writer, self._knowledge, self._names, self._now):
            yield served(resource, self._last, None, None)

    def _provenance(self) -> Iterator[Served]:
        targets: dict[str, tuple[Event, list[Resource]]] = {}
        of_events = ((resource, event) for resource, event in self._writer.resources() if event is not None)
        symptoms = adverse_events(self._course, self._writer, self._knowledge, self._names)
        for resource, event in (*of_events, *symptoms):
            targets.setdefault(event.id, (event, []))[1].append(self._names.reference(resource))
        for event, references in targets.values():
            made = provenance(event, references, self._names)
            yield served(made, _received(event), *_instant(event.recorded_at))

    def _changed(self, event: Event) -> datetime:
        """Return when an event, or the last that speaks of it, was received."""
        corrections = self._course.state.corrections.get(event.id, ())
        return max(map(_received, (event, *corrections)))


def _received(event: Event) -> datetime:
    return event.received_at or event.recorded_at


def _instant(at: datetime) -> tuple[datetime, datetime]:
    return at, at + timedelta(microseconds=1)


def _period(resource: Resource, name: str = "period") -> tuple[datetime | None, datetime | None]:
    """Return the days of a resource: from its first on, and up to the day after its last."""
    period = resource.get(name)
    if not isinstance(period, dict):
        return None, None
    first, last = period.get("start"), period.get("end")
    begins = None if first is None else datetime.combine(date.fromisoformat(str(first)), time())
    ends = None if last is None else datetime.combine(date.fromisoformat(str(last)) + timedelta(days=1), time())
    return begins, ends


def _zone_or_utc(name: str) -> Zone:
    """Return a zone; UTC under its name where this edition lacks it, so that no course is locked in for its zone."""
    try:
        return load_zone(name)
    except InputError:
        return Zone(name, UTC, "")
