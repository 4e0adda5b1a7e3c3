"""What is said of names alone, as JSON, ``fullcourse/pairs/1`` (``schemas/pairs-1.json``)."""

from typing import Final

from fullcourse.adapters.published.finding import statement_json
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.finding import Finding
from fullcourse.journey.pairs import NOBODY, NamedPair, PairsAnswer

__all__ = ["SCHEMA", "pairs_json"]

SCHEMA: Final = "fullcourse/pairs/1"


def pairs_json(answer: PairsAnswer) -> dict[str, object]:
    """Return what is said of names alone as plain values that JSON can hold: each statement once, by its id."""
    every = (*answer.together, *(finding for pair in answer.pairs for finding in pair.findings))
    return {
        "schema": SCHEMA,
        **AnswerHead(answer.knowledge, CONTENT_NOTICE, profile=answer.profile, at=answer.at).as_json(),
        "patient": None,
        "of_nobody": NOBODY,
        "not_read": [
            {"written": it.written, "why": it.why, "may_mean": list(it.may_mean), "near": list(it.near)}
            for it in answer.not_read
        ],
        "pairs": [_pair_json(pair) for pair in answer.pairs],
        "together": [_finding_json(finding) for finding in answer.together],
        "named": [
            {"name": it.name, "ingredients": list(it.ingredients), "recognised_by": it.recognised_by}
            for it in answer.named
        ],
        "named_again": list(answer.named_again),
        "not_looked_at": [list(names) for names in answer.apart],
        "statements": {finding.id: statement_json(finding) for finding in every},
    }


def _pair_json(pair: NamedPair) -> dict[str, object]:
    return {
        "names": list(pair.names),
        "state": pair.state.value,
        "severity": None if pair.severity is None else pair.severity.word,
        "decision": None if pair.comes_to is None else pair.comes_to.value,
        "waits_for_a_patient": pair.is_open,
        "not_covered": list(pair.not_covered),
        "findings": [_finding_json(finding) for finding in pair.findings],
    }


def _finding_json(finding: Finding) -> dict[str, object]:
    return {"statement": finding.id, "status": finding.status.value, "missing": list(finding.missing)}
