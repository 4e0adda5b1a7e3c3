"""What every command about one patient reads: the record, doses, levels, the model, and the options for them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.clinical.fact import Fact
from fullcourse.clinical.instant import in_zone, parse_instant, seconds_since_1970
from fullcourse.clinical.level import Level
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.patient import Patient, Record
from fullcourse.clinical.quantity import Interval
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.model_choice import default_of, offered_models, why_not_at_age
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.model_reader import FOLDER, read_pk_model_file, read_pk_models
from fullcourse.knowledge.tables import did_you_mean
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
    "PatientInput",
    "choose_model",
    "drug_name",
    "patient_facts",
    "patient_options",
    "read_facts",
    "read_patient",
    "zone_of",
]

Command = TypeVar("Command", bound=Callable[..., object])

PRESCRIBED_SINCE_DAYS = 28
"""How far back a plan is taken to have been followed, where nothing says since when."""


@dataclass(frozen=True, slots=True)
class PatientInput:
    """One patient, as the commands see it.

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


def patient_options(command: Command) -> Command:
    """Add the options that say who the patient is and what was measured."""
    options = (
        click.option("--drug", required=True, metavar="NAME", help="The drug (INN)."),
        click.option(
            "--level", "levels", multiple=True, metavar="TEXT", help="A level: '31 mg/L @ 2026-11-03T10:05+02:00'."
        ),
        click.option("--doses", metavar="FILE", help="Doses as taken: TOML [[dose]] at, mg, observed; or CSV."),
        click.option("--dose", metavar="PLAN", help="The plan as prescribed: '250 mg q12h'."),
        click.option("--since", metavar="DATE", help="First day of that plan; without it, four weeks before."),
        click.option("--model", metavar="ID", help="The published model; without it, the default for the age."),
        click.option("--covariate", "covariates", multiple=True, metavar="NAME=VALUE", help="For example 'hiv=no'."),
        click.option("--zone", metavar="OFFSET", help="Offset of times that have none: +02:00."),
        click.option("--at", metavar="TIME", help="The moment asked about; without it, the last level."),
        click.option("--profile", default="us", show_default=True, help="Which sources lead: us or who."),
        click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record."),
        click.option("--seed", default=1, show_default=True, help="Of the random numbers: the same gives the same."),
        click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True),
    )
    for option in reversed(options):
        command = option(command)
    return command


def drug_name(text: str) -> str:
    """Return the INN of a drug that has models.

    Raises:
        InputError: No model is of that drug.
    """
    wanted = text.strip().lower()
    if not re.fullmatch(r"[a-z-]+", wanted) or not any(FOLDER.glob(f"{wanted}-*.toml")):
        drugs = sorted({path.name.split("-")[0] for path in FOLDER.glob("*-*.toml")})
        raise InputError(f"drug '{text[:40]}' has no published model here. {did_you_mean(wanted, drugs)}")
    return wanted


def zone_of(text: str | None) -> timezone | None:
    """Return an offset such as ``+02:00``; None for None.

    Raises:
        InputError: It is no offset.
    """
    if text is None:
        return None
    found = re.fullmatch(r"([+-])(\d\d):?(\d\d)", text.strip())
    if text.strip().upper() in {"Z", "UTC"}:
        return UTC
    if found is None or int(found[2]) > 14 or int(found[3]) > 59:
        raise InputError(f"--zone: '{text[:20]}' is no offset. Write it as +02:00.")
    shift = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-shift if found[1] == "-" else shift)


