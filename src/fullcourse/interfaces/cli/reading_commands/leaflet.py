"""``fullcourse leaflet``: a leaflet about a drug in plain words, for one person when a record is given."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

from fullcourse.adapters.documents.leaflet import make_leaflet
from fullcourse.adapters.documents.leaflet_language import in_language
from fullcourse.adapters.documents.leaflet_text import leaflet_text
from fullcourse.adapters.documents.numbers import country_code
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.languages import ENGLISH, LANGUAGES, language_of
from fullcourse.adapters.medicines.regimen import read_regimen
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Medicine
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.echo import echo, echo_file
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.out_file import force_option, write_out
from fullcourse.journey.check import CheckResult, proposed_drugs
from fullcourse.journey.check import check as check_record
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = ["leaflet"]

_PAGES: Final = (".html", ".htm")


@click.command()
@click.option("--drug", metavar="NAME", help="Which drug.")
@click.option("--regimen", metavar="NAMES", help="Drugs taken together, as NAME,NAME or BPaLM: one leaflet for all.")
@click.option(
    "--record", metavar="RECORD", help="FHIR R4 or TOML: what applies to this person comes first. - reads it."
)
@click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record.")
@click.option("--at", metavar="DATE", help="Date of the check, YYYY-MM-DD; today without it.")
@click.option("--profile", default="us", show_default=True, help="Which sources lead: us or who.")
@click.option("--country", metavar="XX", help="Two-letter country, for numbers to call where a source gives them.")
@click.option("--language", type=click.Choice(LANGUAGES), default=ENGLISH, show_default=True, help="Of the leaflet.")
@format_option("text", "html")
@click.option("--out", metavar="FILE", help="Write it there; a FILE.html is a page without --format too.")
@force_option
@click.pass_context
def leaflet(
    context: click.Context,
    drug: str | None,
    regimen: str | None,
    record: str | None,
    answers: str | None,
    at: str | None,
    profile: str,
    country: str | None,
    language: str,
    form: str,
    out: str | None,
) -> None:
    """Print a leaflet about a drug in plain words, each line with its source."""
    knowledge = load_knowledge()
    code = country_code(country)
    if (drug is None) == (regimen is None):
        raise click.UsageError("name the medicine: --drug NAME for one, --regimen NAMES for those taken together.")
    taken = () if regimen is None else read_regimen(regimen, knowledge)
    drugs, others = proposed_drugs(taken, knowledge)
    if drug is not None:
        drugs = (knowledge.drug(drug),)
    elif not drugs:
        raise InputError(f"--regimen: nothing is stated here about {regimen}. Give the package leaflet of each.")
    result = None
    if record is not None:
        result = _check(record, answers, knowledge, profile, day_asked(at), drugs, taken)
    elif answers is not None:
        raise click.UsageError("--answers adds to a record; give --record too.")
    made = make_leaflet(knowledge, drugs, code, result, [other.text for other in others])
    made = in_language(made, language_of(language), knowledge)
    is_page = form == "html"
    if out is not None and context.get_parameter_source("form") is ParameterSource.DEFAULT:
        is_page = Path(out).suffix.lower() in _PAGES
    if is_page:
        from fullcourse.adapters.documents.pages import leaflet_html  # text does not wait for the templates

        written = leaflet_html(made)
    else:
        written = leaflet_text(made)
    if out is None:
        echo_file(written)
        return
    write_out(out, written.encode("utf-8"))
    echo(f"Written to {Path(out).name}.")


def _check(
    record: str,
    answers: str | None,
    knowledge: Knowledge,
    profile: str,
    day: date,
    drugs: Sequence[DrugIdentity],
    regimen: Sequence[Medicine],
) -> CheckResult:
    from fullcourse.adapters.medicines.recognise import recognise  # a leaflet for everybody reads no record
    from fullcourse.adapters.records import RecordReader

    reader = RecordReader(
        knowledge.facts.values(), tuple(knowledge.readings.values()), recognise, knowledge.other_matters.values()
    )
    read = reader.open(record, day)
    if answers is not None:
        read = read.plus(reader.answers(answers))
    return check_record(read, knowledge, knowledge.profile(profile), day, () if regimen else drugs, regimen)
