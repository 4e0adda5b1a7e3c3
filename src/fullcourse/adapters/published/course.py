"""The JSON of a course that is lived: advice, schedule, supply and how far it has come; each described by a schema."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from fullcourse.adapters.published.citation import citation_json
from fullcourse.adapters.published.event import event_json
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.zone import Zone
from fullcourse.course.advice import Advice
from fullcourse.course.completion import Completion
from fullcourse.course.drug_rules import Executed
from fullcourse.course.interruption import InterruptionAnswer
from fullcourse.course.occasions import Apart
from fullcourse.course.schedule import Gap, Slot
from fullcourse.course.standing import Adherence, SlotStanding
from fullcourse.course.supply import Supply
from fullcourse.journey.course import Overview, Recheck, Schedule

__all__ = [
    "advice_json",
    "course_head",
    "missed_json",
    "overview_json",
    "recheck_json",
    "schedule_json",
    "slot_json",
    "supply_json",
]

MISSED: Final = "fullcourse/missed/1"
SCHEDULE: Final = "fullcourse/schedule/1"
SUPPLY: Final = "fullcourse/supply/1"
COURSE: Final = "fullcourse/course/1"
RECHECK: Final = "fullcourse/recheck/1"


def missed_json(
    advice: Sequence[Advice], knowledge: str, profile: str, now: datetime, edition: str
) -> dict[str, object]:
    """Return advice on doses as plain values that JSON can hold.

    Args:
        advice: For each drug.
        knowledge: Digest of the knowledge.
        profile: Which sources lead.
        now: The moment it holds for.
        edition: Of the time zone database.
    """
    return {**course_head(MISSED, knowledge, profile, now, edition), "advice": [advice_json(one) for one in advice]}


def advice_json(advice: Advice) -> dict[str, object]:
    """Return advice on one dose as plain values that JSON can hold."""
    moved = advice.proposal
    return {
        "drug": advice.drug,
        "verdict": advice.verdict.value,
        "why": advice.why,
        "patient": advice.patient,
        "slot": None if advice.slot is None else slot_json(advice.slot),
        "next_at": _at(advice.next_at),
        "made_up": advice.made_up,
        "numbers": {name: number.low for name, number in (advice.numbers or {}).items()},
        "executed": [_executed(one) for one in advice.executed],
        "proposal": None
        if moved is None
        else {"instead_of": slot_json(moved.instead_of), "at": _at(moved.at), "usual_from": _at(moved.usual_from)},
    }


def schedule_json(schedule: Schedule, knowledge: str, profile: str, now: datetime) -> dict[str, object]:
    """Return a schedule as plain values that JSON can hold."""
    zone = schedule.zone
    return {
        **course_head(SCHEDULE, knowledge, profile, now, zone.edition),
        "zone": zone.name,
        "occasions": [
            {
                "due": _at(occasion.due),
                "local": zone.local(occasion.due).isoformat(timespec="minutes"),
                "slots": [slot_json(slot) for slot in occasion.slots],
                "clashes": [_apart(one) for one in occasion.clashes],
            }
            for occasion in schedule.occasions
        ],
        "nights": [_gap(gap, zone) for gap in schedule.nights],
        "clock_changes": [_gap(gap, zone) for gap in schedule.clock_changes],
        "uneven": {drug: list(gaps) for drug, gaps in schedule.uneven.items()},
        "food": [{"drug": it.drug, "says": it.says, "source": citation_json(it.citation)} for it in schedule.food],
        "apart": [_apart(one) for one in schedule.apart],
    }


def supply_json(
    supplies: Sequence[Supply], knowledge: str, profile: str, now: datetime, edition: str, until: date | None = None
) -> dict[str, object]:
    """Return supplies as plain values that JSON can hold; ``until`` is the last day of a trip that is asked about."""
    return {
        **course_head(SUPPLY, knowledge, profile, now, edition),
        "supplies": [
            {
                "drug": supply.drug,
                "lots": [
                    {"lot": lot.lot, "mg_low": lot.mg_low, "mg_high": lot.mg_high, "expires_on": _day(lot.expires_on)}
                    for lot in supply.lots
                ],
                "lasts_low": _day(supply.lasts_low),
                "lasts_high": _day(supply.lasts_high),
                "lasts_to_the_end": supply.is_open_end,
                "is_uncounted": supply.is_uncounted,
                "forms_not_counted": list(supply.forms_not_counted),
                "trip": None if until is None else {"until": _day(until), "answer": supply.lasts_until(until)},
                "order_on": _day(supply.order_on),
                "urgency": supply.urgency,
                "repeats_left": supply.repeats_left,
                "executed": [_executed(one) for one in supply.executed],
            }
            for supply in supplies
        ],
    }


def overview_json(overview: Overview, knowledge: str, profile: str, now: datetime, edition: str) -> dict[str, object]:
    """Return how far a course has come as plain values that JSON can hold."""
    warning, proposed, recorded = overview.stop_warning, overview.proposed_outcome, overview.outcome
    return {
        **course_head(COURSE, knowledge, profile, now, edition),
        "adherence": {drug: _adherence(one) for drug, one in overview.adherence.items()},
        "to_ask": [_standing(one) for one in overview.to_ask],
        "disputed": [_standing(one) for one in overview.disputed],
        "lapses": [
            {
                "first": _day(lapse.first),
                "ends": _day(lapse.ends),
                "days_low": lapse.days_low,
                "days_high": lapse.days_high,
                "for_side_effects": lapse.for_side_effects,
            }
            for lapse in overview.lapses
        ],
        "interruption": [_interruption(one) for one in overview.interruption],
        "owed": {
            statement: {
                "days": list(owed.days),
                "new_end": None if owed.new_end is None else [_day(day) for day in owed.new_end],
            }
            for statement, owed in overview.owed.items()
        },
        "completion": [_completion(one) for one in overview.completion],
        "unknown": [event_json(event) for event in overview.unknown],
        "clashes": [[event_json(event) for event in events] for events in overview.clashes],
        "transfers": [
            {
                "transfer": one.number,
                "facility": one.facility,
                "left_at": _at(one.left.occurred_at),
                "received_at": None if one.receipt is None else _at(one.receipt.occurred_at),
                "is_awaited": one.is_awaited,
            }
            for one in overview.transfers
        ],
        "stop_warning": None if warning is None else {"statement": warning.id, "says": warning.patient},
        "tasks": [
            {"by": task.by, "says": task.says, "drug": task.drug, "since": _at(task.since)} for task in overview.tasks
        ],
        "proposed_outcome": None
        if proposed is None
        else {"outcome": proposed.outcome, "definition": proposed.definition, "statement": proposed.statement},
        "outcome": None
        if recorded is None
        else {
            "outcome": recorded.outcome,
            "definition": recorded.definition,
            "confirmed_by": recorded.confirmed_by,
        },
        "next_phase": None
        if overview.next_phase is None
        else {"due_on": _day(overview.next_phase.due_on), "asked_from": _day(overview.next_phase.asked_from)},
    }


def recheck_json(recheck: Recheck, profile: str, now: datetime, edition: str) -> dict[str, object]:
    """Return what today's knowledge says beside the plan's as plain values that JSON can hold."""
    return {
        **course_head(RECHECK, recheck.today, profile, now, edition),
        "made_with": f"sha256:{recheck.made_with}",
        "is_same": recheck.made_with == recheck.today,
        "not_covered": list(recheck.not_covered),
        "advice": [advice_json(one) for one in recheck.advice],
    }


def slot_json(slot: Slot) -> dict[str, object]:
    """Return a planned dose as plain values that JSON can hold."""
    return {
        "id": slot.id,
        "drug": slot.drug,
        "due": _at(slot.due),
        "mg": slot.mg,
        "day": slot.day,
        "form": slot.form,
        "units": slot.units,
    }


def course_head(schema: str, knowledge: str, profile: str, now: datetime, edition: str) -> dict[str, object]:
    """Return what every answer about a course begins with: its schema, the head, and the edition of the time zones."""
    head = AnswerHead(knowledge, CONTENT_NOTICE, profile=profile, at=now).as_json()
    return {"schema": schema, **head, "time_zones": edition}


def _executed(one: Executed) -> dict[str, object]:
    return {
        "statement": one.statement,
        "says": one.says,
        "outcome": one.outcome,
        "interpretation": one.interpretation,
        "source": citation_json(one.citation),
    }


def _apart(one: Apart) -> dict[str, object]:
    return {
        "drug": one.drug,
        "other": one.other,
        "says": one.says,
        "patient": one.patient,
        "hours_before": one.hours_before,
        "hours_after": one.hours_after,
        "source": citation_json(one.citation),
    }


def _gap(gap: Gap, zone: Zone) -> dict[str, object]:
    return {
        "drug": gap.drug,
        "after": zone.local(gap.after).isoformat(timespec="minutes"),
        "before": zone.local(gap.before).isoformat(timespec="minutes"),
        "hours": gap.hours,
        "by_the_clock": gap.by_the_clock,
    }


def _adherence(one: Adherence) -> dict[str, object]:
    return {
        "due": one.due,
        "held": one.held,
        "taken": one.taken,
        "not_complete": one.not_complete,
        "open": one.open,
        "low": one.low,
        "high": one.high,
        "rate": list(one.rate),
        "completeness": list(one.completeness),
        "days": one.days,
        "days_complete": one.days_complete,
        "days_open": one.days_open,
        "known_by": dict(one.known_by),
    }


def _standing(one: SlotStanding) -> dict[str, object]:
    return {
        "slot": slot_json(one.slot),
        "standing": one.standing.value,
        "back_entered": one.is_back_entered,
        "claims": [event_json(event) for event in one.claims],
    }


def _interruption(one: InterruptionAnswer) -> dict[str, object]:
    return {
        "statement": one.statement,
        "status": one.status,
        "goes_on": one.goes_on,
        "owes_days": None if one.owes is None else list(one.owes),
        "new_end": None if one.new_end is None else [_day(day) for day in one.new_end],
        "also": one.also,
        "reload_days": one.reload_days,
        "missing": list(one.missing),
        "says": one.says,
        "interpretation": one.interpretation,
        "source": citation_json(one.citation),
    }


def _completion(one: Completion) -> dict[str, object]:
    return {
        "phase": one.phase.name,
        "doses": one.phase.doses,
        "starts_on": _day(one.phase.starts_on),
        "ends_by": _day(one.phase.ends_by),
        "taken": [one.taken_low, one.taken_high],
        "owed": list(one.owed),
        "longest_lapse_days": list(one.longest_lapse),
        "answer": one.answer,
    }


def _at(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
