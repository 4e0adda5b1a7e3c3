"""The JSON of a check, ``fullcourse/check/1``: stable, and described by ``schemas/check-1.json``."""

from collections.abc import Sequence

from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Finding
from fullcourse.journey.check import CheckResult

__all__ = ["SCHEMA", "check_json"]

SCHEMA = "fullcourse/check/1"


def check_json(result: CheckResult) -> dict[str, object]:
    """Return a check as plain values that JSON can hold."""
    return {
        "schema": SCHEMA,
        **AnswerHead(result.knowledge, profile=result.profile, at=result.at).as_json(),
        "drugs": [
            {"drug": check.drug, "decision": check.decision.value, "findings": _findings(check.findings)}
            for check in result.drugs
        ],
        "regimen_findings": _findings(result.regimen_findings),
        "pairs": [
            {
                "drugs": list(pair.drugs),
                "severity": pair.severity.word if pair.severity is not None else None,
                "findings": list(pair.findings),
                "unresolved": list(pair.unresolved),
            }
            for pair in result.pairs
        ],
        "questions": [
            {
                "facts": list(question.facts),
                "ask_patient": question.ask_patient,
                "ask_clinician": question.ask_clinician,
                "group": question.group,
                "decides": list(question.decides),
            }
            for question in result.questions
        ],
        "not_checked": [
            {"kind": item.kind, "text": item.text, "from": item.origin, "why": item.why} for item in result.not_checked
        ],
        "not_used": {
            "resources": [{"what": item.what, "why": item.why, "count": item.count} for item in result.not_used],
            "notes": list(result.notes),
        },
    }


def _findings(findings: Sequence[Finding]) -> list[dict[str, object]]:
    return [
        {
            "id": finding.id,
            "kind": finding.kind,
            "status": finding.status.value,
            "severity": finding.severity.word,
            "unresolved_severity": finding.weight.word if finding.missing else None,
            "leads": finding.leads,
            "says": finding.says,
            "patient": finding.patient,
            "because": [_because(item) for item in finding.because],
            "missing": list(finding.missing),
            "citations": [
                {
                    "source": citation.source,
                    "title": citation.title,
                    "section": citation.section,
                    "address": citation.address,
                    "tier": citation.tier,
                }
                for citation in finding.citations
            ],
            "conflicts_with": list(finding.conflicts_with),
            "interpretation": finding.interpretation or None,
            "review": finding.review,
            "override": None
            if finding.override is None
            else {
                "reason": finding.override.reason,
                "by": finding.override.by,
                "on": finding.override.on.text if finding.override.on else None,
            },
        }
        for finding in findings
    ]


def _because(item: Evidence) -> dict[str, object]:
    return {
        "fact": item.fact,
        "value": item.recorded,
        "unit": item.unit or None,
        "on": item.on.text if item.on else None,
        "from": item.origin,
    }