def read_patient(path: str, options: Mapping[str, object], *, levels_needed: bool = True) -> PatientInput:
    """Read everything about one patient.

    Args:
        path: The record, or ``-``.
        options: Those of ``patient_options``.
        levels_needed: Whether a question without a level makes no sense.

    Raises:
        InputError: Something cannot be used; the message names it.
    """
    drug = drug_name(str(options["drug"]))
    zone = zone_of(_text(options, "zone"))
    knowledge = load_knowledge()
    reader = RecordReader(knowledge.facts.values(), tuple(knowledge.readings.values()), recognise)
    record = reader.open(path)
    levels = [*record.levels_of(drug), *(parse_level(text) for text in _texts(options, "levels"))]
    if levels_needed and not levels:
        raise InputError(
            "levels: the record holds none of this drug that can be used, and --level gives none. "
            "Write --level '31 mg/L @ 2026-11-03T10:05+02:00'."
        )
    notes = [f"{count} x {why}: not used" for why, count in record.passed_over_of(drug).items()]
    last = max((level.at for level in levels), key=seconds_since_1970, default=None)
    at = _moment(_text(options, "at"), last, zone)
    plan = parse_dose_plan(text) if (text := _text(options, "dose")) else ()
    doses = _doses(options, record.doses_of(drug), plan, at, notes)
    doses, ordered, local = on_one_clock(doses, levels, zone)
    if local:
        notes.append("the times carry no zone: all are taken to be on one local clock")
    if any(dose.at.tzinfo for dose in doses):
        at = in_zone(at, zone or doses[0].at.tzinfo)
    record = reader.as_of(record, at.date())
    if answers := _text(options, "answers"):
        record = record.plus(reader.answers(answers))
    patient = establish(record, knowledge, at.date())
    facts = patient_facts(patient, knowledge, drug, _texts(options, "covariates"))
    ordered = tuple(sorted(ordered, key=lambda level: seconds_since_1970(level.at)))
    until = seconds_since_1970(at)
    given = (dose for dose in doses if seconds_since_1970(dose.at) <= until)
    doses = tuple(sorted(given, key=lambda dose: seconds_since_1970(dose.at)))
    refuse_simultaneous([dose for dose in doses if dose.drug])  # of the record: a log is refused when it is read
    return PatientInput(drug, at, facts, record, patient, knowledge, doses, ordered, plan, tuple(notes))


def read_facts(
    path: str, drug: str, at: str | None = None, answers: str | None = None, covariates: tuple[str, ...] = ()
) -> PatientFacts:
    """Read what a record says about a patient, without levels or doses.

    Args:
        path: The record, or ``-``.
        drug: INN, whose models say which medicines count.
        at: The moment asked about; now without it.
        answers: TOML file of answers that add to the record.
        covariates: As given on the command line.

    Raises:
        InputError: The record cannot be read.
    """
    knowledge = load_knowledge()
    day = _moment(at, None, None).date()
    reader = RecordReader(knowledge.facts.values(), tuple(knowledge.readings.values()), recognise)
    record = reader.open(path, day)
    if answers:
        record = record.plus(reader.answers(answers))
    return patient_facts(establish(record, knowledge, day), knowledge, drug, covariates)


def _text(options: Mapping[str, object], name: str) -> str | None:
    value = options.get(name)
    return value if isinstance(value, str) else None


