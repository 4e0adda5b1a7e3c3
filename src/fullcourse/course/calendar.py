"""What a calendar is told of a course: one entry for the doses of one time, and what became of an entry told before.

An entry has the id of the first of its slots, which is made once, so that a later export finds the entry again. What
another plan, a hold or the end of treatment takes away is told as cancelled, with a higher number than before: a
calendar that merely hears no more of an entry would go on ringing. What was due before a change stays as it was, to
the number.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Held, PlanActivated, PlanChanged, Resumed
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course
from fullcourse.course.fold import CourseState
from fullcourse.course.schedule import PlanInForce, Slot, slots_of
from fullcourse.course.timeline import Hold, holds_of

__all__ = ["MOST_DAYS", "CalendarEntry", "calendar_entries"]

MOST_DAYS: Final = 400
"""How far ahead an export ever reaches: what changed is told as far as any export before can have reached."""

_PLANS: Final = ("plan_activated", "plan_changed")
_CLOSING: Final = ("plan_stopped", "outcome", "transfer")
_HOLDING: Final = ("held", "resumed")


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """The doses of one plan that are due at one time.

    Attributes:
        uid: Id of the first of its slots.
        due: When, UTC.
        slots: Every dose of that time, by drug.
        held: Drugs of them that a clinician holds.
        is_cancelled: Whether nothing is to be taken then: another plan counts, treatment ended, or every drug is held.
        revision: How many events beside its own plan bear on it; it never falls while the log grows.
        revised_at: When the last of them, or the plan, was written down.
    """

    uid: str
    due: datetime
    slots: tuple[Slot, ...]
    held: frozenset[str]
    is_cancelled: bool
    revision: int
    revised_at: datetime

    @property
    def taken(self) -> tuple[Slot, ...]:
        """Return the doses that are to be taken: those that nobody holds."""
        return tuple(slot for slot in self.slots if slot.drug not in self.held)


@dataclass(frozen=True, slots=True)
class _Revision:
    """An event that bears on entries that are due from some time on."""

    event: Event
    since: datetime

    def bears_on(self, slots: Sequence[Slot], plan: Event) -> bool:
        """Return whether it can have changed an entry of a plan."""
        body = self.event.body
        if self.event.id == plan.id or self.since > slots[0].due:
            return False
        names = body.drugs if isinstance(body, Held | Resumed) else ()
        return not names or any(slot.drug in names for slot in slots)


def calendar_entries(
    course: Course, zone_of: Callable[[str], Zone], first: datetime, until: datetime
) -> tuple[CalendarEntry, ...]:
    """Return the entries that a calendar is told of, in order of time.

    What nothing changed is told from ``first`` up to and without ``until``. What was cancelled, held or taken up again
    is told up to `MOST_DAYS` after ``until``, since an earlier export may have reached that far.

    Args:
        course: The course.
        zone_of: Returns a zone by its IANA name.
        first: Beginning, with an offset.
        until: End of what is told for the first time, not included.
    """
    last = until + timedelta(days=MOST_DAYS)
    revisions = _revisions(course.state, zone_of)
    in_force = {plan.event: plan for plan in course.timeline}
    holds: dict[str, tuple[Hold, ...]] = {}
    entries = []
    for event, whole in _plans_ever(course.state, zone_of, in_force):
        for drug in whole.plan.drugs:
            holds.setdefault(drug.drug, holds_of(course.state, drug.drug))
        current = in_force.get(event.id)
        ends = whole.begins if current is None else current.ends
        for due, slots in _by_time(whole, first, last).items():
            entry = _entry(event, slots, ends is not None and ends <= due, revisions, holds)
            if due < until or entry.is_cancelled or entry.held or _is_revised(event, slots, revisions):
                entries.append(entry)
    return tuple(sorted(entries, key=lambda entry: (entry.due, entry.uid)))


def _plans_ever(
    state: CourseState, zone_of: Callable[[str], Zone], in_force: Mapping[str, PlanInForce]
) -> Iterable[tuple[Event, PlanInForce]]:
    """Yield every plan without its end, one that was taken back too: its slots were told while it stood."""
    for event in _of_kinds(state, _PLANS):
        if isinstance(event.body, PlanActivated | PlanChanged):
            plan = event.body.plan
            zone = zone_of(plan.zone)
            current = in_force.get(event.id)
            begins = _begins(plan, event, zone) if current is None else current.begins
            yield event, PlanInForce(event.id, plan, zone, begins)


def _by_time(plan: PlanInForce, first: datetime, last: datetime) -> dict[datetime, list[Slot]]:
    by_time: dict[datetime, list[Slot]] = {}
    for drug in sorted(drug.drug for drug in plan.plan.drugs):
        for slot in slots_of(plan, drug, first, last):
            by_time.setdefault(slot.due, []).append(slot)
    return by_time


def _entry(
    plan: Event,
    slots: Sequence[Slot],
    is_over: bool,
    revisions: Sequence[_Revision],
    holds: Mapping[str, tuple[Hold, ...]],
) -> CalendarEntry:
    due = slots[0].due
    bearing = [revision.event for revision in revisions if revision.bears_on(slots, plan)]
    held = frozenset(slot.drug for slot in slots if any(hold.covers(due) for hold in holds[slot.drug]))
    return CalendarEntry(
        uid=slots[0].id,
        due=due,
        slots=tuple(slots),
        held=held,
        is_cancelled=is_over or len(held) == len(slots),
        revision=len(bearing),
        revised_at=max((event.recorded_at for event in (plan, *bearing)), key=datetime.timestamp),
    )


def _is_revised(plan: Event, slots: Sequence[Slot], revisions: Sequence[_Revision]) -> bool:
    """Return whether an entry may have been told otherwise before: held and resumed, or ended and begun again."""
    return any(
        revision.bears_on(slots, plan) and revision.event.kind not in _PLANS and revision.event.order > plan.order
        for revision in revisions
    )


def _revisions(state: CourseState, zone_of: Callable[[str], Zone]) -> tuple[_Revision, ...]:
    """Return every event that changes what is due, and every one that corrects such an event.

    A plan, a transfer or another ending after an ending may open what that ended: they bear on all that was due since.
    """
    closings = _of_kinds(state, _CLOSING)
    closed = min((event.occurred_at for event in closings), default=None)
    since = {event.id: (event, event.occurred_at) for event in _of_kinds(state, _HOLDING)}
    for event in (*closings, *_of_kinds(state, _PLANS)):
        own = event.occurred_at
        if isinstance(event.body, PlanActivated | PlanChanged):
            own = _begins(event.body.plan, event, zone_of(event.body.plan.zone))
        since[event.id] = event, own if closed is None else min(own, closed)
    waiting = dict(state.corrections)
    while found := [name for name in waiting if name in since]:
        for name in found:
            for event in waiting.pop(name):
                own = since[event.id][1] if event.id in since else since[name][1]
                since[event.id] = event, min(own, since[name][1])
    return tuple(_Revision(event, at) for event, at in since.values())


def _begins(plan: CoursePlan, event: Event, zone: Zone) -> datetime:
    """Return the earliest time from which the plan of an event can count."""
    return max(zone.instant(plan.starts_on, time()), event.occurred_at)


def _of_kinds(state: CourseState, kinds: Iterable[str]) -> tuple[Event, ...]:
    """Return every event of some kinds, corrected ones too."""
    return tuple(event for kind in kinds for event in state.others.get(kind, ()))
