"""How far a course has come, and what somebody has to see to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Outcome
from fullcourse.course.advice import advise
from fullcourse.course.completion import Completion
from fullcourse.course.course import Course
from fullcourse.course.days import Lapse, all_standings, days_of, lapses_of, watched_until
from fullcourse.course.fold import CourseState
from fullcourse.course.interruption import InterruptionAnswer, Owed, ProposedOutcome, proposed_outcome
from fullcourse.course.next_phase import NextPhase, next_phase_of
from fullcourse.course.standing import Adherence, SlotStanding, Standing, adherence_of
from fullcourse.course.timeline import DIED, plan_at
from fullcourse.course.transfers import TransferOut, transfers_of
from fullcourse.journey.course.interruptions import WhatIsKnown, interruptions_of
from fullcourse.journey.course.phases import phases_of
from fullcourse.journey.course.tasks import Task, stops_wished, tasks_of, warning_not_to_stop
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement

__all__ = ["Overview", "WhatIsKnown", "overview_of"]

_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Overview:
    """How far a course has come.

    Attributes:
        standings: What became of every planned dose, in order of time.
        adherence: By drug.
        to_ask: Doses of the last week of which nobody said anything.
        disputed: Doses of which claims contradict each other.
        lapses: Stretches of days that may be without a dose, the newest last.
        interruption: What the sources say of the longest one; empty while there is none.
        owed: Days owed for all interruptions together, by the statement that owes them.
        completion: Of each phase whose source counts it, or of the whole.
        unknown: Events of kinds that this version does not know.
        clashes: Events that share an id and say different things.
        transfers: Transfers out with a number, those that nobody has received yet among them.
        stop_warning: Why not to stop, where the patient wants to; None where nobody said so.
        tasks: What somebody has to see to, the urgent first.
        proposed_outcome: An outcome that a source's definition calls for, which a clinician confirms; None for none.
        outcome: The newest outcome that was recorded; None for none.
        next_phase: Which is due on a day that the newest plan names; None for none, or once the course was closed.
    """

    standings: tuple[SlotStanding, ...]
    adherence: Mapping[str, Adherence]
    to_ask: tuple[SlotStanding, ...]
    disputed: tuple[SlotStanding, ...]
    lapses: tuple[Lapse, ...]
    interruption: tuple[InterruptionAnswer, ...]
    owed: Mapping[str, Owed]
    completion: tuple[Completion, ...]
    unknown: tuple[Event, ...]
    clashes: tuple[tuple[Event, ...], ...]
    transfers: tuple[TransferOut, ...]
    stop_warning: Statement | None
    tasks: tuple[Task, ...]
    proposed_outcome: ProposedOutcome | None
    outcome: Outcome | None
    next_phase: NextPhase | None


def overview_of(
    course: Course,
    knowledge: Knowledge,
    now: datetime,
    known: WhatIsKnown,
    profile: str = "",
    standings: tuple[SlotStanding, ...] | None = None,
) -> Overview:
    """Return how far a course has come, and what the sources say of its interruptions.

    Args:
        course: The course.
        knowledge: What the sources say.
        now: The moment.
        known: What a person knows and no log says.
        profile: Which sources lead; empty for the profile of the newest plan.
        standings: What became of every planned dose until then, where somebody worked it out already.
    """
    if standings is None:
        standings = all_standings(course, now, course.late_after_h)
    current = plan_at(course.timeline, now)
    by_drug: dict[str, list[SlotStanding]] = {}
    for one in standings:
        by_drug.setdefault(one.slot.drug, []).append(one)
    today = current.zone.day_of(now) if current else now.date()
    days = days_of(course, standings)
    until = watched_until(course, today)
    lapses = lapses_of(days, until)
    leads = profile or (course.timeline[-1].plan.profile if course.timeline else "")
    answers: tuple[InterruptionAnswer, ...] = ()
    owed: Mapping[str, Owed] = {}
    completion: tuple[Completion, ...] = ()
    if current is not None:
        completion = phases_of(course, knowledge, days, lapses, today)
        off = lapses_of(days_of(course, by_drug.get("bedaquiline", ())), until)
        answers, owed = interruptions_of(course, knowledge, lapses, off, known, completion, leads)
    has_died = course.closing is not None and course.closing.why == DIED
    unknown = [one for one in standings if one.standing is Standing.UNKNOWN]
    disputed = tuple(one for one in standings if one.standing is Standing.DISPUTED)
    advice = [advise(course, drug.drug, now) for drug in current.plan.drugs] if current else []
    return Overview(
        standings=standings,
        adherence={drug: adherence_of(listed, current.zone) for drug, listed in by_drug.items()} if current else {},
        to_ask=() if has_died else tuple(one for one in unknown if one.slot.due > now - _WEEK),
        disputed=disputed,
        lapses=lapses,
        interruption=answers,
        owed=owed,
        completion=completion,
        unknown=course.state.unknown(),
        clashes=tuple(course.state.clashes()),
        transfers=transfers_of(course.state),
        stop_warning=warning_not_to_stop(knowledge) if stops_wished(course.state) else None,
        tasks=tasks_of(course, advice, disputed, now),
        proposed_outcome=proposed_outcome(answers),
        outcome=_outcome(course.state),
        next_phase=next_phase_of(course, now),
    )


def _outcome(state: CourseState) -> Outcome | None:
    """Return the newest outcome that was recorded."""
    recorded = [event.body for event in state.of_kind(Outcome.kind)]
    return next((body for body in reversed(recorded) if isinstance(body, Outcome)), None)
