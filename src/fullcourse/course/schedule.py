"""When each dose is due: slots from a plan's steps, its start and the patient's zone.

A slot's id is made once, from the plan's event and the dose's place in the plan, never from its time: another edition
of the time zone rules, or a moved anchor, changes when a dose is due and never which dose it is. A later plan has slots
of its own from its start on and leaves those before it as they were.

Doses by the day keep the wall clock: on the two nights when clocks change the gap is an hour shorter or longer, and
``Gap`` says so. Doses by the hour keep real hours, and their clock time moves.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha1
from itertools import pairwise
from typing import final
from uuid import UUID

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.dose import DoseStep, RegimenDrug, strength_of
from fullcourse.clinical.dose_plan import PlannedDose, clock_hours, planned_doses
from fullcourse.clinical.zone import Zone

__all__ = ["Gap", "PlanInForce", "Slot", "gaps_of", "last_day_of", "slots_between", "slots_of"]

_DAY_H = 24.0
_OPEN_DAYS = 366
"""How far beyond the day that is asked for an open plan is worked out at a time."""


@dataclass(frozen=True, slots=True)
class PlanInForce:
    """A plan, from when on it counts and until when.

    Attributes:
        event: Id of the event that made it.
        plan: What is taken.
        zone: Whose clocks the dose times are read by.
        begins: From when on its slots count, UTC.
        ends: When the next plan takes its place, or treatment ends; None while it is in force.
    """

    event: str
    plan: CoursePlan
    zone: Zone
    begins: datetime
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned dose.

    Attributes:
        id: UUIDv5 of the plan's event and the dose's place in it.
        drug: INN in lower case.
        due: When, UTC.
        mg: Amount, mg.
        day: Day of the plan that it belongs to, from 1.
        form: Dosage form and strength; empty where the plan names none.
        units: How many of the form; None where the plan does not count them.
        place: Of the dose among the drug's doses in the plan, from 0.
    """

    id: str
    drug: str
    due: datetime
    mg: float
    day: int
    form: str = ""
    units: float | None = None
    place: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """The time from one dose of a drug to the next.

    Attributes:
        drug: INN in lower case.
        after: When the first is due, UTC.
        before: When the second is due, UTC.
        hours: Real hours between them.
        by_the_clock: Hours between them as the wall clock shows; another number where clocks change in between.
    """

    drug: str
    after: datetime
    before: datetime
    hours: float
    by_the_clock: float

    @property
    def has_clock_change(self) -> bool:
        """Return whether clocks change between the two doses."""
        return abs(self.hours - self.by_the_clock) > 1e-9


def slots_between(timeline: Sequence[PlanInForce], first: datetime, last: datetime) -> tuple[Slot, ...]:
    """Return every slot of every plan that is due from ``first`` up to and without ``last``, in order of time."""
    slots = [
        slot
        for current in timeline
        for drug in current.plan.drugs
        for slot in slots_of(current, drug.drug, first, last)
    ]
    return tuple(sorted(slots, key=lambda slot: (slot.due, slot.drug)))


