"""Who needs somebody, and for what: the lines of a course, made here and shown by the list and by the patient's page.

Nothing is decided here: each line says what the steps of a course found (triage of what was told, advice, monitoring,
supply). Only the joining of lines into one, from when on each is shown, and by when somebody sees to it, are ours.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import Contact, Visit
from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course
from fullcourse.course.schedule import slots_of
from fullcourse.course.standing import SlotStanding, Standing
from fullcourse.course.supply import Supply
from fullcourse.course.timeline import DIED, Closing, holds_of, plan_at
from fullcourse.journey.course.needs import (
    MISSED,
    OUTCOME,
    REFILLS,
    SAFETY,
    SILENT,
    VISITS,
    Hidden,
    Need,
    Needs,
    PutOff,
    Rank,
    Reached,
    hidden_now,
    now_needed,
    put_off_of,
)
from fullcourse.journey.course.needs_of_phases import needed_by_phases
from fullcourse.journey.course.needs_of_results import needed_by_results, tests_due
from fullcourse.journey.course.needs_told import needed_as_told, needed_by_tasks, seen_of
from fullcourse.journey.course.overview import Overview, WhatIsKnown, overview_of
from fullcourse.journey.course.supplies import order_ahead_days, supplies_of
from fullcourse.journey.course.tasks import tasks_of
from fullcourse.journey.monitor import Monitor, MonitorAnswer
from fullcourse.journey.monitor_course import course_as_monitored
from fullcourse.journey.triage import Triage
from fullcourse.knowledge.library import Knowledge

__all__ = [
    "Hidden", "Need", "Needs", "PutOff", "Rank", "Reached", "WorkedOut", "hidden_now", "needs_of", "now_needed",
]  # fmt: skip

_DAY: Final = timedelta(days=1)
_SILENT_AFTER: Final = timedelta(days=2)
"""So long after a dose of which nobody said anything a course counts as silent."""
_WEEK: Final = timedelta(days=7)
_MISSED_DAYS: Final = 2
_MISSED_DOSES: Final = 2
_RESULTS: Final = ("result", "test_result")


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What was worked out of a course already, at the same moment and with the same knowledge.

    Attributes:
        overview: How far it has come.
        monitor: What results call for and which tests are due; None without a plan.
        triage: What symptoms told in the log call for.
        supplies: How long each drug lasts.
    """

    overview: Overview
    monitor: MonitorAnswer | None
    triage: Triage
    supplies: tuple[Supply, ...]


def needs_of(
    course: Course,
    knowledge: Knowledge,
    now: datetime,
    monitor: Monitor | None,
    is_working_day: Callable[[date], bool],
    known: WorkedOut | None = None,
) -> Needs:
    """Return what a course is needed for at a moment, and when.

    Of a course that was closed only what came up since then is left, and an outcome that nobody wrote down; of one
    whose patient died, nothing. Without a plan there is only what symptoms call for.

    Args:
        course: The course.
        knowledge: What the sources say.
        now: The moment.
        monitor: Of the profile of the plan; None to leave results and tests out.
        is_working_day: Whether something can be ordered on a day.
        known: What was worked out of it already; None to work everything out. It changes nothing of the answer.
    """
    contact, triage = _last_contact(course, now), known.triage if known is not None else None
    if not course.timeline:
        lines = tuple(needed_as_told(course, knowledge, triage, now))
        return Needs(lines, (), contact, (), now + _WEEK)
    zone = course.timeline[-1].zone
    put_off, uncounted = tuple(put_off_of(course, zone, now)), tuple[str, ...]()
    closing = course.closing
    if closing is not None and closing.at <= now and closing.why == DIED:
        return Needs((), put_off, contact, (), now + _WEEK)
    if closing is not None and closing.at <= now:
        lines = tuple(_after(course, knowledge, monitor, zone, now, known, closing))
    else:
        overview = known.overview if known is not None else overview_of(course, knowledge, now, WhatIsKnown())
        if known is not None:
            supplies = known.supplies
        else:
            supplies = supplies_of(course, knowledge, now, is_working_day, standings=overview.standings)
        uncounted = tuple(it.drug for it in supplies if it.is_uncounted)
        lines = (
            *needed_as_told(course, knowledge, triage, now),
            *needed_by_tasks(course, overview.tasks, now),
            *_missed(overview, now),
            *_silent(course, overview.standings, now),
            *_refills(supplies, zone, now, order_ahead_days(knowledge)),
            *needed_by_phases(course, zone, now, overview.completion),
            *_visits(course, now),
            *_results(course, knowledge, monitor, zone, now, known, tests=True),
            *_end(course, overview, zone),
        )
    is_moving = any(line.matter in (SAFETY, MISSED) for line in lines)
    return Needs(lines, put_off, contact, uncounted, now + (_DAY if is_moving else _WEEK))


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


def _after(
    course: Course,
    knowledge: Knowledge,
    monitor: Monitor | None,
    zone: Zone,
    now: datetime,
    known: WorkedOut | None,
    closing: Closing,
) -> Iterator[Need]:
    """Yield what is left of a course that ended: what came up since, and an outcome where it was only stopped."""
    lines = [*needed_by_tasks(course, tasks_of(course, (), (), now), now)]  # phones that do not know of the stop yet
    if any(it.occurred_at > closing.at for it in seen_of(course, "symptom", now)):
        triage = known.triage if known is not None else None
        lines += needed_as_told(course, knowledge, triage, now, doses=False)
    if any(it.occurred_at > closing.at for kind in _RESULTS for it in seen_of(course, kind, now)):
        lines += _results(course, knowledge, monitor, zone, now, known, tests=False)
    yield from (it for it in lines if it.matter == SAFETY and (it.newest or it.since) >= closing.at)
    if closing.why == "stopped":
        says = "Treatment was stopped, and no outcome is written down."
        yield Need(OUTCOME, Rank.OUTCOME, "this week", says, closing.at, closing.at)


