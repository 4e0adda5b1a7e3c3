"""``fullcourse regimen``: which drugs, in which phases, for how long, for a patient's record."""

from datetime import date

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.published.regimen import regimen_json
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.stock import Stock
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.echo import print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.record_input import open_record
from fullcourse.journey.regimen import Composer, RegimenRequest
from fullcourse.knowledge.library import Knowledge

__all__ = ["first_day", "names_of", "regimen"]

_MOST_COMBINATIONS = 20
_LAST_YEAR = 9000


@click.command()
@click.argument("record", metavar="RECORD")
@click.option("--profile", default="us", show_default=True, help="Which sources lead: us, who or india.")
@click.option("--resistant", metavar="NAMES", help="Drugs that a result shows resistant, as DRUG,DRUG.")
@click.option("--susceptible", metavar="NAMES", help="Drugs that a result shows susceptible, as DRUG,DRUG.")
@click.option("--at", metavar="DATE", help="Date of the check, YYYY-MM-DD; today without it.")
@click.option("--start", metavar="DATE", help="First day of the regimen: phases get their dates.")
@click.option("--replace", metavar="DRUG", default="", help="A drug of the regimen on record that is to be replaced.")
@click.option("--because", metavar="REASON", default="", help="With --replace: why, for example depression.")
@click.option(
    "--limit",
    type=click.IntRange(1, _MOST_COMBINATIONS),
    default=3,
    show_default=True,
    help="How many combinations of a longer regimen are shown.",
)
@click.option("--forms-in-stock", metavar="FILE", help="CSV or TOML, one line a form: drug, form[, quantity].")
@click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record.")
@format_option("text", "json", "fhir")
def regimen(
    record: str,
    profile: str,
    resistant: str | None,
    susceptible: str | None,
    at: str | None,
    start: str | None,
    replace: str,
    because: str,
    limit: int,
    forms_in_stock: str | None,
    answers: str | None,
    form: str,
) -> None:
    """Compose regimens for a patient's RECORD, best first, with reasons, dates and what to test or ask next.

    RECORD is FHIR R4 (a Bundle, one resource, or NDJSON) or a TOML file of facts; - reads standard input. Every answer
    is a proposal, to be confirmed by a prescriber.
    """
    if because and not replace:
        raise click.UsageError("--because is the reason of --replace. Give --replace DRUG too.")
    day = day_asked(at)
    knowledge = load_knowledge()
    request = RegimenRequest(
        start=None if start is None else first_day(start),
        resistant=names_of(resistant, "--resistant"),
        susceptible=names_of(susceptible, "--susceptible"),
        replace=replace,
        because=because,
        limit=limit,
        stock=None if forms_in_stock is None else _stock(forms_in_stock, knowledge),
    )
    composer = Composer(knowledge, knowledge.profile(profile))
    answer = composer.compose(open_record(record, answers, day, knowledge), day, request)
    if form == "fhir":
        from fullcourse.adapters.fhir.write.care_plan import care_plan_bundle  # other forms do not wait for it

        print_json(care_plan_bundle(answer, knowledge))
        return
    if form == "json":
        print_json(regimen_json(answer, knowledge))
        return
    from fullcourse.interfaces.cli.regimen_text import print_regimens
    from fullcourse.interfaces.cli.terminal import page  # JSON does not wait for it

    print_regimens(answer, knowledge, page())


def _stock(path: str, knowledge: Knowledge) -> Stock:
    from fullcourse.adapters.stock import open_stock  # an answer without a list does not wait for its reader

    return open_stock(path, knowledge)


def names_of(text: str | None, option: str) -> tuple[str, ...]:
    """Return the names of an option, each once, in order."""
    if text is None:
        return ()
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise InputError(f"{option} has an empty place between its commas. Write it as DRUG,DRUG.")
    return tuple(dict.fromkeys(names))


def first_day(text: str) -> date:
    """Return the day of ``--start``; one so late that its regimen would leave the calendar is refused."""
    day = parse_day(text, "--start")
    if day.year > _LAST_YEAR:
        raise InputError(f"--start: the year {day.year} is no year in which treatment begins. Correct it.")
    return day
