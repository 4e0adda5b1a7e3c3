"""Too much taken, from what somebody reports or from the log of a course; order only.

The statements decide how urgent it is. An amount that nobody knows, a medicine that is not known here and a plan that
nobody knows never make it milder.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Record
from fullcourse.clinical.quantity import ANY, Interval, exactly
from fullcourse.course.amounts import AmountsTaken, amounts_taken
from fullcourse.course.timeline import plan_at
from fullcourse.journey.course import Course
from fullcourse.journey.triage import drugs_on_record, report_with_diary
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.establish import establish
from fullcourse.rules.situation import nobody
from fullcourse.triage.greatest import greatest_mg_per_kg, least_daily_maximum_mg
from fullcourse.triage.judge import Triage, judge
from fullcourse.triage.next_dose import NextDose, next_dose_of
from fullcourse.triage.read_aloud import Overdose, read_aloud
from fullcourse.triage.report import Heard, Report

__all__ = ["OverdoseAnswer", "OverdoseRequest", "overdose"]

_WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class OverdoseRequest:
    """What is reported.

    Attributes:
        at: The day it holds for.
        drug: INN; empty for a medicine that is not known here.
        called: The medicine in the words of whoever reports.
        said: What was taken, in their words; empty where the log says it.
        mg: Amount, mg; None where it cannot be told.
        planned_mg: What was planned for the day, mg; None where nobody says.
        weight_kg: As somebody says; None where nobody does, so that the record's counts.
        taken_at: When, in words; empty where nobody says.
        symptoms: What is reported beside it.
        unread: Words that a person reads.
        record: What an adapter read; None without a record.
        course: A course; None without one.
        now: The moment, for the course.
    """

    at: date
    drug: str
    called: str
    said: str = ""
    mg: Interval | None = None
    planned_mg: float | None = None
    weight_kg: float | None = None
    taken_at: str = ""
    symptoms: Mapping[str, Heard] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    record: Record | None = None
    course: Course | None = None
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class OverdoseAnswer:
    """What is said of too much taken.

    Attributes:
        at: The day it holds for.
        knowledge: Digest of the knowledge.
        triage: What the report comes to.
        next_dose: What is done about the next dose.
        overdose: What is known of it.
        aloud: What is read aloud to poison control, each line with its heading.
        least_daily_maximum_mg: The lowest daily maximum of any source, mg; None where none states one.
        greatest_mg_per_kg: The most for each kilogram a day of any source, mg/kg; None where none gives one.
        asks: What nobody knows and poison control asks for.
    """

    at: date
    knowledge: str
    triage: Triage
    next_dose: NextDose
    overdose: Overdose
    aloud: tuple[tuple[str, str], ...]
    least_daily_maximum_mg: float | None
    greatest_mg_per_kg: float | None
    asks: tuple[str, ...]


def overdose(knowledge: Knowledge, request: OverdoseRequest) -> OverdoseAnswer:
    """Return what is said of too much taken.

    Args:
        knowledge: What the sources say.
        request: What is reported.

    Raises:
        InputError: Neither an amount nor a log with the drug is given, or a value of the record cannot be.
    """
    patient = nobody() if request.record is None else establish(request.record, knowledge, request.at)
    logged = _logged(request)
    weight = patient.facts.get(_WEIGHT)
    weight_kg = request.weight_kg
    if weight_kg is None and weight is not None and isinstance(weight.value, Interval):
        weight_kg = weight.value.low if weight.value.low == weight.value.high else None
    mg = request.mg if request.said else logged.taken_mg if logged else None
    planned = exactly(request.planned_mg) if request.planned_mg is not None else logged.planned_mg if logged else None
    least = least_daily_maximum_mg(knowledge, request.drug) if request.drug else None
    most = greatest_mg_per_kg(knowledge, request.drug) if request.drug else None
    log = logged if not request.said else None
    # A medicine that is not known here may be any: a brand of two, or a name with its strength behind it.
    of_drugs = {
        name: _facts(
            mg, planned, log, weight_kg, least_daily_maximum_mg(knowledge, name), greatest_mg_per_kg(knowledge, name)
        )
        for name in ((request.drug,) if request.drug else knowledge.drugs)
    }
    report = Report(request.symptoms, of_drugs=of_drugs, unread=request.unread)
    if request.course is not None and request.now is not None:
        report = report_with_diary(report, request.course, request.now)
    others = _others(request, drugs_on_record(patient, knowledge))
    drugs = tuple(dict.fromkeys((request.drug, *others))) if request.drug else ()
    judged = judge(knowledge, report, patient, drugs)
    known = Overdose(
        drug=request.called,
        said=request.said,
        mg=mg,
        taken_at=request.taken_at,
        weight_kg=weight_kg,
        planned_mg=planned,
        last=[(it.at, it.mg) for it in logged.last] if logged else [],
        others=others,
        symptoms=tuple(
            f"{knowledge.facts[name].label}{' (not sure)' if word is Heard.UNSURE else ''}"
            for name, word in judged.report.symptoms.items()
            if word is not Heard.NO
        ),
    )
    asks = _asks(request, mg, planned, weight_kg)
    lines = read_aloud(known)
    return OverdoseAnswer(request.at, knowledge.digest, judged, next_dose_of(judged), known, lines, least, most, asks)


def _logged(request: OverdoseRequest) -> AmountsTaken | None:
    """Return what the log says was taken; None where nobody asks the log."""
    if request.course is None or request.now is None:
        if not request.said:
            raise InputError("nobody says how much was taken. Give --took, or the log of a course with --course.")
        return None
    logged = amounts_taken(request.course, request.drug, request.now)
    if logged is None and not request.said:
        raise InputError(
            f"the plan in force does not hold {request.called}, so the log cannot say whether it was too much. "
            "Give --took with what was taken."
        )
    return logged


def _facts(
    mg: Interval | None,
    planned: Interval | None,
    logged: AmountsTaken | None,
    weight_kg: float | None,
    least: float | None,
    most: float | None,
) -> dict[str, Interval | bool]:
    """Return what is known under the names by which statements ask for it; what is not known stays any number."""
    facts: dict[str, Interval | bool] = {
        "mg_taken_in_24_hours": ANY if mg is None else mg,
        "mg_planned_in_24_hours": ANY if planned is None else planned,
        "amount_taken_is_known": mg is not None,
        "least_daily_maximum_mg": exactly(float("inf") if least is None else least),
        "mg_taken_at_once": exactly(logged.at_once_mg) if logged else ANY if mg is None else mg,
    }
    if logged is not None and logged.one_dose_mg is not None:
        facts["mg_of_one_dose"] = exactly(logged.one_dose_mg)
    if mg is not None and weight_kg is not None and most is not None:
        facts["mg_per_kg_taken_in_24_hours"] = Interval(mg.low / weight_kg, mg.high / weight_kg)
        facts["greatest_mg_per_kg_per_day"] = exactly(most)
    return facts


def _others(request: OverdoseRequest, on_record: tuple[str, ...]) -> tuple[str, ...]:
    """Return the other TB drugs that are taken, by the plan or else by the record."""
    current = None
    if request.course is not None and request.now is not None:
        current = plan_at(request.course.timeline, request.now)
    named = tuple(drug.drug for drug in current.plan.drugs) if current else on_record
    return tuple(name for name in named if name != request.drug)


def _asks(
    request: OverdoseRequest, mg: Interval | None, planned: Interval | None, weight_kg: float | None
) -> tuple[str, ...]:
    asks = []
    if not request.drug:
        asks.append("which medicine it is: read the name from the pack")
    if mg is None:
        asks.append("how much: count what is left in the pack")
    elif mg.low != mg.high:
        asks.append("the strength of one piece: it stands on the pack")
    if planned is None:
        asks.append("how much was planned for the day")
    if weight_kg is None:
        asks.append("the body weight")
    if not request.taken_at:
        asks.append("when it was taken")
    return tuple(asks)
