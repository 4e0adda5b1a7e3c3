"""A course that is lived: from its log to advice, schedule, supply and how far it has come; order only.

It is a little longer than others, since every question that is asked of a course passes through here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import clock_hours
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import PlanStopped
from fullcourse.clinical.quantity import Interval
from fullcourse.clinical.zone import Zone
from fullcourse.course.advice import Advice, advise
from fullcourse.course.completion import Completion, PhaseNeeds, completion_of, month_later
from fullcourse.course.course import Course, course_of
from fullcourse.course.days import Lapse, TreatmentDay, all_standings, days_of, lapses_of
from fullcourse.course.drug_rules import Rule, emergencies_of, rule_of, rules_of
from fullcourse.course.duplicates import LikelyPair, likely_pairs
from fullcourse.course.fold import CourseState, fold
from fullcourse.course.interruption import (
    Interrupted,
    InterruptionAnswer,
    interruption_answers,
    interruption_rules,
    months_between,
)
from fullcourse.course.moving import Journey, even_gaps, moved_step, travel
from fullcourse.course.occasions import Apart, FoodAdvice, Occasion, food_of, occasions_of, separations_of
from fullcourse.course.schedule import Gap, gaps_of, slots_between, slots_of
from fullcourse.course.standing import Adherence, SlotStanding, Standing, adherence_of
from fullcourse.course.supply import Supply, supply_of
from fullcourse.course.timeline import plan_at
from fullcourse.course.transfers import TransferOut, transfers_of
from fullcourse.knowledge.consequences import Action
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, Tells
from fullcourse.knowledge.walk import facts_of, thens_of

__all__ = [
    "Course",
    "LikelyPair",
    "Overview",
    "Recheck",
    "Schedule",
    "WhatIsKnown",
    "course_from",
    "likely_pairs",
    "missed_doses",
    "moved_plan_of",
    "overview_of",
    "recheck_of",
    "schedule_of",
    "supplies_of",
    "travel_of",
]

_RIFAMYCINS: Final = frozenset(("rifampin", "rifapentine", "rifabutin"))
"""One of them is in every regimen for drug-susceptible disease, and in none for disease that resists rifampicin."""
_STOPPING_EARLY: Final = "S021"
_SUPPLY_FACT: Final = "supply_days_left"


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is due, and when.

    Attributes:
        zone: Whose clock it is told by, with the edition of its rules.
        occasions: Doses by their time, in order.
        nights: The longest gap of each drug with more than one dose a day.
        clock_changes: Gaps in which clocks change.
        food: What sources tell about food.
        apart: What sources keep apart.
        uneven: Drugs whose doses are not evenly spaced, each with its gaps, h.
    """

    zone: Zone
    occasions: tuple[Occasion, ...]
    nights: tuple[Gap, ...]
    clock_changes: tuple[Gap, ...]
    food: tuple[FoodAdvice, ...]
    apart: tuple[Apart, ...]
    uneven: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class WhatIsKnown:
    """What a person knows about an interruption and no log says; None where nobody knows.

    Attributes:
        phase: ``intensive`` or ``continuation``.
        smear_positive_at_start: Whether the first smear was positive.
        can_finish_in_time: Whether all doses still fit into the time of the source.
    """

    phase: str = ""
    smear_positive_at_start: bool | None = None
    can_finish_in_time: bool | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """How far a course has come.

    Attributes:
        adherence: By drug.
        to_ask: Doses of the last week of which nobody said anything.
        disputed: Doses of which claims contradict each other.
        lapses: Stretches of days that may be without a dose, the newest last.
        interruption: What the sources say of the longest one; empty while there is none.
        completion: Of each phase whose source counts it, or of the whole.
        unknown: Events of kinds that this version does not know.
        clashes: Events that share an id and say different things.
        transfers: Transfers out with a number, those that nobody has received yet among them.
        stop_warning: Why not to stop, where the patient wants to; None where nobody said so.
    """

    adherence: Mapping[str, Adherence]
    to_ask: tuple[SlotStanding, ...]
    disputed: tuple[SlotStanding, ...]
    lapses: tuple[Lapse, ...]
    interruption: tuple[InterruptionAnswer, ...]
    completion: tuple[Completion, ...]
    unknown: tuple[Event, ...]
    clashes: tuple[tuple[Event, ...], ...]
    transfers: tuple[TransferOut, ...]
    stop_warning: Statement | None


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the knowledge of today says beside the one that a plan was made with; nothing is changed.

    Attributes:
        made_with: Digest that the plan in force names.
        today: Digest of the knowledge at hand.
        not_covered: Drugs of the plan that the knowledge of today does not hold.
        advice: What is advised now by the knowledge of today, for each drug.
    """

    made_with: str
    today: str
    not_covered: tuple[str, ...]
    advice: tuple[Advice, ...]


def course_from(
    events: Iterable[Event], knowledge: Knowledge, zone_of: Callable[[str], Zone], now: datetime, profile: str = ""
) -> Course:
    """Return the course of a log, with what the sources say of the drugs of its plans.

    Args:
        events: Of one patient, in any order.
        knowledge: What the sources say.
        zone_of: Returns a zone by its IANA name.
        now: The moment for which the plan in force says the profile.
        profile: Which sources lead; empty for the profile of the plan.
    """
    state = fold(events)
    bare = course_of(state, zone_of, {}, ())
    current = plan_at(bare.timeline, now) or (bare.timeline[0] if bare.timeline else None)
    leads = profile or (current.plan.profile if current else "us")
    drugs = {drug.drug for plan in bare.timeline for drug in plan.plan.drugs}
    rules = {drug: rules_of(knowledge, drug, leads) for drug in sorted(drugs & knowledge.drugs.keys())}
    return Course(state, bare.timeline, bare.closing, rules, emergencies_of(knowledge))


def missed_doses(course: Course, drugs: Sequence[str], now: datetime) -> tuple[Advice, ...]:
    """Return what to do about doses at a moment; of every drug of the plan in force where none is named."""
    current = plan_at(course.timeline, now)
    named = drugs or (tuple(drug.drug for drug in current.plan.drugs) if current else ())
    return tuple(advise(course, drug, now) for drug in named)


def schedule_of(course: Course, knowledge: Knowledge, now: datetime, days: int) -> Schedule:
    """Return what is due from a moment on.

    Raises:
        InputError: No plan is in force, and none is to come.
    """
    current = plan_at(course.timeline, now) or (course.timeline[0] if course.timeline else None)
    if current is None:
        raise InputError("the log holds no plan, so nothing is due. Start one with 'course start'.")
    until = now + timedelta(days=days)
    drugs = [drug.drug for drug in current.plan.drugs]
    apart = separations_of(knowledge, drugs)
    nights, changes, uneven = [], [], {}
    for drug in drugs:
        gaps = gaps_of(slots_of(current, drug, now, until), current.zone)
        changes += [gap for gap in gaps if gap.has_clock_change]
        if gaps and min(gap.hours for gap in gaps) < 24.0:
            nights.append(max(gaps[:4], key=lambda gap: gap.hours))
        taken = current.plan.drug(drug)
        spaced = even_gaps(taken.steps[0]) if taken else ()
        if spaced and max(spaced) > min(spaced):
            uneven[drug] = spaced
    slots = slots_between(course.timeline, now, until)
    food = food_of(knowledge, drugs)
    return Schedule(current.zone, occasions_of(slots, apart), tuple(nights), tuple(changes), food, apart, uneven)


def supplies_of(
    course: Course,
    knowledge: Knowledge,
    now: datetime,
    is_working_day: Callable[[date], bool],
    days: int = 180,
) -> tuple[Supply, ...]:
    """Return how long each drug of the plan in force lasts.

    Args:
        course: The course.
        knowledge: What the sources say.
        now: The moment.
        is_working_day: Whether something can be ordered on a day.
        days: How far ahead planned doses are looked at.
    """
    current = plan_at(course.timeline, now)
    if current is None:
        return ()
    rules = _supply_rules(knowledge)
    zone, supplies = current.zone, []
    standings = all_standings(course, now, _late_after_h(course))
    for drug in current.plan.drugs:
        own = [one for one in standings if one.slot.drug == drug.drug]
        coming = [
            slot
            for plan in course.timeline
            for slot in slots_of(plan, drug.drug, now - timedelta(days=1), now + timedelta(days=days))
            if slot.due > now or any(one.slot.id == slot.id and one.standing is Standing.DUE for one in own)
        ]
        supplies.append(supply_of(course, drug.drug, own, coming, now, zone, rules, knowledge, is_working_day))
    return tuple(supplies)


def travel_of(course: Course, drug: str, last: datetime, to: Zone) -> Journey:
    """Return the doses on the way to another zone, after the last dose in the old one.

    Raises:
        InputError: The drug is not in the plan, or is not taken by the clock every day.
    """
    current = plan_at(course.timeline, last)
    taken = current.plan.drug(drug) if current else None
    spaced = even_gaps(taken.steps[-1]) if taken else ()
    if taken is None or not spaced or drug not in course.rules:
        raise InputError(f"{drug[:40]}: no daily doses by the clock are planned, so no way can be worked out. Ask.")
    hours = [clock_hours(dose.at) for dose in taken.steps[-1].doses]
    return travel(last, hours, to, max(spaced), course.rules[drug].least_share)


def moved_plan_of(course: Course, drug: str, by_h: float, last: datetime) -> tuple[DoseStep, Journey]:
    """Return a drug's step with its times of day moved, for a night shift or a fasting month, and the way there.

    Raises:
        InputError: The drug is not in the plan, or is not taken by the clock every day.
    """
    current = plan_at(course.timeline, last)
    taken = current.plan.drug(drug) if current else None
    spaced = even_gaps(taken.steps[-1]) if taken else ()
    if current is None or taken is None or not spaced or drug not in course.rules:
        raise InputError(f"{drug[:40]}: no daily doses by the clock are planned, so none can be moved. Ask.")
    step = moved_step(taken.steps[-1], by_h)
    hours = [clock_hours(dose.at) for dose in step.doses]
    return step, travel(last, hours, current.zone, max(spaced), course.rules[drug].least_share)


def overview_of(course: Course, knowledge: Knowledge, now: datetime, known: WhatIsKnown) -> Overview:
    """Return how far a course has come, and what the sources say of its longest interruption."""
    standings = all_standings(course, now, _late_after_h(course))
    current = plan_at(course.timeline, now)
    by_drug: dict[str, list[SlotStanding]] = {}
    for one in standings:
        by_drug.setdefault(one.slot.drug, []).append(one)
    days = days_of(course, standings)
    today = current.zone.day_of(now) if current else now.date()
    lapses = lapses_of(days, today)
    answers: tuple[InterruptionAnswer, ...] = ()
    completion: tuple[Completion, ...] = ()
    if current is not None:
        completion = _completion(course, knowledge, days, lapses, today)
        if lapses:
            share = _share(completion, known.phase)
            answers = _interruption(course, knowledge, lapses, today, known, share)
    recent = [one for one in standings if one.slot.due > now - timedelta(days=7)]
    return Overview(
        adherence={drug: adherence_of(listed, current.zone) for drug, listed in by_drug.items()} if current else {},
        to_ask=tuple(one for one in recent if one.standing is Standing.UNKNOWN),
        disputed=tuple(one for one in standings if one.standing is Standing.DISPUTED),
        lapses=lapses,
        interruption=answers,
        completion=completion,
        unknown=course.state.unknown(),
        clashes=tuple(course.state.clashes()),
        transfers=transfers_of(course.state),
        stop_warning=_stop_warning(course.state, knowledge),
    )


def recheck_of(course: Course, knowledge: Knowledge, now: datetime) -> Recheck:
    """Return what the knowledge of today says beside the one that the plan in force was made with.

    Raises:
        InputError: No plan is in force.
    """
    current = plan_at(course.timeline, now)
    if current is None:
        raise InputError("no plan is in force, so there is nothing to look at again.")
    drugs = tuple(drug.drug for drug in current.plan.drugs)
    return Recheck(
        current.plan.knowledge,
        knowledge.digest,
        tuple(drug for drug in drugs if drug not in knowledge.drugs),
        missed_doses(course, drugs, now),
    )


def _late_after_h(course: Course) -> float:
    return max((rules.late_after_h for rules in course.rules.values()), default=0.0)


def _supply_rules(knowledge: Knowledge) -> tuple[Rule, ...]:
    return tuple(
        rule_of(statement, knowledge)
        for statement in knowledge.statements.values()
        if _SUPPLY_FACT in facts_of(statement.body)
        and any(isinstance(then, Action) for then in thens_of(statement.body))
    )


def _interruption(
    course: Course,
    knowledge: Knowledge,
    lapses: Sequence[Lapse],
    today: date,
    known: WhatIsKnown,
    share: Interval | None,
) -> tuple[InterruptionAnswer, ...]:
    longest = max(lapses, key=lambda lapse: (lapse.days_high, lapse.first))
    first_plan, last_plan = course.timeline[0].plan, course.timeline[-1].plan
    started = first_plan.starts_on - timedelta(days=first_plan.treatment_day - 1)
    before = months_between(started, longest.first)
    total = Interval(float(sum(it.days_low for it in lapses)), float(sum(it.days_high for it in lapses)))
    interrupted = Interrupted(
        days=Interval(float(longest.days_low), float(longest.days_high)),
        months=_months(longest.first, longest.days_low, longest.days_high),
        total_days=total,
        total_months=_months(longest.first, int(total.low), int(total.high)),
        months_before=Interval(before, before),
        treatment_day=(longest.first - started).days + 1,
        as_susceptible=not _RIFAMYCINS.isdisjoint(drug.drug for drug in last_plan.drugs),
        has_pretomanid=last_plan.drug("pretomanid") is not None,
        regimen=last_plan.regimen,
        phase=known.phase,
        share_taken=share,
        smear_positive_at_start=known.smear_positive_at_start,
        can_finish_in_time=known.can_finish_in_time,
        for_side_effects=longest.for_side_effects,
    )
    ends = last_plan.starts_on + timedelta(days=last_plan.days - 1) if last_plan.days else None
    return interruption_answers(interruption_rules(knowledge), knowledge, interrupted, ends)


def _months(first: date, low: int, high: int) -> Interval:
    return Interval(
        months_between(first, first + timedelta(days=low)), months_between(first, first + timedelta(days=high))
    )


def _share(completion: Sequence[Completion], phase: str) -> Interval | None:
    """Return the share of a phase's doses that were taken; None where nobody counts them."""
    for one in completion:
        if one.phase.name == phase and one.phase.doses:
            return Interval(one.taken_low / one.phase.doses, one.taken_high / one.phase.doses)
    return None


