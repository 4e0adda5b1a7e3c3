"""Everything that the page of one patient shows, worked out together, so that nothing is worked out twice."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.event_bodies import Registered
from fullcourse.clinical.fact import Fact
from fullcourse.clinical.patient import Record
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course
from fullcourse.course.supply import Supply
from fullcourse.course.timeline import plan_at
from fullcourse.journey.course.overview import Overview, WhatIsKnown, overview_of
from fullcourse.journey.course.queue import Hidden, Need, Needs, WorkedOut, hidden_now, needs_of, now_needed
from fullcourse.journey.course.supplies import supplies_of
from fullcourse.journey.desk.drug_spans import DrugSpans, drug_spans
from fullcourse.journey.desk.seen_days import CourseDay, seen_days
from fullcourse.journey.desk.settled import Settled, standings_since
from fullcourse.journey.desk.told import MeasuredOver, SaidOver, measured_over, said_over
from fullcourse.journey.monitor import Monitor, MonitorAnswer
from fullcourse.journey.monitor_course import course_as_monitored, course_evidence
from fullcourse.journey.triage import report_with_diary
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.establish import establish
from fullcourse.triage.judge import Triage, judge
from fullcourse.triage.report import Report

__all__ = ["Citable", "CourseView", "course_view"]

_SHOWN: tuple[str, ...] = ("weight", "creatinine_clearance")
_HAPPENED = attrgetter("occurred_s")


@dataclass(frozen=True, slots=True)
class Citable:
    """A statement as it is shown where it decided something.

    Attributes:
        id: Its id.
        says: The claim.
        citation: Where it comes from.
        interpretation: The page of our reading; empty where the source needs none.
        review: ``unreviewed`` until a clinician has signed.
        conflicts: Ids of statements on the same matter that say something else.
    """

    id: str
    says: str
    citation: Citation
    interpretation: str
    review: str
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course at a moment, as somebody at the desk looks at it.

    Attributes:
        settled: What became of planned doses, for the next view of the same log.
        zone: Of the patient's clock; None without a plan.
        today: The patient's day.
        starts_on: Day 1 of treatment; None without a plan.
        ends_on: Last day of the plan; None while it is open.
        day: Day of treatment today, from 1; None before it and without a plan.
        registered: What the register holds; None where nobody wrote it down.
        facts: Numbers of the person by the fact's id, as established today; unknown ones say why.
        last_told: When the newest event happened.
        last_received: When the store took the newest one; None where no store did.
        overview: How far it has come.
        monitor: What results call for and which tests are due; None without a plan.
        triage: What symptoms told in the log call for.
        supplies: How long each drug lasts.
        needs: What it is needed for, now and later.
        needed: The lines of it that are shown now, in their order.
        put_off: What a clinician put off, with the lines that are hidden by it.
        days: Of doses.
        drugs: With their spans.
        measured: Results in numbers.
        said: Results in words, and symptoms.
        citable: By id: the statements that decided something here.
    """

    settled: Settled
    zone: Zone | None
    today: date
    starts_on: date | None
    ends_on: date | None
    day: int | None
    registered: Registered | None
    facts: Mapping[str, Fact]
    last_told: datetime | None
    last_received: datetime | None
    overview: Overview
    monitor: MonitorAnswer | None
    triage: Triage
    supplies: tuple[Supply, ...]
    needs: Needs
    needed: tuple[Need, ...]
    put_off: tuple[Hidden, ...]
    days: tuple[CourseDay, ...]
    drugs: tuple[DrugSpans, ...]
    measured: tuple[MeasuredOver, ...]
    said: tuple[SaidOver, ...]
    citable: Mapping[str, Citable]


def course_view(
    course: Course,
    knowledge: Knowledge,
    monitor: Monitor,
    now: datetime,
    is_working_day: Callable[[date], bool],
    before: Settled | None = None,
) -> CourseView:
    """Return a course as somebody at the desk looks at it.

    Args:
        course: The course.
        knowledge: What the sources say.
        monitor: Monitors with that knowledge and the profile that leads.
        now: The moment.
        is_working_day: Whether something can be ordered on a day.
        before: What became of the doses of the same log as of an earlier moment; None for nothing.
    """
    settled = standings_since(course, now, before)
    current = plan_at(course.timeline, now) or (course.timeline[0] if course.timeline else None)
    today = current.zone.day_of(now) if current else now.date()
    overview = overview_of(course, knowledge, now, WhatIsKnown(), monitor.profile.id, settled.standings)
    supplies = supplies_of(course, knowledge, now, is_working_day, standings=settled.standings)
    answer = None
    if current is not None:
        record, treatment = course_as_monitored(course, knowledge, now)
        answer = monitor.monitor(record, today, treatment)
    patient = establish(Record(course_evidence(course, knowledge, now)), knowledge, today)
    drugs = tuple(drug.drug for drug in current.plan.drugs) if current else ()
    triage = judge(knowledge, report_with_diary(Report({}), course, now), patient, drugs)
    worked_out = WorkedOut(overview, answer, triage, supplies)
    needs = needs_of(course, knowledge, now, monitor, is_working_day, worked_out)
    needed, put_off = now_needed(needs, now)[0], hidden_now(needs, now)
    lines = (*needed, *(line for it in put_off for line in it.lines))
    starts_on = answer.treatment.starts_on if answer is not None else None
    now_s = now.timestamp()
    seen = [event for event in course.state.events() if event.occurred_s <= now_s]
    return CourseView(
        settled=settled,
        zone=course.timeline[-1].zone if course.timeline else None,
        today=today,
        starts_on=starts_on,
        ends_on=answer.treatment.ends_on if answer is not None else None,
        day=answer.day if answer is not None and answer.day is not None and answer.day >= 1 else None,
        registered=_registered(course),
        facts={name: patient.facts[name] for name in _SHOWN},
        last_told=max(seen, key=_HAPPENED).occurred_at if seen else None,
        last_received=max((event.received_at for event in seen if event.received_at is not None), default=None),
        overview=overview,
        monitor=answer,
        triage=triage,
        supplies=supplies,
        needs=needs,
        needed=needed,
        put_off=put_off,
        days=seen_days(course, settled.standings),
        drugs=drug_spans(course),
        measured=measured_over(course, knowledge, now),
        said=said_over(course, knowledge, now),
        citable={it.id: it for it in _citable(knowledge, lines, overview, answer, triage)},
    )


def _registered(course: Course) -> Registered | None:
    """Return what a clinician wrote down last in the register."""
    bodies = [event.body for event in course.state.of_kind(Registered.kind) if event.actor == "clinician"]
    return next((body for body in reversed(bodies) if isinstance(body, Registered)), None)


def _citable(
    knowledge: Knowledge, lines: tuple[Need, ...], overview: Overview, monitor: MonitorAnswer | None, triage: Triage
) -> Iterator[Citable]:
    """Yield the statements that decided something, with those that say something else on the same matter."""
    responses = [it for it in monitor.responses if it.known or it.weighs] if monitor is not None else []
    conflicts = {it.statement: it.conflicts_with for it in responses}
    ids = dict.fromkeys(
        (
            *(name for line in lines for name in line.statements),
            *(it.rule.statement.id for it in triage.urgent),
            *conflicts,
            *(it.statement for it in overview.interruption if it.status != "does not apply"),
            *(name for others in conflicts.values() for name in others),
        )
    )
    for name in ids:
        statement = knowledge.statements[name]
        cited = knowledge.sources[statement.source].cited(statement.section)
        yield Citable(
            name, statement.says, cited, statement.interpretation, statement.review, tuple(conflicts.get(name, ()))
        )
