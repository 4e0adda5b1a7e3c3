"""A finding as JSON, with the evidence behind it."""

from typing import Final

from fullcourse.adapters.published.citation import citation_json
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Finding
from fullcourse.clinical.management import Management

__all__ = ["evidence_json", "finding_json", "statement_json"]


def finding_json(finding: Finding) -> dict[str, object]:
    """Return a finding as plain values that JSON can hold."""
    return {
        "id": finding.id,
        "kind": finding.kind,
        "status": finding.status.value,
        "severity": finding.severity.word,
        "unresolved_severity": finding.weight.word if finding.missing else None,
        "leads": finding.leads,
        "management": None if finding.management is None else _management_json(finding.management),
        "mechanism": finding.mechanism or None,
        "says": finding.says,
        "patient": finding.patient,
        "because": [evidence_json(evidence) for evidence in finding.because],
        "missing": list(finding.missing),
        "citations": [{**citation_json(it), "dated": it.dated or None} for it in finding.citations],
        "tier_c_alone": finding.tier_c_alone,
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


_OF_A_PATIENT: Final = frozenset({"status", "because", "missing", "override", "unresolved_severity"})
"""What a finding says of one patient, which a statement has not."""


def statement_json(finding: Finding) -> dict[str, object]:
    """Return what a finding says of nobody in particular: its statement, as plain values that JSON can hold."""
    return {key: value for key, value in finding_json(finding).items() if key not in _OF_A_PATIENT}


def _management_json(management: Management) -> dict[str, object]:
    return {
        "do": management.do.value,
        "says": management.says,
        "instead": list(management.instead),
        "watch": list(management.watch),
        "hours_before": management.hours_before,
        "hours_after": management.hours_after,
        **({"through": management.through} if management.is_by_mechanism else {}),
    }


def evidence_json(evidence: Evidence) -> dict[str, object]:
    """Return one piece of evidence as plain values that JSON can hold."""
    return {
        "fact": evidence.fact,
        "value": evidence.recorded,
        "unit": evidence.unit or None,
        "on": evidence.on.text if evidence.on else None,
        "from": evidence.origin,
    }
