"""How far a course has come, in words: what somebody has to see to first, then the numbers, then what sources say."""

from datetime import datetime
from typing import Final

from fullcourse.clinical.zone import Zone
from fullcourse.interfaces.cli.course_commands.told import tell
from fullcourse.journey.course import Course, Lapse, Overview

__all__ = ["print_overview"]

_GOES_ON: Final = {
    "continue": "go on",
    "continue_may_not_be_needed": "more doses may not be needed",
    "restart": "again from the beginning",
    "restart_or_rapid_tests": "again from the beginning, or rapid molecular tests",
    "rapid_tests": "rapid molecular tests",
    "reload": "a daily dose first, then the usual days",
    "reassess": "look at the whole treatment anew",
    "restart_allowed": "it may start again",
    "lost_to_follow_up": "lost to follow-up",
}


def print_overview(overview: Overview, course: Course, now: datetime) -> None:
    """Print how far a course has come at a moment."""
    zone = course.timeline[-1].zone if course.timeline else None
    if course.closing is not None:
        tell(f"CLOSED: {course.closing.why}")
    _transfers(overview, now)
    if overview.outcome is not None:
        recorded = overview.outcome
        tell(f"OUTCOME: {recorded.outcome}, by {recorded.definition}, confirmed by {recorded.confirmed_by}")
    _tasks(overview, zone)
    _next_phase(overview, zone, now)
    _adherence(overview, zone)
    _interruptions(overview)
    _completion(overview)
    for event in overview.unknown:
        tell(f"UNKNOWN KIND '{event.kind}', kept: {event.id}")
    for events in overview.clashes:
        tell(f"! one id, {len(events)} bodies: {events[0].id}")


def _transfers(overview: Overview, now: datetime) -> None:
    for sent in overview.transfers:
        if sent.is_awaited:
            left, number = sent.left.occurred_at, f"{sent.number[:4]}-{sent.number[4:8]}"
            tell(f"! TRANSFERRED OUT to {sent.facility} on {left:%Y-%m-%d} (transfer {number}):")
            waiting = (now - left).days
            tell(f"NOT YET RECEIVED for {waiting} days: the patient is yours until the receipt came.", 2)


def _tasks(overview: Overview, zone: Zone | None) -> None:
    if overview.tasks:
        tell("TO SEE TO")
    for task in overview.tasks:
        since = "" if task.since is None or zone is None else f" ({zone.local(task.since):%Y-%m-%d %H:%M})"
        drug = f"{task.drug}: " if task.drug else ""
        tell(f"! {task.by}: {drug}{task.says}{since}", 2)
    if overview.stop_warning is not None:
        tell(f"Why not to stop: {overview.stop_warning.says}", 4)
        tell(f"For the patient: {overview.stop_warning.patient}", 4)
    if overview.to_ask:
        tell(f"TO ASK: {len(overview.to_ask)} doses of the last week of which nobody said anything")


def _next_phase(overview: Overview, zone: Zone | None, now: datetime) -> None:
    if overview.next_phase is not None and zone is not None:
        day = overview.next_phase.due_on.isoformat()
        match overview.next_phase.standing(zone.local(now).date()):
            case "coming":
                tell(f"NEXT PHASE due on {day}")
            case "asked for":
                tell(f"! NEXT PHASE due on {day}: change the plan with 'course change'")
            case _:
                tell(f"! NEXT PHASE was due on {day}, and the phase before goes on: change it with 'course change'")


def _adherence(overview: Overview, zone: Zone | None) -> None:
    tell("ADHERENCE, as a range while something is not known")
    for drug, one in overview.adherence.items():
        low, high = ("-" if share is None else f"{100 * share:.1f}" for share in (one.low, one.high))
        said = f"taken {one.taken} of {one.due - one.held}, {one.open} open, {one.held} held"
        tell(f"{drug}: {low} to {high} per cent ({said}); days complete {one.days_complete} of {one.days}", 2)
        if one.known_by:
            tell(f"known by: {', '.join(f'{claim} {count}' for claim, count in one.known_by.items())}", 4)
    late = sum(one.is_back_entered for one in overview.standings)
    if late:
        tell(f"{late} doses were written down more than a day after the fact", 2)
    for dose in overview.disputed:
        at = dose.slot.due if zone is None else zone.local(dose.slot.due)
        tell(f"! disputed: {dose.slot.drug} due {at:%Y-%m-%d %H:%M}: claims contradict each other", 2)


def _interruptions(overview: Overview) -> None:
    if overview.lapses:
        lapse = overview.lapses[-1]
        longest = max(overview.lapses, key=lambda it: (it.days_high, it.first))
        tell(f"INTERRUPTIONS: {len(overview.lapses)}, the last from {_stretch(lapse)}")
        tell(
            f"the longest from {_stretch(longest)}; what sources say of it:",
            2,
        )
    shown = [answer for answer in overview.interruption if answer.status != "does not apply"]
    for answer in shown:
        owes = "" if answer.owes is None or answer.goes_on == "restart" else f", {_days(*answer.owes)} owed"
        reload = "" if answer.reload_days is None else f", daily for {answer.reload_days} days"
        end = "" if answer.new_end is None else f", end {answer.new_end[0]} to {answer.new_end[1]}"
        missing = f" (not known: {', '.join(answer.missing)})" if answer.missing and answer.status != "applies" else ""
        said = _GOES_ON.get(answer.goes_on, answer.status)
        tell(f"{answer.statement}: {said}{reload}{owes}{end}{missing}", 2)
        tell(f"{answer.says} [{answer.citation.source} {answer.citation.section}]", 4)
        if answer.also:
            tell(f"Also: {answer.also}", 4)
    if overview.lapses and all(answer.status != "applies" for answer in shown):
        tell("No source's rule applies for certain: ask the clinician.", 2)
    if len(overview.lapses) > 1:
        for statement, owed in overview.owed.items():
            end = "" if owed.new_end is None else f", end {owed.new_end[0]} to {owed.new_end[1]}"
            tell(f"all interruptions together, {statement}: {_days(*owed.days)} owed{end}", 2)
    if overview.proposed_outcome is not None:
        proposed = overview.proposed_outcome
        tell(f"OUTCOME PROPOSED: {proposed.outcome}, by {proposed.definition}; a clinician confirms it")


def _completion(overview: Overview) -> None:
    for one in overview.completion:
        needed = "no source counts its doses" if one.phase.doses is None else f"of {one.phase.doses}"
        end = f", by {one.phase.ends_by}" if one.phase.ends_by else ""
        days = f"{_days(one.taken_low, one.taken_high)} complete, {needed}{end}"
        tell(f"COMPLETION {one.phase.name} from {one.phase.starts_on}: {days}: {one.answer.upper()}")
        longest = f"longest time without a dose {_days(*one.longest_lapse)}"
        tell(f"{_days(*one.owed)} owed, {longest}", 2)


def _stretch(lapse: Lapse) -> str:
    return f"{lapse.first}, {_days(lapse.days_low, lapse.days_high)}"


def _days(low: int, high: int) -> str:
    return f"{low} days" if low == high else f"{low} to {high} days"
