"""``fullcourse monitor``: which tests are due, and what the results call for, for a record or a course."""

from dataclasses import replace
from typing import Final

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.regimen import drugs_typed
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.course_commands.log_file import open_course, store_option
from fullcourse.interfaces.cli.course_or_record import end_of_day, is_course
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.echo import print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.monitor_input import (
    MonitorAsked,
    OfRecord,
    asked_of_course,
    asked_of_record,
    done_of,
)
from fullcourse.interfaces.cli.out_file import force_option
from fullcourse.interfaces.cli.record_input import open_beside, open_record
from fullcourse.journey.course_calendar import MOST_DAYS
from fullcourse.journey.monitor import Exposure, Monitor, MonitorAnswer
from fullcourse.knowledge.library import Knowledge

__all__ = ["SEED", "monitor"]

SEED: Final = 1
"""Of the draws of a model: the same question has the same answer."""


@click.command()
@click.argument("record_or_course", metavar="RECORD|COURSE")
@store_option
@click.option("--record", metavar="RECORD", help="With a COURSE: the record of the patient, beside its log.")
@click.option("--drug", "drugs", multiple=True, metavar="NAME", help="With a RECORD: a drug of the treatment.")
@click.option("--regimen", default="", metavar="NAMES", help="With a RECORD: the drugs of the treatment (HRZE, BPaLM).")
@click.option("--plan", "plans", multiple=True, metavar="'DRUG: DOSE'", help="With a RECORD: a drug and its dose.")
@click.option("--start", metavar="DATE", help="With a RECORD: day 1 of treatment; as recorded without it.")
@click.option("--days", type=click.IntRange(1), help="With a RECORD: length of the treatment; open without it.")
@click.option("--done", multiple=True, metavar="'TEST=DATE'", help="A test whose result is no number, and its day.")
@click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record.")
@click.option("--profile", metavar="NAME", help="Which sources lead: us, who or india; as the plan says, else us.")
@click.option("--at", metavar="DATE", help="Date of the question; of a COURSE also a time with its offset.")
@click.option("--why", is_flag=True, help="Say of each test who asks for it, and what its results call for.")
@click.option(
    "--foresee",
    type=click.Choice(["trends", "levels", "nothing"]),
    default="trends",
    show_default=True,
    help="Follow results ahead; with levels also predict those of drugs from the doses taken, which takes seconds.",
)
@format_option("text", "json", "fhir", "ics")
@click.option("--ahead", type=click.IntRange(1, MOST_DAYS), default=90, show_default=True, help="Days of a calendar.")
@click.option(
    "--words", type=click.Choice(["discreet", "plain"]), default="discreet", show_default=True, help="What it names."
)
@click.option("--alarm", type=click.IntRange(0, 4320), metavar="MINUTES", help="Ring so long before the day begins.")
@click.option("--out", metavar="FILE", help="Write the calendar there.")
@force_option
def monitor(
    record_or_course: str,
    store: str | None,
    record: str | None,
    drugs: tuple[str, ...],
    regimen: str,
    plans: tuple[str, ...],
    start: str | None,
    days: int | None,
    done: tuple[str, ...],
    answers: str | None,
    profile: str | None,
    at: str | None,
    why: bool,
    foresee: str,
    form: str,
    ahead: int,
    words: str,
    alarm: int | None,
    out: str | None,
) -> None:
    """Say which tests are due, overdue or done, and what the results call for.

    RECORD is FHIR R4 or a TOML file of facts; - reads standard input. COURSE is the id of a course, or
    a file of its events. Every answer is a proposal, to be confirmed by a clinician.

    \b
    Example:
      fullcourse monitor record.json --plan 'linezolid: 600 mg once a day'
    """
    knowledge = load_knowledge()
    drugs = (*drugs, *drugs_typed(regimen, knowledge))
    said, levels = OfRecord(drugs, plans, start, days), foresee == "levels"
    if is_course(record_or_course):
        if said.is_said:
            raise InputError(
                "--drug, --regimen, --plan, --start and --days: the plan of a course says these. Leave them out."
            )
        opened = open_course(record_or_course, store, end_of_day(at), profile)
        asked = asked_of_course(opened, lambda day: open_beside(record, answers, day, knowledge), at, levels=levels)
    else:
        if record is not None:
            raise InputError("--record stands beside a course. Give the record alone, or the course first.")
        day = day_asked(at)
        asked = asked_of_record(open_record(record_or_course, answers, day, knowledge), day, profile, said, knowledge)
    if form == "ics":
        _calendar(asked, knowledge, done, ahead, words, alarm, out)
        return
    if out is not None:
        raise InputError("--out: only a calendar is written to a file. Add --format ics.")
    treatment = asked.treatment
    treatment = replace(treatment, done={**treatment.done, **done_of(done, treatment, knowledge)})
    exposures: dict[str, Exposure] = {}
    if levels:
        from fullcourse.journey.levels.predicted import predicted_exposures  # others do not wait for its library

        exposures = predicted_exposures(asked.record, treatment.drugs, asked.doses, knowledge, asked.now, seed=SEED)
    answer = Monitor(knowledge, knowledge.profile(asked.profile)).monitor(
        asked.record, asked.day, treatment, foresee=foresee != "nothing", exposures=exposures
    )
    _tell(answer, knowledge, form, why=why)


def _calendar(
    asked: MonitorAsked,
    knowledge: Knowledge,
    done: tuple[str, ...],
    ahead: int,
    words: str,
    alarm: int | None,
    out: str | None,
) -> None:
    """Write the days of tests; what could not be found again, or would be lost, is refused."""
    if asked.opened is None:
        raise InputError("--format ics: by the id of a course its entries are found again. Give a COURSE.")
    if done:
        raise InputError("--done: a calendar is made from the log. Record the test with 'course log' first.")
    from fullcourse.interfaces.cli.course_commands.calendar_file import write_tests

    write_tests(asked.opened, asked.beside, knowledge, ahead, words, alarm, out)


def _tell(answer: MonitorAnswer, knowledge: Knowledge, form: str, *, why: bool) -> None:
    if form == "fhir":
        from fullcourse.adapters.fhir.write.monitoring import monitoring_bundle

        print_json(monitoring_bundle(answer, knowledge))
    elif form == "json":
        from fullcourse.adapters.published.monitor import monitor_json

        print_json(monitor_json(answer, knowledge))
    else:
        from fullcourse.interfaces.cli.monitor_text import print_monitor
        from fullcourse.interfaces.cli.terminal import page  # JSON does not wait for it

        print_monitor(answer, knowledge, page(), why=why)
