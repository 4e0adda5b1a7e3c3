"""``fullcourse programme``: what a programme reports of a quarter, each number with its list."""

from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.programme.courses import CoursesRead, cases_of_recorder, cases_of_store, recorder_of_files
from fullcourse.adapters.programme.lists import FORMS, list_csv, write_lists
from fullcourse.adapters.programme.proposals import Proposer
from fullcourse.adapters.programme.rules import read_report_rules
from fullcourse.adapters.published.course_plan import read_drugs
from fullcourse.adapters.published.programme import list_json, programme_json
from fullcourse.adapters.stock import open_stock
from fullcourse.adapters.store.opening import STORE_VARIABLE, default_store
from fullcourse.adapters.zones import EDITION
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.programme.quarter import Quarter, parse_quarter, quarter_of
from fullcourse.cohort.programme.report import Gatherer, ProgrammeReport
from fullcourse.cohort.programme.table import Number, number_id_of
from fullcourse.interfaces.cli.course_commands.log_file import moment_asked, opened_store
from fullcourse.interfaces.cli.echo import echo, echo_file, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.out_file import keep_from_others
from fullcourse.interfaces.cli.programme_text import tell_report
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.tables import nearest

__all__ = ["programme"]

_INCOMPLETE: Final = 1
"""Exit code where a course could not be read: the numbers lack it."""
_EVENT_FILES: Final = (".ndjson", ".jsonl")


@click.command()
@click.option(
    "--store",
    metavar="FILE|URL|FOLDER",
    help=f"Where courses are kept: an SQLite file, postgresql://..., or a folder of event files; without it "
    f"${STORE_VARIABLE}, else one file in your data folder.",
)
@click.option("--quarter", metavar="YYYY-Qn", help="Of the report; the last one that has ended without it.")
@click.option("--forms-in-stock", "stock", metavar="FILE", help="What is in stock: drug, form, quantity.")
@click.option("--list", "number_id", metavar="NUMBER", help="Print the list behind one number instead, as CSV or JSON.")
@click.option("--open", "folder", metavar="FOLDER", type=click.Path(path_type=Path), help="Write every list there.")
@click.option("--as", "form", type=click.Choice(FORMS), default="csv", show_default=True, help="Form of these lists.")
@click.option("--propose", "proposes", is_flag=True, help="Propose outcomes for cases of which none is recorded.")
@click.option("--from-events", is_flag=True, help="Read every event; do not use what was worked out before.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json", name="output")
def programme(
    store: str | None,
    quarter: str | None,
    stock: str | None,
    number_id: str | None,
    folder: Path | None,
    form: str,
    proposes: bool,
    from_events: bool,
    at: str | None,
    output: str,
) -> None:
    """Report a quarter: registration, results at six months, outcomes, adverse events, drug need.

    Every number has an id, and --list prints the courses behind it. Ends with 1 where a course could not be read.

    For example: fullcourse programme --quarter 2026-Q3 --list final.long.died
    """
    keep_from_others()
    now = moment_asked(at)
    asked = parse_quarter(quarter) if quarter else _last_ended(now.date())
    knowledge = load_knowledge()
    stocked = open_stock(stock, knowledge) if stock else None
    read = CoursesRead()
    report = _report(store, asked, now, knowledge, read, from_events=from_events, proposes=proposes)
    if folder is not None:
        target = write_lists(report.numbers(), folder, form)
        echo(f"the lists behind all numbers: {target}", err=True)
    if number_id is not None:
        _print_list(_number(report, number_id), knowledge, output)
    elif output == "json":
        print_json(programme_json(report, read, knowledge.digest, EDITION, stocked))
    else:
        tell_report(report, read, knowledge.digest, stocked)
    if read.note:
        echo(read.note, err=True)
    if read.unreadable:
        echo(f"{len(read.unreadable)} courses could not be read: the numbers lack them.", err=True)
        click.get_current_context().exit(_INCOMPLETE)


def _report(
    store: str | None,
    quarter: Quarter,
    now: datetime,
    knowledge: Knowledge,
    read: CoursesRead,
    *,
    from_events: bool,
    proposes: bool,
) -> ProgrammeReport:
    gatherer = Gatherer(quarter, now.date(), read_report_rules(knowledge))
    place = store or default_store()
    if place.endswith(_EVENT_FILES) or Path(place).is_dir():
        files = recorder_of_files(Path(place), now, read)
        found, events_of = cases_of_recorder(files, read), files.events
    else:
        opened = opened_store(place)
        found, events_of = cases_of_store(opened, read, from_events=from_events), opened.events
    for cases in found:
        gatherer.take(cases)

    def named(symptom: str) -> str:
        definition = knowledge.facts.get(symptom)
        return definition.label if definition else symptom

    proposer = Proposer(events_of, knowledge, now).proposed if proposes else None
    return gatherer.report(knowledge, named, read_drugs, proposer)


def _last_ended(day: date) -> Quarter:
    now = quarter_of(day)
    return now if day == now.last else now.earlier(3)


def _number(report: ProgrammeReport, number_id: str) -> Number:
    number = report.number(number_id_of(number_id))
    if number is None:
        ids = [one.id for one in report.numbers()]
        raise InputError(
            f"--list: no number of this report has the id '{number_id[:80]}'. {nearest(number_id, ids)}"
            "An id is the word at the right of a table, a dot, and the words of the line; --format json has them all."
        )
    return number


def _print_list(number: Number, knowledge: Knowledge, output: str) -> None:
    if output == "json":
        print_json(list_json(number, knowledge.digest))
    else:
        echo_file(list_csv(number))
