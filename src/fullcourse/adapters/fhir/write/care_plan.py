"""Writes composed regimens as FHIR R4: a draft CarePlan for each that may be proposed, and what came of the rest.

A CarePlan of intent ``proposal`` is what a regimen for one patient is: phases of drugs that nobody has ordered, beside
other such plans. A PlanDefinition speaks of no patient; a RequestGroup groups requests that exist already; a
MedicationRequest needs a dose, which the dose plan gives. What cannot be assessed yet, or is not for this patient, is
no CarePlan, so that no importer takes it for one: it is an issue of the OperationOutcome, with what it waits for.

The record's owner is not named: the subject is filled in by who imports the plan.
"""

import json
from collections.abc import Iterable
from datetime import date
from itertools import chain

from fullcourse.adapters.fhir.write.elements import Resource, concept, drug_concept, identifier, narrative, stable_id
from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.journey.regimen import RegimenAnswer
from fullcourse.knowledge.library import Knowledge
from fullcourse.regimens.composed import Composed, ComposedDrug, DatedDrug, DatedPhase, RegimenStatus

__all__ = ["care_plan_bundle"]

_SUBJECT = "the patient of the record that was handed in"
_NO_DOSE = "No dose is proposed here"


def care_plan_bundle(answer: RegimenAnswer, knowledge: Knowledge) -> Resource:
    """Return a Bundle of the type ``collection``: the regimens that may be proposed, best first, then the outcome.

    Args:
        answer: What composition said.
        knowledge: Holds the codes of drugs and the labels of facts.
    """
    foot = AnswerHead(answer.knowledge, CONTENT_NOTICE, profile=answer.profile, at=answer.at).foot()
    eligible = [it for it in answer.regimens if it.status is RegimenStatus.ELIGIBLE]
    plans = [_care_plan(it, place, answer, knowledge, foot) for place, it in enumerate(eligible, 1)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [*map(_entry, plans), _entry(_outcome(answer, knowledge, foot))],
    }


def _entry(resource: Resource) -> Resource:
    """Return an entry under an address made from its content; the resource has no id, since no server holds it yet."""
    content = json.dumps(resource, sort_keys=True, ensure_ascii=False)
    return {"fullUrl": f"urn:uuid:{stable_id('regimen', content)}", "resource": resource}


def _care_plan(composed: Composed, place: int, answer: RegimenAnswer, knowledge: Knowledge, foot: str) -> Resource:
    notes = list(_notes(composed, place, foot))
    period = _period(
        composed.phases[0].starts if composed.phases else None,
        composed.phases[-1].ends_at_latest or composed.phases[-1].ends if composed.phases else None,
    )
    address = composed.citation.address
    return {
        "resourceType": "CarePlan",
        "text": narrative([f"{composed.name}: {PROPOSAL}", composed.says, *notes]),
        "identifier": [identifier("regimen", composed.id)],
        **({"instantiatesUri": [address]} if address.startswith("http") else {}),
        "status": "draft",
        "intent": "proposal",
        "category": [concept(f"treatment of tuberculosis, {composed.path}")],
        "title": composed.name,
        "description": f"{composed.says} {PROPOSAL.capitalize()}.",
        "subject": {"display": _SUBJECT},
        **({"period": period} if period else {}),
        "created": answer.at.isoformat(),
        "activity": list(
            chain.from_iterable(_activities(phase, composed, knowledge) for phase in composed.phases),
        ),
        "note": [{"text": text} for text in notes],
    }


def _notes(composed: Composed, place: int, foot: str) -> Iterable[str]:
    yield f"{PROPOSAL.capitalize()}. Place {place} among the regimens that may be proposed."
    source = composed.citation
    reading = f"; our reading {composed.interpretation}" if composed.interpretation else ""
    yield f"Source: {source.title}, {source.section}, tier {source.tier}, {source.address}{reading}; {composed.review}"
    for reason in composed.reasons:
        cited = f"{reason.citation.title}, {reason.citation.section}, tier {reason.citation.tier}"
        yield f"{'Met' if reason.fits else 'Found out meanwhile'}: {reason.reads} [{cited}]"
    for overlap in composed.overlaps:
        cited = f"{overlap.citation.title}, {overlap.citation.section}"
        yield f"Shared harm, {overlap.label}: {', '.join(overlap.drugs)} [{cited}]"
    for phase in composed.phases:
        if phase.extended is not None:
            word = "Not known yet: " if phase.extended.fits is None else ""
            yield f"{phase.name}: {word}{phase.extended.reads}"
        elif phase.extension:
            yield f"{phase.name} is longer {phase.extension}"
    if composed.out_of_stock:
        yield f"Not in stock: {', '.join(composed.out_of_stock)}"
    yield from composed.notes
    yield foot


