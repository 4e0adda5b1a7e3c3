"""What somebody has to see to: told apart from the numbers, the urgent first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import PlanStopped
from fullcourse.course.advice import Advice, Verdict
from fullcourse.course.course import Course
from fullcourse.course.fold import CourseState
from fullcourse.course.standing import SlotStanding
from fullcourse.course.timeline import holds_claimed
from fullcourse.journey.course.stops import unconfirmed_stops
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, Tells

__all__ = ["Task", "stop_warning_of", "stops_wished", "tasks_of", "warning_not_to_stop"]

_STOPPING_EARLY: Final = "S021"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a person of the care team sees to.

    Attributes:
        by: ``now``, ``today``, or ``next contact``.
        says: What is the matter, and what to do.
        drug: INN in lower case; empty where it is about all of them.
        since: When it came up; None where it has no time.
        is_no_dose: Whether it is that no dose is advised before somebody has been called.
    """

    by: str
    says: str
    drug: str = ""
    since: datetime | None = None
    is_no_dose: bool = False


def tasks_of(
    course: Course, advice: Sequence[Advice], disputed: Sequence[SlotStanding], now: datetime
) -> tuple[Task, ...]:
    """Return what somebody has to see to, in the order of its urgency.

    Args:
        course: The course.
        advice: On each drug's dose now.
        disputed: Doses of which claims contradict each other.
        now: The moment.
    """
    return tuple(_tasks(course, advice, disputed, now))


def _tasks(course: Course, advice: Sequence[Advice], disputed: Sequence[SlotStanding], now: datetime) -> Iterator[Task]:
    for one in advice:
        if one.verdict is Verdict.CALL_FIRST:
            yield Task("now", one.why, one.drug, one.at, is_no_dose=True)
    for stop in unconfirmed_stops(course, now):
        says = (
            f"{_phones(stop.phones)} not shown yet that this was stopped, and may still say that a dose is due. "
            "Call or send a message today, and again until the phone has confirmed it."
        )
        yield from (Task("now", says, drug, stop.since) for drug in stop.drugs or ("",))
    for at in stops_wished(course.state):
        yield Task("today", "The patient wants to stop, or says that treatment was stopped. Talk today.", "", at)
    for drug in course.rules:
        for hold in holds_claimed(course.state, drug):
            says = "Somebody wrote down a hold that no clinician wrote down. Ask who ordered it, and record it."
            yield Task("today", says, drug, hold)
    for standing in disputed:
        says = "One says that a dose was taken and another that it was not. Find out which."
        yield Task("next contact", says, standing.slot.drug, standing.slot.due)
    for events in course.state.clashes():
        yield Task(
            "next contact", "Two entries share one id and differ. Find out which holds.", "", events[0].occurred_at
        )


def _phones(count: int) -> str:
    return (
        "A phone of the patient or a supporter has"
        if count == 1
        else f"{count} phones of the patient or supporters have"
    )


def stops_wished(state: CourseState) -> tuple[datetime, ...]:
    """Return when the patient said that treatment shall stop or was stopped, and no clinician wrote it down."""
    return tuple(event.occurred_at for event in state.of_kind(PlanStopped.kind) if _is_wished(event))


def stop_warning_of(event: Event, knowledge: Knowledge) -> Statement | None:
    """Return why not to stop, where an event says that the patient wants to; None for any other event."""
    return warning_not_to_stop(knowledge) if _is_wished(event) else None


def warning_not_to_stop(knowledge: Knowledge) -> Statement | None:
    """Return what is told to whoever wants to stop early; None where no source tells it."""
    told = (it for it in knowledge.statements.values() if _STOPPING_EARLY in it.covers and isinstance(it.body, Tells))
    return next((it for it in told if it.patient), None)


def _is_wished(event: Event) -> bool:
    body = event.body
    return isinstance(body, PlanStopped) and (body.decided_by == "patient" or event.actor != "clinician")
