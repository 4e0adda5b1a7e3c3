"""One drug at one moment: the slots around it, what was taken, and the facts that rules on a late dose ask for."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Result, Resumed, Symptom
from fullcourse.clinical.fact import Fact
from fullcourse.clinical.quantity import Interval, Quantity
from fullcourse.course.course import Course
from fullcourse.course.drug_rules import DrugRules
from fullcourse.course.intakes import Intake, intakes_of, is_intake
from fullcourse.course.schedule import PlanInForce, Slot, slots_of
from fullcourse.course.standing import assigned
from fullcourse.course.timeline import holds_of
from fullcourse.knowledge.library import Knowledge

__all__ = ["DoseMoment", "converted", "facts_at", "look_at"]

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MORE: Final = 1.0 + 1e-9
"""Above this share of a planned amount more was taken than planned; not above it, numbers are the same."""
_NEAR: Final = (timedelta(days=8), timedelta(days=4))
_FAR: Final = (timedelta(days=32), timedelta(days=32))
"""How far slots are looked for: first near, and further where doses are rare."""


@dataclass(frozen=True, slots=True, eq=False)
class DoseMoment:
    """One drug at one moment.

    Attributes:
        drug: INN in lower case.
        now: The moment.
        looked_back: How far back doses were looked for.
        plan: The plan in force.
        day_of: Returns the patient's day of an instant.
        slots: The slots around it, in order.
        spacing: For each slot by its id, the smaller of the intervals beside it in its own plan.
        place: Place of the slot at issue: the last one whose time has come; -1 before the first.
        claims: What is said of each slot, by its id.
        taken: Every intake, in order of time, those of no slot among them.
        doubles: Intakes that are one too many, too near to the one before, or of more than was planned.
        to_come: Claims of a dose at a time that has not come yet.
    """

    drug: str
    now: datetime
    looked_back: timedelta
    plan: PlanInForce
    day_of: Callable[[datetime], date]
    slots: tuple[Slot, ...]
    spacing: Mapping[str, timedelta]
    place: int
    claims: Mapping[str, tuple[Event, ...]]
    taken: tuple[Intake, ...]
    doubles: tuple[Intake, ...]
    to_come: tuple[Event, ...]

    @property
    def slot(self) -> Slot | None:
        """Return the slot at issue."""
        return self.slots[self.place] if self.place >= 0 else None

    @property
    def following(self) -> Slot | None:
        """Return the next slot."""
        return self.slots[self.place + 1] if self.place + 1 < len(self.slots) else None

    def interval_h(self, place: int) -> float | None:
        """Return the real hours from one slot to the next; from the one before, where it is the last."""
        pair = place if place + 1 < len(self.slots) else place - 1
        if pair < 0 or pair + 1 >= len(self.slots):
            return None
        return (self.slots[pair + 1].due - self.slots[pair].due) / _HOUR


def look_at(course: Course, drug: str, now: datetime, current: PlanInForce, rules: DrugRules) -> DoseMoment:
    """Return a drug at a moment.

    Args:
        course: The course.
        drug: INN in lower case, a drug of the plan.
        now: The moment, with an offset.
        current: The plan in force then.
        rules: What the sources say of the drug.
    """
    reach = _NEAR
    slots, spacing = _slots(course, drug, now, reach)
    place = _place(slots, now)
    if place < 1 or len(slots) - place < 3:
        reach = _FAR
        slots, spacing = _slots(course, drug, now, reach)
        place = _place(slots, now)
    events = course.state.doses_of(drug)
    since = (now - reach[0]).timestamp()
    recent = events[bisect_right(events, since, key=lambda event: event.occurred_s) :]
    day_of = cache(current.zone.day_of)  # every time is asked about more than once
    claims, extra = assigned(recent, slots, now, day_of)
    taken: list[Intake] = []
    doubles: list[Intake] = []
    planned = {slot.id: slot.mg for slot in slots}
    for slot_id, said in claims.items():
        intakes = intakes_of(said, rules.late_after_h)
        taken += intakes
        doubles += [it for number, it in enumerate(intakes) if number or it.mg > _MORE * planned[slot_id]]
    beside = intakes_of(extra, rules.late_after_h)
    first = slots[0].due if slots else now
    in_order = sorted((*taken, *beside), key=lambda intake: intake.at)
    doubles += [it for it in beside if it.at >= first]
    return DoseMoment(
        drug=drug,
        now=now,
        looked_back=reach[0],
        plan=current,
        day_of=day_of,
        slots=slots,
        spacing=spacing,
        place=place,
        claims={slot: tuple(said) for slot, said in claims.items()},
        taken=tuple(in_order),
        doubles=tuple(sorted((*doubles, *_too_close(in_order, slots, spacing, rules)), key=lambda intake: intake.at)),
        to_come=tuple(event for event in recent if event.occurred_at > now and is_intake(event)),
    )


def facts_at(moment: DoseMoment, course: Course, rules: DrugRules) -> dict[str, Fact]:
    """Return the facts that rules on a dose ask for; what cannot be said is not there, and so unknown."""
    facts = dict(_reported(course, rules, moment.now))
    numbers = {"treatment_day": _treatment_day(moment, rules.drug)}
    slot, following, last = moment.slot, moment.following, moment.taken[-1] if moment.taken else None
    if slot is not None:
        numbers["hours_since_due"] = (moment.now - slot.due) / _HOUR
        day_of, week = moment.day_of, timedelta(days=6)
        today, due_on = day_of(moment.now), day_of(slot.due)
        in_week = [it.mg for it in moment.taken if today - week <= day_of(it.at) <= today]
        numbers["mg_in_7_days_if_taken"] = sum(in_week) + slot.mg
        planned = [it.mg for it in moment.slots if due_on - week <= day_of(it.due) <= due_on]
        numbers["mg_planned_in_7_days"] = sum(planned)
        numbers |= _of_the_day(moment, slot)
    interval = moment.interval_h(moment.place) if moment.place >= 0 else None
    if interval is not None:
        numbers["dose_interval_hours"] = interval
    if following is not None:
        numbers["hours_to_next_dose"] = (following.due - moment.now) / _HOUR
    for name, value in numbers.items():
        facts[name] = Fact(name, Interval(value, value), days=0)
    since = Interval(moment.looked_back / _HOUR, float("inf"))
    if last is not None:
        hours = (moment.now - last.at) / _HOUR
        since = Interval(hours, hours)
    facts["hours_since_last_dose"] = Fact("hours_since_last_dose", since, days=0)
    holds = holds_of(course.state, rules.drug)
    facts["stopped_for_side_effects"] = Fact(
        "stopped_for_side_effects", any(it.reason == "side effects" and it.covers(moment.now) for it in holds), days=0
    )
    return facts


def converted(result: Result, knowledge: Knowledge) -> Interval | None:
    """Return a result in the unit of its fact; None where the fact is not known, or the unit is none of it."""
    definition = knowledge.facts.get(result.fact)
    if definition is None:
        return None
    number = Quantity(Interval(result.value, result.value), result.unit)
    try:
        return number.to(definition.unit, *definition.substance).value
    except InputError:
        return None


def _slots(
    course: Course, drug: str, now: datetime, reach: tuple[timedelta, timedelta]
) -> tuple[tuple[Slot, ...], dict[str, timedelta]]:
    """Return the slots around a time, in order, and for each the smaller of the intervals beside it in its own plan."""
    first, last = now - reach[0], now + reach[1]
    slots: list[Slot] = []
    spacing: dict[str, timedelta] = {}
    for plan in course.timeline:
        if plan.begins >= last or (plan.ends is not None and plan.ends <= first):
            continue
        whole = slots_of(replace(plan, begins=first, ends=None), drug, first, last)
        gaps = [after.due - before.due for before, after in pairwise(whole)]
        for place, slot in enumerate(whole):
            if plan.begins <= slot.due and (plan.ends is None or slot.due < plan.ends):
                slots.append(slot)
                spacing[slot.id] = min(gaps[max(place - 1, 0) : place + 1], default=_DAY)
    return tuple(sorted(slots, key=lambda slot: slot.due)), spacing


def _place(slots: tuple[Slot, ...], now: datetime) -> int:
    return bisect_right(slots, now, key=lambda slot: slot.due) - 1


def _too_close(
    taken: Sequence[Intake], slots: tuple[Slot, ...], spacing: Mapping[str, timedelta], rules: DrugRules
) -> Iterator[Intake]:
    """Yield every intake that follows another sooner than the least gap, by the slots around its time."""
    for before, after in pairwise(taken):
        place = _place(slots, after.at)
        beside = [spacing[slots[it].id] for it in (place, place + 1) if 0 <= it < len(slots)]
        if beside and after.at - before.at < rules.least_share * min(beside):
            yield after


def _treatment_day(moment: DoseMoment, drug: str) -> float:
    """Return the day of treatment with a drug, by the patient's days."""
    taken = moment.plan.plan.drug(drug)
    begun = 0 if taken is None else taken.from_day - 1
    days = (moment.plan.zone.day_of(moment.now) - moment.plan.plan.starts_on).days
    return float(moment.plan.plan.treatment_day + days - begun)


