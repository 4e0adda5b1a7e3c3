"""``fullcourse course show``, ``recheck`` and ``travel``: how far a course has come, and what is said of it today."""

import click

from fullcourse.adapters.published.course import overview_json, recheck_json
from fullcourse.adapters.published.course_way import way_json
from fullcourse.adapters.zones import EDITION, load_zone
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.interfaces.cli.course_commands.log_file import Opened, moment_asked, open_course, store_option
from fullcourse.interfaces.cli.course_commands.overview_text import print_overview
from fullcourse.interfaces.cli.course_commands.told import tell
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.journey.course import Journey, WhatIsKnown, moved_plan_of, overview_of, recheck_of, travel_of

__all__ = ["move", "recheck", "show", "travel"]

_YES_NO = click.Choice(["yes", "no"])


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--phase", type=click.Choice(["intensive", "continuation"]), help="Phase of the regimen.")
@click.option("--smear-positive-at-start", type=_YES_NO, help="Whether the first smear was positive.")
@click.option("--can-finish-in-time", type=_YES_NO, help="Whether all doses still fit into the time of the source.")
@click.option("--profile", help="Which sources lead; those of the plan without it.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def show(
    course: str,
    store: str | None,
    phase: str | None,
    smear_positive_at_start: str | None,
    can_finish_in_time: str | None,
    profile: str | None,
    at: str | None,
    form: str,
) -> None:
    """Show how far COURSE has come: adherence as a range, interruptions, completion, what to ask."""
    opened = open_course(course, store, at, profile)
    known = WhatIsKnown(phase or "", _said(smear_positive_at_start), _said(can_finish_in_time))
    overview = overview_of(opened.course, opened.knowledge, opened.now, known, opened.profile)
    if form == "json":
        head = opened.knowledge.digest, opened.profile, opened.now, EDITION
        print_json(overview_json(overview, *head))
        return
    print_overview(overview, opened.course, opened.now)
    tell(_foot(opened))


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--profile", help="Which sources lead; those of the plan without it.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def recheck(course: str, store: str | None, profile: str | None, at: str | None, form: str) -> None:
    """Say what today's knowledge says beside the one that the plan was made with; nothing is changed."""
    opened = open_course(course, store, at, profile)
    answer = recheck_of(opened.course, opened.knowledge, opened.now)
    if form == "json":
        print_json(recheck_json(answer, opened.profile, opened.now, EDITION))
        return
    is_same = answer.made_with == answer.today
    echo(f"The plan was made with knowledge {answer.made_with[:12]}; today's is {answer.today[:12]}.")
    echo("They are the same." if is_same else "They differ: the plan stays as it is until a clinician changes it.")
    for drug in answer.not_covered:
        echo(f"  ! {drug}: the knowledge of today does not hold it.")
    for advice in answer.advice:
        tell(f"{advice.drug}: {advice.verdict.value}. {advice.why}", 2)
    tell(_foot(opened))


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--drug", required=True, metavar="NAME", help="Which drug.")
@click.option("--last", required=True, metavar="TIME", help="When the last dose in the old zone is taken, with offset.")
@click.option("--to", "zone", required=True, metavar="NAME", help="The new zone.")
@format_option("text", "json")
def travel(course: str, store: str | None, drug: str, last: str, zone: str, form: str) -> None:
    """Propose the doses on the way to another zone; none is closer to another than the drug's least gap."""
    opened = open_course(course, store, last, None)
    to = load_zone(zone)
    inn = opened.knowledge.drug(drug).inn
    way = travel_of(opened.course, inn, moment_asked(last), to)
    if form == "json":
        print_json(way_json(inn, way, to, (), opened.knowledge.digest, opened.profile))
        return
    echo("A proposal, to be confirmed by a clinician.")
    for due in way.doses:
        echo(f"  {to.local(due):%Y-%m-%d %H:%M %z}")
    _gaps(way, EDITION)


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--drug", required=True, metavar="NAME", help="Which drug.")
@click.option(
    "--by", "by_h", type=float, required=True, metavar="HOURS", help="By how many hours; below 0 for earlier."
)
@click.option(
    "--last", required=True, metavar="TIME", help="When the last dose at the old times is taken, with offset."
)
@format_option("text", "json")
def move(course: str, store: str | None, drug: str, by_h: float, last: str, form: str) -> None:
    """Propose other times of day (a night shift, a fasting month) with the same gaps, and the doses on the way."""
    opened = open_course(course, store, last, None)
    inn = opened.knowledge.drug(drug).inn
    steps, way = moved_plan_of(opened.course, inn, by_h, moment_asked(last))
    zone = opened.course.timeline[-1].zone
    if form == "json":
        print_json(way_json(inn, way, zone, steps, opened.knowledge.digest, opened.profile))
        return
    tell(f"A proposal, to be confirmed by a clinician with 'course change': {inn}: {say_dose_plan(steps)}")
    for due in way.doses:
        echo(f"  {zone.local(due):%Y-%m-%d %H:%M}")
    _gaps(way, EDITION)


def _gaps(way: Journey, edition: str) -> None:
    """Print the gaps of a way, and whether it holds the plan's intervals."""
    tell(f"Gaps on the way: {way.shortest_h:g} to {way.longest_h:g} hours; left out: {way.skipped}.")
    if not way.holds_interval:
        tell(f"! The interval of {way.interval_h:g} hours does not hold on the way.")
    tell(f"Time zones {edition}.")


def _said(word: str | None) -> bool | None:
    return None if word is None else word == "yes"


def _foot(opened: Opened) -> str:
    return f"{AnswerHead(opened.knowledge.digest, CONTENT_NOTICE).foot()} Time zones {EDITION}."
