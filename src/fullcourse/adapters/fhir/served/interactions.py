"""Writes what sources say of the drugs of a plan beside one another, as DetectedIssue.

A course knows the drugs of its plan, results and symptoms, and no other medicine of the person: each issue is on two of
its orders, or on several that add up, and leads to them and to the source. What waits for a fact that the course does
not hold is ``preliminary``.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from fullcourse.adapters.fhir.served.detected_issue import ACT_CODE, DEFAULT_PROFILE, severity_word
from fullcourse.adapters.fhir.write.course_writer import CourseWriter, plain
from fullcourse.adapters.fhir.write.elements import Resource, identifier
from fullcourse.adapters.fhir.write.naming import Names
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.finding import Decision, Finding, Status
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.course.course import Course
from fullcourse.course.schedule import PlanInForce
from fullcourse.course.timeline import plan_at
from fullcourse.journey.monitor_course import course_evidence
from fullcourse.journey.pairs import pairs_of_names
from fullcourse.knowledge.library import Knowledge

__all__ = ["interactions"]

_PLAN: Final = "the plan"


def interactions(
    course: Course, writer: CourseWriter, knowledge: Knowledge, names: Names, now: datetime
) -> Iterator[Resource]:
    """Yield what the sources say of the drugs of the plan in force together, the worst pair first.

    Args:
        course: The course; from when it was closed on, no drugs are taken together.
        writer: Of its resources.
        knowledge: What the sources say.
        names: How resources are named.
        now: The moment.
    """
    plan = plan_at(course.timeline, now)
    if plan is None or (course.closing is not None and course.closing.at <= now):
        return
    drugs = [drug.drug for drug in plan.plan.drugs]
    named = [Medicine(drug, (drug,), (), "name", Taken.NOW, None, None, f"{_PLAN}, {drug}") for drug in drugs]
    profile = knowledge.profile(plan.plan.profile or DEFAULT_PROFILE)
    on, known = plan.zone.day_of(now), course_evidence(course, knowledge, now)
    answer = pairs_of_names(named, (), knowledge, profile, on, known)
    foot = AnswerHead(answer.knowledge, CONTENT_NOTICE, profile=answer.profile).foot()
    for pair in answer.pairs:
        for finding in pair.findings:
            if finding.comes_to is not Decision.NO_OBJECTION:
                yield _issue(finding, pair.names, plan, writer, knowledge, names, foot)
    for finding in answer.together:
        several = tuple(drug for drug in drugs if any(it.origin.endswith(f", {drug}") for it in finding.because))
        yield _issue(finding, several or tuple(drugs), plan, writer, knowledge, names, foot)


def _issue(
    finding: Finding,
    drugs: tuple[str, ...],
    plan: PlanInForce,
    writer: CourseWriter,
    knowledge: Knowledge,
    names: Names,
    foot: str,
) -> Resource:
    is_known = finding.status is Status.APPLIES
    together = f"{', '.join(drugs[:-1])} with {drugs[-1]}"
    decided = finding.comes_to.value.replace("_", " ")
    word = decided if is_known else f"cannot be assessed; could be: {decided}"
    waits = [knowledge.facts[name].label for name in finding.missing if name in knowledge.facts]
    cited = [f"{it.title}, {it.section}, tier {it.tier}" for it in finding.citations]
    reading = f", our reading {finding.interpretation}" if finding.interpretation else ""
    detail = [
        f"{together}: {word}. {finding.says}",
        finding.management.says if finding.management is not None else "",
        f"Needs: {', '.join(waits)}." if waits else "",
        f"{'; '.join(cited)}{reading}; {finding.review}.",
        "" if finding.leads else "Another source leads on this point.",
        foot,
    ]
    implicated = [
        names.reference({"resourceType": "MedicationRequest", "id": names.id("planned", f"{plan.event}:{drug}")})
        for drug in drugs
    ]
    address = next((it.address for it in finding.citations if it.address.startswith("http")), "")
    return {
        "resourceType": "DetectedIssue",
        "id": names.id("issue", f"{plan.event}:{':'.join(drugs)}:{finding.id}"),
        "identifier": [identifier("statement", finding.id)],
        "status": "final" if is_known else "preliminary",
        "code": {"coding": [{"system": ACT_CODE, "code": "DRG"}], "text": plain(f"{together}: {word}")},
        "severity": severity_word(finding.severity),
        "patient": writer.subject,
        "implicated": implicated,
        "detail": plain(" ".join(part for part in detail if part)),
        **({"reference": address} if address else {}),
    }
