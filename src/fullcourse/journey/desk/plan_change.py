"""What moves when another plan takes the place of the one in force: doses, sheet, feed, refill and end, before it does.

Both courses are worked out the same way, one without and one with the change; nothing is kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.dose import RegimenDrug
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Record
from fullcourse.clinical.zone import Zone
from fullcourse.course.calendar import calendar_entries
from fullcourse.course.course import Course
from fullcourse.course.schedule import Slot, last_day_of, slots_between
from fullcourse.course.supply import Supply
from fullcourse.course.timeline import plan_at
from fullcourse.journey.course.supplies import supplies_of
from fullcourse.journey.monitor_course import course_evidence
from fullcourse.knowledge.library import Knowledge

__all__ = ["DAYS_COMPARED", "DrugMove", "PlanMoves", "RefillMove", "plan_moves", "record_of_log", "rest_of_plan"]

DAYS_COMPARED: Final = 28
"""So many days from now on are held beside each other: as long as the longest sheet."""


@dataclass(frozen=True, slots=True)
class DrugMove:
    """One drug: its dose before and after, in words; empty where it is not in the plan.

    Attributes:
        drug: INN in lower case.
        before: Its dose in the plan in force, as it would go on from then.
        after: Its dose in the plan that is proposed.
        gone: How many planned doses fall away in the days compared.
        new: How many come.
        first_new: When the first of those is due, by the patient's clock; None for none.
    """

    drug: str
    before: str
    after: str
    gone: int
    new: int
    first_new: datetime | None


@dataclass(frozen=True, slots=True)
class RefillMove:
    """How long one drug lasts before and after, and by when it is ordered; None where it is not in the plan."""

    drug: str
    before: Supply | None
    after: Supply | None


@dataclass(frozen=True, slots=True)
class PlanMoves:
    """What moves.

    Attributes:
        begins: From when on the proposed plan counts, by the patient's clock.
        drugs: Every drug of either plan.
        same: How many planned doses stay in the days compared, at their time and amount.
        sheet_from: First day of which a sheet that was printed before is wrong; None where no dose moves.
        feed_cancelled: How many entries calendars are told to strike out in the days compared.
        feed_new: How many they are told anew.
        refills: How long drugs last.
        ends_before: Last day of the plan in force; None while it is open.
        ends_after: Last day of the proposed one.
        phase_before: Last day of the phase that the plan in force holds, where it names one.
        phase_after: Last day of that of the proposed one.
    """

    begins: datetime
    drugs: tuple[DrugMove, ...]
    same: int
    sheet_from: date | None
    feed_cancelled: int
    feed_new: int
    refills: tuple[RefillMove, ...]
    ends_before: date | None
    ends_after: date | None
    phase_before: date | None
    phase_after: date | None


def plan_moves(
    before: Course,
    after: Course,
    knowledge: Knowledge,
    zone_of: Callable[[str], Zone],
    now: datetime,
    is_working_day: Callable[[date], bool],
) -> PlanMoves:
    """Return what moves from a course to the same one with another plan at its end.

    Args:
        before: The course.
        after: The course with the change.
        knowledge: What the sources say.
        zone_of: Returns a zone by its IANA name.
        now: The moment.
        is_working_day: Whether something can be ordered on a day.

    Raises:
        InputError: There is no plan that could be changed, or none that takes its place.
    """
    current = plan_at(before.timeline, now) or next(iter(before.timeline), None)
    if current is None or len(after.timeline) <= len(before.timeline):
        raise InputError("the log holds no plan that could be changed. Begin a course.")
    known = {plan.event for plan in before.timeline}
    proposed = next(plan for plan in after.timeline if plan.event not in known)
    until = max(now, proposed.begins) + timedelta(days=DAYS_COMPARED)
    old, new = (_by_dose(slots_between(it.timeline, now, until)) for it in (before, after))
    gone, came = [it for key, it in old.items() if key not in new], [it for key, it in new.items() if key not in old]
    zone = proposed.zone
    moved = [zone.day_of(slot.due) for slot in (*gone, *came)]
    told = {it.uid for it in calendar_entries(before, zone_of, now, until) if not it.is_cancelled and it.due < until}
    tells = {it.uid for it in calendar_entries(after, zone_of, now, until) if not it.is_cancelled and it.due < until}
    names = dict.fromkeys(drug.drug for it in (current, proposed) for drug in it.plan.drugs)
    at = max(now, proposed.begins)
    remaining = {
        drug.drug: drug for drug in rest_of_plan(current.plan, max(zone.local(at).date(), current.plan.starts_on))
    }
    return PlanMoves(
        begins=zone.local(proposed.begins),
        drugs=tuple(
            DrugMove(
                name,
                _dose(remaining.get(name)),
                _dose(proposed.plan.drug(name)),
                sum(slot.drug == name for slot in gone),
                sum(slot.drug == name for slot in came),
                min((zone.local(slot.due) for slot in came if slot.drug == name), default=None),
            )
            for name in names
        ),
        same=len(old) - len(gone),
        sheet_from=min(moved, default=None),
        feed_cancelled=len(told - tells),
        feed_new=len(tells - told),
        refills=_refills(
            names,
            supplies_of(before, knowledge, now, is_working_day),
            supplies_of(after, knowledge, at, is_working_day),
        ),
        ends_before=_ends(current.plan.starts_on, current.plan.days),
        ends_after=_ends(proposed.plan.starts_on, proposed.plan.days),
        phase_before=current.plan.phase_ends_on,
        phase_after=proposed.plan.phase_ends_on,
    )


def rest_of_plan(plan: CoursePlan, start: date) -> tuple[RegimenDrug, ...]:
    """Return the drugs of a plan as they go on from a later day, which is day 1 of what is returned.

    A step that is over is left out, so that a change of one drug begins no loading dose of another anew; a drug that
    ended is left out too, and one that ends on a day says for how long it still is taken.

    Args:
        plan: The plan in force.
        start: The day; not before the plan's own first day.
    """
    rest = (_rest(drug, plan, (start - plan.starts_on).days + 2 - drug.from_day, start) for drug in plan.drugs)
    return tuple(drug for drug in rest if drug is not None)


def _rest(drug: RegimenDrug, plan: CoursePlan, day: int, start: date) -> RegimenDrug | None:
    """Return a drug from one of its days on; None where it is over. One that has not begun stays as it was planned."""
    if day < 1:
        return drug
    last = last_day_of(plan, drug.drug) if drug.to_day is not None else None
    left = None if last is None else (last - start).days + 1
    if left is not None and left < 1:
        return None
    place = max((number for number, step in enumerate(drug.steps) if step.from_day <= day), default=0)
    steps = []
    for step in drug.steps[place:]:
        to_day = step.to_day if step.to_day is None else step.to_day - day + 1
        if to_day is None or to_day >= 1:
            begins = max(step.from_day - day + 1, 1)
            steps.append(replace(step, from_day=begins, to_day=to_day, from_date=None))
    if not steps:
        return None
    if left is not None:
        steps[-1] = replace(steps[-1], to_day=left if steps[-1].to_day is None else min(steps[-1].to_day, left))
    return RegimenDrug(drug.drug, tuple(steps))


def record_of_log(course: Course, knowledge: Knowledge, now: datetime) -> Record:
    """Return what the log of a course says of facts as a record, which a plan is held against."""
    return Record(course_evidence(course, knowledge, now))


def _by_dose(slots: Iterable[Slot]) -> Mapping[tuple[str, datetime, float], Slot]:
    return {(slot.drug, slot.due, slot.mg): slot for slot in slots}


def _dose(drug: RegimenDrug | None) -> str:
    return "" if drug is None else say_dose_plan(drug.steps)


def _refills(names: Iterable[str], before: Sequence[Supply], after: Sequence[Supply]) -> tuple[RefillMove, ...]:
    old, new = ({it.drug: it for it in listed} for listed in (before, after))
    return tuple(RefillMove(name, old.get(name), new.get(name)) for name in names)


def _ends(starts_on: date, days: int | None) -> date | None:
    return None if days is None else starts_on + timedelta(days=days - 1)
