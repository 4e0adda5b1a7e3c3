"""A finding as JSON, with the evidence behind it."""

from fullcourse.adapters.published.citation import citation_json
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Finding

__all__ = ["finding_json"]


def finding_json(finding: Finding) -> dict[str, object]:
    """Return a finding as plain values that JSON can hold."""
    return {
        "id": finding.id,
        "kind": finding.kind,
        "status": finding.status.value,
        "severity": finding.severity.word,
        "unresolved_severity": finding.weight.word if finding.missing else None,
        "leads": finding.leads,
        "says": finding.says,
        "patient": finding.patient,
        "because": [_evidence_json(evidence) for evidence in finding.because],
        "missing": list(finding.missing),
        "citations": [citation_json(citation) for citation in finding.citations],
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


def _evidence_json(evidence: Evidence) -> dict[str, object]:
    return {
        "fact": evidence.fact,
        "value": evidence.recorded,
        "unit": evidence.unit or None,
        "on": evidence.on.text if evidence.on else None,
        "from": evidence.origin,
    }
