"""Writes a plan of tests as FHIR R4: one draft CarePlan, a ServiceRequest for each test, and what results call for.

A ServiceRequest of intent ``proposal`` is a test that nobody has ordered yet; its dates are those that are still to
come, the overdue one first. A test without an interval has no date here either. What results call for is no request: it
stands in an OperationOutcome, with the statements that say it. The record's owner is not named.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from fullcourse.adapters.fhir.write.elements import (
    Resource,
    concept,
    entry,
    identifier,
    narrative,
    reference,
    stable_id,
)
from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.citation import Citation
from fullcourse.journey.monitor import Do, DueStanding, MonitorAnswer, Response, Watched
from fullcourse.knowledge.library import Knowledge

__all__ = ["monitoring_bundle"]

_SUBJECT: Final = {"display": "the patient of the record that was handed in"}
_PLAN: Final = "Monitoring of the treatment of tuberculosis"


def monitoring_bundle(answer: MonitorAnswer, knowledge: Knowledge) -> Resource:
    """Return a Bundle of the type ``collection``: the plan, its tests, and the outcome of the results."""
    foot = AnswerHead(answer.knowledge, CONTENT_NOTICE, profile=answer.profile, at=answer.at).foot()
    requests = [_request(it, answer) for it in answer.watched if it.watch.certain]
    resources = [_plan(requests, answer, foot), *requests, _outcome(answer, knowledge, foot)]
    return {"resourceType": "Bundle", "type": "collection", "entry": [entry(resource) for resource in resources]}


def _plan(requests: Iterable[Resource], answer: MonitorAnswer, foot: str) -> Resource:
    treatment = answer.treatment
    period = {"start": treatment.starts_on, "end": treatment.ends_on}
    dated = {name: day.isoformat() for name, day in period.items() if day is not None}
    drugs = ", ".join(treatment.drugs)
    return {
        "resourceType": "CarePlan",
        "id": stable_id("monitoring", _name(answer)),
        "text": narrative([f"{_PLAN}: {PROPOSAL}", f"Drugs: {drugs}.", foot]),
        "status": "draft",
        "intent": "proposal",
        "category": [concept("monitoring of tuberculosis treatment")],
        "title": _PLAN,
        "description": f"Tests for {drugs}. {PROPOSAL.capitalize()}.",
        "subject": _SUBJECT,
        **({"period": dated} if dated else {}),
        "created": answer.at.isoformat(),
        "activity": [{"reference": reference(it)} for it in requests],
        "note": [{"text": foot}],
    }


def _request(it: Watched, answer: MonitorAnswer) -> Resource:
    dates = _dates(it, answer)
    notes = list(_notes(it))
    return {
        "resourceType": "ServiceRequest",
        "id": stable_id("monitoring-test", f"{_name(answer)}:{it.watch.test}"),
        "text": narrative([f"{it.watch.test}: {PROPOSAL}", *notes]),
        "identifier": [identifier("test", it.watch.test)],
        "status": "draft",
        "intent": "proposal",
        "code": {"text": it.watch.test},
        "subject": _SUBJECT,
        **({"occurrenceTiming": {"event": dates}} if dates else {}),
        "authoredOn": answer.at.isoformat(),
        "reasonCode": [{"text": text} for text in dict.fromkeys(_reasons(it))],
        "note": [{"text": text} for text in notes],
    }


def _dates(it: Watched, answer: MonitorAnswer) -> list[str]:
    """Return the days that are open: the overdue one, and those to come."""
    on = {visit.day: visit.on for visit in answer.visits}
    days = [day for number in it.days if (day := on.get(number)) is not None]
    return [day.isoformat() for day in days if it.due.next_on is not None and day >= it.due.next_on]


def _reasons(it: Watched) -> Iterator[str]:
    yield from (asked.says for asked in it.watch.planned.asked if asked.certain)
    yield from (closer.says for closer in it.watch.tightened if closer.certain)


def _notes(it: Watched) -> Iterator[str]:
    due = it.due
    if due.standing is DueStanding.OVERDUE and due.next_on is not None:
        yield f"Overdue since {due.next_on.isoformat()}."
    if not it.days:
        yield "No source that was read says how often."
    if it.watch.planned.hours_after_dose:
        hours = " and ".join(map(str, it.watch.planned.hours_after_dose))
        yield f"Samples {hours} hours after a dose."
    for asked in it.watch.planned.asked:
        if asked.certain:
            yield _cited(asked.statement, asked.citation, asked.interpretation, asked.review)
    for closer in it.watch.tightened:
        if closer.certain:
            yield _cited(closer.statement, closer.citation, "I-1405", closer.review)


def _cited(statement: str, citation: Citation, reading: str, review: str) -> str:
    ours = f", our reading {reading}" if reading else ""
    return f"{statement}: {citation.title}, {citation.section}, tier {citation.tier}{ours}; {review}"


def _outcome(answer: MonitorAnswer, knowledge: Knowledge, foot: str) -> Resource:
    issues = [_issue(it, knowledge) for it in answer.responses if it.weighs and (it.known or it.do > Do.CONTINUE)]
    issues += [
        {
            "severity": "warning",
            "code": "not-supported",
            "diagnostics": f"{drug}: not covered, so nothing was said of it.",
        }
        for drug in answer.not_covered
    ]
    issues += [
        {"severity": "warning", "code": "not-supported", "diagnostics": f"{it.count} × {it.what}, not read: {it.why}."}
        for it in answer.not_used
    ]
    issues.append({"severity": "information", "code": "informational", "diagnostics": foot})
    return {
        "resourceType": "OperationOutcome",
        "id": stable_id("monitoring-results", _name(answer)),
        "issue": issues,
    }


def _issue(it: Response, knowledge: Knowledge) -> Resource:
    facts = knowledge.facts
    waits = ", ".join(facts[name].label for name in it.missing if name in facts)
    word = it.do.word if it.known else f"cannot be assessed; could be: {it.do.word}; needs {waits}"
    severe = it.do >= Do.CONSIDER_STOPPING
    return {
        "severity": "error" if severe and it.known else "warning" if it.do > Do.CONTINUE else "information",
        "code": "business-rule" if it.known else "incomplete",
        "details": {"text": f"{it.drug or 'the treatment'}: {word}"},
        "diagnostics": _cited(f"{it.statement}: {it.says}", it.citation, it.interpretation, it.review),
    }


def _name(answer: MonitorAnswer) -> str:
    start = answer.treatment.starts_on
    return f"{'+'.join(answer.treatment.drugs)}:{start}:{answer.at.isoformat()}:{answer.profile}"
