"""What of a course is needed for safety: what symptoms told in the log call for, and what advice and stops ask."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DoseTaken
from fullcourse.clinical.patient import Record
from fullcourse.course.advice import Verdict, advise
from fullcourse.course.course import Course
from fullcourse.course.timeline import plan_at
from fullcourse.journey.course.needs import MISSED, SAFETY, VISITS, Need, Rank
from fullcourse.journey.course.tasks import Task
from fullcourse.journey.monitor_course import course_evidence
from fullcourse.journey.triage import Raised, Report, Triage, Urgency, report_with_diary
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.establish import establish
from fullcourse.triage.judge import judge

__all__ = ["needed_as_told", "needed_by_tasks", "seen_of", "triage_of_log"]

_LOOKED_BACK: Final = 20
"""So many symptoms and results are gone back through to tell since when something calls for somebody."""
_SHOWN_BEFORE: Final = timedelta(days=7)
"""What is there already is shown however early it is asked for."""
_NO_DOSE: Final = " No dose is advised"
_PLACES: Final[Mapping[Urgency, tuple[str, Rank, str]]] = {
    Urgency.EMERGENCY: (SAFETY, Rank.EMERGENCY, "now"),
    Urgency.TODAY: (SAFETY, Rank.SAFETY, "today"),
    Urgency.MENTION: (VISITS, Rank.VISIT, "next contact"),
}
"""Where what was told stands, by its urgency."""


def seen_of(course: Course, kind: str, now: datetime) -> tuple[Event, ...]:
    """Return the events of a kind that happened until a moment."""
    return tuple(event for event in course.state.of_kind(kind) if event.occurred_at <= now)


def triage_of_log(course: Course, knowledge: Knowledge, now: datetime) -> Triage:
    """Return what symptoms told in the log call for, with what the log holds of results."""
    current = plan_at(course.timeline, now) or (course.timeline[0] if course.timeline else None)
    today = current.zone.day_of(now) if current else now.date()
    patient = establish(Record(course_evidence(course, knowledge, now)), knowledge, today)
    drugs = tuple(drug.drug for drug in current.plan.drugs) if current else ()
    return judge(knowledge, report_with_diary(Report({}), course, now), patient, drugs)


def needed_as_told(
    course: Course, knowledge: Knowledge, triage: Triage | None, now: datetime, *, doses: bool = True
) -> Iterator[Need]:
    """Yield what symptoms and doses told in the log call for, one line for all that are equally urgent.

    Args:
        course: The course.
        knowledge: Holds names.
        triage: What they call for, where it was worked out already.
        now: The moment.
        doses: Whether too much that was taken is looked at; after the end of a course nothing is planned to hold it to.
    """
    symptoms = [event for event in seen_of(course, "symptom", now) if getattr(event.body, "present", False)]
    told_at = {getattr(event.body, "symptom", ""): event.occurred_at for event in symptoms}
    dosed_at = max((event.occurred_at for event in seen_of(course, DoseTaken.kind, now)), default=now)
    found = (triage or triage_of_log(course, knowledge, now)).urgent
    urgent = [it for it in found if it.because or doses]
    by_urgency: dict[Urgency, list[Raised]] = {}
    spoken_of: set[str] = set()
    for raised in urgent:  # the most urgent first: a symptom stands in the line of its most urgent statement
        if not raised.because or not spoken_of.issuperset(raised.because):
            by_urgency.setdefault(raised.urgency, []).append(raised)
            spoken_of.update(raised.because)
    for urgency, listed in by_urgency.items():
        names = tuple(dict.fromkeys(name for it in listed for name in it.because))
        own = [it for it in urgent if it.urgency == urgency and (it in listed or not set(it.because).isdisjoint(names))]
        moments = [told_at[name] for name in names if name in told_at]
        if not moments or any(not it.because for it in listed):
            moments.append(dosed_at)
        matter, rank, by = _PLACES[urgency]
        yield Need(
            matter,
            rank,
            by,
            _told(knowledge, urgency, names, own),
            min(moments),
            now - _SHOWN_BEFORE,
            more=" ".join(dict.fromkeys(it.rule.statement.says for it in listed)),
            newest=max(moments),
            statements=tuple(dict.fromkeys(it.rule.statement.id for it in own)),
        )


def _told(knowledge: Knowledge, urgency: Urgency, names: Sequence[str], own: Sequence[Raised]) -> str:
    drugs = ", ".join(dict.fromkeys(it.rule.drug for it in own if it.rule.drug and it.drug_known))
    labels = [knowledge.facts[name].label for name in names]
    if any(not it.because for it in own):
        labels.append("doses that were logged")
    return f"{', '.join(labels)}: {urgency.word}" + (f" (may be {drugs})" if drugs else "")


def needed_by_tasks(course: Course, tasks: Sequence[Task], now: datetime) -> Iterator[Need]:
    """Yield the tasks of a course: one line for all drugs that wait for a call, others that say the same together."""
    waiting = [task for task in tasks if task.is_no_dose]
    if waiting:
        yield _no_dose(course, waiting, now)
    alike: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        if not task.is_no_dose:
            alike.setdefault((task.by, task.says), []).append(task)
    for (by, says), listed in alike.items():
        drugs = ", ".join(dict.fromkeys(task.drug for task in listed if task.drug))
        moments = [task.since or now for task in listed]
        matter, rank = (MISSED, Rank.GAP) if by == "next contact" else (SAFETY, Rank.SAFETY)
        words = f"{drugs}: {says}" if drugs else says
        yield Need(matter, rank, by, words, min(moments), now - _SHOWN_BEFORE, newest=max(moments))


def _no_dose(course: Course, waiting: Sequence[Task], now: datetime) -> Need:
    drugs = ", ".join(dict.fromkeys(task.drug for task in waiting))
    whys = tuple(dict.fromkeys(task.says for task in waiting))
    first = whys[0].partition(_NO_DOSE)[0]
    says = f"No dose of {drugs} is advised before somebody has been called: {first}"
    moments = [_same_since(course, task, now) for task in waiting]
    since = now - _SHOWN_BEFORE
    return Need(SAFETY, Rank.SAFETY, "now", says, min(moments), since, more=" ".join(whys), newest=max(moments))


def _same_since(course: Course, task: Task, now: datetime) -> datetime:
    """Return since when a task is there; for advice, since the symptom or result from which on it has been the same."""
    if not task.drug or task.since is None or task.since < now:
        return task.since or now
    kinds = ("symptom", "result", "test_result")
    moments = sorted({event.occurred_at for kind in kinds for event in seen_of(course, kind, now)})
    since = now
    for moment in reversed(moments[-_LOOKED_BACK:]):
        advice = advise(course, task.drug, moment)
        if advice.verdict is not Verdict.CALL_FIRST or advice.why != task.says:
            break
        since = moment
    return since
