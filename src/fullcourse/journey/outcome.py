"""A course or a record as the definitions of outcomes look at it: which outcome is proposed, and why; order only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Outcome, PlanChanged, PlanStopped
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.patient import Record
from fullcourse.course.course import Course
from fullcourse.course.days import TreatmentDay, all_standings, days_of, lapses_of, watched_until
from fullcourse.course.schedule import PlanInForce
from fullcourse.course.transfers import transfers_of
from fullcourse.journey.course.interruptions import longest_in_months, treated_as_susceptible
from fullcourse.journey.course.phases import phases_of
from fullcourse.journey.log_not_used import not_used_of_log
from fullcourse.journey.monitor import Treatment
from fullcourse.journey.monitor_course import course_evidence
from fullcourse.knowledge.library import Knowledge
from fullcourse.outcomes.bacteriology import Bacteriology, Specimen
from fullcourse.outcomes.definitions import Definitions, Judged, OutcomeAnswer, Reason, is_definition
from fullcourse.outcomes.episode import CULTURE, REASONS_OF_FAILURE, SMEAR, Episode
from fullcourse.outcomes.facts import said

__all__ = [
    "Bacteriology",
    "Definitions",
    "Episode",
    "Judged",
    "OutcomeAnswer",
    "Reason",
    "Said",
    "Specimen",
    "episode_of_course",
    "episode_of_record",
    "is_definition",
    "said",
]

_PULMONARY = "pulmonary_tuberculosis"
_REPORTS = frozenset(("Observation", "DiagnosticReport"))
_READABLE = frozenset(("negative", "positive"))
_TRANSFERRED = "transferred out"
_STOPPED = "stopped"
_ENDED_WELL = frozenset(("cured", "completed"))


@dataclass(frozen=True, slots=True)
class Said:
    """What a clinician answers beside the log; None where nobody did.

    Attributes:
        pulmonary: Whether the lungs had it at the beginning.
        confirmed: Whether it was bacteriologically confirmed at the beginning.
        completed: Whether treatment was completed as recommended.
        all_results: Whether every smear and culture is on file here, so that what was not read of a record is none.
    """

    pulmonary: bool | None = None
    confirmed: bool | None = None
    completed: bool | None = None
    all_results: bool = False


def episode_of_course(
    course: Course,
    knowledge: Knowledge,
    now: datetime,
    told: Said,
    record: Record | None = None,
    day: date | None = None,
) -> Episode:
    """Return a course as one treatment.

    Args:
        course: The course; it has a plan.
        knowledge: What the sources say.
        now: The moment; what happened later is not seen.
        told: What a clinician answers beside the log.
        record: The patient's record, beside it; None where there is none.
        day: The day that is asked about; None for the patient's day at that moment.
    """
    first, last = course.timeline[0], course.timeline[-1]
    today = day or last.zone.local(now).date()
    starts = first.plan.starts_on - timedelta(days=first.plan.treatment_day - 1)
    planned = None if last.plan.days is None else last.plan.starts_on + timedelta(days=last.plan.days - 1)
    closing = course.closing if course.closing is not None and course.closing.at <= now else None
    closed = None if closing is None else last.zone.local(closing.at).date()
    days = days_of(course, all_standings(course, now, course.late_after_h))
    lapses = lapses_of(days, watched_until(course, today))
    recorded, died = _recorded(course, now, last)
    completed, why = _completed(course, knowledge, told, (today, planned, closed), recorded, days)
    ended, because, reasons, other = _ended(course, now, planned, completed)
    evidence = course_evidence(course, knowledge, now)
    if record is not None:
        for name, pieces in record.evidence.items():
            evidence[name] = (*pieces, *evidence.get(name, ()))
    return Episode(
        at=today,
        starts_on=starts,
        ends_on=min((it for it in (planned, closed) if it is not None), default=None),
        specimens=_specimens(evidence, today),
        as_susceptible=treated_as_susceptible([drug.drug for drug in last.plan.drugs]),
        pulmonary=_state(told.pulmonary, evidence.get(_PULMONARY, ()), today),
        confirmed=told.confirmed,
        completed=completed,
        completed_because=why,
        ended_or_changed=ended,
        ended_because=because,
        reasons=reasons,
        other_reason=other,
        acquired=_acquired(course, knowledge, evidence, starts),
        died_on=died,
        transferred=_transferred(course, now),
        interrupted_months=longest_in_months(lapses),
        recorded=recorded.outcome if recorded else "",
        recorded_on=last.zone.local(recorded.at).date() if recorded else None,
        recorded_by=recorded.definition if recorded else "",
        not_read=0 if told.all_results else _not_read(record) + _not_read_of_log(course, knowledge, now),
        all_results=told.all_results,
    )


def episode_of_record(record: Record, at: date, treatment: Treatment, told: Said) -> Episode:
    """Return a plain record as one treatment: results and drugs; of doses, deaths and transfers it tells nothing."""
    return Episode(
        at=at,
        starts_on=treatment.starts_on,
        ends_on=treatment.ends_on,
        specimens=_specimens(record.evidence, at),
        as_susceptible=treated_as_susceptible(treatment.drugs) if treatment.drugs else None,
        pulmonary=_state(told.pulmonary, record.evidence.get(_PULMONARY, ()), at),
        confirmed=told.confirmed,
        completed=told.completed,
        completed_because="as said"
        if told.completed is not None
        else "a record does not tell; say --completed yes or no",
        ended_or_changed=False if told.completed else None,
        transferred=None,
        not_read=0 if told.all_results else _not_read(record),
        all_results=told.all_results,
        has_log=False,
    )


@dataclass(frozen=True, slots=True)
class _Recorded:
    outcome: str
    definition: str
    at: datetime


def _seen(course: Course, kind: str, now: datetime) -> tuple[Event, ...]:
    return tuple(event for event in course.state.of_kind(kind) if event.occurred_at <= now)


def _recorded(course: Course, now: datetime, last: PlanInForce) -> tuple[_Recorded | None, date | None]:
    """Return the newest outcome on file, death apart, and the day of death."""
    found: _Recorded | None = None
    died: date | None = None
    for event in _seen(course, Outcome.kind, now):
        match event.body:
            case Outcome("died"):
                died = died or last.zone.local(event.occurred_at).date()
            case Outcome(outcome, definition):
                found = _Recorded(outcome, definition, event.occurred_at)
    return found, died


def _completed(
    course: Course,
    knowledge: Knowledge,
    told: Said,
    ends: tuple[date, date | None, date | None],
    recorded: _Recorded | None,
    days: Sequence[TreatmentDay],
) -> tuple[bool | None, str]:
    """Return whether treatment was completed, and why: ``ends`` are today, the planned end and the day of closing."""
    today, planned, closed = ends
    if told.completed is not None:
        early = planned is not None and today <= planned and told.completed
        return told.completed, f"as said, though the plan ends on {planned}" if early else "as said"
    if recorded is not None and recorded.outcome in _ENDED_WELL:
        return True, f"recorded as {recorded.outcome}"
    if closed is not None and course.closing is not None and course.closing.why == _TRANSFERRED:
        return None, "another unit has the patient, and its outcome is not known here"
    if closed is not None and planned is not None and closed < planned:
        return False, f"it ended on {closed}, and the plan on {planned}"
    if planned is not None and today <= planned and closed is None:
        return False, f"the end of the plan, {planned}, is not reached"
    phases = phases_of(course, knowledge, days, (), today)
    regimen = knowledge.guidelines.regimens.get(course.timeline[-1].plan.regimen)
    wanted = [] if regimen is None else [phase.name for phase in regimen.phases]
    if all(phase.answer == "complete" for phase in phases) and [it.phase.name for it in phases] == wanted:
        return True, "the doses that its source counts were taken in time"
    if any(phase.answer in ("not complete", "not in time") for phase in phases):
        return False, "doses that its source counts are owed"
    return None, "no source counts its doses, or nobody told of them; say --completed yes or no"


def _ended(
    course: Course, now: datetime, planned: date | None, completed: bool | None
) -> tuple[bool | None, str, frozenset[str], bool]:
    """Return whether the regimen ended or changed for good, what tells it, the reasons, and whether others were."""
    told: list[tuple[bool | None, str, str]] = []
    closing = course.closing
    if closing is not None and closing.why == _STOPPED and closing.at <= now and completed is not True:
        day = course.timeline[-1].zone.local(closing.at).date()
        if planned is None or day < planned:
            body = closing.event.body
            told.append((True, f"ended on {day}", body.because if isinstance(body, PlanStopped) else ""))
    reasons = {
        it.id: it.body.because for it in _seen(course, PlanChanged.kind, now) if isinstance(it.body, PlanChanged)
    }
    for before, after in zip(course.timeline, course.timeline[1:], strict=False):
        changed = _changed(before, after)
        if changed is not False and after.begins <= now:
            day = after.zone.local(after.begins).date()
            told.append((changed, f"drugs changed on {day}", reasons.get(after.event, "")))
    if not told:
        return False, "", frozenset(), False
    is_ended = True if any(it is True for it, _, _ in told) else None
    given = [because.strip().lower() for _, _, because in told]
    words = "; ".join(f"{what}: '{because.strip()[:60]}'" if because.strip() else what for _, what, because in told)
    known = frozenset(given) & frozenset(REASONS_OF_FAILURE)
    return is_ended, words, known, any(it not in REASONS_OF_FAILURE for it in given)


def _changed(before: PlanInForce, after: PlanInForce) -> bool | None:
    """Return whether a plan is another regimen: another name and a new drug; None where one alone is so."""
    old, new = ({drug.drug for drug in it.plan.drugs} for it in (before, after))
    if old == new:
        return False
    named = before.plan.regimen and after.plan.regimen
    return True if named and before.plan.regimen != after.plan.regimen and new - old else None


def _transferred(course: Course, now: datetime) -> bool | None:
    closing = course.closing
    if closing is not None and closing.why == _TRANSFERRED and closing.at <= now:
        return True
    return None if any(one.is_awaited and one.left.occurred_at <= now for one in transfers_of(course.state)) else False


def _acquired(
    course: Course, knowledge: Knowledge, evidence: dict[str, tuple[Evidence, ...]], starts: date
) -> tuple[str, ...]:
    """Return the drugs of the plans that were susceptible first, and resistant after the start."""
    drugs = {drug.drug for plan in course.timeline for drug in plan.plan.drugs}
    found: list[str] = []
    for name, pieces in evidence.items():
        definition = knowledge.facts.get(name)
        if definition is None or definition.speaks_of is None:
            continue
        dated = sorted((it for it in pieces if it.on is not None), key=lambda it: it.on.start_s if it.on else 0.0)
        was_susceptible = False
        for piece in dated:
            if piece.value in definition.speaks_of.susceptible:
                was_susceptible = True
            elif (
                piece.value in definition.speaks_of.resistant and was_susceptible and _last_day(piece, starts) > starts
            ):
                found += sorted(drugs & set(definition.speaks_of.drugs))
    return tuple(dict.fromkeys(found))


def _last_day(piece: Evidence, otherwise: date) -> date:
    return piece.on.last_day if piece.on is not None else otherwise


def _not_read(record: Record | None) -> int:
    return 0 if record is None else sum(part.count for part in record.not_used if part.what in _REPORTS)


def _not_read_of_log(course: Course, knowledge: Knowledge, now: datetime) -> int:
    left = not_used_of_log(course, knowledge, now)
    return sum(part.count for part in left if not part.what.startswith("symptom"))


def _specimens(evidence: Mapping[str, Sequence[Evidence]], at: date) -> tuple[Specimen, ...]:
    """Return smears and cultures; one without a day may be of any day until today."""
    found = []
    for test in (SMEAR, CULTURE):
        for piece in evidence.get(test, ()):
            first, until = (date.min, at) if piece.on is None else (piece.on.first_day, piece.on.last_day)
            if first > at:
                continue
            is_stated = piece.standing is Standing.STATED
            word = str(piece.value if is_stated else piece.recorded or "not readable")
            result = word if is_stated or word not in _READABLE else f"{word}, not valid"
            found.append(Specimen(first, min(until, at), result, test, piece.origin))
    return tuple(found)


def _state(said_so: bool | None, pieces: Sequence[Evidence], at: date) -> bool | None:
    """Return what a record says of a state, whenever; a yes beside a no is unknown."""
    if said_so is not None:
        return said_so
    values = {it.value for it in pieces if it.standing is Standing.STATED and (it.on is None or it.on.has_begun(at))}
    return True if values == {True} else False if values == {False} else None
