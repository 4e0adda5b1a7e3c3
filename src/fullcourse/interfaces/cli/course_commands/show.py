"""``fullcourse course show``, ``recheck`` and ``travel``: how far a course has come, and what is said of it today."""

import json

import click

from fullcourse.adapters.published.course import overview_json, recheck_json
from fullcourse.adapters.zones import EDITION, load_zone
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.interfaces.cli.course_commands.log_file import Opened, moment_asked, open_course, store_option
from fullcourse.journey.course import Overview, WhatIsKnown, moved_plan_of, overview_of, recheck_of, travel_of

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
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
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
    overview = overview_of(opened.course, opened.knowledge, opened.now, known)
    if form == "json":
        head = opened.knowledge.digest, opened.profile, opened.now, EDITION
        click.echo(json.dumps(overview_json(overview, *head), indent=2, ensure_ascii=False, allow_nan=False))
        return
    _print(overview, opened)


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--profile", help="Which sources lead; those of the plan without it.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def recheck(course: str, store: str | None, profile: str | None, at: str | None, form: str) -> None:
    """Say what today's knowledge says beside the one that the plan was made with; nothing is changed."""
    opened = open_course(course, store, at, profile)
    answer = recheck_of(opened.course, opened.knowledge, opened.now)
    if form == "json":
        written = recheck_json(answer, opened.profile, opened.now, EDITION)
        click.echo(json.dumps(written, indent=2, ensure_ascii=False, allow_nan=False))
        return
    is_same = answer.made_with == answer.today
    click.echo(f"The plan was made with knowledge {answer.made_with[:12]}; today's is {answer.today[:12]}.")
    click.echo(
        "They are the same." if is_same else "They differ: the plan stays as it is until a clinician changes it."
    )
    for drug in answer.not_covered:
        click.echo(f"  ! {drug}: the knowledge of today does not hold it.")
    for advice in answer.advice:
        click.echo(f"  {advice.drug}: {advice.verdict.value}. {advice.why}")
    click.echo(_foot(opened))


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--drug", required=True, metavar="NAME", help="Which drug.")
@click.option("--last", required=True, metavar="TIME", help="When the last dose in the old zone is taken, with offset.")
@click.option("--to", "zone", required=True, metavar="NAME", help="The new zone.")
def travel(course: str, store: str | None, drug: str, last: str, zone: str) -> None:
    """Propose the doses on the way to another zone; none is closer to another than the drug's least gap."""
    opened = open_course(course, store, last, None)
    to = load_zone(zone)
    way = travel_of(opened.course, opened.knowledge.drug(drug).inn, moment_asked(last), to)
    click.echo(f"A proposal, to be confirmed by a clinician. Time zones {to.edition}.")
    for due in way.doses:
        click.echo(f"  {to.local(due):%Y-%m-%d %H:%M %z}")
    click.echo(f"Gaps on the way: {way.shortest_h:g} to {way.longest_h:g} hours; left out: {way.skipped}.")


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
def move(course: str, store: str | None, drug: str, by_h: float, last: str) -> None:
    """Propose other times of day (a night shift, a fasting month) with the same gaps, and the doses on the way."""
    opened = open_course(course, store, last, None)
    inn = opened.knowledge.drug(drug).inn
    step, way = moved_plan_of(opened.course, inn, by_h, moment_asked(last))
    zone = opened.course.timeline[-1].zone
    click.echo(f"A proposal, to be confirmed by a clinician with 'course change': {inn}: {say_dose_plan((step,))}")
    for due in way.doses:
        click.echo(f"  {zone.local(due):%Y-%m-%d %H:%M}")
    click.echo(f"Gaps on the way: {way.shortest_h:g} to {way.longest_h:g} hours; left out: {way.skipped}.")


def _said(word: str | None) -> bool | None:
    return None if word is None else word == "yes"


def _print(overview: Overview, opened: Opened) -> None:
    if opened.course.closing is not None:
        click.echo(f"CLOSED: {opened.course.closing.why}")
    for sent in overview.transfers:
        if sent.is_awaited:
            left, number = sent.left.occurred_at, f"{sent.number[:4]}-{sent.number[4:8]}"
            click.echo(f"! TRANSFERRED OUT to {sent.facility} on {left:%Y-%m-%d} (transfer {number}):")
            waiting = (opened.now - left).days
            click.echo(f"  NOT YET RECEIVED for {waiting} days: the patient is yours until the receipt came.")
    if overview.stop_warning is not None:
        click.echo(f"! The patient wants to stop. {overview.stop_warning.patient}")
        click.echo(f"  Talk with the patient today. Why not to stop: {overview.stop_warning.says}")
    click.echo("ADHERENCE")
    for drug, one in overview.adherence.items():
        low, high = ("-" if share is None else f"{100 * share:.1f}" for share in (one.low, one.high))
        said = f"taken {one.taken} of {one.due - one.held}, {one.open} open, {one.held} held"
        click.echo(f"  {drug}: {low} to {high} per cent ({said}); days complete {one.days_complete} of {one.days}")
    for dose in overview.disputed:
        click.echo(f"  ! disputed: {dose.slot.drug} due {dose.slot.due.isoformat()}: claims contradict each other")
    if overview.to_ask:
        click.echo(f"TO ASK: {len(overview.to_ask)} doses of the last week of which nobody said anything")
    for lapse in overview.lapses[-1:]:
        click.echo(f"LAST LAPSE from {lapse.first.isoformat()}: {lapse.days_low} to {lapse.days_high} days")
    for answer in overview.interruption:
        if answer.status == "does not apply":
            continue
        owes = "" if answer.owes is None else f", owes {answer.owes[0]} to {answer.owes[1]} days"
        missing = f" (not known: {', '.join(answer.missing)})" if answer.missing and answer.status != "applies" else ""
        click.echo(f"  {answer.statement}: {answer.goes_on or answer.status}{owes}{missing}")
        click.echo(f"      {answer.says} [{answer.citation.source} {answer.citation.section}]")
    for phase in overview.completion:
        needed = "nobody counts its doses" if phase.phase.doses is None else f"of {phase.phase.doses}"
        click.echo(
            f"COMPLETION {phase.phase.name}: {phase.taken_low} to {phase.taken_high} days, {needed}: {phase.answer}"
        )
    for event in overview.unknown:
        click.echo(f"UNKNOWN KIND '{event.kind}', kept: {event.id}")
    for events in overview.clashes:
        click.echo(f"! one id, {len(events)} bodies: {events[0].id}")
    click.echo(_foot(opened))


def _foot(opened: Opened) -> str:
    return f"{AnswerHead(opened.knowledge.digest, CONTENT_NOTICE).foot()} Time zones {EDITION}."