def _completion(
    course: Course, knowledge: Knowledge, days: Sequence[TreatmentDay], lapses: Sequence[Lapse], today: date
) -> tuple[Completion, ...]:
    """Return how far each phase of the regimen has come, up to the one that is not complete."""
    plan = course.timeline[0].plan
    started = plan.starts_on - timedelta(days=plan.treatment_day - 1)
    regimen = knowledge.guidelines.regimens.get(course.timeline[-1].plan.regimen)
    if regimen is None:
        whole = PhaseNeeds("whole course", None, started, None)
        return (completion_of(whole, days, lapses, today),)
    completions = []
    begins = started
    for phase in regimen.phases:
        doses = phase.doses
        if doses is None and phase.weeks is not None and len(regimen.phases) == 1:
            doses = phase.weeks * 7
        months, within = phase.complete_within_months, phase.complete_within_days
        ends_by = month_later(begins, months) - timedelta(days=1) if months else None
        if within is not None:
            ends_by = begins + timedelta(days=within - 1)
        completion = completion_of(PhaseNeeds(phase.name, doses, begins, ends_by), days, lapses, today)
        completions.append(completion)
        if completion.answer != "complete" or doses is None:
            break
        done = [day.day for day in days if day.day >= begins and day.complete][doses - 1]
        begins = done + timedelta(days=1)
    return tuple(completions)


def _stop_warning(state: CourseState, knowledge: Knowledge) -> Statement | None:
    said = [event.body for event in state.of_kind(PlanStopped.kind) if isinstance(event.body, PlanStopped)]
    if all(body.decided_by != "patient" for body in said):
        return None
    told = (it for it in knowledge.statements.values() if _STOPPING_EARLY in it.covers and isinstance(it.body, Tells))
    return next((it for it in told if it.patient), None)
