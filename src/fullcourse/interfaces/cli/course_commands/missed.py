"""``fullcourse missed``: what to do about a dose now."""

import click

from fullcourse.adapters.published.course import missed_json
from fullcourse.adapters.zones import EDITION
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.interfaces.cli.course_commands.log_file import open_course, store_option
from fullcourse.interfaces.cli.course_commands.told import tell
from fullcourse.interfaces.cli.echo import print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.journey.course import Verdict, missed_doses

__all__ = ["missed"]


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--drug", "drugs", multiple=True, metavar="NAME", help="Which drug; every one of the plan without it.")
@click.option("--profile", help="Which sources lead; those of the plan without it.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def missed(
    course: str, store: str | None, drugs: tuple[str, ...], profile: str | None, at: str | None, form: str
) -> None:
    """Say of each dose: take it now, not yet, skip it, already taken, held, call first, or ask."""
    opened = open_course(course, store, at, profile)
    named = [opened.knowledge.drug(name).inn for name in drugs]
    answers = missed_doses(opened.course, named, opened.now)
    if form == "json":
        written = missed_json(answers, opened.knowledge.digest, opened.profile, opened.now, EDITION)
        print_json(written)
        return
    zone = opened.course.timeline[-1].zone if opened.course.timeline else None
    for advice in answers:
        tell(f"{advice.drug}: {advice.verdict.value.upper()}")
        tell(advice.patient, 2)
        if advice.slot is not None and zone is not None:
            slot = advice.slot
            counted = f", {slot.units:g} x {slot.form}" if slot.units is not None and slot.form else ""
            amount = f"Take {slot.mg:g} mg{counted}: the" if advice.verdict is Verdict.TAKE_NOW else "About the"
            tell(f"{amount} dose due {zone.local(slot.due):%A %d %B %H:%M}", 2)
        if advice.next_at is not None and zone is not None:
            tell(f"Next dose: {zone.local(advice.next_at):%A %d %B %H:%M}", 2)
        if advice.proposal is not None and zone is not None:
            usual, moved = advice.proposal.usual_from, zone.local(advice.proposal.at)
            then = f", then the usual days from {zone.local(usual):%A %d %B}" if usual else ""
            tell(f"Proposed, to be confirmed by a clinician: the next dose on {moved:%A}{then}", 2)
        if advice.made_up:
            tell(f"Made up {advice.made_up}.", 2)
        tell(f"Why: {advice.why}", 2)
        for said in advice.executed:
            reading = f"; our reading {said.interpretation}" if said.interpretation else ""
            tell(f"{said.statement} ({said.outcome}): {said.citation.title}, {said.citation.section}{reading}", 4)
        numbers = ", ".join(
            f"{name.replace('_', ' ')} {number.low:g}" for name, number in (advice.numbers or {}).items()
        )
        if numbers:
            tell(f"Numbers used: {numbers}", 4)
    tell(f"{AnswerHead(opened.knowledge.digest, CONTENT_NOTICE).foot()} Time zones {EDITION}.")
