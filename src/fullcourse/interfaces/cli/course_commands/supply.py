"""``fullcourse supply``: how long the medicine lasts, and by when it is ordered."""

import click

from fullcourse.adapters.published.course import supply_json
from fullcourse.adapters.working_days import every_day_is_open, working_days_of
from fullcourse.adapters.zones import EDITION
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.moment import parse_day
from fullcourse.interfaces.cli.course_commands.log_file import open_course, store_option
from fullcourse.interfaces.cli.course_commands.told import tell
from fullcourse.interfaces.cli.echo import print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.journey.course import Supply, supplies_of

__all__ = ["supply"]


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--country", metavar="CODE", help="Country whose weekends and holidays count, for example ZA.")
@click.option("--trip", metavar="DATE", help="Will it last until this day?")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def supply(course: str, store: str | None, country: str | None, trip: str | None, at: str | None, form: str) -> None:
    """Say how long each drug of COURSE lasts, and by when to order."""
    opened = open_course(course, store, at, None)
    is_working_day = working_days_of(country) if country else every_day_is_open
    until = parse_day(trip, "--trip") if trip else None
    answers = supplies_of(opened.course, opened.knowledge, opened.now, is_working_day, until)
    if form == "json":
        written = supply_json(answers, opened.knowledge.digest, opened.profile, opened.now, EDITION, until)
        print_json(written)
        return
    for one in answers:
        tell(f"{one.drug}: {_lasts(one)}")
        if one.is_uncounted:
            tell("! What is left is not known. Count what is there today.", 2)
        for form in one.forms_not_counted:
            tell(f"! '{form}' names no strength as 'capsule 250 mg' does: it was not counted.", 2)
        if one.repeats_left == 0:
            tell("! No repeats are left on the prescription.", 2)
        if one.order_on is not None:
            tell(f"order by {one.order_on.isoformat()}" + (": URGENT" if one.urgency == "urgent" else ""), 2)
        for said in one.executed:
            tell(f"{said.says} [{said.citation.source} {said.citation.section}]", 4)
        for lot in one.lots:
            ends = f", until {lot.expires_on.isoformat()}" if lot.expires_on else ", no date read"
            tell(f"lot {lot.lot or 'without a number'}: {lot.mg_low:g} to {lot.mg_high:g} mg{ends}", 4)
        if until is not None:
            tell(f"for the trip until {until.isoformat()}: {one.lasts_until(until)}", 2)
    if country is None:
        tell("No country was named: weekends and holidays were not looked at.")
    tell(f"{AnswerHead(opened.knowledge.digest, CONTENT_NOTICE).foot()} Time zones {EDITION}.")


def _lasts(one: Supply) -> str:
    """Return until when a drug lasts, in words."""
    if one.is_open_end:
        return f"enough for all that is planned until {one.lasts_low.isoformat()}"
    if one.is_uncounted and all(lot.mg_low <= 0.0 for lot in one.lots):
        return "nobody can say how long it lasts"
    if one.is_uncounted:
        return f"covered for certain until {one.lasts_low.isoformat()}, nobody can say for how long after that"
    if one.lasts_low == one.lasts_high:
        return f"lasts until {one.lasts_low.isoformat()}"
    return f"lasts until {one.lasts_low.isoformat()} to {one.lasts_high.isoformat()}, by what was taken and not told"
