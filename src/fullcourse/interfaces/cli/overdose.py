"""``fullcourse overdose``: too much taken: how urgent it is, and what to read aloud to poison control."""

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.adapters.triage.took import amount_of
from fullcourse.interfaces.cli.course_commands.log_file import store_option
from fullcourse.interfaces.cli.echo import print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.record_input import open_record
from fullcourse.interfaces.cli.triage_input import calls_of, handed_in, noted_strength, told_symptoms
from fullcourse.journey.overdose import OverdoseRequest
from fullcourse.journey.overdose import overdose as overdose_answer

__all__ = ["overdose"]

_MOST_KG = 650.0
_MOST_MG = 20_000.0


@click.command()
@click.option("--drug", required=True, metavar="NAME", help="What was taken, as it is called on the pack.")
@click.option("--took", default="", metavar="TEXT", help='How much, for example "5 capsules" or "1250 mg".')
@click.option("--strength", metavar="AMOUNT", help='What one capsule or tablet holds, for example "250 mg".')
@click.option("--when", "taken_at", default="", metavar="TEXT", help='When, for example "an hour ago".')
@click.option("--planned-mg", type=click.FloatRange(0, _MOST_MG), help="What was planned for the day, milligrams.")
@click.option("--weight-kg", type=click.FloatRange(0, _MOST_KG, min_open=True), help="Body weight.")
@click.option(
    "--symptom", "symptoms", multiple=True, metavar="NAME[=yes|no|unsure]", help="A symptom by name; may be repeated."
)
@click.option("--words", multiple=True, metavar="TEXT", help="How the person is, in your own words.")
@click.option("--record", metavar="RECORD", help="The patient's record, FHIR R4 or TOML.")
@click.option("--answers", metavar="FILE", help="With --record: TOML file of answers that add to it.")
@click.option(
    "--course",
    metavar="COURSE",
    help="The patient's course, by id or as a file; without --took it says what was taken.",
)
@store_option
@click.option("--country", metavar="XX", help="Two-letter country, for numbers where a source gives them.")
@click.option("--at", metavar="TIME", help="The day; with --course the moment, with its offset. Now without it.")
@format_option("text", "json")
def overdose(
    drug: str,
    took: str,
    strength: str | None,
    taken_at: str,
    planned_mg: float | None,
    weight_kg: float | None,
    symptoms: tuple[str, ...],
    words: tuple[str, ...],
    record: str | None,
    answers: str | None,
    course: str | None,
    store: str | None,
    country: str | None,
    at: str | None,
    form: str,
) -> None:
    """Say how urgent too much of a medicine is, whom to call, and what to read aloud to them."""
    if not took and course is None:
        raise click.UsageError(
            'say how much was taken, for example --took "5 capsules", or give the log with --course.'
        )
    knowledge = load_knowledge()
    told = told_symptoms(read_questions(), symptoms, words, None, rest_no=False)
    read = handed_in(
        knowledge,
        at=at,
        record=None if record is None else lambda day: open_record(record, answers, day, knowledge),
        course=course,
        store=store,
        drugs=(drug,),
        country=country,
    )
    identity = knowledge.drugs[read.drugs[0]] if read.drugs else None
    amount = amount_of(took, identity, noted_strength(strength, read.notes)) if took else None
    request = OverdoseRequest(
        at=read.at,
        drug=identity.inn if identity else "",
        called=identity.label if identity else drug[:60],
        said=took[:100],
        mg=amount.mg if amount else None,
        planned_mg=planned_mg,
        weight_kg=weight_kg,
        taken_at=taken_at[:100],
        symptoms=told.symptoms,
        unread=told.unread,
        record=read.record,
        course=read.course,
        now=read.now,
    )
    answer = overdose_answer(knowledge, request)
    calls = calls_of(answer.triage, knowledge, read.country)
    notes = (*told.notes, *read.notes)
    if form == "json":
        from fullcourse.adapters.published.triage import overdose_json  # text does not wait for it

        written = overdose_json(answer, knowledge, calls, notes)
        print_json(written)
        return
    from fullcourse.interfaces.cli.triage_text import print_overdose  # nor JSON for this

    print_overdose(answer, knowledge, calls, notes)
