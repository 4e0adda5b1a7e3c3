"""The report of an adverse event where the steps meet: the input, a record and a course become one draft; order only.

What the input says stands in the report; what is on file fills what it leaves empty. Where both speak and differ, both
are shown and a person settles it: nothing is chosen silently.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Record
from fullcourse.journey.course import Course
from fullcourse.journey.log_not_used import not_used_of_log
from fullcourse.journey.monitor_course import course_evidence
from fullcourse.journey.report_course import course_on_file, symptoms_told
from fullcourse.journey.report_merge import challenges_of, is_among, merged_drugs, merged_patient, merged_reactions
from fullcourse.journey.report_record import on_file_of, results_of
from fullcourse.knowledge.library import Knowledge
from fullcourse.pharmacovigilance.bearing import facts_bearing
from fullcourse.pharmacovigilance.case_report import AdverseEventReport, Conflict, Lack, Need, ReportKind
from fullcourse.pharmacovigilance.causality import WHO_UMC, Assessment, Challenge, DrugReactionFacts
from fullcourse.pharmacovigilance.given import GivenReport
from fullcourse.pharmacovigilance.known_reactions import known_reactions
from fullcourse.pharmacovigilance.lacking import is_of_reports, lacks_of
from fullcourse.pharmacovigilance.on_file import OnFile
from fullcourse.pharmacovigilance.patient import ReportedTest
from fullcourse.pharmacovigilance.reported_drug import DrugRole, ReportedDrug
from fullcourse.pharmacovigilance.timing import first_of

__all__ = [
    "WHO_UMC",
    "AdverseEventReport",
    "Assessment",
    "Challenge",
    "Conflict",
    "DrugReactionFacts",
    "GivenReport",
    "Lack",
    "Need",
    "ReportKind",
    "ReportRequest",
    "is_of_reports",
    "report",
]


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What a report is made from.

    Attributes:
        given: What the input says.
        at: The day of the report.
        record: What an adapter read; None without a record.
        course: A course; None without one.
        now: The moment, for the course.
    """

    given: GivenReport
    at: date
    record: Record | None = None
    course: Course | None = None
    now: datetime | None = None


def report(knowledge: Knowledge, request: ReportRequest) -> AdverseEventReport:
    """Return the draft of a report; nothing is sent, and a person checks it.

    Args:
        knowledge: What the sources say of drugs and reactions.
        request: What it is made from.

    Raises:
        InputError: An answer of the record names an entry that is not there.
    """
    given = request.given.report
    told = symptoms_told(request.course, request.now) if request.course and request.now else {}
    reactions, conflicts = merged_reactions(given.reactions, told)
    onset = first_of(reaction.start for reaction in reactions)
    files = [OnFile()]
    if request.course is not None and request.now is not None:  # first: it knows doses, a record mostly orders
        files.append(course_on_file(request.course, knowledge, request.now, onset))
    if request.record is not None:
        files.append(on_file_of(request.record, knowledge, request.at, onset))
    drugs, of_drugs = merged_drugs(given.drugs, [it for file in files for it in file.drugs])
    if request.given.others_are_concomitant:
        drugs = tuple(_concomitant(it) for it in drugs)
    patient, of_patient = merged_patient(given.patient, files, onset)
    suspects = [it for it in drugs if it.role is not None and it.role.is_suspected]
    tests, not_read = _results(request, knowledge, suspects)
    draft = replace(
        given,
        reactions=reactions,
        drugs=drugs,
        patient=replace(patient, tests=(*patient.tests, *tests)),
        reported_on=parse_moment(request.at.isoformat(), "the day of the report"),
        earlier_drugs=tuple(it for file in files for it in file.earlier if not is_among(it, drugs)),
        later_drugs=tuple(it for file in files for it in file.later if not is_among(it, drugs)),
        conflicts=(*conflicts, *of_patient, *of_drugs),
        beside=tuple(_beside(knowledge, given, told.keys())),
        not_read=tuple(dict.fromkeys((*(it for file in files for it in file.not_read), *not_read))),
        sources=tuple(_sources(request)),
    )
    challenges, differing = challenges_of(draft, request.given.challenges, files)
    draft = replace(draft, conflicts=(*draft.conflicts, *differing))
    draft = replace(draft, facts=facts_bearing(draft, challenges, partial(known_reactions, knowledge)))
    return replace(draft, lacks=lacks_of(draft))


def _concomitant(drug: ReportedDrug) -> ReportedDrug:
    """Return a drug as taken beside, where somebody says so of all that have no role of their own."""
    return replace(drug, role=DrugRole.CONCOMITANT) if drug.role is None else drug


def _results(
    request: ReportRequest, knowledge: Knowledge, suspects: Sequence[ReportedDrug]
) -> tuple[tuple[ReportedTest, ...], tuple[str, ...]]:
    """Return the results of record and course, and what of them cannot be used."""
    record, unknown = request.record or Record({}), []
    if request.course is not None and request.now is not None:
        record = record.plus(Record(course_evidence(request.course, knowledge, request.now)))
        left = not_used_of_log(request.course, knowledge, request.now)
        unknown = [f"{it.what} of the log: {it.why}" for it in left]
    tests, not_read = results_of(record, knowledge, request.at, first_of(it.first_dose for it in suspects))
    return tests, (*not_read, *unknown)


def _beside(knowledge: Knowledge, given: AdverseEventReport, told: Iterable[str]) -> Iterator[str]:
    """Yield the symptoms that the log tells and the report does not hold."""
    held = {reaction.symptom for reaction in given.reactions}
    for symptom in told:
        if symptom not in held:
            yield knowledge.facts[symptom].label if symptom in knowledge.facts else symptom


def _sources(request: ReportRequest) -> Iterator[str]:
    yield "input"
    if request.record is not None:
        yield "record"
    if request.course is not None:
        yield "course"
