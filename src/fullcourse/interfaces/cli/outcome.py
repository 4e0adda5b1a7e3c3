"""``fullcourse outcome``: which outcome of treatment is proposed for a course or a record, by which definition."""

from datetime import timedelta

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day
from fullcourse.interfaces.cli.course_commands.log_file import open_course, store_option
from fullcourse.interfaces.cli.course_or_record import end_of_day, is_course
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.echo import print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.record_input import open_answers, open_record
from fullcourse.journey.monitor import Treatment, treatment_on_record
from fullcourse.journey.outcome import Definitions, Episode, Said, episode_of_course, episode_of_record
from fullcourse.knowledge.library import Knowledge

__all__ = ["outcome", "treatment_as_asked"]

_YES_NO = click.Choice(["yes", "no"])


@click.command()
@click.argument("record_or_course", metavar="RECORD|COURSE")
@store_option
@click.option("--record", metavar="RECORD", help="With a COURSE: the record of the patient, beside its log.")
@click.option("--drug", "drugs", multiple=True, metavar="NAME", help="With a RECORD: a drug of the treatment.")
@click.option("--start", metavar="DATE", help="With a RECORD: day 1 of treatment; as recorded without it.")
@click.option("--days", type=click.IntRange(1), help="With a RECORD: length of the treatment.")
@click.option("--pulmonary", type=_YES_NO, help="Whether the lungs had it at the beginning; as recorded without it.")
@click.option("--confirmed", type=_YES_NO, help="Whether it was bacteriologically confirmed at the beginning.")
@click.option("--completed", type=_YES_NO, help="Whether treatment was completed as recommended.")
@click.option("--all-results", is_flag=True, help="Every smear and culture is on file: what is not read is none.")
@click.option("--definitions", metavar="SOURCE", default="", help="Whose definitions; those of the profile without it.")
@click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record.")
@click.option("--profile", metavar="NAME", help="Which sources lead: us, who or india; as the plan says, else us.")
@click.option("--at", metavar="DATE", help="Date of the question; of a COURSE also a time with its offset.")
@click.option("--why", is_flag=True, help="Say of outcomes that are not met, too, what speaks for and against them.")
@format_option("text", "json")
def outcome(
    record_or_course: str,
    store: str | None,
    record: str | None,
    drugs: tuple[str, ...],
    start: str | None,
    days: int | None,
    pulmonary: str | None,
    confirmed: str | None,
    completed: str | None,
    all_results: bool,
    definitions: str,
    answers: str | None,
    profile: str | None,
    at: str | None,
    why: bool,
    form: str,
) -> None:
    """Propose the outcome of a treatment, with what speaks for it, against it, and what is open.

    RECORD is FHIR R4 or a TOML file of facts; - reads standard input. COURSE is the id of a course, or
    a file of its events. Nothing is decided: a clinician records an outcome with 'course log'. For example:
    outcome course.ndjson --completed yes --pulmonary yes
    """
    knowledge = load_knowledge()
    told = Said(_said(pulmonary), _said(confirmed), _said(completed), all_results)
    if is_course(record_or_course):
        if drugs or start or days:
            raise InputError("--drug, --start and --days: the plan of a course says these. Leave them out.")
        opened = open_course(record_or_course, store, end_of_day(at), profile)
        if not opened.course.timeline:
            raise InputError("the log holds no plan, so there is no treatment to judge. Start one with 'course start'.")
        leads = opened.profile
        is_day = at is not None and "T" not in at
        day = parse_day(at, "--at") if at and is_day else opened.course.timeline[-1].zone.local(opened.now).date()
        beside = None if record is None else open_record(record, answers, day, knowledge)
        if record is None and answers is not None:
            beside = open_answers(answers, knowledge)
        episode = episode_of_course(opened.course, knowledge, opened.now, told, beside, day)
        treated = tuple(drug.drug for drug in opened.course.timeline[-1].plan.drugs)
    else:
        if record is not None:
            raise InputError("--record stands beside a course. Give the record alone, or the course first.")
        day, leads = day_asked(at), profile or "us"
        read = open_record(record_or_course, answers, day, knowledge)
        treatment = treatment_as_asked(treatment_on_record(read, knowledge, day), knowledge, drugs, start, days)
        episode, treated = episode_of_record(read, day, treatment, told), treatment.drugs
    _print(
        episode, treated, knowledge, Definitions(knowledge, definitions, knowledge.profile(leads).id), leads, why, form
    )


def _print(
    episode: Episode,
    drugs: tuple[str, ...],
    knowledge: Knowledge,
    definitions: Definitions,
    profile: str,
    why: bool,
    form: str,
) -> None:
    answer = definitions.judge(episode)
    if form == "json":
        from fullcourse.adapters.published.outcome import outcome_json

        print_json(outcome_json(answer, drugs, knowledge, profile))
        return
    from fullcourse.interfaces.cli.outcome_text import print_outcome
    from fullcourse.interfaces.cli.terminal import page  # JSON does not wait for it

    print_outcome(answer, drugs, knowledge, profile, page(), why=why)


def _said(word: str | None) -> bool | None:
    return None if word is None else word == "yes"


def treatment_as_asked(
    treatment: Treatment, knowledge: Knowledge, names: tuple[str, ...], start: str | None, days: int | None
) -> Treatment:
    """Return the treatment of a record with what was said of it; raises InputError where that cannot be used."""
    drugs = tuple(dict.fromkeys(knowledge.drug(name).inn for name in names)) or treatment.drugs
    first = parse_day(start, "--start") if start is not None else treatment.starts_on
    if days is not None and first is None:
        raise InputError("--days: the treatment has no first day. Add --start DATE.")
    ends = None if first is None or days is None else first + timedelta(days=days - 1)
    return Treatment(drugs, starts_on=first, ends_on=ends)
