"""Which plan counts when, when drugs are held, and when a course is closed; read from the state of its log.

A plan that takes another's place counts from when it was decided, written down and begins, whichever comes last: what
was planned for days before that stays as it was, however late a change is entered. The first plan reaches back to its
own start, since nothing stood there before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Held, Outcome, PlanActivated, PlanChanged, PlanStopped, Resumed, Transfer
from fullcourse.clinical.zone import Zone
from fullcourse.course.fold import CourseState
from fullcourse.course.schedule import PlanInForce

__all__ = ["Closing", "Hold", "closing_of", "holds_of", "plan_at", "timeline_of"]


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of a course.

    Attributes:
        at: From when on nothing is due.
        why: ``died``, ``stopped``, ``transferred out``, or the outcome.
        event: That says so.
    """

    at: datetime
    why: str
    event: Event


@dataclass(frozen=True, slots=True)
class Hold:
    """A time in which a clinician holds a drug.

    Attributes:
        begins: From when on.
        ends: Until when; None while it lasts.
        reason: Of the hold.
    """

    begins: datetime
    ends: datetime | None
    reason: str

    def covers(self, at: datetime) -> bool:
        """Return whether the drug is held at a time."""
        return self.begins <= at and (self.ends is None or at < self.ends)


def timeline_of(state: CourseState, zone_of: Callable[[str], Zone]) -> tuple[PlanInForce, ...]:
    """Return the plans of a course in the order in which they count.

    Args:
        state: Of the log.
        zone_of: Returns a zone by its IANA name.
    """
    events = (*state.of_kind("plan_activated"), *state.of_kind("plan_changed"))
    ordered = sorted(events, key=lambda event: event.order)
    begun: list[tuple[datetime, Event, PlanActivated | PlanChanged, Zone]] = []
    for event in ordered:
        body = event.body
        if not isinstance(body, PlanActivated | PlanChanged):
            continue
        zone = zone_of(body.plan.zone)
        begins = max(zone.instant(body.plan.starts_on, time()), event.occurred_at)
        if begun:
            begins = max(begins, event.recorded_at)
        begun.append((begins, event, body, zone))
    begun.sort(key=lambda row: (row[0], row[1].recorded_s, row[1].id))
    closing = closing_of(state)
    plans = []
    for place, (begins, event, body, zone) in enumerate(begun):
        ends = begun[place + 1][0] if place + 1 < len(begun) else None
        if closing is not None and (ends is None or closing.at < ends):
            ends = max(closing.at, begins)
        plans.append(PlanInForce(event.id, body.plan, zone, begins, ends))
    return tuple(plans)


def plan_at(timeline: tuple[PlanInForce, ...], at: datetime) -> PlanInForce | None:
    """Return the plan that counts at a time; None before the first."""
    return next((plan for plan in reversed(timeline) if plan.begins <= at), None)


def closing_of(state: CourseState) -> Closing | None:
    """Return how a course was closed; None while it goes on.

    Death closes for good. Anything else is opened again by a later plan, or by a later transfer in. A transfer with a
    number closes the course of the sender when its receipt came back, and not when the patient leaves: whoever is on
    the way is still asked about and advised. In a log that holds the arrival too, it closes nothing.
    """
    arrived = {number for event in state.of_kind("transfer") if (number := _arrived(event))}
    closings = [closing for event in _ends(state) if (closing := _closing(event, arrived)) is not None]
    deaths = [closing for closing in closings if closing.why == "died"]
    if deaths:
        return min(deaths, key=lambda closing: (closing.at, closing.event.id))
    opened = [
        event.occurred_at
        for kind in ("plan_activated", "plan_changed", "transfer")
        for event in state.of_kind(kind)
        if not isinstance(event.body, Transfer) or event.body.direction == "in"
    ]
    last = max(closings, key=lambda closing: (closing.at, closing.event.id), default=None)
    if last is None or any(at > last.at for at in opened):
        return None
    return last


def holds_of(state: CourseState, drug: str) -> tuple[Hold, ...]:
    """Return when a drug was held, in order; two holds at once are one."""
    events = sorted(
        (*state.of_kind("held"), *state.of_kind("resumed")),
        key=lambda event: event.order,
    )
    holds: list[Hold] = []
    since: tuple[datetime, str] | None = None
    for event in events:
        match event.body:
            case Held(drugs, reason) if since is None and (not drugs or drug in drugs):
                since = (event.occurred_at, reason)
            case Resumed(drugs) if since is not None and (not drugs or drug in drugs):
                holds.append(Hold(since[0], event.occurred_at, since[1]))
                since = None
    if since is not None:
        holds.append(Hold(since[0], None, since[1]))
    return tuple(holds)


def _ends(state: CourseState) -> tuple[Event, ...]:
    return (*state.of_kind("outcome"), *state.of_kind("plan_stopped"), *state.of_kind("transfer"))


def _arrived(event: Event) -> str:
    """Return the number of the transfer by which a patient came here; empty where the event is no arrival."""
    return event.body.claim_code if isinstance(event.body, Transfer) and event.body.direction == "in" else ""


def _closing(event: Event, arrived: set[str]) -> Closing | None:
    """Return how an event closes a course; a patient's wish to stop closes nothing."""
    match event.body:
        case Outcome(outcome):
            return Closing(event.occurred_at, outcome, event)
        case PlanStopped("clinician"):
            return Closing(event.occurred_at, "stopped", event)
        case Transfer("out", _, "") | Transfer("received"):
            is_here = event.body.claim_code in arrived
            return None if is_here else Closing(event.occurred_at, "transferred out", event)
    return None
