"""``fullcourse plan``: the regimen, the dose of each drug and the tests, for a patient's record, in one answer."""

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.regimen import drugs_of_regimen
from fullcourse.adapters.stock import open_stock
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.interfaces.cli.dose import overrides_of
from fullcourse.interfaces.cli.echo import print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.record_input import open_record
from fullcourse.interfaces.cli.regimen import first_day, names_of
from fullcourse.journey.dose import DoseRequest
from fullcourse.journey.plan import Planner, PlanRequest
from fullcourse.journey.regimen import RegimenRequest

__all__ = ["plan"]


@click.command()
@click.argument("record", metavar="RECORD")
@click.option("--regimen", default="", metavar="NAME", help="Which one: its id, name (BPaLM) or drugs; else the best.")
@click.option("--profile", default="us", show_default=True, help="Which sources lead: us, who or india.")
@click.option("--resistant", metavar="NAMES", help="Drugs that a result shows resistant, as DRUG,DRUG.")
@click.option("--susceptible", metavar="NAMES", help="Drugs that a result shows susceptible, as DRUG,DRUG.")
@click.option("--at", metavar="DATE", help="Date of the check, YYYY-MM-DD; today without it.")
@click.option("--start", metavar="DATE", help="First day of the regimen: phases and tests get their dates.")
@click.option("--forms-in-stock", metavar="FILE", help="File of the forms at hand; no other is used.")
@click.option("--override", "overrides", multiple=True, metavar="STATEMENT", help="A statement that is set aside.")
@click.option("--reason", "reasons", multiple=True, metavar="TEXT", help="With --override: why; it is recorded.")
@click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record.")
@format_option("text", "json")
def plan(
    record: str,
    regimen: str,
    profile: str,
    resistant: str | None,
    susceptible: str | None,
    at: str | None,
    start: str | None,
    forms_in_stock: str | None,
    overrides: tuple[str, ...],
    reasons: tuple[str, ...],
    answers: str | None,
    form: str,
) -> None:
    """Plan the treatment of a patient's RECORD: the best regimen, the dose of each drug, the tests, and what to ask.

    RECORD is FHIR R4 (a Bundle, one resource, or NDJSON) or a TOML file of facts; - reads standard input. Every answer
    is a proposal, to be confirmed by a prescriber.
    """
    day = day_asked(at)
    knowledge = load_knowledge()
    stock = None if forms_in_stock is None else open_stock(forms_in_stock, knowledge)
    drugs = drugs_of_regimen(regimen, knowledge)
    request = PlanRequest(
        compose=RegimenRequest(
            start=None if start is None else first_day(start),
            resistant=names_of(resistant, "--resistant"),
            susceptible=names_of(susceptible, "--susceptible"),
            stock=stock,
        ),
        dose=DoseRequest(
            in_stock=stock,
            overrides=overrides_of(overrides, reasons),
        ),
        regimen="" if drugs else regimen,
        drugs=drugs,
    )
    planner = Planner(knowledge, knowledge.profile(profile))
    answer = planner.plan(open_record(record, answers, day, knowledge), day, request)
    if form == "json":
        from fullcourse.adapters.published.plan import plan_json

        print_json(plan_json(answer, knowledge))
        return
    from fullcourse.interfaces.cli.plan_text import print_plan
    from fullcourse.interfaces.cli.terminal import page  # JSON does not wait for it

    print_plan(answer, knowledge, page())