def _of_the_day(moment: DoseMoment, slot: Slot) -> dict[str, float]:
    """Return what was taken of the patient's day and what was planned for it, mg; a dose belongs to its slot's day."""
    day = moment.day_of(slot.due)
    of_day = [it for it in moment.slots if moment.day_of(it.due) == day]
    told = {event.id for it in of_day for event in moment.claims.get(it.id, ())}
    claimed = [intake for intake in moment.taken if intake.claims[0].id in told]
    beside = [intake for intake in moment.doubles if moment.day_of(intake.at) == day]
    taken = sum(intake.mg for intake in {id(it): it for it in (*claimed, *beside)}.values())
    return {"mg_taken_in_24_hours": taken, "mg_planned_in_24_hours": sum(it.mg for it in of_day)}


def _reported(course: Course, rules: DrugRules, now: datetime) -> Iterator[tuple[str, Fact]]:
    """Yield the symptoms and results that were told since a clinician last resumed the drug.

    A symptom that was there stays a matter until a clinician has answered: a seizure that is over is a seizure.
    """
    known = rules.knowledge.facts
    since = max(
        (
            event.occurred_s
            for event in course.state.of_kind(Resumed.kind)
            if isinstance(event.body, Resumed)
            and event.actor == "clinician"
            and event.occurred_at <= now
            and (not event.body.drugs or rules.drug in event.body.drugs)
        ),
        default=float("-inf"),
    )
    there: set[str] = set()
    for event in (*course.state.of_kind(Symptom.kind), *course.state.of_kind(Result.kind)):
        if not since < event.occurred_s <= now.timestamp():
            continue
        match event.body:
            case Symptom(symptom, present) if symptom in known:
                if present:
                    there.add(symptom)
                elif event.actor == "clinician":
                    there.discard(symptom)
                yield symptom, Fact(symptom, symptom in there, days=0)
            case Result(fact) if fact in known:
                number = converted(event.body, rules.knowledge)
                if number is not None:  # a result in a unit that is none leaves its fact unknown
                    yield fact, Fact(fact, number, known[fact].unit, days=0)
