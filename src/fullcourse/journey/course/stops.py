"""Stops that a phone has not confirmed: until it has, it may still show the dose that was stopped (HZ-27).

A phone says of every plan that it begins to show when the service gave it (`PlanSeen`). One whose newest such plan is
older than a stop may not know of it. The page of a phone advises no dose by a plan that is older than the clinic
allows, `MOST_DAYS_VALID` at most: after so many days it needs no call any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Held, PlanChanged, PlanSeen, PlanStopped, Resumed
from fullcourse.course.course import Course

__all__ = ["UnconfirmedStop", "unconfirmed_stops"]

_LONGEST_SHOWN: Final = timedelta(days=28)
"""No phone advises longer by one plan; the setting of the service is held to it."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class UnconfirmedStop:
    """A stop that some phone may not know of.

    Attributes:
        drugs: That were stopped, INN in lower case; empty for every drug of the plan.
        since: When it was written down.
        phones: How many phones have not confirmed it.
    """

    drugs: tuple[str, ...]
    since: datetime
    phones: int


def unconfirmed_stops(course: Course, now: datetime) -> tuple[UnconfirmedStop, ...]:
    """Return the stops that count now and that some phone has not confirmed, the oldest first."""
    shown: dict[str, datetime] = {}
    for event in course.state.of_kind(PlanSeen.kind):
        if isinstance(event.body, PlanSeen):
            issued = _EPOCH + timedelta(milliseconds=event.body.issued_ms)
            shown[event.device] = max(issued, shown.get(event.device, issued))
    waiting = []
    for drugs, since in sorted(_stops(course), key=lambda it: it[1]):
        phones = [it for it in shown.values() if it < since <= now and now < it + _LONGEST_SHOWN]
        if phones:
            waiting.append(UnconfirmedStop(drugs, since, len(phones)))
    return tuple(waiting)


def _stops(course: Course) -> Iterator[tuple[tuple[str, ...], datetime]]:
    """Yield what a clinician stopped: holds that nobody ended, the end of treatment, drugs that a plan has no more."""
    state = course.state
    resumed = [it for it in state.of_kind(Resumed.kind) if it.actor == "clinician"]
    for event in state.of_kind(Held.kind):
        if isinstance(event.body, Held) and event.actor == "clinician" and not _is_ended(event, event.body, resumed):
            yield event.body.drugs, event.recorded_at
    for event in state.of_kind(PlanStopped.kind):
        if isinstance(event.body, PlanStopped) and event.body.decided_by == "clinician":
            yield (), event.recorded_at
    for event in state.of_kind(PlanChanged.kind):
        if isinstance(event.body, PlanChanged):
            yield from _left_out(course, event, event.body)


def _is_ended(hold: Event, body: Held, resumed: list[Event]) -> bool:
    """Return whether every drug that a hold names was resumed after it, or all were at once."""
    later = [it.body for it in resumed if it.order > hold.order and isinstance(it.body, Resumed)]
    named = {drug for it in later for drug in it.drugs}
    return any(not it.drugs for it in later) or (bool(body.drugs) and set(body.drugs) <= named)


def _left_out(course: Course, event: Event, body: PlanChanged) -> Iterator[tuple[tuple[str, ...], datetime]]:
    """Yield the drugs of the plans before that a changed plan does not hold."""
    before = {
        drug.drug
        for other in course.state.events()
        if other.recorded_at < event.recorded_at and (plan := getattr(other.body, "plan", None)) is not None
        for drug in plan.drugs
    }
    gone = sorted(before - {drug.drug for drug in body.plan.drugs})
    if gone:
        yield tuple(gone), event.recorded_at
