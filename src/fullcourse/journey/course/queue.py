"""Who needs somebody, and for what: a course as lines of the care team's list, each with since when and from when on.

A line holds the moments at which it begins and ends to be shown, so that what was worked out once stays right while
nothing is added to the log: a course is not opened again to tell that a day has passed. Nothing is decided here: each
line says what the steps of a course found.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Contact, Snoozed, Visit
from fullcourse.clinical.zone import Zone
from fullcourse.course.advice import Verdict, advise
from fullcourse.course.course import Course
from fullcourse.course.schedule import slots_of
from fullcourse.course.standing import SlotStanding, Standing
from fullcourse.course.timeline import holds_of, plan_at
from fullcourse.journey.course.overview import Overview, WhatIsKnown, overview_of
from fullcourse.journey.course.supplies import order_ahead_days, supplies_of
from fullcourse.journey.course.tasks import Task
from fullcourse.journey.monitor import Do, DueStanding, Lead, Monitor, Watched
from fullcourse.journey.monitor_course import course_as_monitored
from fullcourse.journey.triage import Report, TriageRequest, Urgency, triage
from fullcourse.knowledge.library import Knowledge

__all__ = ["Need", "Needs", "PutOff", "Reached", "needs_of", "now_needed"]

SAFETY, MISSED, REFILLS, VISITS, SILENT, OUTCOME = "safety", "missed", "refills", "visits", "silent", "outcome"

_DAY: Final = timedelta(days=1)
_SILENT_AFTER: Final = timedelta(days=2)
"""So long after a dose of which nobody said anything a course counts as silent."""
_WEEK: Final = timedelta(days=7)
_MISSED_DAYS: Final = 2
_MISSED_DOSES: Final = 2
_LOOKED_BACK: Final = 20
"""So many symptoms and results are gone back through to tell since when something calls for somebody."""
_TESTS_AHEAD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Need:
    """One line: something for which somebody is needed.

    Attributes:
        matter: One of `MATTERS`.
        says: What is the matter.
        since: When it came up.
        shows_from: From when on it is shown.
        shows_until: Until when it is; None for as long as nothing is added to the log.
        is_now: Whether it waits for nothing, not even for the end of the day.
    """

    matter: str
    says: str
    since: datetime
    shows_from: datetime
    shows_until: datetime | None = None
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class PutOff:
    """A matter that a clinician put off.

    Attributes:
        matter: Which.
        at: When it was put off: what came up later is shown.
        until: From when on it is shown again.
        because: Why.
    """

    matter: str
    at: datetime
    until: datetime
    because: str


@dataclass(frozen=True, slots=True)
class Reached:
    """The last time somebody tried to reach the patient, or met them.

    Attributes:
        at: When.
        how: A way of contact, or ``visit``.
        reached: Whether they were reached, or came.
    """

    at: datetime
    how: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """What one course is needed for.

    Attributes:
        lines: In no order that means anything; those of later days among them.
        put_off: What was put off and is not over.
        last_contact: None where nobody wrote one down.
        uncounted: Drugs of which nobody can say how much is left, so that no refill is asked for.
        good_until: When it is worked out again even where nothing was added.
    """

    lines: tuple[Need, ...]
    put_off: tuple[PutOff, ...]
    last_contact: Reached | None
    uncounted: tuple[str, ...]
    good_until: datetime


def needs_of(
    course: Course,
    knowledge: Knowledge,
    now: datetime,
    monitor: Monitor | None,
    is_working_day: Callable[[date], bool],
) -> Needs:
    """Return what a course is needed for at a moment, and when.

    Args:
        course: The course.
        knowledge: What the sources say.
        now: The moment.
        monitor: Of the profile of the plan; None to leave tests out.
        is_working_day: Whether something can be ordered on a day.
    """
    if not course.timeline:
        return Needs((), (), _last_contact(course, now), (), now + _WEEK)
    zone = course.timeline[-1].zone
    put_off = tuple(_put_off(course, zone, now))
    if course.closing is not None and course.closing.at <= now:
        lines = tuple(_closed(course))
        return Needs(lines, put_off, _last_contact(course, now), (), now + _WEEK)
    overview = overview_of(course, knowledge, now, WhatIsKnown("", None, None))
    refills, uncounted = _refills(course, knowledge, now, zone, is_working_day)
    lines = (
        *_safety(course, knowledge, overview, now),
        *_missed(overview, now),
        *_silent(course, overview.standings, now),
        *refills,
        *_visits(course, now),
        *(_monitored(course, knowledge, monitor, zone, now) if monitor is not None else ()),
        *_end(course, overview, zone),
    )
    is_moving = any(line.matter in (SAFETY, MISSED) for line in lines)
    return Needs(lines, put_off, _last_contact(course, now), uncounted, now + (_DAY if is_moving else _WEEK))


def now_needed(needs: Needs, now: datetime) -> tuple[tuple[Need, ...], tuple[PutOff, ...]]:
    """Return the lines that are shown at a moment, and the snoozes that hide others."""
    shown, hiding = [], []
    for line in needs.lines:
        if line.shows_from > now or (line.shows_until is not None and line.shows_until <= now):
            continue
        over = next((it for it in needs.put_off if _hides(it, line, now)), None)
        if over is None:
            shown.append(line)
        else:
            hiding.append(over)
    return tuple(shown), tuple(hiding)


def _hides(put_off: PutOff, line: Need, now: datetime) -> bool:
    return put_off.matter == line.matter and line.since <= put_off.at <= now < put_off.until


def _put_off(course: Course, zone: Zone, now: datetime) -> Iterator[PutOff]:
    for event in course.state.of_kind(Snoozed.kind):
        body = event.body
        if isinstance(body, Snoozed) and event.actor == "clinician":
            until = zone.instant(body.until, time())
            if until > now:
                yield PutOff(body.matter, event.occurred_at, until, body.because)


def _last_contact(course: Course, now: datetime) -> Reached | None:
    found: Reached | None = None
    for kind in (Visit.kind, Contact.kind):
        for event in course.state.of_kind(kind):
            if event.occurred_at <= now and (found is None or event.occurred_at >= found.at):
                match event.body:
                    case Visit(kept):
                        found = Reached(event.occurred_at, "visit", kept)
                    case Contact(how, reached):
                        found = Reached(event.occurred_at, how, reached)
    return found


def _closed(course: Course) -> Iterator[Need]:
    """Yield what is left to do of a course that ended: an outcome where treatment was only stopped."""
    closing = course.closing
    if closing is not None and closing.why == "stopped":
        says = "Treatment was stopped, and no outcome is written down."
        yield Need(OUTCOME, says, closing.at, closing.at)


def _safety(course: Course, knowledge: Knowledge, overview: Overview, now: datetime) -> Iterator[Need]:
    told = set()
    for tasks in _alike(overview.tasks):
        told.add(tasks[0].says.partition(" No dose is advised")[0])
        since = min(_since(course, task, now) for task in tasks)
        yield Need(SAFETY, _with_drugs(tasks), since, now - _WEEK, is_now=tasks[0].by == "now")
    profile = knowledge.profile(course.timeline[-1].plan.profile)
    symptoms = [event for event in _of(course, "symptom", now) if getattr(event.body, "present", False)]
    if symptoms:
        answer = triage(knowledge, profile, Report({}), TriageRequest(now.date(), course=course, now=now))
        for raised in answer.triage.urgent:
            says = raised.rule.statement.says
            if raised.urgency >= Urgency.TODAY and says not in told:
                told.add(says)
                told_at = [e.occurred_at for e in symptoms if getattr(e.body, "symptom", "") in raised.because]
                is_now = raised.urgency is Urgency.EMERGENCY
                yield Need(SAFETY, says, max(told_at, default=now), now - _WEEK, is_now=is_now)


def _alike(tasks: Sequence[Task]) -> Iterator[tuple[Task, ...]]:
    """Yield the tasks that somebody sees to today, those that say the same of several drugs together."""
    by_words: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        if task.by in ("now", "today"):
            by_words.setdefault((task.by, task.says), []).append(task)
    return (tuple(alike) for alike in by_words.values())


def _with_drugs(tasks: Sequence[Task]) -> str:
    drugs = ", ".join(dict.fromkeys(task.drug for task in tasks if task.drug))
    return f"{drugs}: {tasks[0].says}" if drugs else tasks[0].says


def _monitored(course: Course, knowledge: Knowledge, monitor: Monitor, zone: Zone, now: datetime) -> Iterator[Need]:
    """Yield what results on file call for, and the tests that are due."""
    results = [*_of(course, "result", now), *_of(course, "test_result", now)]
    newest = max((event.occurred_at for event in results), default=now)
    try:
        record, treatment = course_as_monitored(course, knowledge, now)
        if results:
            answer = monitor.monitor(record, zone.day_of(now), treatment, foresee=False)
            yield from _called_for(answer.leads, newest, now)
            watched = answer.watched
        else:
            watched = monitor.watched(record, zone.day_of(now), treatment)
    except InputError:
        yield Need(SAFETY, "Results of this course cannot be read together. Look at them.", newest, now - _WEEK)
        return
    yield from _tests(watched, zone, now)


def _called_for(leads: Sequence[Lead], newest: datetime, now: datetime) -> Iterator[Need]:
    for lead in leads:
        if lead.do >= Do.REDUCE:
            says = f"{lead.drug or 'all drugs'}: results on file call for this: {lead.do.word}."
            yield Need(SAFETY, says, newest, now - _WEEK, is_now=lead.do >= Do.HOLD)


def _of(course: Course, kind: str, now: datetime) -> tuple[Event, ...]:
    return tuple(event for event in course.state.of_kind(kind) if event.occurred_at <= now)


def _since(course: Course, task: Task, now: datetime) -> datetime:
    """Return since when a task is there; for advice, since the symptom or result from which on it has been the same."""
    if not task.drug or task.since is None or task.since < now:
        return task.since or now
    moments = sorted(
        {event.occurred_at for kind in ("symptom", "result", "test_result") for event in _of(course, kind, now)}
    )
    since = now
    for moment in reversed(moments[-_LOOKED_BACK:]):
        advice = advise(course, task.drug, moment)
        if advice.verdict is not Verdict.CALL_FIRST or advice.why != task.says:
            break
        since = moment
    return since


def _missed(overview: Overview, now: datetime) -> Iterator[Need]:
    by_due: dict[datetime, list[Standing]] = {}
    for one in overview.standings:
        by_due.setdefault(one.slot.due, []).append(one.standing)
    gone = [due for due, standings in sorted(by_due.items()) if Standing.SKIPPED in standings]
    recent = [due for due in gone if due > now - _WEEK]
    gap = _gap(by_due)
    days = {due.date() for due in gap}
    if len(days) >= _MISSED_DAYS:
        says = f"No dose for {len(days)} days in a row, as somebody says who knows."
        yield Need(MISSED, says, min(gap), now - _WEEK)
    elif len(recent) >= _MISSED_DOSES:
        says = f"{len(recent)} doses of the last 7 days were not taken."
        yield Need(MISSED, says, recent[0], now - _WEEK, recent[-_MISSED_DOSES] + _WEEK)
    for task in overview.tasks:
        if task.by == "next contact":
            yield Need(MISSED, _with_drugs((task,)), task.since or now, now - _WEEK)


def _gap(by_due: dict[datetime, list[Standing]]) -> list[datetime]:
    """Return the newest doses in a row that are known not to be taken; those held or still due are passed over."""
    gap = []
    for due, standings in sorted(by_due.items(), reverse=True):
        known = [it for it in standings if it not in (Standing.HELD, Standing.DUE)]
        if not known:
            continue
        if any(it is not Standing.SKIPPED for it in known):
            break
        gap.append(due)
    return gap


def _silent(course: Course, standings: Sequence[SlotStanding], now: datetime) -> Iterator[Need]:
    """Yield the line of a course of which nothing is told, from two days after the first dose that nobody spoke of."""
    current = plan_at(course.timeline, now)
    if current is None:
        return
    since: datetime | None = None
    for one in reversed(standings):
        if one.standing in (Standing.UNKNOWN, Standing.DUE):
            since = one.slot.due
        elif one.standing is not Standing.HELD:
            break
    if since is None:
        coming = (
            slot.due
            for drug in current.plan.drugs
            for slot in slots_of(current, drug.drug, now, now + 2 * _WEEK)
            if not any(hold.covers(slot.due) for hold in holds_of(course.state, drug.drug))
        )
        since = min(coming, default=None)
    if since is not None:
        says = "Nothing was told of any dose since then."
        yield Need(SILENT, says, since, since + _SILENT_AFTER, _ends(course))


def _ends(course: Course) -> datetime | None:
    """Return when the last plan has no doses any more; None for one without an end."""
    last = course.timeline[-1]
    if last.plan.days is None:
        return None
    return last.zone.instant(last.plan.starts_on + timedelta(days=last.plan.days), time())


def _refills(
    course: Course, knowledge: Knowledge, now: datetime, zone: Zone, is_working_day: Callable[[date], bool]
) -> tuple[tuple[Need, ...], tuple[str, ...]]:
    found, uncounted = [], []
    today, ahead = zone.day_of(now), order_ahead_days(knowledge)
    for supply in supplies_of(course, knowledge, now, is_working_day):
        if supply.is_uncounted:
            uncounted.append(supply.drug)
            continue
        if supply.order_on is None:
            continue
        usual = supply.lasts_low + timedelta(days=1 - ahead)
        day = min(supply.order_on, usual) if supply.order_on <= today else supply.order_on  # what is late keeps its age
        last = supply.lasts_low.isoformat()
        says = f"{supply.drug}: what was handed out lasts until {last} for certain. Order it."
        from_ = zone.instant(day, time())
        found.append(Need(REFILLS, says, from_, from_, is_now=supply.urgency == "urgent"))
    return tuple(found), tuple(uncounted)


def _visits(course: Course, now: datetime) -> Iterator[Need]:
    visits = [event for event in _of(course, Visit.kind, now) if isinstance(event.body, Visit)]
    if visits and isinstance(visits[-1].body, Visit) and not visits[-1].body.kept:
        purpose = f": {visits[-1].body.purpose}" if visits[-1].body.purpose else ""
        yield Need(VISITS, f"Did not come to a visit{purpose}.", visits[-1].occurred_at, now - _WEEK)


def _tests(watched: Sequence[Watched], zone: Zone, now: datetime) -> Iterator[Need]:
    """Yield the tests that are due, those of one day together."""
    by_day: dict[date, list[str]] = {}
    for one in watched:
        due = one.due
        if due.next_on is None or due.standing is DueStanding.DONE:
            continue
        if zone.instant(due.next_on, time()) <= now + _TESTS_AHEAD:
            by_day.setdefault(due.next_on, []).append(one.watch.test)
    for day, tests in sorted(by_day.items()):
        from_ = zone.instant(day, time())
        yield Need(VISITS, f"Due on {day.isoformat()}: {', '.join(sorted(tests))}.", from_, from_)


def _end(course: Course, overview: Overview, zone: Zone) -> Iterator[Need]:
    ends = _ends(course)
    if ends is not None:
        yield Need(OUTCOME, "The planned end has passed, and no outcome is written down.", ends, ends)
    proposed = overview.proposed_outcome
    if proposed is not None:
        lapse = overview.lapses[-1]
        since = zone.instant(lapse.first, time())
        says = f"A source's definition calls for this outcome: {proposed.outcome}. A clinician decides."
        yield Need(OUTCOME, says, since, since.astimezone(UTC))
