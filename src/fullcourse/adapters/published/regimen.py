"""The JSON of composed regimens, ``fullcourse/regimen/1``: stable, and described by ``schemas/regimen-1.json``."""

from datetime import date
from typing import Final

from fullcourse.adapters.published.citation import citation_json
from fullcourse.adapters.published.finding import finding_json
from fullcourse.adapters.published.on_file import on_file_json
from fullcourse.adapters.published.question import question_group_json, question_json
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.fact import Evidence
from fullcourse.journey.regimen import RegimenAnswer
from fullcourse.knowledge.library import Knowledge
from fullcourse.regimens.composed import Composed, DatedPhase, Objection
from fullcourse.regimens.eligibility import Reason

__all__ = ["PROPOSAL", "SCHEMA", "regimen_json"]

SCHEMA: Final = "fullcourse/regimen/1"

PROPOSAL: Final = "proposal; to be confirmed by a prescriber"
"""Nothing is active by itself."""


def regimen_json(answer: RegimenAnswer, knowledge: Knowledge) -> dict[str, object]:
    """Return composed regimens as plain values that JSON can hold.

    Args:
        answer: What composition said.
        knowledge: Holds the sources of the regimens that are named only.
    """
    head = AnswerHead(answer.knowledge, CONTENT_NOTICE, profile=answer.profile, at=answer.at)
    return {
        "schema": SCHEMA,
        **head.as_json(),
        "status": PROPOSAL,
        "start": _day(answer.start),
        "current": list(answer.current),
        "change": None
        if answer.change is None
        else {
            "replaced": sorted(answer.change.out),
            "because": answer.change.because,
            "kept": sorted(answer.change.kept),
            "says": list(answer.change_says),
        },
        "regimens": [_regimen(composed) for composed in answer.regimens],
        "combinations_examined": answer.examined,
        "left_out": [{"drug": left.drug, "because": list(left.because)} for left in answer.left_out],
        "test_next": [{"fact": test.fact, "because": test.because} for test in answer.test_next],
        "questions": [question_json(question, answer.question_groups) for question in answer.questions],
        "question_groups": [question_group_json(group) for group in answer.question_groups],
        "named_not_executable": [
            {
                "id": named.id,
                "name": named.name,
                "path": named.path,
                "says": named.says,
                "source": named.source,
                "section": named.section,
                "address": knowledge.sources[named.source].address,
                "tier": knowledge.sources[named.source].tier,
            }
            for named in answer.named
        ],
        "conflicting_results": [
            {"fact": fact.id, "says": fact.reason, "because": [_evidence(evidence) for evidence in fact.because]}
            for fact in answer.conflicts
        ],
        "regimen_findings": [finding_json(finding) for finding in answer.regimen_findings],
        "on_file": [on_file_json(entry) for entry in answer.on_file],
        "not_checked": [
            {"kind": entry.kind, "text": entry.text, "from": entry.origin, "why": entry.why}
            for entry in answer.not_checked
        ],
    }


def _regimen(composed: Composed) -> dict[str, object]:
    reasons = [_reason(reason) for reason in composed.reasons]
    return {
        "id": composed.id,
        "name": composed.name,
        "path": composed.path,
        "status": composed.status.value,
        "leads": composed.leads,
        "says": composed.says,
        "drugs": [
            {
                "drug": drug.drug,
                "role": drug.role,
                "group": drug.group or None,
                "effective": drug.effective,
                "note": drug.note or None,
            }
            for drug in composed.drugs
        ],
        "effective_drugs": {"at_least": composed.effective[0], "at_most": composed.effective[1]},
        "phases": [_phase(phase) for phase in composed.phases],
        "complete_by": _day(composed.complete_by),
        "reasons": [*reasons, *(_objection(objection) for objection in composed.objections)],
        "toxicity": [
            {
                "id": overlap.toxicity,
                "label": overlap.label,
                "drugs": list(overlap.drugs),
                "citation": citation_json(overlap.citation),
            }
            for overlap in composed.overlaps
        ],
        "out_of_stock": None if composed.out_of_stock is None else list(composed.out_of_stock),
        "why_here": composed.why or None,
        "source_proposes": list(composed.proposed_by_source),
        "notes": list(composed.notes),
        "citations": [citation_json(composed.citation)],
        "interpretation": composed.interpretation or None,
        "review": composed.review,
    }


def _phase(phase: DatedPhase) -> dict[str, object]:
    return {
        "name": phase.name,
        "length": phase.length,
        "from": _day(phase.starts),
        "to": _day(phase.ends),
        "to_at_latest": _day(phase.ends_at_latest),
        "doses_required": phase.doses_required,
        "days_per_week": phase.days_per_week,
        "complete_by": _day(phase.complete_by),
        "drugs": [
            {"drug": it.drug, "length": it.length, "from": _day(it.starts), "to": _day(it.ends)} for it in phase.drugs
        ],
        "extension": None
        if not phase.extension
        else {
            "says": phase.extension,
            "to": _day(phase.extends_to),
            "complete_by": _day(phase.extension_complete_by),
            "judged": None if phase.extended is None else _reason(phase.extended),
        },
    }


def _reason(reason: Reason) -> dict[str, object]:
    return {
        "id": reason.criterion,
        "kind": "criterion",
        "fits": reason.fits,
        "says": reason.reads,
        "claim": reason.says,
        "drugs": [],
        "findings": [],
        "because": [_evidence(evidence) for evidence in reason.because],
        "missing": list(reason.missing),
        "waits": reason.fits is None and reason.blocks,
        "citation": citation_json(reason.citation),
        "interpretation": reason.interpretation or None,
    }


def _objection(objection: Objection) -> dict[str, object]:
    return {
        "id": objection.kind,
        "kind": objection.kind,
        "fits": objection.fits,
        "says": objection.says,
        "claim": None,
        "drugs": list(objection.drugs),
        "findings": list(objection.findings),
        "because": [],
        "missing": list(objection.missing),
        "waits": objection.fits is None,
        "citation": None,
        "interpretation": None,
    }


def _evidence(evidence: Evidence) -> dict[str, object]:
    return {
        "fact": evidence.fact,
        "value": evidence.recorded,
        "unit": evidence.unit or None,
        "on": evidence.on.text if evidence.on else None,
        "from": evidence.origin,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
