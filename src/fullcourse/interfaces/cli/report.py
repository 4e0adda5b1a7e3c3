"""``fullcourse report``: the draft report of an adverse event, from what is written and what is on file."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

import click

from fullcourse.adapters.documents.numbers import country_code
from fullcourse.adapters.input_file import STANDARD_INPUT, read_bytes
from fullcourse.adapters.json_text import decode_text
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.pharmacovigilance.read_report import ReportReader
from fullcourse.adapters.pharmacovigilance.template import template
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day
from fullcourse.interfaces.cli.course_commands.log_file import open_course, store_option
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.echo import echo, echo_file, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.out_file import force_option, write_out
from fullcourse.interfaces.cli.record_input import open_record
from fullcourse.journey.report import AdverseEventReport, ReportRequest
from fullcourse.journey.report import report as draft_of
from fullcourse.knowledge.library import Knowledge

__all__ = ["report"]

_MOST_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A report, and what its forms are written with."""

    report: AdverseEventReport
    knowledge: Knowledge
    country: str
    made_at: datetime


@click.command()
@click.argument("given", metavar="[INPUT]", required=False)
@click.option("--new", metavar="FILE", help="Write a template to begin with, every key explained; - for the screen.")
@click.option("--record", metavar="RECORD", help="The patient's record, FHIR R4 or TOML.")
@click.option("--answers", metavar="FILE", help="With --record: TOML file of answers that add to it.")
@click.option("--course", metavar="COURSE", help="The patient's course, by id or as a file of events.")
@store_option
@click.option("--country", metavar="XX", help="Two-letter country of who reports; as the input says without it.")
@click.option("--at", metavar="DATE", help="Day of the report; today without it.")
@click.option("--out", metavar="FILE", help="Write to a file; with --format medwatch a FILE.pdf is a PDF to print.")
@force_option
@format_option("text", "json", "fhir", "medwatch", "e2b")
@click.option("--receiver", type=click.Choice(["ich", "fda"]), help="With --format e2b or --read: whose rules count.")
@click.option("--sender-id", default="", metavar="ID", help="With --format e2b: your identifier, as agreed.")
@click.option("--receiver-id", default="", metavar="ID", help="With --format e2b: the receiver's; FDA's is known.")
@click.option("--incomplete", is_flag=True, help="With --format e2b: write it although it would be rejected.")
@click.option("--read", "e2b_file", metavar="FILE", help="Show an E2B(R3) file or an acknowledgement, and check it.")
def report(
    given: str | None,
    new: str | None,
    record: str | None,
    answers: str | None,
    course: str | None,
    store: str | None,
    country: str | None,
    at: str | None,
    out: str | None,
    form: str,
    receiver: str | None,
    sender_id: str,
    receiver_id: str,
    incomplete: bool,
    e2b_file: str | None,
) -> None:
    """Draft the report of an adverse event: is it valid, serious, complete; and the facts.

    INPUT is a TOML file with what no record holds: who reports, what was noticed, which drug is suspected; - reads
    standard input. Nothing is ever sent. Begin with: fullcourse report --new report.toml

    \b
    fullcourse report report.toml --record record.json --course course.ndjson
    fullcourse report report.toml --record record.json --country US --format medwatch --out form.pdf
    fullcourse report report.toml --format e2b --receiver fda --sender-id 123456789 --out report.xml
    fullcourse report --read report.xml
    """
    if new is not None:
        _begin(new)
        return
    if e2b_file is not None:
        _read(given, e2b_file, receiver, form, at)
        return
    if given is None:
        raise click.UsageError("name the INPUT, or begin one with: fullcourse report --new report.toml")
    if answers is not None and record is None:
        raise click.UsageError("--answers add to a record. Add --record.")
    if given == record == STANDARD_INPUT:
        raise click.UsageError("INPUT and --record cannot both be standard input. Name a file for one of them.")
    drafted = _drafted(given, record, answers, course, store, country, at)
    if form == "e2b":
        _e2b(drafted, (receiver or "ich", sender_id, receiver_id), incomplete, at, out)
        return
    _WRITERS[form](drafted, out)


def _read(given: str | None, e2b_file: str, receiver: str | None, form: str, at: str | None) -> None:
    from fullcourse.interfaces.cli.report_e2b import read_e2b  # a draft does not wait for it

    if given is not None or form not in ("text", "json"):
        raise click.UsageError("--read shows one file, as text or with --format json. Leave the rest out.")
    read_e2b(e2b_file, receiver, form == "json", day_asked(at))


