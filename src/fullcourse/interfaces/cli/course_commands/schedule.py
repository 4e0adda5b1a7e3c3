"""``fullcourse schedule``: what is due, by the patient's clock."""

import json

import click

from fullcourse.adapters.published.course import schedule_json
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.interfaces.cli.course_commands.log_file import open_course, store_option
from fullcourse.journey.course import schedule_of

__all__ = ["schedule"]

_MOST_DAYS = 400


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--days", type=click.IntRange(1, _MOST_DAYS), default=7, show_default=True, help="How many days.")
@click.option("--at", metavar="TIME", help="From when on, with offset; the computer's clock without it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def schedule(course: str, store: str | None, days: int, at: str | None, form: str) -> None:
    """Print what is due, the night's gap, nights on which clocks change, and what goes apart."""
    opened = open_course(course, store, at, None)
    answer = schedule_of(opened.course, opened.knowledge, opened.now, days)
    if form == "json":
        written = schedule_json(answer, opened.knowledge.digest, opened.profile, opened.now)
        click.echo(json.dumps(written, indent=2, ensure_ascii=False, allow_nan=False))
        return
    zone = answer.zone
    for occasion in answer.occasions:
        doses = " + ".join(_dose(slot.drug, slot.mg, slot.units, slot.form) for slot in occasion.slots)
        click.echo(f"{zone.local(occasion.due):%a %Y-%m-%d %H:%M}  {doses}")
        for apart in occasion.clashes:
            click.echo(f"    ! not together: {apart.drug} and {apart.other}. {apart.says} [{apart.citation.source}]")
    for gap in answer.nights:
        between = f"{zone.local(gap.after):%H:%M} to {zone.local(gap.before):%H:%M}"
        click.echo(f"{gap.drug}: the longest gap is {gap.hours:g} hours, {between}")
    for drug, gaps in answer.uneven.items():
        click.echo(f"! {drug}: its doses are not evenly spaced ({', '.join(f'{hours:g} h' for hours in gaps)})")
    for gap in answer.clock_changes:
        day = zone.local(gap.before).date().isoformat()
        click.echo(f"! {gap.drug}: clocks change on {day}: {gap.hours:g} hours, not {gap.by_the_clock:g}")
    for food in answer.food:
        click.echo(f"  {food.drug}: {food.says} [{food.citation.source}]")
    for apart in answer.apart:
        click.echo(f"  {apart.drug} and {apart.other}: {apart.says} [{apart.citation.source}]")
    click.echo(f"{AnswerHead(opened.knowledge.digest, CONTENT_NOTICE).foot()} {zone.name}, time zones {zone.edition}.")


def _dose(drug: str, mg: float, units: float | None, form: str) -> str:
    counted = f" ({units:g} x {form})" if units is not None and form else ""
    return f"{drug} {mg:g} mg{counted}"