def slots_of(current: PlanInForce, drug: str, first: datetime, last: datetime) -> tuple[Slot, ...]:
    """Return the slots of one drug of a plan that are due from ``first`` up to and without ``last``.

    Args:
        current: The plan, with when it counts.
        drug: INN in lower case; a drug that is not in the plan has no slots.
        first: Beginning, with an offset.
        last: End, not included.
    """
    taken = current.plan.drug(drug)
    if taken is None:
        return ()
    first, last = max(first, current.begins), min(last, current.ends or last)
    if first >= last:
        return ()
    zone, start = current.zone, current.plan.starts_on + timedelta(days=taken.from_day - 1)
    # A zone is at most 14 hours ahead of UTC and 12 behind: a day on either side holds every slot that can be meant.
    from_day = (first.astimezone(UTC).date() - start).days
    to_day = (last.astimezone(UTC).date() - start).days + 2
    horizon = _last_day(current.plan, taken)
    if horizon is None:
        horizon = -(-max(to_day, 1) // _OPEN_DAYS) * _OPEN_DAYS
    if horizon < 1:
        return ()
    laid_out = _laid_out(current.event, taken, start, zone, horizon)
    doses = laid_out.doses
    begin = bisect_left(doses, (from_day - 1) * _DAY_H, key=lambda dose: dose.time_h)
    end = bisect_left(doses, (to_day + 1) * _DAY_H, key=lambda dose: dose.time_h)
    return tuple([slot for slot in map(laid_out.slot, range(begin, end)) if first <= slot.due < last])


def gaps_of(slots: Sequence[Slot], zone: Zone) -> tuple[Gap, ...]:
    """Return the gaps between the doses of one drug, in order."""
    gaps = []
    for slot, following in pairwise(slots):
        shown = zone.local(following.due).replace(tzinfo=None) - zone.local(slot.due).replace(tzinfo=None)
        hours = (following.due - slot.due) / timedelta(hours=1)
        gaps.append(Gap(slot.drug, slot.due, following.due, hours, shown / timedelta(hours=1)))
    return tuple(gaps)


@final
class _LaidOut:
    """One drug of one plan on the calendar. A page asks for the same planned doses twenty times; each is made once."""

    __slots__ = ("_drug", "_named", "_slots", "_start", "_zone", "doses")

    def __init__(self, event: str, drug: RegimenDrug, start: date, zone: Zone, days: int) -> None:
        self._drug, self._start, self._zone = drug, start, zone
        self._named = sha1(UUID(event).bytes + f"{drug.drug}:".encode(), usedforsecurity=False)
        self.doses = _doses(drug.steps, days, start.weekday())
        self._slots: list[Slot | None] = [None] * len(self.doses)

    def slot(self, place: int) -> Slot:
        """Return the slot at a place among the drug's doses in the plan, from 0."""
        slot = self._slots[place]
        if slot is None:
            slot = self._slots[place] = self._made(place)
        return slot

    def _made(self, place: int) -> Slot:
        dose, drug = self.doses[place], self._drug
        step = _step_of(dose, drug.steps)
        form, units = _units(dose, step)
        day = int(dose.time_h // _DAY_H) + drug.from_day
        due = _due(dose, step, self._start, self._zone)
        return Slot(self._name(place), drug.drug, due, dose.mg, day, form, units, place)

    def _name(self, place: int) -> str:
        """Return the UUIDv5 (RFC 9562, 5.5) of the plan's event, the drug and the place, as `uuid5` does, sooner."""
        named = self._named.copy()
        named.update(b"%d" % place)
        name = bytearray(named.digest()[:16])
        name[6] = name[6] & 0x0F | 0x50
        name[8] = name[8] & 0x3F | 0x80
        digits = name.hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@lru_cache(maxsize=64)  # every drug of the courses that are looked at just now
def _laid_out(event: str, drug: RegimenDrug, start: date, zone: Zone, days: int) -> _LaidOut:
    return _LaidOut(event, drug, start, zone, days)


def last_day_of(plan: CoursePlan, drug: str) -> date | None:
    """Return the last day on which a plan has a dose of a drug; None while it is open, or holds no such drug."""
    taken = plan.drug(drug)
    last = None if taken is None else _last_day(plan, taken)
    if taken is None or last is None:
        return None
    return plan.starts_on + timedelta(days=taken.from_day + last - 2)


@lru_cache(maxsize=256)
def _doses(steps: tuple[DoseStep, ...], days: int, first_weekday: int) -> tuple[PlannedDose, ...]:
    return planned_doses(steps, days, first_weekday)


def _last_day(plan: CoursePlan, drug: RegimenDrug) -> int | None:
    """Return the last day of a drug, counted from its first; None while it is open."""
    ends = [day for day in (plan.days, drug.to_day) if day is not None]
    return min(ends) - drug.from_day + 1 if ends else None


def _step_of(dose: PlannedDose, steps: tuple[DoseStep, ...]) -> DoseStep:
    day = int(dose.time_h // _DAY_H) + 1
    if len(steps) == 1:
        return steps[0]
    return next((step for step in reversed(steps) if step.from_day <= day), steps[0])


def _due(dose: PlannedDose, step: DoseStep, start: date, zone: Zone) -> datetime:
    if step.every_h is None:
        return zone.instant(*_wall(dose.time_h, start))
    first_h = (step.from_day - 1) * _DAY_H + clock_hours(step.doses[0].at)
    return zone.instant(*_wall(first_h, start)) + timedelta(hours=dose.time_h - first_h)


def _wall(time_h: float, start: date) -> tuple[date, time]:
    """Return the wall-clock time of so many hours since midnight of the first day."""
    days, hours = divmod(time_h, _DAY_H)
    minutes = round(hours * 60)
    return start + timedelta(days=int(days)), time(minutes // 60 % 24, minutes % 60)


def _units(dose: PlannedDose, step: DoseStep) -> tuple[str, float | None]:
    """Return the form of a dose and how many of it; None where the plan does not count them."""
    counted = next((planned.units for planned in step.doses if planned.mg == dose.mg and planned.units), None)
    if counted is None and step.form:
        strength = strength_of(step.form)
        counted = dose.mg / strength if strength else None
    return step.form, counted
