"""``fullcourse ask``: a free question, answered from the statements alone, each answer cited."""

from collections.abc import Sequence
from typing import Final

import click

from fullcourse.adapters.documents.numbers import country_code
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.published.reply import reply_json
from fullcourse.adapters.search.numbers_to_call import numbers_to_call
from fullcourse.adapters.search.questions import Questions
from fullcourse.adapters.search.reply import Answer, Reply
from fullcourse.clinical.answer_head import LEARNING_NOTICE, AnswerHead
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.knowledge.library import Knowledge

__all__ = ["ask_question"]

_MOST: Final = 12
"""Most answers that the text shows; the JSON holds all."""


@click.command("ask")
@click.argument("question")
@click.option("--drug", metavar="NAME", help="The drug it is about; without it, the one that the question names.")
@click.option("--country", metavar="XX", help="Two-letter country, for the emergency number where a source gives it.")
@format_option("text", "json")
def ask_question(question: str, drug: str | None, country: str | None, form: str) -> None:
    """Answer a QUESTION from the sources, each answer cited; say so when they are silent."""
    knowledge = load_knowledge()
    code = country_code(country)
    questions = Questions(knowledge)
    reply = questions.answer(question, questions.drug(drug) if drug is not None else None)
    numbers = numbers_to_call(reply, knowledge, code)
    if form == "json":
        print_json(reply_json(reply, numbers, AnswerHead(knowledge.digest)))
    else:
        _print(reply, numbers, knowledge)


def _print(reply: Reply, numbers: str, knowledge: Knowledge) -> None:
    if reply.emergencies:
        echo("\nTHIS MAY BE AN EMERGENCY", bold=True)
        _first(reply.emergencies, reply, knowledge)
    if reply.today:
        echo("\nCALL YOUR CARE TEAM TODAY", bold=True)
        _first(reply.today, reply, knowledge)
    if numbers:
        echo(f"  {numbers}", bold=True)
    for line in reply.in_spanish:
        echo(f"\n  {line}", bold=True)
    echo()
    said = {answer.id for answer in (*reply.emergencies, *reply.today)}
    answers = [answer for answer in reply.answers if answer.id not in said]
    names = " and ".join(knowledge.drugs[inn].label for inn in reply.drugs) or "every TB medicine"
    if answers:
        echo(f"What the sources say about {names}:", bold=True)
    for note in reply.notes if not answers else ():
        echo(note)
    for answer in answers[:_MOST]:
        owner = f"[{knowledge.drugs[answer.drug].label}] " if len(reply.drugs) > 1 else ""
        echo(f"\n  {owner}{answer.text}")
        echo(f"    {_source(answer)}")
    more = len(answers) - _MOST
    if more > 0:
        echo(f"\n  and {more} more; --format json has them all.")
    for note in reply.notes if answers else ():
        echo(f"\nNote: {note}")
    echo(f"\n{AnswerHead(knowledge.digest, LEARNING_NOTICE).foot()}")


def _first(answers: Sequence[Answer], reply: Reply, knowledge: Knowledge) -> None:
    """Print what comes before all else; a drug that the question did not name is named."""
    for answer in answers:
        of = f" [{knowledge.drugs[answer.drug].label}]" if answer.drug and answer.drug not in reply.drugs else ""
        echo(f"  {answer.text}{of}", bold=True)
        echo(f"    {_source(answer)}")


def _source(answer: Answer) -> str:
    dated = f" ({answer.dated})" if answer.dated else ""
    reading = f"; our reading {answer.interpretation}" if answer.interpretation else ""
    return f"{answer.citation.title}{dated}, {answer.citation.section}, tier {answer.citation.tier}{reading}"
