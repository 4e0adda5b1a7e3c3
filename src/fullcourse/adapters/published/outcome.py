"""What the definitions of outcomes say of a treatment, as JSON: ``fullcourse/outcome/1``."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from fullcourse.adapters.published.citation import citation_json
from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.quantity import Interval
from fullcourse.journey.outcome import Bacteriology, Judged, OutcomeAnswer, Reason, Specimen
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement

__all__ = ["SCHEMA", "outcome_json"]

SCHEMA: Final = "fullcourse/outcome/1"


def outcome_json(answer: OutcomeAnswer, drugs: Sequence[str], knowledge: Knowledge, profile: str) -> dict[str, object]:
    """Return an answer on outcomes as plain values that JSON can hold.

    Args:
        answer: What the definitions say.
        drugs: Of the treatment, as it is now.
        knowledge: Holds citations.
        profile: Which sources lead.
    """
    episode, proposed = answer.episode, answer.proposed
    return {
        "schema": SCHEMA,
        **AnswerHead(knowledge.digest, CONTENT_NOTICE, profile=profile, at=episode.at).as_json(),
        "proposal": PROPOSAL,
        "definitions": answer.edition,
        "treatment": {
            "drugs": list(drugs),
            "starts_on": _iso(episode.starts_on),
            "ends_on": _iso(episode.ends_on),
            "as_susceptible": episode.as_susceptible,
            "interrupted_months": _range(episode.interrupted_months),
        },
        "proposed": None
        if proposed is None
        else {
            "outcome": proposed.outcome,
            "definition": proposed.citation.source,
            "statement": proposed.statement.id,
            "event": {"kind": "outcome", "body": {"outcome": proposed.outcome, "definition": proposed.citation.source}},
        },
        "at_least_completed": answer.is_at_least_completed,
        "recorded": None
        if not episode.recorded
        else {"outcome": episode.recorded, "definition": episode.recorded_by, "on": _iso(episode.recorded_on)},
        "died_on": _iso(episode.died_on),
        "outcomes": [_judged(it) for it in answer.judged],
        "derived": [_judged(it) for it in answer.derived],
        "bacteriology": {
            "observations_not_read": episode.not_read,
            "counts_smears": answer.laboratory.counts_smears,
            "culture": _bacteriology(answer.laboratory.culture),
            "smear": _bacteriology(answer.laboratory.smear),
            "after_the_end": _specimens(answer.laboratory.after),
            "converted_by": _statement(answer.converted_by, knowledge),
            "reverted_by": _statement(answer.reverted_by, knowledge),
        },
    }


def _judged(it: Judged) -> dict[str, object]:
    return {
        "outcome": it.outcome,
        "status": it.status,
        "for": [_reason(reason) for reason in it.speaks_for],
        "against": [_reason(reason) for reason in it.against],
        "open": [_reason(reason) for reason in it.open],
        "statement": it.statement.id,
        "says": it.statement.says,
        "citation": citation_json(it.citation),
        "interpretation": it.statement.interpretation or None,
        "review": it.statement.review,
    }


def _reason(reason: Reason) -> dict[str, object]:
    return {"fact": reason.fact, "expected": reason.expected, "why": reason.why or None}


def _bacteriology(it: Bacteriology) -> dict[str, object]:
    return {
        "converted": "yes" if it.converted else "open" if it.may_be_converted else "no",
        "converted_on": it.converted[0].collected.isoformat() if it.converted else None,
        "converted_with": _specimens(it.converted),
        "reverted_on": it.reverted[0].collected.isoformat() if it.reverted else None,
        "reverted_with": _specimens(it.reverted),
        "positives_without_conversion_since": _specimens(it.positives),
        "earlier": [{"on": day.isoformat(), "what": what} for day, what in it.earlier],
        "last": _specimens(it.last),
        "not_read": _specimens(it.unread),
    }


def _specimens(specimens: Iterable[Specimen]) -> list[dict[str, object]]:
    return [
        {
            "test": one.test,
            "result": one.result,
            "collected": one.collected.isoformat() if one.collected == one.until else None,
            "by": one.until.isoformat(),
            "origin": one.origin,
        }
        for one in specimens
    ]


def _statement(statement: Statement, knowledge: Knowledge) -> dict[str, object]:
    return {
        "statement": statement.id,
        "says": statement.says,
        "citation": citation_json(knowledge.citation(statement)),
        "interpretation": statement.interpretation or None,
        "review": statement.review,
    }


def _range(value: Interval | None) -> list[float] | None:
    return None if value is None else [value.low, value.high]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
