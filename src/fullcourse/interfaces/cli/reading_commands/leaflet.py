"""``fullcourse leaflet``: a leaflet about a drug in plain words, for one person when a record is given."""

from datetime import date

import click

from fullcourse.adapters.documents.leaflet import make_leaflet
from fullcourse.adapters.documents.leaflet_text import leaflet_text
from fullcourse.adapters.documents.numbers import country_code
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.journey.check import CheckResult
from fullcourse.journey.check import check as check_record
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = ["leaflet"]


@click.command()
@click.option("--drug", required=True, metavar="NAME", help="Which drug.")
@click.option(
    "--record", metavar="RECORD", help="FHIR R4 or TOML: what applies to this person comes first. - reads it."
)
@click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record.")
@click.option("--at", metavar="DATE", help="Date of the check, YYYY-MM-DD; today without it.")
@click.option("--profile", default="us", show_default=True, help="Which sources lead: us or who.")
@click.option("--country", metavar="XX", help="Two-letter country, for numbers to call where a source gives them.")
@format_option("text", "html")
def leaflet(
    drug: str,
    record: str | None,
    answers: str | None,
    at: str | None,
    profile: str,
    country: str | None,
    form: str,
) -> None:
    """Print a leaflet about a drug in plain words, each line with its source."""
    knowledge = load_knowledge()
    code = country_code(country)
    identity = knowledge.drug(drug)
    result = None
    if record is not None:
        result = _check(record, answers, knowledge, profile, day_asked(at), identity)
    elif answers is not None:
        raise click.UsageError("--answers adds to a record; give --record too.")
    made = make_leaflet(knowledge, identity, code, result)
    if form == "text":
        click.echo(leaflet_text(made), nl=False)
        return
    from fullcourse.adapters.documents.pages import leaflet_html  # text does not wait for the templates

    click.echo(leaflet_html(made), nl=False)


def _check(
    record: str, answers: str | None, knowledge: Knowledge, profile: str, day: date, drug: DrugIdentity
) -> CheckResult:
    from fullcourse.adapters.medicines.recognise import recognise  # a leaflet for everybody reads no record
    from fullcourse.adapters.records import RecordReader

    reader = RecordReader(
        knowledge.facts.values(), tuple(knowledge.readings.values()), recognise, knowledge.other_matters.values()
    )
    read = reader.open(record, day)
    if answers is not None:
        read = read.plus(reader.answers(answers))
    return check_record(read, knowledge, knowledge.profile(profile), day, [drug])