def _e2b(drafted: _Drafted, between: tuple[str, str, str], incomplete: bool, at: str | None, out: str | None) -> None:
    """Write the file; it is made now, or, for a day that is asked for, at the first second of that day in UTC."""
    from fullcourse.interfaces.cli.report_e2b import Parties, write_e2b  # other forms do not wait for it

    made_at = drafted.made_at if at is not None else datetime.now(UTC)
    write_e2b(drafted.report, Parties(*between), incomplete, made_at, out)


def _begin(new: str) -> None:
    """Write the template; a file that is there is never written over."""
    if new == STANDARD_INPUT:
        echo_file(template())
        return
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(template().encode("utf-8"))
    except FileExistsError:
        raise InputError(f"--new: {Path(new).name} is there already. Name another file, or move it away.") from None
    except OSError as error:
        raise InputError(f"--new: {Path(new).name} cannot be written ({error.strerror}). Check the folder.") from None
    echo(f"A template is in {Path(new).name}. Fill in what you know, then: fullcourse report {Path(new).name}")


def _drafted(
    given: str,
    record: str | None,
    answers: str | None,
    course: str | None,
    store: str | None,
    country: str | None,
    at: str | None,
) -> _Drafted:
    knowledge = load_knowledge()
    day = day_asked(at)
    wanted = country_code(country)
    reader = ReportReader(knowledge, read_questions(), recognise)
    text = decode_text(read_bytes(given, limit=_MOST_BYTES), "the input of the report")
    read = reader.read(text, day)
    opened = None
    if course is not None:
        moment = None if at is None else f"{parse_day(at, '--at').isoformat()}T23:59:59+00:00"
        opened = open_course(course, store, moment, None)
    request = ReportRequest(
        given=read,
        at=day,
        record=None if record is None else open_record(record, answers, day, knowledge),
        course=opened.course if opened else None,
        now=opened.now if opened else None,
    )
    drafted = draft_of(knowledge, request)
    primary = drafted.reporters[0].contact.country if drafted.reporters else ""
    return _Drafted(drafted, knowledge, wanted or primary, datetime.combine(day, time(), UTC))


def _text(drafted: _Drafted, out: str | None) -> None:
    from fullcourse.interfaces.cli.report_text import print_report  # JSON does not wait for it

    _printed(lambda: print_report(drafted.report, drafted.knowledge, drafted.country), out)


def _json(drafted: _Drafted, out: str | None) -> None:
    from fullcourse.adapters.published.report import report_json  # text does not wait for it

    _written(report_json(drafted.report, drafted.knowledge, drafted.country), out)


def _fhir(drafted: _Drafted, out: str | None) -> None:
    from fullcourse.adapters.fhir.write.adverse_event import adverse_event_bundle  # nor for this

    _written(adverse_event_bundle(drafted.report, drafted.knowledge), out)


def _medwatch(drafted: _Drafted, out: str | None) -> None:
    from fullcourse.interfaces.cli.report_text import form_leads, print_form  # nor for this

    if out is None or not out.lower().endswith(".pdf"):
        _printed(lambda: print_form(drafted.report, drafted.knowledge, drafted.country), out)
        return
    from fullcourse.adapters.documents.medwatch import form_3500_pdf

    leads = form_leads(drafted.report, drafted.knowledge, drafted.country)
    write_out(out, form_3500_pdf(drafted.report, drafted.knowledge.digest, leads, drafted.made_at))
    echo(f"The fields of form FDA 3500 are in {Path(out).name}. Nothing was sent.")


_WRITERS: Final[dict[str, Callable[[_Drafted, str | None], None]]] = {
    "text": _text,
    "json": _json,
    "fhir": _fhir,
    "medwatch": _medwatch,
}
"""Each format with what writes it; a further one is a line here and a word of ``--format``."""


def _written(content: dict[str, object], out: str | None) -> None:
    _printed(lambda: print_json(content), out)


def _printed(show: Callable[[], None], out: str | None) -> None:
    """Print to the screen, or write the same to a file without colours."""
    if out is None:
        show()
        return
    from contextlib import redirect_stdout
    from io import StringIO

    page = StringIO()
    with redirect_stdout(page):
        show()
    write_out(out, click.unstyle(page.getvalue()).encode("utf-8"))
    echo(f"Written to {Path(out).name}. Nothing was sent.")
