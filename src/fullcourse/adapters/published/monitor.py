"""The JSON of monitoring, ``fullcourse/monitor/1``: stable, and described by ``schemas/monitor-1.json``."""

from datetime import date
from typing import Final

from fullcourse.adapters.published.citation import citation_json
from fullcourse.adapters.published.finding import evidence_json
from fullcourse.adapters.published.foreseen import foreseen_json
from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.quantity import Interval
from fullcourse.journey.monitor import (
    READING,
    Do,
    Grade,
    Lead,
    MonitorAnswer,
    MonitorVisit,
    Reading,
    Response,
    Watched,
)
from fullcourse.knowledge.library import Knowledge

__all__ = ["SCHEMA", "monitor_json"]

SCHEMA: Final = "fullcourse/monitor/1"


def monitor_json(answer: MonitorAnswer, knowledge: Knowledge) -> dict[str, object]:
    """Return an answer of monitoring as plain values that JSON can hold."""
    head = AnswerHead(answer.knowledge, CONTENT_NOTICE, profile=answer.profile, at=answer.at)
    treatment = answer.treatment
    return {
        "schema": SCHEMA,
        **head.as_json(),
        "proposal": PROPOSAL,
        "treatment": {
            "drugs": list(treatment.drugs),
            "starts_on": _iso(treatment.starts_on),
            "ends_on": _iso(treatment.ends_on),
            "day": answer.day,
            "open_end": answer.open_end,
            **({} if treatment.next_phase_on is None else {"next_phase_on": _iso(treatment.next_phase_on)}),
        },
        "leads": [_lead(lead) for lead in answer.leads],
        "responses": [_response(response) for response in answer.responses],
        "grades": [_grade(grade) for grade in answer.grades],
        "readings": [_reading(reading) for reading in answer.readings],
        "tests": [_watched(watched, knowledge) for watched in answer.watched],
        "visits": [_visit(visit) for visit in answer.visits],
        "not_covered": list(answer.not_covered),
        "not_used": [{"what": it.what, "why": it.why, "count": it.count} for it in answer.not_used],
        "foreseen": [foreseen_json(it) for it in answer.foreseen],
    }


def _lead(lead: Lead) -> dict[str, object]:
    return {
        "drug": lead.drug or None,
        "do": lead.do.word,
        "could_be": _word(lead.could_be),
        "unmeasured": _word(lead.unmeasured),
        "urgency": lead.urgency.word,
        "by": list(lead.by),
    }


def _word(do: Do | None) -> str | None:
    return None if do is None else do.word


def _response(response: Response) -> dict[str, object]:
    return {
        "drug": response.drug or None,
        "statement": response.statement,
        "status": "applies" if response.known else "cannot_assess",
        "do": response.do.word,
        "action": response.action,
        "severity": response.severity.word,
        "hold": response.hold,
        "as_last_known": _word(response.as_last_known),
        "on_file": response.weighs,
        "at_threshold": response.at_threshold,
        "ask_for": list(response.ask_for),
        "says": response.says,
        "because": [evidence_json(piece) for piece in response.because],
        "missing": list(response.missing),
        "conflicts_with": list(response.conflicts_with),
        "citation": citation_json(response.citation),
        "interpretation": response.interpretation or None,
        "review": response.review,
    }


def _grade(grade: Grade) -> dict[str, object]:
    return {
        "of": grade.of,
        "degree": grade.degree,
        "stale": grade.stale,
        "statement": grade.statement,
        "says": grade.says,
        "because": [evidence_json(piece) for piece in grade.because],
        "citation": citation_json(grade.citation),
    }


def _reading(reading: Reading) -> dict[str, object]:
    other = reading.other
    return {
        "fact": reading.fact,
        "label": reading.label,
        "newest": _value(reading.newest),
        "unit": reading.unit or None,
        "other": None if other is None else {"value": _value(other.value), "unit": other.unit},
        "why_open": reading.why_open or None,
        "stale": reading.stale,
        "contradicted": reading.contradicted,
        "upper_limit": _value(reading.upper_limit),
        "times_upper_limit": reading.times_limit,
        "baseline": _value(reading.baseline),
        "change_from_baseline": reading.change,
        "times_baseline": reading.times_baseline,
        "trend": [evidence_json(piece) for piece in reading.trend],
        "set_aside": [{**evidence_json(piece), "why": piece.reason or None} for piece in reading.set_aside],
    }


def _value(value: Interval | bool | str | None) -> object:
    if not isinstance(value, Interval):
        return value
    return value.low if value.is_exact else str(value)


def _watched(it: Watched, knowledge: Knowledge) -> dict[str, object]:
    watch, planned = it.watch, it.watch.planned
    definition = knowledge.tests.get(watch.test)
    return {
        "test": watch.test,
        "certain": watch.certain,
        "drugs": list(watch.drugs),
        "before_start": planned.before_start,
        "every_days": planned.every_days,
        "from_day": planned.from_day,
        "weeks": list(planned.weeks),
        "months": list(watch.months),
        "at_end": watch.at_end,
        "months_after_end": list(watch.months_after_end),
        "at_visits": watch.at_visits,
        "when": list(planned.when),
        "hours_after_dose": list(planned.hours_after_dose),
        "interval_not_given": watch.certain and not it.days,
        "days": list(it.days),
        "due": {
            "standing": it.due.standing.value,
            "next_on": _iso(it.due.next_on),
            "last_done": _iso(it.due.last_done),
            "missed": it.due.missed,
            "lacks": list(it.due.lacks),
        },
        "answered_by": [] if definition is None else [list(group) for group in definition.answered_by],
        "asked_by": [
            {
                "drug": asked.drug or None,
                "statement": asked.statement,
                "says": asked.says,
                "certain": asked.certain,
                "because": [evidence_json(piece) for piece in asked.because],
                "missing": list(asked.missing),
                "citation": citation_json(asked.citation),
                "interpretation": asked.interpretation or None,
                "review": asked.review,
            }
            for asked in planned.asked
        ],
        "closer_by": [
            {
                "drug": closer.drug,
                "statement": closer.statement,
                "says": closer.says,
                "certain": closer.certain,
                "because": [evidence_json(piece) for piece in closer.because],
                "missing": list(closer.missing),
                "citation": citation_json(closer.citation),
                "interpretation": READING,
                "review": closer.review,
            }
            for closer in watch.tightened
        ],
        "means": [{"drug": it.drug or None, "statement": it.statement, "says": it.says} for it in it.means],
    }


def _visit(visit: MonitorVisit) -> dict[str, object]:
    return {"day": visit.day, "on": _iso(visit.on), "after_end": visit.after_end, "tests": list(visit.tests)}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
