"""Who a question about levels is about: which doses and levels count, at which moment, and what models may know."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Final

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Fact, Value
from fullcourse.clinical.instant import in_zone, seconds_since_1970
from fullcourse.clinical.level import Level
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.ordered_dose import OrderedDose
from fullcourse.clinical.patient import Patient, Record
from fullcourse.clinical.quantity import Interval, Quantity, exactly
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.journey.levels.over_time import FactsFrom, facts_over_time
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.tables import did_you_mean
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.pharmacokinetics.inputs.covariates import KnownFact, PatientFacts
from fullcourse.pharmacokinetics.inputs.dose_log import (
    doses_as_prescribed,
    on_one_clock,
    read_dose_log,
    refuse_simultaneous,
)
from fullcourse.pharmacokinetics.inputs.level_text import parse_level
from fullcourse.pharmacokinetics.inputs.plan_rhythm import check_start_known
from fullcourse.rules.establish import establish
from fullcourse.rules.medicine_list import MedicineList

__all__ = [
    "PRESCRIBED_SINCE_DAYS",
    "KnownFact",
    "LevelPatient",
    "LevelQuestion",
    "PatientFacts",
    "facts_at",
    "level_patient",
    "parse_level",
    "patient_facts",
    "read_dose_log",
]

PRESCRIBED_SINCE_DAYS: Final = 28
"""How far back a plan is taken to have been followed, where nothing says since when: ours, and said each time."""

_SHORT_INFUSION_H: Final = 5.0 / 60.0
"""An infusion shorter than this is named: ours (I-1823)."""

_YEAR: Final = 1.0
"""An age known to the year is used by its lower end."""


@dataclass(frozen=True, slots=True)
class LevelQuestion:
    """What is asked about one patient, beside the record.

    Attributes:
        drug: INN that has models.
        now: The moment at which the question is put.
        at: The moment asked about; None for that of the last level, else now.
        zone: Offset of times that carry none; None where nothing says it.
        levels: Measured, beside those of the record.
        log: Doses as taken; None where no log is given.
        plan: The plan as prescribed; empty where none is given.
        since: First day of that plan; None where it is not said.
        covariates: Given beside the record; they overrule it.
        levels_needed: Whether the question makes no sense without a level.
    """

    drug: str
    now: datetime
    at: datetime | None = None
    zone: timezone | None = None
    levels: tuple[Level, ...] = ()
    log: tuple[TakenDose, ...] | None = None
    plan: tuple[DoseStep, ...] = ()
    since: date | None = None
    covariates: Mapping[str, KnownFact] | None = None
    levels_needed: bool = True


@dataclass(frozen=True, slots=True)
class LevelPatient:
    """One patient, as a question about levels sees them.

    Attributes:
        drug: INN.
        at: The moment of the question.
        facts: What the models may ask for.
        record: As read.
        patient: As established at ``at``.
        knowledge: What the sources say.
        doses: As taken, in order.
        levels: As measured, in order.
        plan: The plan as prescribed, where one was given.
        notes: What was taken for granted, for the answer.
        over_time: What was known in each span of the history, where numbers of the record changed during it.
    """

    drug: str
    at: datetime
    facts: PatientFacts
    record: Record
    patient: Patient
    knowledge: Knowledge
    doses: tuple[TakenDose, ...]
    levels: tuple[Level, ...]
    plan: tuple[DoseStep, ...]
    notes: tuple[str, ...]
    over_time: tuple[FactsFrom, ...] = ()


def level_patient(
    record: Record, question: LevelQuestion, knowledge: Knowledge, as_of: Callable[[Record, date], Record]
) -> LevelPatient:
    """Return who the question is about.

    Args:
        record: As read, before any date is chosen.
        question: What is asked.
        knowledge: What the sources say.
        as_of: Judges the record at a day, and adds the answers that were given: the day may be that of a level.

    Raises:
        InputError: Something cannot be used; the message names it.
    """
    drug, zone = question.drug, question.zone
    levels = [*record.levels_of(drug), *question.levels]
    if question.levels_needed and not levels:
        raise InputError(
            "levels: the record holds none of this drug that can be used, and --level gives none. "
            "Write --level '31 mg/L @ 2026-11-03T10:05+02:00'."
        )
    notes = [f"{count} x {why}: not used" for why, count in record.passed_over_of(drug).items()]
    last = max((level.at for level in levels), key=seconds_since_1970, default=None)
    at = question.at or last or question.now
    doses, plan = _doses(question, record, at, notes)
    doses, ordered, local = on_one_clock(doses, levels, zone)
    if local:
        notes.append("the times carry no zone: all are taken to be on one local clock")
    if any(dose.at.tzinfo for dose in doses):
        at = in_zone(at, zone or doses[0].at.tzinfo)
    given = question.covariates or {}
    judged = as_of(record, at.date()).plus(_as_record(given, knowledge, at.date()))
    patient = _with_derived(establish(judged, knowledge, at.date()), given, knowledge)
    facts = patient_facts(patient, knowledge, drug, given)
    _refuse_odd_birth_date(patient, facts)
    until = seconds_since_1970(at)
    taken = (dose for dose in doses if seconds_since_1970(dose.at) <= until)
    doses = tuple(sorted(taken, key=lambda dose: seconds_since_1970(dose.at)))
    refuse_simultaneous([dose for dose in doses if dose.drug])  # of the record: a log is refused when it is read
    notes += _short_infusions(doses)
    ordered = tuple(sorted(ordered, key=lambda level: seconds_since_1970(level.at)))
    over_time, doubtful = facts_over_time(judged, facts, given, knowledge, doses[0].at, at) if doses else ((), ())
    notes += doubtful
    return LevelPatient(drug, at, facts, judged, patient, knowledge, doses, ordered, plan, tuple(notes), over_time)


def _as_record(given: Mapping[str, KnownFact], knowledge: Knowledge, day: date) -> Record:
    """Return what was given beside the record as evidence of that day, so that holds and screening see it too."""
    evidence: dict[str, tuple[Evidence, ...]] = {}
    for name, known in given.items():
        definition = knowledge.facts.get(name)
        if definition is not None and not definition.derived:
            on = parse_moment(day.isoformat(), name)
            value = _value_of(definition, known)
            evidence[name] = (Evidence(name, value, on, known.origin, known.value, known.unit),)
    return Record(evidence)


def _with_derived(patient: Patient, given: Mapping[str, KnownFact], knowledge: Knowledge) -> Patient:
    """Return the patient with the computed facts that were given as they were given."""
    facts = dict(patient.facts)
    for name, known in given.items():
        definition = knowledge.facts.get(name)
        if definition is not None and definition.derived:
            value = _value_of(definition, known)
            said = Evidence(name, value, None, known.origin, known.value, known.unit)
            facts[name] = Fact(name, value, definition.unit, (said,), (), "given beside the record")
    return replace(patient, facts=facts)


def _value_of(definition: FactDefinition, known: KnownFact) -> Value:
    """Return what was given, in the unit of the fact.

    Raises:
        InputError: It does not fit the fact. Passed over, it would be dosed for and never held against.
    """
    name, value = definition.id, known.value
    if isinstance(value, bool) and definition.kind in {"history", "state"}:
        return value
    if isinstance(value, str) and (definition.kind == "date" or value in definition.values):
        return value
    if definition.kind != "number" or isinstance(value, bool | str):
        raise InputError(f"{name}: '{value}' is no {definition.kind} of it, so it is not used. Correct it.")
    if not known.unit and definition.unit not in ("", "1"):
        raise InputError(
            f"{name}: {value:g} has no unit, so it is not used. Add the unit, for example '{definition.unit}'."
        )
    quantity = Quantity(exactly(value), known.unit or definition.unit)
    converted = quantity.to(definition.unit, *definition.substance).value
    low, high = definition.plausible or (0.0, math.inf)
    if converted.low > high or converted.high < low:
        limits = f"{low:g} to {high:g} {definition.unit}"
        raise InputError(f"{name}: {value:g} {known.unit} is outside what is possible ({limits}). Correct it.")
    return converted


def facts_at(
    record: Record, day: date, knowledge: Knowledge, drug: str, covariates: Mapping[str, KnownFact]
) -> PatientFacts:
    """Return what models of a drug may ask for about a patient, without levels or doses."""
    return patient_facts(establish(record, knowledge, day), knowledge, drug, covariates)


def _doses(
    question: LevelQuestion, record: Record, at: datetime, notes: list[str]
) -> tuple[tuple[TakenDose, ...], tuple[DoseStep, ...]]:
    """Return doses from the log, else as given by the record, else by the plan, else by the order; and the plan."""
    plan = question.plan
    if question.log is not None:
        return question.log, plan
    if given := record.doses_of(question.drug):
        return given, plan
    if not plan:
        return _ordered(record.orders_of(question.drug), at, notes)
    day = question.since or plan[0].from_date
    if day is None:
        check_start_known(plan)
        notes.append(f"no start is given: the plan is taken to have been followed for {PRESCRIBED_SINCE_DAYS} days")
        first = at - timedelta(days=PRESCRIBED_SINCE_DAYS)
    else:
        first = datetime(day.year, day.month, day.day, tzinfo=at.tzinfo)
    notes.append("doses are taken as prescribed and on time; nobody is known to have seen them")
    return doses_as_prescribed(plan, first, at), plan


def _ordered(
    orders: Sequence[OrderedDose], at: datetime, notes: list[str]
) -> tuple[tuple[TakenDose, ...], tuple[DoseStep, ...]]:
    """Return doses by the orders of a record, one after another, and the last order as the plan.

    Raises:
        InputError: There is no order that can be followed, or two of one time.
    """
    begun = [order for order in orders if order.since is None or order.since <= at.date()]
    if not begun or any(order.step is None for order in begun):
        unclear = "; ".join(f"{order.origin}: {order.why}" for order in begun if order.step is None)
        said = f" Its order is not followed ({unclear})." if unclear else ""
        raise InputError(
            f"doses: the record holds no administration of this drug, and no log is given.{said} "
            "Give --doses FILE, or --dose '250 mg q12h' with --since DATE."
        )
    begun.sort(key=lambda order: order.since or date.min)
    for earlier, later in pairwise(begun):
        if later.since is None or earlier.until is None or earlier.until >= later.since:
            raise InputError(
                f"doses: {earlier.origin} and {later.origin} order this drug for one time. Give --doses FILE or --dose."
            )
    doses: list[TakenDose] = []
    for order in begun:
        if order.step is None or order.since is None:
            continue
        first = datetime(order.since.year, order.since.month, order.since.day, tzinfo=at.tzinfo)
        planned = doses_as_prescribed([order.step], first, at)
        doses += [replace(dose, origin=order.origin) for dose in planned if _is_ordered(dose, order)]
        notes.append(
            f"doses are taken as ordered and on time ({order.origin}: {say_dose_plan([order.step])} from "
            f"{order.since}); nobody is known to have seen them"
        )
    last = begun[-1].step
    return tuple(doses), () if last is None else (last,)


def _short_infusions(doses: Sequence[TakenDose]) -> list[str]:
    """Return a note on infusions so short that they are likelier an end that nobody wrote down (I-1823)."""
    short = sorted(dose.over_h for dose in doses if 0.0 < dose.over_h < _SHORT_INFUSION_H)
    if not short:
        return []
    said = f"{len(short)} infusions of {short[0] * 60.0:.3g} min: some systems write so where nobody wrote the end, and"
    return [f"{said} the peak depends on it. Look it up, and give --doses FILE with over_min"]


def _is_ordered(dose: TakenDose, order: OrderedDose) -> bool:
    return order.until is None or dose.at.date() <= order.until


def patient_facts(
    patient: Patient, knowledge: Knowledge, drug: str, given: Mapping[str, KnownFact] | None = None
) -> PatientFacts:
    """Return the facts that models of a drug may ask for: those established, then those given beside the record.

    A medicine is taken when its entry says so at the date; one that may or may not be taken leaves the list open.
    """
    files = read_pk_models(drug=drug)
    _refuse_unknown(given or {}, knowledge, files)
    known = {name: usable for name, fact in patient.facts.items() if (usable := _known(fact)) is not None}
    known |= given or {}
    medicines = MedicineList(patient, knowledge)
    taking = frozenset(name for medicine in medicines.taken_now() for name in medicine.ingredients)
    rows = [row for file in files.values() for row in file.covariates.values() if row.formula == "taking"]
    counts = [medicines.count(f"drug.{row.fact}", None, whole=True).number for row in rows]
    is_open = any(count.low < 1.0 <= count.high for count in counts)
    complete = known.get("medicines_complete")
    return PatientFacts(known, taking, complete is not None and complete.value is True and not is_open)


def _refuse_odd_birth_date(patient: Patient, facts: PatientFacts) -> None:
    """Refuse a birth date that is there and cannot be used: that the age is not known would not say why."""
    born = patient.facts["birth_date"]
    if born.value is None and born.because and "age" not in facts.facts:
        raise InputError(f"the birth date is not used: {born.reason}. Correct it in the record.")


def _refuse_unknown(given: Mapping[str, KnownFact], knowledge: Knowledge, files: Mapping[str, PkModelFile]) -> None:
    """Refuse a name that neither the vocabulary nor a model knows: a misspelt one would be passed over in silence."""
    names = set(knowledge.facts)
    for file in files.values():
        names |= {*file.covariates, *(row.fact for row in file.covariates.values())}
        names |= {limit.covariate for limit in file.limits} | {row.fact for row in file.not_for}
    for name in given:
        if name not in names:
            what = f"covariate '{name[:40]}' is no fact, and no model of this drug asks for it, so it is not used."
            raise InputError(f"{what} {did_you_mean(name, names)}")


def _known(fact: Fact) -> KnownFact | None:
    value = fact.value
    first = fact.because[0] if fact.because else None
    on, origin = first.on.text if first and first.on else "", first.origin if first else ""
    if isinstance(value, Interval):
        usable = value.is_exact or (fact.id == "age" and value.high - value.low <= _YEAR)
        return KnownFact(value.low, fact.unit, on, origin) if usable else None
    return None if value is None else KnownFact(value, fact.unit, on, origin)
