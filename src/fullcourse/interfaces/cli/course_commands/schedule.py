"""``fullcourse schedule``: what is due, by the patient's clock."""

import click

from fullcourse.adapters.published.course import schedule_json
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.course_commands.calendar_file import write_calendar
from fullcourse.interfaces.cli.course_commands.log_file import open_course, store_option
from fullcourse.interfaces.cli.course_commands.organizer import write_sheet
from fullcourse.interfaces.cli.course_commands.told import tell, tell_uneven
from fullcourse.interfaces.cli.echo import print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.out_file import force_option
from fullcourse.journey.course import schedule_of
from fullcourse.journey.course_calendar import MOST_DAYS

__all__ = ["schedule"]


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=7, show_default=True, help="How many days.")
@click.option("--at", metavar="TIME", help="From when on, with offset; the computer's clock without it.")
@format_option("text", "json", "ics")
@click.option("--sheet", type=click.Choice(["weekly", "four-weekly"]), help="A pill-organizer sheet, as a PDF.")
@click.option("--discreet", is_flag=True, help="A sheet without names of drugs.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Of the sheet.")
@click.option("--out", metavar="FILE", help="Write the calendar or the sheet there.")
@force_option
@click.option(
    "--words", type=click.Choice(["discreet", "plain"]), default="discreet", show_default=True, help="What it names."
)
@click.option("--tests", is_flag=True, help="With --format ics: the days of tests too, each a whole day.")
@click.option("--alarm", type=click.IntRange(0, 1440), metavar="MINUTES", help="Let the calendar ring so long before.")
def schedule(
    course: str,
    store: str | None,
    days: int,
    at: str | None,
    form: str,
    sheet: str | None,
    discreet: bool,
    paper: str,
    out: str | None,
    words: str,
    tests: bool,
    alarm: int | None,
) -> None:
    """Print what is due, the night's gap, clock changes and what goes apart; or write a calendar or a sheet."""
    if out is not None and sheet is None and form != "ics":
        raise InputError("--out: only a calendar or a sheet is written to a file. Add --format ics or --sheet weekly.")
    if discreet and sheet is None:
        raise InputError("--discreet: it is for a sheet. Add --sheet weekly; a calendar has --words discreet.")
    if tests and form != "ics":
        raise InputError("--tests: they are added to a calendar. Add --format ics, or ask 'monitor'.")
    opened = open_course(course, store, at, None)
    if sheet is not None:
        write_sheet(opened, sheet, paper, out, discreet=discreet)
        return
    if form == "ics":
        write_calendar(opened, days, words, alarm, out, tests=tests)
        return
    answer = schedule_of(opened.course, opened.knowledge, opened.now, days)
    if form == "json":
        written = schedule_json(answer, opened.knowledge.digest, opened.profile, opened.now)
        print_json(written)
        return
    zone = answer.zone
    for occasion in answer.occasions:
        doses = " + ".join(_dose(slot.drug, slot.mg, slot.units, slot.form) for slot in occasion.slots)
        tell(f"{zone.local(occasion.due):%a %Y-%m-%d %H:%M}  {doses}")
        for apart in occasion.clashes:
            tell(f"! too near: {apart.drug} and {apart.other}. {apart.says} [{apart.citation.source}]", 4)
    for gap in answer.nights:
        between = f"{zone.local(gap.after):%H:%M} to {zone.local(gap.before):%H:%M}"
        tell(f"{gap.drug}: the night's gap is {gap.hours:g} hours, {between}")
    tell_uneven(answer.uneven)
    for gap in answer.clock_changes:
        day = zone.local(gap.before).date().isoformat()
        tell(f"! {gap.drug}: clocks change on {day}: {gap.hours:g} hours, not {gap.by_the_clock:g}")
    for food in answer.food:
        tell(f"{food.drug}: {food.says} [{food.citation.source}]", 2)
    for apart in answer.apart:
        tell(f"{apart.drug} and {apart.other}: {apart.patient or apart.says} [{apart.citation.source}]", 2)
    tell(f"{AnswerHead(opened.knowledge.digest, CONTENT_NOTICE).foot()} {zone.name}, time zones {zone.edition}.")


def _dose(drug: str, mg: float, units: float | None, form: str) -> str:
    counted = f" ({units:g} x {form})" if units is not None and form else ""
    return f"{drug} {mg:g} mg{counted}"
