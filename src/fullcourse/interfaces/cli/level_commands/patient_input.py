"""What every command about one patient reads: the record, doses, levels, the model, and the options for them."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from fullcourse.adapters.input_file import read_bytes
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.instant import in_zone, parse_instant
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.journey.levels.models import drug_name, model_named
from fullcourse.journey.levels.patient import (
    KnownFact,
    LevelPatient,
    LevelQuestion,
    PatientFacts,
    facts_at,
    level_patient,
    parse_level,
    read_dose_log,
)
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.model_reader import read_pk_model_file

__all__ = [
    "covariate",
    "facts_day",
    "named_model",
    "patient_as_asked",
    "patient_options",
    "read_facts",
    "read_patient",
    "zone_of",
]

Command = TypeVar("Command", bound=Callable[..., object])


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
        click.option(
            "--covariate", "covariates", multiple=True, metavar="NAME=VALUE", help="For example 'albumin=3.6 g/dL'."
        ),
        click.option("--zone", metavar="OFFSET", help="Offset of times that have none: +02:00."),
        click.option("--at", metavar="TIME", help="The moment asked about; without it, the last level."),
        click.option("--profile", default="us", show_default=True, help="Which sources lead: us or who."),
        click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record."),
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            default=1,
            show_default=True,
            help="Of the random numbers: the same gives the same.",
        ),
        format_option("text", "json"),
    )
    for option in reversed(options):
        command = option(command)
    return command


def zone_of(text: str | None) -> timezone | None:
    """Return an offset such as ``+02:00``; None for None.

    Raises:
        InputError: It is no offset.
    """
    if text is None:
        return None
    parts = re.fullmatch(r"([+-])(\d\d):?(\d\d)", text.strip())
    if text.strip().upper() in {"Z", "UTC"}:
        return UTC
    if parts is None or int(parts[2]) > 14 or int(parts[3]) > 59:
        raise InputError(f"--zone: '{text[:20]}' is no offset. Write it as +02:00.")
    shift = timedelta(hours=int(parts[2]), minutes=int(parts[3]))
    return timezone(-shift if parts[1] == "-" else shift)


def named_model(text: object) -> PkModelFile | str | None:
    """Return the model of a file that was named, the id of a published one, or none."""
    if not isinstance(text, str) or not text:
        return None
    return read_pk_model_file(Path(text)) if Path(text).suffix == ".toml" else model_named(text, knowledge_here())


def read_patient(path: str, options: Mapping[str, object], *, levels_needed: bool = True) -> LevelPatient:
    """Read everything about one patient.

    Args:
        path: The record, or ``-``.
        options: Those of ``patient_options``.
        levels_needed: Whether a question without a level makes no sense.

    Raises:
        InputError: Something cannot be used; the message names it.
    """
    knowledge = knowledge_here()
    reader, answers = _reader(knowledge), _text(options, "answers")
    added = None if answers is None else partial(reader.answers, answers)
    return patient_as_asked(reader.open(path), added, options, knowledge, reader, levels_needed=levels_needed)


def patient_as_asked(
    record: Record,
    answers: Callable[[], Record] | None,
    options: Mapping[str, object],
    knowledge: Knowledge,
    reader: RecordReader,
    *,
    levels_needed: bool = True,
) -> LevelPatient:
    """Return one patient from a record that was read without a day; see `read_patient`.

    Args:
        record: As read.
        answers: Reads what somebody answered beside it; None for none.
        options: Those of ``patient_options``, less the answers.
        knowledge: What the sources say.
        reader: Which read the record.
        levels_needed: Whether a question without a level makes no sense.
    """
    drug = drug_name(str(options["drug"]), knowledge)
    zone = zone_of(_text(options, "zone"))
    at, log, since = (_text(options, name) for name in ("at", "doses", "since"))
    question = LevelQuestion(
        drug=drug,
        now=datetime.now(UTC).astimezone(zone),
        at=None if at is None else _moment(at, zone),
        zone=zone,
        levels=tuple(parse_level(text) for text in _texts(options, "levels")),
        log=None if log is None else read_dose_log(_file_text(log), log),
        plan=parse_dose_plan(text) if (text := _text(options, "dose")) else (),
        since=None if since is None else parse_day(since[:10], "--since"),
        covariates=dict(map(covariate, _texts(options, "covariates"))),
        levels_needed=levels_needed,
    )

    def as_of(read: Record, day: date) -> Record:
        judged = reader.as_of(read, day)
        return judged if answers is None else judged.plus(answers())

    return level_patient(record, question, knowledge, as_of)


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
    knowledge, day = knowledge_here(), facts_day(at)
    reader = _reader(knowledge)
    record = reader.open(path, day)
    if answers:
        record = record.plus(reader.answers(answers))
    return facts_at(record, day, knowledge, drug, dict(map(covariate, covariates)))


def facts_day(at: str | None) -> date:
    """Return the day as of which a record is read for its covariates; raises InputError where `at` is no moment."""
    return (datetime.now(UTC).astimezone() if at is None else _moment(at, None)).date()


def _reader(knowledge: Knowledge) -> RecordReader:
    return RecordReader(
        knowledge.facts.values(), tuple(knowledge.readings.values()), recognise, knowledge.other_matters.values()
    )


def _text(options: Mapping[str, object], name: str) -> str | None:
    value = options.get(name)
    return value if isinstance(value, str) else None


def _texts(options: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = options.get(name)
    return tuple(str(word) for word in value) if isinstance(value, tuple) else ()


def _moment(text: str, zone: timezone | None) -> datetime:
    """Return the moment asked about; of a day alone, its end."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        text = f"{text}T23:59"
    return in_zone(parse_instant(text, "--at"), zone)


def _file_text(name: str) -> str:
    try:
        return read_bytes(name, what="the dose log").decode("utf-8")
    except InputError as error:
        raise InputError(f"--doses: {error}") from None
    except UnicodeDecodeError:
        raise InputError("the dose log is not UTF-8. Save it as UTF-8.") from None


def covariate(text: str) -> tuple[str, KnownFact]:
    """Read ``albumin=3.6 g/dL`` or ``dialysis=no``; raises InputError where it is neither."""
    parts = re.fullmatch(r"\s*([a-z0-9_]+)\s*=\s*(\S+)(?:\s+(\S+))?\s*", text)
    if parts is None:
        raise InputError(
            f"--covariate: '{text[:40]}' is not understood. Write it as 'albumin=3.6 g/dL' or 'dialysis=no'."
        )
    name, value, unit = parts[1], parts[2].lower(), parts[3] or ""
    if value in {"yes", "no"}:
        return name, KnownFact(value == "yes", "", "", "command line")
    try:
        return name, KnownFact(float(value), unit, "", "command line")
    except ValueError:
        raise InputError(f"--covariate: '{value[:20]}' is neither yes, no nor a number.") from None
