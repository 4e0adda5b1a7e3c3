"""``fullcourse monitor``: which tests are due, and what the results call for, for a record or a course."""

import json
from dataclasses import replace
from datetime import date, timedelta

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.course_commands.log_file import open_course, store_option
from fullcourse.interfaces.cli.course_or_record import end_of_day, is_course
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.record_input import open_answers, open_record
from fullcourse.journey.monitor import DoseSpan, Monitor, Treatment, is_for_susceptible, treatment_on_record
from fullcourse.journey.monitor_course import course_as_monitored
from fullcourse.knowledge.library import Knowledge

__all__ = ["monitor"]


@click.command()
@click.argument("record_or_course", metavar="RECORD|COURSE")
@store_option
@click.option("--record", metavar="RECORD", help="With a COURSE: the record of the patient, beside its log.")
@click.option("--drug", "drugs", multiple=True, metavar="NAME", help="With a RECORD: a drug of the treatment.")
@click.option("--plan", "plans", multiple=True, metavar="'DRUG: DOSE'", help="With a RECORD: a drug and its dose.")
@click.option("--start", metavar="DATE", help="With a RECORD: day 1 of treatment; as recorded without it.")
@click.option("--days", type=click.IntRange(1), help="With a RECORD: length of the treatment; open without it.")
@click.option("--done", multiple=True, metavar="'TEST=DATE'", help="A test whose result is no number, and its day.")
@click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record.")
@click.option("--profile", metavar="NAME", help="Which sources lead: us, who or india; as the plan says, else us.")
@click.option("--at", metavar="DATE", help="Date of the question; of a COURSE also a time with its offset.")
@click.option("--why", is_flag=True, help="Say of each test who asks for it, and what its results call for.")
@click.option("--format", "form", type=click.Choice(["text", "json", "fhir"]), default="text", show_default=True)
def monitor(
    record_or_course: str,
    store: str | None,
    record: str | None,
    drugs: tuple[str, ...],
    plans: tuple[str, ...],
    start: str | None,
    days: int | None,
    done: tuple[str, ...],
    answers: str | None,
    profile: str | None,
    at: str | None,
    why: bool,
    form: str,
) -> None:
    """Say which tests are due, overdue or done, and what the results call for.

    RECORD is FHIR R4 or a TOML file of facts; - reads standard input. COURSE is the id of a course, or
    a file of its events. Every answer is a proposal, to be confirmed by a clinician.
    """
    knowledge = load_knowledge()
    if is_course(record_or_course):
        if drugs or plans or start or days:
            raise InputError("--drug, --plan, --start and --days: the plan of a course says these. Leave them out.")
        opened = open_course(record_or_course, store, end_of_day(at), profile)
        read, treatment = course_as_monitored(opened.course, opened.knowledge, opened.now)
        day, leads = opened.now.date(), opened.profile
        if at is not None and "T" not in at:
            day = parse_day(at, "--at")
        elif opened.course.timeline:
            day = opened.course.timeline[-1].zone.day_of(opened.now)
        if record is not None or answers is not None:
            beside = Record({}) if record is None else open_record(record, None, day, knowledge)
            read = beside.plus(read)
            read = read if answers is None else read.plus(open_answers(answers, knowledge))
    else:
        if record is not None:
            raise InputError("--record stands beside a course. Give the record alone, or the course first.")
        day, leads = day_asked(at), profile or "us"
        read = open_record(record_or_course, answers, day, knowledge)
        treatment = treatment_on_record(read, knowledge, day)
        treatment = _as_asked(treatment, knowledge, drugs, plans, start, days)
    treatment = replace(treatment, done={**treatment.done, **_done(done, treatment, knowledge)})
    answer = Monitor(knowledge, knowledge.profile(leads)).monitor(read, day, treatment)
    if form == "fhir":
        from fullcourse.adapters.fhir.write.monitoring import monitoring_bundle

        click.echo(json.dumps(monitoring_bundle(answer, knowledge), indent=2, ensure_ascii=False, allow_nan=False))
    elif form == "json":
        from fullcourse.adapters.published.monitor import monitor_json

        click.echo(json.dumps(monitor_json(answer, knowledge), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        from rich.console import Console  # JSON does not wait for it

        from fullcourse.interfaces.cli.monitor_text import print_monitor

        print_monitor(answer, knowledge, Console(highlight=False), why=why)


def _as_asked(
    treatment: Treatment,
    knowledge: Knowledge,
    names: tuple[str, ...],
    plans: tuple[str, ...],
    start: str | None,
    days: int | None,
) -> Treatment:
    """Return the treatment of a record with what was said of it on the command line."""
    named = [knowledge.drug(name).inn for name in names]
    doses: dict[str, tuple[DoseSpan, ...]] = {}
    for text in plans:
        name, colon, dose = text.partition(":")
        if not colon:
            raise InputError(f"--plan '{text[:60]}' has no colon. Write it as 'cycloserine: 250 mg q12h'.")
        inn = knowledge.drug(name).inn
        named.append(inn)
        doses[inn] = tuple(DoseSpan(step.from_day, step.mg_per_dosing_day) for step in parse_dose_plan(dose))
    first = parse_day(start, "--start") if start is not None else treatment.starts_on
    if days is not None and first is None:
        raise InputError("--days: the treatment has no first day. Add --start DATE.")
    drugs = tuple(dict.fromkeys(named)) or treatment.drugs
    if not drugs:
        raise InputError(
            "the record lists no TB drug that is taken, so nothing is monitored. Name the drugs with --drug or --plan."
        )
    ends = None if first is None or days is None else first + timedelta(days=days - 1)
    return Treatment(drugs, doses, first, ends, as_susceptible=is_for_susceptible(drugs))


def _done(done: tuple[str, ...], treatment: Treatment, knowledge: Knowledge) -> dict[str, tuple[date, ...]]:
    told: dict[str, tuple[date, ...]] = {}
    for text in done:
        name, sign, day = text.rpartition("=")
        test = name.strip()
        if not sign or test not in knowledge.tests:
            known = ", ".join(it.id for it in knowledge.tests.values() if not it.parts)
            raise InputError(f"--done '{text[:60]}' names no test and day. Write it as 'vision=2026-11-02'. {known}.")
        told[test] = (*told.get(test, treatment.done.get(test, ())), parse_day(day.strip(), "--done"))
    return told
