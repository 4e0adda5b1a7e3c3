"""The JSON of a check, ``fullcourse/check/2``: stable, and described by ``schemas/check-2.json``."""

from typing import Final

from fullcourse.adapters.published.finding import finding_json
from fullcourse.adapters.published.medicine import medicine_json
from fullcourse.adapters.published.on_file import on_file_json
from fullcourse.adapters.published.pair import pair_json
from fullcourse.adapters.published.question import open_entry_json, question_group_json, question_json
from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.journey.check import CheckResult, Open, Together

__all__ = ["SCHEMA", "check_json"]

SCHEMA: Final = "fullcourse/check/2"


def check_json(result: CheckResult) -> dict[str, object]:
    """Return a check as plain values that JSON can hold."""
    return {
        "schema": SCHEMA,
        **AnswerHead(result.knowledge, profile=result.profile, at=result.at).as_json(),
        "drugs": [
            {
                "drug": check.drug,
                "decision": check.decision.value,
                "known": check.known.value,
                "open": _open_json(check.open),
                "not_cleared": [reason.value for reason in check.not_cleared],
                "findings": [finding_json(finding) for finding in check.findings],
            }
            for check in result.drugs
        ],
        "regimen_findings": [finding_json(finding) for finding in result.regimen_findings],
        "together": None if result.together is None else _together_json(result.together),
        "pairs": [pair_json(pair) for pair in result.pairs],
        "medicines": [medicine_json(entry) for entry in result.medicines],
        "on_file": [on_file_json(entry) for entry in result.on_file],
        "questions": [question_json(question, result.question_groups) for question in result.questions],
        "question_groups": [question_group_json(group) for group in result.question_groups],
        "open_entries": [open_entry_json(entry) for entry in result.open_entries],
        "not_checked": [
            {"kind": entry.kind, "text": entry.text, "from": entry.origin, "why": entry.why}
            for entry in result.not_checked
        ],
        "not_used": {
            "resources": [
                {"what": resource.what, "why": resource.why, "count": resource.count} for resource in result.not_used
            ],
            "notes": list(result.notes),
        },
    }


def _together_json(together: Together) -> dict[str, object]:
    return {
        "decision": together.decision.value,
        "known": together.known.value,
        "open": _open_json(together.open),
    }


def _open_json(left_open: Open) -> dict[str, object]:
    return {
        "could_forbid": list(left_open.facts),
        "strictest": left_open.strictest.value,
        "is_decisive": left_open.is_decisive,
    }