def _results(
    course: Course,
    knowledge: Knowledge,
    monitor: Monitor | None,
    zone: Zone,
    now: datetime,
    known: WorkedOut | None,
    *,
    tests: bool,
) -> Iterator[Need]:
    """Yield what results on file call for, and the tests that are due."""
    if monitor is None:
        return
    results = [event for kind in _RESULTS for event in seen_of(course, kind, now)]
    answer = known.monitor if known is not None else None
    try:
        if answer is None:
            record, treatment = course_as_monitored(course, knowledge, now)
            if not results:
                yield from tests_due(monitor.watched(record, zone.day_of(now), treatment), zone, now) if tests else ()
                return
            answer = monitor.monitor(record, zone.day_of(now), treatment, foresee=False)
    except InputError:
        newest = max((event.occurred_at for event in results), default=now)
        says = "Results of this course cannot be read together. Look at them."
        yield Need(SAFETY, Rank.RESULT, "today", says, newest, now - _WEEK)
        return
    if results:
        yield from needed_by_results(answer, results, zone)
    if tests:
        yield from tests_due(answer.watched, zone, now)


def _missed(overview: Overview, now: datetime) -> Iterator[Need]:
    by_due = _by_due(overview.standings)
    gone = [due for due, standings in sorted(by_due.items()) if Standing.SKIPPED in standings]
    recent = [due for due in gone if due > now - _WEEK]
    gap = _gap(by_due)
    days = {due.date() for due in gap}
    if len(days) >= _MISSED_DAYS:
        says = f"No dose for {len(days)} days in a row, as somebody says who knows."
        ids = tuple(it.statement for it in overview.interruption if it.status == "applies")
        since, newest = min(gap), max(gap)
        yield Need(MISSED, Rank.GAP, "today", says, since, now - _WEEK, newest=newest, statements=ids)
    elif len(recent) >= _MISSED_DOSES:
        says = f"{len(recent)} doses of the last 7 days were not taken."
        until = recent[-_MISSED_DOSES] + _WEEK
        yield Need(MISSED, Rank.GAP, "this week", says, recent[0], now - _WEEK, until, newest=recent[-1])


def _by_due(standings: Sequence[SlotStanding]) -> dict[datetime, list[Standing]]:
    by_due: dict[datetime, list[Standing]] = {}
    for one in standings:
        by_due.setdefault(one.slot.due, []).append(one.standing)
    return by_due


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
        # the day before it was said to be without a dose: with it, these are two days in a row of which none is known
        after = _DAY if _gap(_by_due([it for it in standings if it.slot.due < since])) else _SILENT_AFTER
        yield Need(SILENT, Rank.GAP, "today", says, since, since + after, _ends(course))


def _ends(course: Course) -> datetime | None:
    """Return when the last plan has no doses any more; None for one without an end."""
    last = course.timeline[-1]
    if last.plan.days is None:
        return None
    return last.zone.instant(last.plan.starts_on + timedelta(days=last.plan.days), time())


def _refills(supplies: Sequence[Supply], zone: Zone, now: datetime, ahead: int) -> Iterator[Need]:
    """Yield what is to be ordered, drugs with the same days together."""
    today = zone.day_of(now)
    alike: dict[tuple[date, date, str], list[Supply]] = {}
    for supply in supplies:
        if not supply.is_uncounted and supply.order_on is not None:
            usual = supply.lasts_low + timedelta(days=1 - ahead)
            late = supply.order_on <= today  # what is late keeps its age
            day = min(supply.order_on, usual) if late else supply.order_on
            by = "now" if supply.urgency == "urgent" else "today"
            alike.setdefault((day, supply.lasts_low, by), []).append(supply)
    for (day, lasts, by), listed in alike.items():
        drugs = ", ".join(it.drug for it in listed)
        says = f"{drugs}: what was handed out lasts until {lasts.isoformat()} for certain. Order it."
        from_ = zone.instant(day, time())
        ids = tuple(dict.fromkeys(done.statement for it in listed for done in it.executed))
        yield Need(REFILLS, Rank.REFILL, by, says, from_, from_, statements=ids)


def _visits(course: Course, now: datetime) -> Iterator[Need]:
    visits = [event for event in seen_of(course, Visit.kind, now) if isinstance(event.body, Visit)]
    if visits and isinstance(visits[-1].body, Visit) and not visits[-1].body.kept:
        purpose = f": {visits[-1].body.purpose}" if visits[-1].body.purpose else ""
        says = f"Did not come to a visit{purpose}."
        yield Need(VISITS, Rank.VISIT, "this week", says, visits[-1].occurred_at, now - _WEEK)


def _end(course: Course, overview: Overview, zone: Zone) -> Iterator[Need]:
    ends = _ends(course)
    if ends is not None:
        says = "The planned end has passed, and no outcome is written down."
        yield Need(OUTCOME, Rank.OUTCOME, "this week", says, ends, ends)
    proposed = overview.proposed_outcome
    if proposed is not None:
        lapse = overview.lapses[-1]
        since = zone.instant(lapse.first, time())
        says = f"A source's definition calls for this outcome: {proposed.outcome}. A clinician decides."
        more, ids = f"By {proposed.definition}.", (proposed.statement,)
        yield Need(OUTCOME, Rank.OUTCOME, "this week", says, since, since, more=more, statements=ids)
