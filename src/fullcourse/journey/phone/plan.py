"""What a patient's phone is handed of a course, so that it advises by itself for weeks: all of it is worked out here.

The phone holds the planned doses, what was said of them, and the rules; it advises as `course.advice` does and never
longer than the clinic allows: past `PhonePlan.expires_at` it advises no dose.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DOSE_BODIES, Result, Symptom
from fullcourse.clinical.patient import Record
from fullcourse.clinical.quantity import Interval
from fullcourse.course.course import Course
from fullcourse.course.days import all_standings
from fullcourse.course.moment_of_dose import converted
from fullcourse.course.schedule import PlanInForce, Slot, slots_of
from fullcourse.course.standing import Adherence, adherence_of
from fullcourse.course.supply import Supply
from fullcourse.course.timeline import plan_at
from fullcourse.journey.course.supplies import supplies_of
from fullcourse.journey.monitor import Monitor
from fullcourse.journey.phone.unread import UnreadResult, unread_results
from fullcourse.journey.visit_calendar import open_tests
from fullcourse.knowledge.library import Knowledge
from fullcourse.triage.rules import TriageRule, triage_rules

__all__ = ["DAYS_AHEAD", "MOST_DAYS_VALID", "PhonePart", "PhonePlan", "phone_plan"]

DAYS_AHEAD: Final = 60
"""So many days of planned doses stand on the phone."""

MOST_DAYS_VALID: Final = 28
"""A plan is valid so many days at most: what is advised on its last day looks 32 days ahead."""

_BACK: Final = timedelta(days=33)
"""Advice looks 32 days back; a day more for a clock that is a little slow."""

_FIRST_DOSES: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class PhonePart:
    """One plan of the course, as far as the phone needs it.

    Attributes:
        plan: The plan, with when it counts.
        slots: Its planned doses while it counts, in order of time.
        beyond: By drug, when doses of it would be due while it does not count: they say how far apart its doses are.
        first: By drug, when its first dose is due, where the plan has not begun.
    """

    plan: PlanInForce
    slots: tuple[Slot, ...]
    beyond: Mapping[str, tuple[datetime, ...]]
    first: Mapping[str, datetime]


@dataclass(frozen=True, slots=True, eq=False)
class PhonePlan:
    """What a phone is handed.

    Attributes:
        patient: Random id.
        issued_at: When it was worked out.
        expires_at: From when on the phone advises no dose.
        course: The course.
        parts: The plans that bear on it, in the order in which they count.
        events: What was said of doses and symptoms, results, and what corrects any of it, in order of time.
        results: By the id of an event with a result, its number in the unit of its fact.
        unread: Results that a drug waits for and nobody can read.
        triage: The statements that say what to do at a symptom: of the drugs of the plans, and of whatever drug; all
            of them while no plan is in force, since nobody knows then what is taken.
        supplies: How long each drug lasts.
        visits: Days on which tests are due, each with its tests.
        adherence: Days done of days planned until now; None before the first plan.
        knowledge: That everything was read from.
        profile: Which sources lead.
    """

    patient: str
    issued_at: datetime
    expires_at: datetime
    course: Course
    parts: tuple[PhonePart, ...]
    events: tuple[Event, ...]
    results: Mapping[str, Interval]
    unread: tuple[UnreadResult, ...]
    triage: tuple[TriageRule, ...]
    supplies: tuple[Supply, ...]
    visits: tuple[tuple[date, tuple[str, ...]], ...]
    adherence: Adherence | None
    knowledge: Knowledge
    profile: str

    @property
    def current(self) -> PlanInForce | None:
        """Return the plan that counts when it is issued, or the first to come."""
        plans = [part.plan for part in self.parts]
        return plan_at(tuple(plans), self.issued_at) or next(iter(plans), None)

    @property
    def current_drugs(self) -> tuple[str, ...]:
        """Return the drugs of the plan in force; of none before the first plan begins."""
        current = self.current
        is_begun = current is not None and current.begins <= self.issued_at
        return tuple(drug.drug for drug in current.plan.drugs) if current is not None and is_begun else ()

    @property
    def drugs(self) -> tuple[str, ...]:
        """Return the drugs of its plans, those of the plan in force first."""
        current = self.current
        first = [] if current is None else [drug.drug for drug in current.plan.drugs]
        return tuple(dict.fromkeys((*first, *(drug.drug for part in self.parts for drug in part.plan.plan.drugs))))


def phone_plan(
    course: Course, patient: str, knowledge: Knowledge, now: datetime, days_valid: int, profile: str
) -> PhonePlan:
    """Return what a phone is handed of a course.

    Args:
        course: The course.
        patient: Random id.
        knowledge: What the sources say.
        now: The moment.
        days_valid: For so many days the phone advises by it, 1 to `MOST_DAYS_VALID`.
        profile: Which sources lead.

    Raises:
        ValueError: ``days_valid`` is outside its range.
    """
    if not 1 <= days_valid <= MOST_DAYS_VALID:
        raise ValueError(f"{days_valid} lies outside 1 to {MOST_DAYS_VALID}")
    parts = tuple(_parts(course, now))
    drugs = frozenset(drug.drug for part in parts for drug in part.plan.plan.drugs)
    events = _events(course, _facts_read(course, drugs), now)
    numbers = ((it.id, converted(it.body, knowledge)) for it in events if isinstance(it.body, Result))
    results = {name: number for name, number in numbers if number is not None}
    return PhonePlan(
        patient=patient,
        issued_at=now,
        expires_at=now + timedelta(days=days_valid),
        course=course,
        parts=parts,
        events=events,
        results=results,
        unread=unread_results(course, drugs, knowledge, now),
        triage=_triage(course, drugs, knowledge, now),
        supplies=supplies_of(course, knowledge, now, lambda _: True),
        visits=_visits(course, Monitor(knowledge, knowledge.profile(profile)), now),
        adherence=_adherence(course, now),
        knowledge=knowledge,
        profile=profile,
    )


def _parts(course: Course, now: datetime) -> Iterator[PhonePart]:
    first, last = now - _BACK, now + timedelta(days=DAYS_AHEAD)
    for place, plan in enumerate(course.timeline):
        is_next = place == 0 and plan.begins > now
        if not is_next and (plan.begins >= last or (plan.ends is not None and plan.ends <= first)):
            continue
        slots: list[Slot] = []
        beyond: dict[str, tuple[datetime, ...]] = {}
        firsts: dict[str, datetime] = {}
        for drug in plan.plan.drugs:
            whole = slots_of(replace(plan, begins=first, ends=None), drug.drug, first, last)
            counting = [it for it in whole if plan.begins <= it.due and (plan.ends is None or it.due < plan.ends)]
            slots += counting
            others = tuple(it.due for it in whole if it not in counting)
            beyond |= {drug.drug: others} if others else {}
            if is_next:
                to_come = slots_of(plan, drug.drug, plan.begins, plan.begins + _FIRST_DOSES)
                firsts |= {drug.drug: to_come[0].due} if to_come else {}
        yield PhonePart(plan, tuple(sorted(slots, key=lambda it: (it.due, it.drug))), beyond, firsts)


def _facts_read(course: Course, drugs: Iterable[str]) -> frozenset[str]:
    """Return the facts that what stops a dose of some drugs asks for."""
    rules = [rule for drug in drugs if drug in course.rules for rule in course.rules[drug].danger]
    return frozenset(name for rule in (*rules, *course.emergencies) for name in rule.facts)


def _events(course: Course, facts: frozenset[str], now: datetime) -> tuple[Event, ...]:
    """Return what was said of doses as far back as advice looks, of symptoms, and results that stop a dose."""
    since = (now - _BACK).timestamp()
    chosen: dict[str, list[Event]] = {}
    waiting = [
        event
        for event in course.state.events()
        if (isinstance(event.body, DOSE_BODIES) and event.occurred_s > since)
        or isinstance(event.body, Symptom)
        or (isinstance(event.body, Result) and event.body.fact in facts)
    ]
    while waiting:
        event = waiting.pop()
        known = chosen.setdefault(event.id, [])
        if event not in known:
            known.append(event)
            waiting += course.state.corrections.get(event.id, ())
    return tuple(sorted((it for listed in chosen.values() for it in listed), key=lambda it: it.order))


def _triage(course: Course, drugs: frozenset[str], knowledge: Knowledge, now: datetime) -> tuple[TriageRule, ...]:
    rules = triage_rules(knowledge)
    if plan_at(course.timeline, now) is None:
        return rules
    return tuple(it for it in rules if not it.drug or it.drug in drugs)


def _visits(course: Course, monitor: Monitor, now: datetime) -> tuple[tuple[date, tuple[str, ...]], ...]:
    """Return the days ahead on which tests are due."""
    current = plan_at(course.timeline, now) or next(iter(course.timeline), None)
    if current is None:
        return ()
    today = current.zone.day_of(now)
    last = today + timedelta(days=DAYS_AHEAD)
    tests = open_tests(course, Record({}), monitor, now, today)
    return tuple((day, tests[day]) for day in sorted(tests) if day <= last)


def _adherence(course: Course, now: datetime) -> Adherence | None:
    current = plan_at(course.timeline, now)
    return None if current is None else adherence_of(all_standings(course, now, course.late_after_h), current.zone)
