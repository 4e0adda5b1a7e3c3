"""Triage and overdose as JSON; each described by a schema."""

from collections.abc import Sequence
from typing import Final

from fullcourse.adapters.documents.numbers import Call
from fullcourse.adapters.published.citation import citation_json
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.quantity import Interval
from fullcourse.journey.overdose import OverdoseAnswer
from fullcourse.journey.triage import Replacement, TriageAnswer
from fullcourse.knowledge.library import Knowledge
from fullcourse.triage.judge import Raised, Triage
from fullcourse.triage.next_dose import NextDose

__all__ = ["overdose_json", "triage_json"]

TRIAGE: Final = "fullcourse/triage/1"
OVERDOSE: Final = "fullcourse/overdose/1"


def triage_json(
    answer: TriageAnswer, knowledge: Knowledge, calls: Sequence[Call], notes: Sequence[str]
) -> dict[str, object]:
    """Return what triage says as plain values that JSON can hold.

    Args:
        answer: What triage says.
        knowledge: Holds names.
        calls: Whom to call.
        notes: What could not be used, in words.
    """
    head = AnswerHead(answer.knowledge, CONTENT_NOTICE, answer.profile, answer.at)
    return {
        "schema": TRIAGE,
        **head.as_json(),
        **_judged(answer.triage, answer.next_dose, knowledge, calls, notes),
        "replacements": [_replacement(it, knowledge) for it in answer.replacements],
    }


def overdose_json(
    answer: OverdoseAnswer, knowledge: Knowledge, calls: Sequence[Call], notes: Sequence[str]
) -> dict[str, object]:
    """Return what is said of too much taken as plain values that JSON can hold; see `triage_json`."""
    known = answer.overdose
    return {
        "schema": OVERDOSE,
        **AnswerHead(answer.knowledge, CONTENT_NOTICE, at=answer.at).as_json(),
        **_judged(answer.triage, answer.next_dose, knowledge, calls, notes),
        "drug": known.drug,
        "taken_mg": _range(known.mg),
        "planned_mg": _range(known.planned_mg),
        "weight_kg": known.weight_kg,
        "taken_mg_per_kg": _range(known.mg_per_kg),
        "lowest_daily_maximum_mg": answer.least_daily_maximum_mg,
        "highest_mg_per_kg_per_day": answer.greatest_mg_per_kg,
        "read_aloud": [{"heading": heading, "line": line} for heading, line in answer.aloud],
        "asks": list(answer.asks),
    }


def _judged(
    triage: Triage, next_dose: NextDose, knowledge: Knowledge, calls: Sequence[Call], notes: Sequence[str]
) -> dict[str, object]:
    driving = triage.no_driving
    return {
        "urgency": triage.urgency.word,
        "calls": [
            {"whom": call.whom, "says": call.says, "statements": [it.id for it in call.statements]} for call in calls
        ],
        "next_dose": {
            "word": next_dose.word.value,
            "drugs": list(next_dose.drugs),
            "statements": [it.rule.statement.id for it in next_dose.raised],
        },
        "no_driving": None if driving is None else _raised(driving),
        "judged_for": list(triage.drugs),
        "reported": {name: word.value for name, word in triage.report.symptoms.items()},
        "raised": [_raised(it) for it in triage.urgent],
        "may_be_the_cause": [
            {"drug": drug, "named": listed[0].drug_known, "statements": [it.rule.statement.id for it in listed]}
            for drug, listed in triage.causes.items()
        ],
        "tests": list(triage.tests),
        "a_person_reads": list(triage.report.unread),
        "not_asked": [{"symptom": name, "label": knowledge.facts[name].label} for name in triage.not_asked],
        "notes": list(notes),
    }


def _raised(raised: Raised) -> dict[str, object]:
    statement, action = raised.rule.statement, raised.rule.action
    return {
        "statement": statement.id,
        "drug": raised.rule.drug or None,
        "action": action.value,
        "severity": action.severity.word,
        "hold": action.hold,
        "says": statement.says,
        "patient": statement.patient,
        "because": list(raised.because),
        "waits_for": list(raised.waits_for),
        "ask_for": list(action.ask_for),
        "call": list(action.call),
        "propose": action.propose or None,
        "interpretation": statement.interpretation or None,
        "through": statement.through or None,
        "review": statement.review,
        "citation": citation_json(raised.rule.citation),
    }


def _replacement(replacement: Replacement, knowledge: Knowledge) -> dict[str, object]:
    answer = replacement.answer
    first = None if answer is None else next((it for it in answer.regimens if it.drugs), None)
    return {
        "drug": replacement.drug,
        "because": replacement.because,
        "why_not": replacement.why_not or None,
        "regimen": None
        if first is None
        else {"id": first.id, "status": first.status.value, "drugs": list(first.names)},
        "says": [] if answer is None else list(answer.change_says),
        "label": knowledge.drugs[replacement.drug].label,
    }


def _range(amount: Interval | None) -> list[float] | None:
    return None if amount is None else [amount.low, amount.high]