def _activities(phase: DatedPhase, composed: Composed, knowledge: Knowledge) -> Iterable[Resource]:
    members = {it.drug: it for it in composed.drugs}
    for taken in phase.drugs:
        period = _period(taken.starts, taken.ends)
        timing: Resource = {"scheduledPeriod": period} if period else {"scheduledString": phase.length}
        yield {
            "detail": {
                "kind": "MedicationRequest",
                "status": "not-started",
                "doNotPerform": False,
                **timing,
                "productCodeableConcept": drug_concept(knowledge.drugs[taken.drug]),
                "description": _described(phase, taken, members[taken.drug]),
            }
        }


def _described(phase: DatedPhase, taken: DatedDrug, member: ComposedDrug) -> str:
    effects = {True: "shown effective", False: "shown resistant", None: "not tested"}
    parts = [
        f"{phase.name} of {phase.length}",
        f"{phase.doses_required} doses complete it" if phase.doses_required is not None else "",
        f"{phase.days_per_week} days a week" if phase.days_per_week is not None else "",
        f"complete by {phase.complete_by.isoformat()}" if phase.complete_by is not None else "",
        f"{taken.drug} for {taken.length}" if taken.length != phase.length else "",
        "" if member.role == "companion" else effects[member.effective],
        "" if member.role == "counted" else member.role.replace("_", " "),
        member.note,
    ]
    return f"{'; '.join(part for part in parts if part)}. {_NO_DOSE}: {PROPOSAL}."


def _period(starts: date | None, ends: date | None) -> Resource:
    dated = {"start": starts, "end": ends}
    return {name: day.isoformat() for name, day in dated.items() if day is not None}


def _outcome(answer: RegimenAnswer, knowledge: Knowledge, foot: str) -> Resource:
    """Return what is no proposal, what is asked and tested next, and the notice; there is always the notice."""
    issues: list[Resource] = []
    for composed in answer.regimens:
        against = [it.reads for it in composed.reasons if it.counts_as is False]
        against += [it.says for it in composed.objections if it.fits is False]
        missing = [name for it in composed.reasons if it.counts_as is None for name in it.missing]
        missing += [name for it in composed.objections for name in it.missing]
        open_too = [it.says for it in composed.objections if it.fits is None and it.kind != "unassessed"]
        if composed.status is RegimenStatus.INELIGIBLE:
            issues.append(_issue("information", "business-rule", composed, "not for this patient", against))
        elif composed.status is RegimenStatus.CANNOT_ASSESS:
            facts = knowledge.facts
            labels = dict.fromkeys(facts[name].label if name in facts else name for name in missing)
            waits = [f"waits for {', '.join(labels)}"] if labels else []
            issues.append(_issue("warning", "incomplete", composed, "cannot be assessed yet", [*open_too, *waits]))
    for test in answer.test_next:
        text = f"Test next: {knowledge.facts[test.fact].label}: {test.because}"
        issues.append({"severity": "information", "code": "informational", "diagnostics": text})
    for group in answer.question_groups:
        text = f"Ask: {group.ask_clinician}"
        issues.append({"severity": "information", "code": "informational", "diagnostics": text})
    for entry in answer.not_checked:
        text = f"Not checked: {entry.kind} “{entry.text}” ({entry.origin}): {entry.why}"
        issues.append({"severity": "warning", "code": "not-supported", "diagnostics": text})
    issues.append({"severity": "information", "code": "informational", "diagnostics": foot})
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(severity: str, code: str, composed: Composed, word: str, reasons: Iterable[str]) -> Resource:
    why = "; ".join(reason.rstrip(".") for reason in reasons)
    return {
        "severity": severity,
        "code": code,
        "details": {"text": f"{composed.name}: {word}"},
        "diagnostics": f"{composed.id}: {why or word}",
    }
