"""Triage where the steps meet: a report, a record and the diary of a course become one answer; order only.

An emergency needs none of them but the report. Where a statement proposes that a drug is replaced, and there is a
record, composition is asked what could take its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.medicine import Route, Taken
from fullcourse.clinical.patient import Patient, Record
from fullcourse.clinical.quantity import Interval, exactly
from fullcourse.course.amounts import AmountsTaken, amounts_taken
from fullcourse.course.diary import diary_of
from fullcourse.course.timeline import plan_at
from fullcourse.journey.course import Course
from fullcourse.journey.regimen import Composer, RegimenAnswer, RegimenRequest
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import Profile
from fullcourse.rules.establish import establish
from fullcourse.rules.situation import nobody
from fullcourse.triage.judge import Raised, Triage, Urgency, judge
from fullcourse.triage.next_dose import NextDose, NextDoseWord, next_dose_of
from fullcourse.triage.report import Heard, Report, joined
from fullcourse.triage.rules import command_of_triage

__all__ = [
    "Heard",
    "NextDose",
    "NextDoseWord",
    "Raised",
    "Replacement",
    "Report",
    "Triage",
    "TriageAnswer",
    "TriageRequest",
    "Urgency",
    "command_of_triage",
    "drugs_on_record",
    "joined",
    "report_with_diary",
    "triage",
]

_REPLACE = "replace the drug"


@dataclass(frozen=True, slots=True)
class TriageRequest:
    """What is handed in beside the report.

    Attributes:
        drugs: INNs of the TB drugs that are taken, as somebody says.
        record: What an adapter read; None without a record.
        course: A course; None without one.
        at: The day, for the record.
        now: The moment, for the course; None without one.
    """

    at: date
    drugs: tuple[str, ...] = ()
    record: Record | None = None
    course: Course | None = None
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """What could take the place of a drug that the sources say will probably be changed.

    Attributes:
        drug: INN of the drug.
        because: Why, as it was handed to composition.
        answer: What composition says; None where it cannot be asked.
        why_not: Why it cannot be asked; empty where it was.
    """

    drug: str
    because: str
    answer: RegimenAnswer | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class TriageAnswer:
    """What triage says.

    Attributes:
        at: The day it holds for.
        profile: Which sources lead where a drug is replaced.
        knowledge: Digest of the knowledge.
        triage: What the report comes to.
        next_dose: What is done about the next dose.
        replacements: For each drug that is probably changed, what could take its place.
    """

    at: date
    profile: str
    knowledge: str
    triage: Triage
    next_dose: NextDose
    replacements: tuple[Replacement, ...]


def triage(knowledge: Knowledge, profile: Profile, report: Report, request: TriageRequest) -> TriageAnswer:
    """Return what a report calls for.

    Args:
        knowledge: What the sources say.
        profile: Which sources lead where a drug is replaced.
        report: What was reported.
        request: What is handed in beside it.

    Raises:
        InputError: A value of the record that would count cannot be.
    """
    patient = nobody() if request.record is None else establish(request.record, knowledge, request.at)
    drugs = request.drugs or _drugs_of_course(request) or drugs_on_record(patient, knowledge)
    if request.course is not None and request.now is not None:
        report = report_with_diary(report, request.course, request.now)
    judged = judge(knowledge, report, patient, drugs)
    replacements = tuple(_replaced(judged, knowledge, profile, request))
    return TriageAnswer(request.at, profile.id, knowledge.digest, judged, next_dose_of(judged), replacements)


def report_with_diary(report: Report, course: Course, now: datetime) -> Report:
    """Return a report with what the log of a course adds: symptoms, low mood, weeks, daily doses, amounts."""
    diary = diary_of(course, now)
    told = [(name, Heard.YES if present else Heard.NO) for name, present in diary.symptoms.items()]
    symptoms = {**dict(told), **report.symptoms}
    symptoms |= {name: word for name, word in joined(told).items() if word is Heard.YES}  # what is logged stays
    again = report.symptoms.get("symptom_low_mood") in (Heard.YES, Heard.UNSURE)
    numbers = dict(report.numbers)
    numbers.setdefault("visits_with_low_mood", exactly(float(diary.low_mood_days + again)))
    if diary.weeks_not_better is not None:
        numbers.setdefault("weeks_without_improvement", exactly(diary.weeks_not_better))
    of_drugs: dict[str, Mapping[str, Interval | bool]] = {}
    for drug in _drugs_of_plan(course, now):
        amounts = amounts_taken(course, drug, now)
        if amounts is None:
            continue
        daily = {"dose_mg_per_day": amounts.planned_mg} if amounts.planned_mg.low > 0 else {}
        of_drugs[drug] = {**daily, **amounts_as_facts(amounts), **report.of_drugs.get(drug, {})}
    return replace(report, symptoms=symptoms, numbers=numbers, of_drugs={**report.of_drugs, **of_drugs})


def amounts_as_facts(amounts: AmountsTaken) -> dict[str, Interval | bool]:
    """Return what a log says was taken under the names by which statements ask for it."""
    facts: dict[str, Interval | bool] = {
        "mg_taken_in_24_hours": amounts.taken_mg,
        "mg_planned_in_24_hours": amounts.planned_mg,
        "mg_taken_at_once": exactly(amounts.at_once_mg),
        "amount_taken_is_known": True,
    }
    if amounts.one_dose_mg is not None:
        facts["mg_of_one_dose"] = exactly(amounts.one_dose_mg)
    return facts


def drugs_on_record(patient: Patient, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the covered TB drugs that a record does not say are over, each once, in its order."""
    listed = (it for it in patient.medicines if it.taken is not Taken.PAST and it.route is not Route.LOCAL)
    return tuple(dict.fromkeys(name for it in listed for name in it.ingredients if name in knowledge.drugs))


def _drugs_of_course(request: TriageRequest) -> tuple[str, ...]:
    if request.course is None or request.now is None:
        return ()
    return _drugs_of_plan(request.course, request.now)


def _drugs_of_plan(course: Course, now: datetime) -> tuple[str, ...]:
    current = plan_at(course.timeline, now)
    return tuple(drug.drug for drug in current.plan.drugs) if current else ()


def _replaced(judged: Triage, knowledge: Knowledge, profile: Profile, request: TriageRequest) -> Sequence[Replacement]:
    """Return what could take the place of each named drug that the sources say will probably be changed."""
    proposed: dict[str, str] = {}
    for it in judged.urgent:
        if it.rule.action.propose == _REPLACE and it.rule.drug and it.drug_known:
            proposed.setdefault(it.rule.drug, ", ".join(knowledge.facts[name].label for name in it.because))
    return [_composed(drug, because, knowledge, profile, request) for drug, because in proposed.items()]


def _composed(drug: str, because: str, knowledge: Knowledge, profile: Profile, request: TriageRequest) -> Replacement:
    if request.record is None:
        return Replacement(drug, because, None, "there is no record: what could take its place depends on the patient")
    asked = RegimenRequest(replace=drug, because=because)
    try:
        answer = Composer(knowledge, profile).compose(request.record, request.at, asked)
    except InputError as error:
        return Replacement(drug, because, None, str(error))
    return Replacement(drug, because, answer)
