"""``fullcourse supply``: how long the medicine lasts, and by when it is ordered."""

import json

import click

from fullcourse.adapters.published.course import supply_json
from fullcourse.adapters.working_days import every_day_is_open, working_days_of
from fullcourse.adapters.zones import EDITION
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.moment import parse_day
from fullcourse.interfaces.cli.course_commands.log_file import open_course, store_option
from fullcourse.journey.course import supplies_of

__all__ = ["supply"]


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--country", metavar="CODE", help="Country whose weekends and holidays count, for example ZA.")
@click.option("--trip", metavar="DATE", help="Will it last until this day?")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def supply(course: str, store: str | None, country: str | None, trip: str | None, at: str | None, form: str) -> None:
    """Say how long each drug of COURSE lasts, and by when to order."""
    opened = open_course(course, store, at, None)
    is_working_day = working_days_of(country) if country else every_day_is_open
    until = parse_day(trip, "--trip") if trip else None
    answers = supplies_of(opened.course, opened.knowledge, opened.now, is_working_day)
    if form == "json":
        written = supply_json(answers, opened.knowledge.digest, opened.profile, opened.now, EDITION)
        click.echo(json.dumps(written, indent=2, ensure_ascii=False, allow_nan=False))
        return
    for one in answers:
        lasts = f"{one.lasts_low.isoformat()} to {one.lasts_high.isoformat()}"
        click.echo(f"{one.drug}: lasts until {lasts}" + (", to the end of what is planned" if one.is_open_end else ""))
        if one.is_uncounted:
            click.echo("  ! more was taken than was ever handed out or counted: count what is there")
        if one.order_on is not None:
            click.echo(f"  order by {one.order_on.isoformat()}" + (": URGENT" if one.urgency == "urgent" else ""))
        for said in one.executed:
            click.echo(f"    {said.says} [{said.citation.source} {said.citation.section}]")
        for lot in one.lots:
            ends = f", until {lot.expires_on.isoformat()}" if lot.expires_on else ", no date read"
            click.echo(f"    lot {lot.lot or 'without a number'}: {lot.mg_low:g} to {lot.mg_high:g} mg{ends}")
        if until is not None:
            answer = "yes" if one.lasts_low >= until else "no" if one.lasts_high < until else "cannot be assessed"
            click.echo(f"  for the trip until {until.isoformat()}: {answer}")
    if country is None:
        click.echo("No country was named: weekends and holidays were not looked at.")
    click.echo(AnswerHead(opened.knowledge.digest, CONTENT_NOTICE).foot())
