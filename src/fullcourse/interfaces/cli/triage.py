"""``fullcourse triage``: how urgent a symptom is, whom to call, and what about the next dose."""

from functools import partial

import click

from fullcourse.adapters.input_file import read_bytes
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.triage.questions import TriageQuestions, read_questions
from fullcourse.clinical.quantity import exactly
from fullcourse.interfaces.cli.course_commands.log_file import store_option
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.record_input import open_record
from fullcourse.interfaces.cli.triage_input import USUAL_PROFILE, calls_of, handed_in, told_symptoms
from fullcourse.journey.triage import Report, TriageRequest
from fullcourse.journey.triage import triage as triage_report
from fullcourse.knowledge.library import Knowledge

__all__ = ["triage"]

_MOST_WEEKS = 200.0
_MOST_MG = 20_000.0


@click.command()
@click.option(
    "--symptom", "symptoms", multiple=True, metavar="NAME[=yes|no|unsure]", help="A symptom by name; may be repeated."
)
@click.option("--words", multiple=True, metavar="TEXT", help="How you feel, in your own words, in English or Spanish.")
@click.option("--response", metavar="FILE", help="Answers: a FHIR R4 QuestionnaireResponse; - reads standard input.")
@click.option("--rest-no", is_flag=True, help="Everything else was asked, and is no.")
@click.option("--weeks", type=click.FloatRange(0, _MOST_WEEKS), help="Weeks of treatment without getting better.")
@click.option("--drug", "drugs", multiple=True, metavar="NAME", help="A TB medicine that is taken; may be repeated.")
@click.option("--mg-per-day", type=click.FloatRange(0, _MOST_MG), help="With one --drug: its milligrams a day.")
@click.option("--record", metavar="RECORD", help="The patient's record, FHIR R4 or TOML.")
@click.option("--answers", metavar="FILE", help="With --record: TOML file of answers that add to it.")
@click.option("--course", metavar="COURSE", help="The patient's course, by id or as a file: its diary counts too.")
@store_option
@click.option("--country", metavar="XX", help="Two-letter country, for numbers where a source gives them.")
@click.option(
    "--profile", default=USUAL_PROFILE, show_default=True, help="Which sources lead where a drug is replaced."
)
@click.option("--at", metavar="TIME", help="The day; with --course the moment, with its offset. Now without it.")
@click.option(
    "--questions", is_flag=True, help="Print the questions instead; with --format json as FHIR Questionnaire."
)
@click.option("--language", type=click.Choice(["en", "es"]), default="en", show_default=True, help="Of --questions.")
@format_option("text", "json")
def triage(
    symptoms: tuple[str, ...],
    words: tuple[str, ...],
    response: str | None,
    rest_no: bool,
    weeks: float | None,
    drugs: tuple[str, ...],
    mg_per_day: float | None,
    record: str | None,
    answers: str | None,
    course: str | None,
    store: str | None,
    country: str | None,
    profile: str,
    at: str | None,
    questions: bool,
    language: str,
    form: str,
) -> None:
    """Say how urgent a symptom is: emergency now, contact today, or mention at the next visit.

    An emergency needs no drug, no record and no network. Without any symptom the questions are printed.
    """
    asked = read_questions()
    knowledge = load_knowledge()
    if questions:
        _print_questions(asked, knowledge, language, form)
        return
    if not (symptoms or words or response or course or rest_no):
        raise click.UsageError(
            "say how you feel: --symptom NAME, --words \"...\" or --response FILE. 'fullcourse triage --questions' "
            "prints the questions."
        )
    if mg_per_day is not None and len(drugs) != 1:
        raise click.UsageError("--mg-per-day is the daily dose of one drug. Give --drug once.")
    told = told_symptoms(asked, symptoms, words, None if response is None else partial(read_bytes, response), rest_no)
    read = handed_in(
        knowledge,
        at=at,
        record=None if record is None else lambda day: open_record(record, answers, day, knowledge),
        course=course,
        store=store,
        drugs=drugs,
        country=country,
        profile=profile,
    )
    report = Report(
        told.symptoms,
        {} if weeks is None else {"weeks_without_improvement": exactly(weeks)},
        {} if mg_per_day is None else {read.drugs[0]: {"dose_mg_per_day": exactly(mg_per_day)}} if read.drugs else {},
        told.unread,
    )
    request = TriageRequest(read.at, read.drugs, read.record, read.course, read.now)
    answer = triage_report(knowledge, knowledge.profile(read.profile), report, request)
    calls = calls_of(answer.triage, knowledge, read.country)
    notes = (*told.notes, *read.notes)
    if form == "json":
        from fullcourse.adapters.published.triage import triage_json  # text does not wait for it

        written = triage_json(answer, knowledge, calls, notes)
        print_json(written)
        return
    from fullcourse.interfaces.cli.triage_text import print_triage  # nor JSON for this

    print_triage(answer, knowledge, calls, notes)


def _print_questions(asked: TriageQuestions, knowledge: Knowledge, language: str, form: str) -> None:
    if form == "json":
        from fullcourse.adapters.fhir.write.questionnaire import questionnaire  # text does not wait for it

        print_json(questionnaire(asked, knowledge.digest))
        return
    spanish = language == "es"
    for group in asked.groups:
        echo(f"\n{group.ask_spanish if spanish else group.ask}", bold=True)
        for question in asked.of_group(group.id):
            ask = question.ask_spanish if spanish else question.ask
            echo(f"  {ask}  [{question.fact.removeprefix('symptom_')}]")
