"""What to act on today for one course: safety first, then levels and results, gaps, refills, tests, outcomes.

Each line comes from an answer that the journey gives elsewhere too: triage of what was told, monitoring, the overview,
the supply. Only the order and the joining of lines into one are ours.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Final

from fullcourse.clinical.zone import Zone
from fullcourse.course.course import Course
from fullcourse.course.supply import Supply
from fullcourse.course.timeline import DIED
from fullcourse.journey.course.overview import Overview
from fullcourse.journey.course.tasks import Task
from fullcourse.journey.monitor_answer import MonitorAnswer
from fullcourse.knowledge.actions import HEADLINES
from fullcourse.knowledge.library import Knowledge
from fullcourse.monitoring.due import DueStanding
from fullcourse.monitoring.responses import Do, Response
from fullcourse.triage.judge import Raised, Triage, Urgency

__all__ = ["MOST_ACTS", "Act", "ActKind", "acts_of"]

MOST_ACTS: Final = 5
"""So many lines are shown at first: ours; the rest stands behind them and is counted."""

_GAP_DAYS: Final = 2
"""A stretch without a dose is a line of its own from so many days on: ours. What sources say of it stands beside it."""

_MOST_TESTS: Final = 4
"""So many tests that are overdue are named in one line; all of them stand on the page."""

_BY: Final = ("now", "today", "this week", "next contact")


class ActKind(IntEnum):
    """What a line is about, the first first."""

    SAFETY = 0
    RESULT = 1
    GAP = 2
    REFILL = 3
    VISIT = 4
    OUTCOME = 5


@dataclass(frozen=True, slots=True)
class Act:
    """One line of what to act on.

    Attributes:
        kind: What it is about.
        by: ``now``, ``today``, ``this week`` or ``next contact``.
        says: What is the matter.
        more: What stands behind it, and what to do; empty where ``says`` is all.
        since: From when on, by the patient's clock; None where it has no time.
        statements: Ids of the statements that decided; empty where none did.
    """

    kind: ActKind
    by: str
    says: str
    more: str = ""
    since: date | None = None
    statements: tuple[str, ...] = ()


def acts_of(
    course: Course,
    overview: Overview,
    monitor: MonitorAnswer | None,
    triage: Triage,
    supplies: Sequence[Supply],
    knowledge: Knowledge,
    today: date,
) -> tuple[Act, ...]:
    """Return what to act on, the most urgent first.

    Of a course that was closed only what concerns safety and results is left; of one whose patient died, nothing.

    Args:
        course: The course.
        overview: How far it has come.
        monitor: What results call for and which tests are due; None where there is no plan.
        triage: What symptoms told in the log call for.
        supplies: How long each drug lasts.
        knowledge: Holds names.
        today: The patient's day.
    """
    if course.closing is not None and course.closing.why == DIED:
        return ()
    zone = course.timeline[-1].zone if course.timeline else None
    acts = [*_told(course, triage, knowledge, zone), *_tasks(overview.tasks, zone)]
    acts += _results(monitor) if monitor is not None else ()
    if course.closing is None:
        acts += [*_gaps(overview), *_refills(supplies, today), *_tests(monitor)]
        acts += _ends(course, overview, today)
    return tuple(sorted(acts, key=lambda act: (act.kind, _BY.index(act.by), act.since or today)))


def _told(course: Course, triage: Triage, knowledge: Knowledge, zone: Zone | None) -> Iterator[Act]:
    """Yield what symptoms told in the log call for, one line for all that are equally urgent."""
    by_urgency: dict[Urgency, list[Raised]] = {}
    spoken_of: set[str] = set()
    for raised in triage.urgent:  # the most urgent first: a symptom stands in the line of its most urgent statement
        if raised.because and not spoken_of.issuperset(raised.because):
            by_urgency.setdefault(raised.urgency, []).append(raised)
            spoken_of.update(raised.because)
    for urgency, listed in by_urgency.items():
        symptoms = tuple(dict.fromkeys(name for it in listed for name in it.because))
        own = [it for it in triage.urgent if it.urgency == urgency and not set(it.because).isdisjoint(symptoms)]
        names = ", ".join(knowledge.facts[name].label for name in symptoms)
        drugs = ", ".join(dict.fromkeys(it.rule.drug for it in own if it.rule.drug and it.drug_known))
        says = f"{names}: {urgency.word}" + (f" (may be {drugs})" if drugs else "")
        by = {Urgency.EMERGENCY: "now", Urgency.TODAY: "today"}.get(urgency, "next contact")
        kind = ActKind.SAFETY if urgency >= Urgency.TODAY else ActKind.VISIT
        ids = tuple(dict.fromkeys(it.rule.statement.id for it in own))
        more = " ".join(dict.fromkeys(it.rule.statement.says for it in listed))
        yield Act(kind, by, says, more, _told_on(course, symptoms, zone), ids)


def _told_on(course: Course, symptoms: Sequence[str], zone: Zone | None) -> date | None:
    """Return when one of the symptoms was told last."""
    told = [it for it in course.state.of_kind("symptom") if getattr(it.body, "symptom", "") in symptoms]
    return zone.local(told[-1].occurred_at).date() if told and zone is not None else None


def _tasks(tasks: Iterable[Task], zone: Zone | None) -> Iterator[Act]:
    """Yield the tasks of the course: one line for all drugs that wait for a call, others that say the same joined."""
    waiting = [task for task in tasks if task.by == "now"]
    if waiting:
        drugs = ", ".join(dict.fromkeys(task.drug for task in waiting if task.drug))
        more = " ".join(dict.fromkeys(task.says for task in waiting))
        yield Act(ActKind.SAFETY, "now", f"No dose of {drugs} is advised before somebody has been called", more)
    joined: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        if task.by != "now":
            joined.setdefault((task.by, task.says), []).append(task)
    for (by, says), listed in joined.items():
        drugs = ", ".join(dict.fromkeys(task.drug for task in listed if task.drug))
        since = max((task.since for task in listed if task.since is not None), default=None)
        on = zone.local(since).date() if since is not None and zone is not None else None
        kind = ActKind.GAP if by == "next contact" else ActKind.SAFETY
        yield Act(kind, by, f"{drugs}: {says}" if drugs else says, "", on)


def _results(monitor: MonitorAnswer) -> Iterator[Act]:
    """Yield what results call for, one line a drug; then what cannot be assessed, drugs that wait alike joined."""
    current = {it.fact for it in monitor.readings if it.newest is not None and not it.stale}
    joined: dict[tuple[Do, str], list[tuple[str, Response]]] = {}
    for lead in monitor.leads:
        own = [it for it in monitor.responses if it.drug == lead.drug]
        name = lead.drug or "the treatment"
        if lead.do > Do.CONTINUE:
            leading = [it for it in own if it.known and it.do == lead.do]
            says = f"{name}: {_what(leading[0])}"
            yield Act(ActKind.RESULT, _by(lead.do, leading), says, leading[0].says, _newest(leading), lead.by)
        if lead.could_be is not None:
            open_ones = [it for it in own if not it.known and it.weighs and it.do > lead.do]
            joined.setdefault((lead.could_be, _open_by(open_ones, current)), []).extend((name, it) for it in open_ones)
    for (could_be, by), listed in joined.items():
        names = ", ".join(dict.fromkeys(name for name, _ in listed))
        missing = ", ".join(dict.fromkeys(fact.replace("_", " ") for _, it in listed for fact in it.missing))
        ids = tuple(dict.fromkeys(it.statement for _, it in listed))
        says = f"{names}: cannot be assessed, could be: {could_be.word}"
        yield Act(ActKind.RESULT, by, says, f"Not known: {missing}." if missing else "", None, ids)


def _open_by(responses: Sequence[Response], current: Collection[str]) -> str:
    """Return by when what cannot be assessed is settled.

    One that rests on a result that counts today is as urgent as what it could be; so is one that the last result came
    to, though it is too old to count. Of others only an answer or a test is lacking.
    """
    fresh = [it.do for it in responses if any(piece.fact in current for piece in it.because)]
    urgent = max((*fresh, *(it.as_last_known for it in responses if it.as_last_known is not None)), default=Do.CONTINUE)
    return _by(urgent, ())


def _by(do: Do, leading: Sequence[Response]) -> str:
    if any(it.hold for it in leading) or do >= Do.HOLD:
        return "now"
    return "today" if do >= Do.REDUCE else "this week"


def _what(response: Response) -> str:
    return HEADLINES.get(response.action, response.do.word)


def _newest(responses: Iterable[Response]) -> date | None:
    days = [piece.on.first_day for it in responses for piece in it.because if piece.on is not None]
    return max(days, default=None)


def _gaps(overview: Overview) -> Iterator[Act]:
    if overview.lapses:
        lapse = overview.lapses[-1]
        if lapse.ends is None and lapse.days_high >= _GAP_DAYS:
            days = _days(lapse.days_low, lapse.days_high)
            known = "no dose" if lapse.days_low == lapse.days_high else "no dose is known"
            ids = tuple(it.statement for it in overview.interruption if it.status == "applies")
            yield Act(ActKind.GAP, "today", f"{days} in a row of which {known}", "", lapse.first, ids)
    if overview.to_ask:
        count, first = len(overview.to_ask), overview.to_ask[0].slot.due
        plural = "s" if count > 1 else ""
        says = f"{count} dose{plural} of the last week of which nobody said anything: ask"
        yield Act(ActKind.GAP, "next contact", says, "", first.date())


def _refills(supplies: Sequence[Supply], today: date) -> Iterator[Act]:
    """Yield what is to be ordered, drugs with the same days joined; what nobody counted is counted first."""
    uncounted = [it for it in supplies if it.is_uncounted]
    joined: dict[tuple[str, date | None, date], list[Supply]] = {}
    for supply in supplies:
        if supply.urgency != "none" and not supply.is_uncounted:
            joined.setdefault((supply.urgency, supply.order_on, supply.lasts_low), []).append(supply)
    for (urgency, order_on, lasts), listed in joined.items():
        drugs = ", ".join(it.drug for it in listed)
        ends = "nothing certain is left" if lasts < today else f"lasts to {lasts.isoformat()} for certain"
        order = "" if order_on is None else f"; order by {order_on.isoformat()}"
        by = "today" if urgency == "urgent" or (order_on is not None and order_on <= today) else "this week"
        yield Act(ActKind.REFILL, by, f"{drugs}: {ends}{order}", "", None, _decided(listed))
    if uncounted:
        drugs = ", ".join(it.drug for it in uncounted)
        says = f"{drugs}: nobody can say what is left. Count it"
        yield Act(ActKind.REFILL, "next contact", says, "", None, _decided(uncounted))


def _decided(supplies: Iterable[Supply]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(done.statement for it in supplies for done in it.executed))


def _tests(monitor: MonitorAnswer | None) -> Iterator[Act]:
    certain = [it for it in monitor.watched if it.watch.certain] if monitor is not None else []
    overdue = [it for it in certain if it.due.standing is DueStanding.OVERDUE]
    if overdue:
        names = ", ".join(it.watch.test for it in overdue[:_MOST_TESTS])
        names += f" and {len(overdue) - _MOST_TESTS} more" if len(overdue) > _MOST_TESTS else ""
        since = min((it.due.next_on for it in overdue if it.due.next_on is not None), default=None)
        ids = tuple(dict.fromkeys(asked.statement for it in overdue for asked in it.watch.planned.asked))
        yield Act(ActKind.VISIT, "this week", f"Tests overdue: {names}", "", since, ids)


def _ends(course: Course, overview: Overview, today: date) -> Iterator[Act]:
    if overview.outcome is not None:
        return
    if overview.proposed_outcome is not None:
        proposed = overview.proposed_outcome
        says = f"Outcome proposed: {proposed.outcome}, by {proposed.definition}; a clinician confirms it"
        yield Act(ActKind.OUTCOME, "this week", says, "", None, (proposed.statement,))
    ends = _ends_on(course)
    if ends is not None and ends <= today:
        says = "The plan came to its end and no outcome is recorded"
        yield Act(ActKind.OUTCOME, "this week", says, "", ends)


def _ends_on(course: Course) -> date | None:
    last = course.timeline[-1].plan if course.timeline else None
    return None if last is None or last.days is None else last.starts_on + timedelta(days=last.days - 1)


def _days(low: int, high: int) -> str:
    return f"{low} days" if low == high else f"{low} to {high} days"