def _texts(options: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = options.get(name)
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


def _moment(text: str | None, last: datetime | None, zone: timezone | None) -> datetime:
    """Return the moment asked about: given, else the last level, else now."""
    if text is None:
        return last or datetime.now(UTC).astimezone(zone)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        text = f"{text}T23:59"
    at = parse_instant(text, "--at")
    return in_zone(at, zone)


def _doses(
    options: Mapping[str, object],
    given: Sequence[TakenDose],
    plan: tuple[DoseStep, ...],
    at: datetime,
    notes: list[str],
) -> tuple[TakenDose, ...]:
    """Return doses from the log, else the record, else the plan as prescribed."""
    if name := _text(options, "doses"):
        return read_dose_log(_file_text(name), name)
    if given:
        return tuple(given)
    if not plan:
        raise InputError(
            "doses: the record holds no administration of this drug, and no log is given. "
            "Give --doses FILE, or --dose '250 mg q12h' with --since DATE."
        )
    since = _text(options, "since") or (plan[0].from_date.isoformat() if plan[0].from_date else None)
    if since is None:
        check_start_known(plan)
        notes.append(f"no start is given: the plan is taken to have been followed for {PRESCRIBED_SINCE_DAYS} days")
        first = at - timedelta(days=PRESCRIBED_SINCE_DAYS)
    else:
        day = parse_day(since[:10], "--since")
        first = datetime(day.year, day.month, day.day, tzinfo=at.tzinfo)
    notes.append("doses are taken as prescribed and on time; nobody is known to have seen them")
    return doses_as_prescribed(plan, first, at)


def _file_text(name: str) -> str:
    try:
        return Path(name).read_text("utf-8")
    except OSError:
        raise InputError("the dose log cannot be opened. Check the path given with --doses.") from None
    except UnicodeDecodeError:
        raise InputError("the dose log is not UTF-8. Save it as UTF-8.") from None


def patient_facts(patient: Patient, knowledge: Knowledge, drug: str, given: tuple[str, ...] = ()) -> PatientFacts:
    """Return the facts that models of a drug may ask for: those established, then those given on the command line.

    A medicine is taken when its entry says so at the date; one that may or may not be taken leaves the list open.
    """
    known = {name: found for name, fact in patient.facts.items() if (found := _known(fact)) is not None}
    for text in given:
        name, value = _covariate(text)
        known[name] = value
    medicines, files = MedicineList(patient, knowledge), read_pk_models(drug=drug)
    taking = frozenset(name for medicine in medicines.taken_now() for name in medicine.ingredients)
    rows = [row for file in files.values() for row in file.covariates.values() if row.formula == "taking"]
    counts = [medicines.count(f"drug.{row.fact}", None, whole=True).number for row in rows]
    is_open = any(count.low < 1.0 <= count.high for count in counts)
    complete = known.get("medicines_complete")
    return PatientFacts(known, taking, complete is not None and complete.value is True and not is_open)


def _known(fact: Fact) -> KnownFact | None:
    value = fact.value
    first = fact.because[0] if fact.because else None
    on, origin = first.on.text if first and first.on else "", first.origin if first else ""
    if isinstance(value, Interval):
        usable = value.is_exact or (fact.id == "age" and value.high - value.low <= 1.0)
        return KnownFact(value.low, fact.unit, on, origin) if usable else None
    return None if value is None else KnownFact(value, fact.unit, on, origin)


def _covariate(text: str) -> tuple[str, KnownFact]:
    """Read ``albumin=3.6 g/dL`` or ``hiv=no``."""
    found = re.fullmatch(r"\s*([a-z0-9_]+)\s*=\s*(\S+)(?:\s+(\S+))?\s*", text)
    if found is None:
        raise InputError(f"--covariate: '{text[:40]}' is not understood. Write it as 'albumin=3.6 g/dL' or 'hiv=no'.")
    name, value, unit = found[1], found[2].lower(), found[3] or ""
    if value in {"yes", "no"}:
        return name, KnownFact(value == "yes", "", "", "command line")
    try:
        return name, KnownFact(float(value), unit, "", "command line")
    except ValueError:
        raise InputError(f"--covariate: '{value[:20]}' is neither yes, no nor a number.") from None


def choose_model(drug: str, wanted: str | None, age_a: float | None) -> PkModelFile:
    """Return the model that was named, or the default of the patient's age.

    Raises:
        InputError: The model named does not exist, is of another drug, or the age is not known.
        OutsideLabel: No model of the drug is for people of this age.
    """
    files = read_pk_models(drug=drug)
    if all(file.structure.absorption == "infusion" for file in files.values()):
        raise InputError(
            f"{drug} is given by infusion, and a plan in words does not say over how long, which decides the peak. "
            "Give the records to 'levels fit', with RATE."
        )
    if wanted:
        path = Path(wanted)
        if path.suffix == ".toml":
            return read_pk_model_file(path)
        if wanted not in files:
            raise InputError(f"model '{wanted[:60]}' is none of {drug}. {did_you_mean(wanted, files)}")
        return files[wanted]
    if age_a is None:
        raise InputError("age is not known for this patient, and the model depends on it. Record the birth date.")
    chosen = default_of(offered_models(files, age_a))
    if chosen is None:
        kind = "a child" if age_a < 18.0 else "an adult"
        reasons = "; ".join(why_not_at_age(file, age_a) for file in files.values())
        raise OutsideLabel(
            f"no model of {drug} here is for {kind} of {age_a:g} years: {reasons}. "
            "A model fitted to others would give a wrong dose; nothing is estimated."
        )
    return chosen
