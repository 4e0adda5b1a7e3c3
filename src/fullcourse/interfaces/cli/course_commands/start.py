"""``fullcourse course start`` and ``change``: a plan that somebody confirmed begins, or takes another's place."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.published.course_kept import Kept, kept_json
from fullcourse.adapters.published.course_plan import plan_json
from fullcourse.adapters.published.proposed_plan import ProposedPlan, open_proposal
from fullcourse.adapters.zones import EDITION
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day
from fullcourse.interfaces.cli.course_commands.begun import (
    against_plan,
    check_regimen,
    phase_end_of,
    plan_of,
    refuse_against,
    regimen_of,
    typed_plan,
)
from fullcourse.interfaces.cli.course_commands.log_file import (
    moment_asked,
    new_event,
    new_patient,
    open_course,
    open_new,
    store_option,
)
from fullcourse.interfaces.cli.course_commands.told import tell, tell_next_phase, tell_uneven, tell_waiting
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.record_input import open_record
from fullcourse.journey.course import uneven_of
from fullcourse.knowledge.library import Knowledge

__all__ = ["change", "start"]

_PHASE_HELP: Final = (
    "Last day of the phase that the plan holds, where another follows, or 'none'; as the file of --plan has it, or the "
    "plan before, without it."
)


@click.command()
@click.argument("record", metavar="RECORD")
@click.option("--events", metavar="FILE", help="A file of events (EVENTS.ndjson) in the place of the store.")
@store_option
@click.option(
    "--plan",
    "doses",
    required=True,
    multiple=True,
    metavar="PLAN",
    help="'DRUG: DOSE' for each drug; or a file: what 'plan' or 'dose' wrote with --format json.",
)
@click.option("--answers", metavar="FILE", help="TOML file of answers that add to the record.")
@click.option("--start", "starts_on", required=True, metavar="DATE", help="Day 1 of the plan, YYYY-MM-DD.")
@click.option("--zone", required=True, metavar="NAME", help="The patient's time zone, for example Africa/Johannesburg.")
@click.option("--confirmed-by", required=True, metavar="NAME", help="Role or initials of the clinician who confirms.")
@click.option("--days", type=click.IntRange(1), help="Length of the plan; open without it.")
@click.option("--phase-ends", metavar="DATE", help=_PHASE_HELP)
@click.option("--regimen", default="", metavar="NAME", help="The regimen of a guideline: its id, name or drugs.")
@click.option("--profile", help="Which sources lead: us, who or india; those of the file of --plan, else us.")
@click.option(
    "--because", default="", metavar="REASON", help="Why, where the check of the record speaks against a drug."
)
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def start(
    record: str,
    events: str | None,
    store: str | None,
    doses: tuple[str, ...],
    answers: str | None,
    starts_on: str,
    zone: str,
    confirmed_by: str,
    days: int | None,
    phase_ends: str | None,
    regimen: str,
    profile: str | None,
    because: str,
    at: str | None,
    form: str,
) -> None:
    """Begin a course for a patient's RECORD, which is checked against every drug first.

    Prints the course's random id, by which every other command finds it. Where the check speaks against a drug the
    course begins only with a reason, which is kept.
    """
    now = moment_asked(at)
    log = open_new(events, store, now)
    knowledge = load_knowledge()
    asked = _asked(doses, knowledge, profile)
    knowledge.profile(asked.profile)
    named = regimen_of(regimen, knowledge, asked.profile) or asked.regimen
    begins = parse_day(starts_on, "--start")
    ends = phase_end_of(phase_ends, "--phase-ends", asked, begins)
    plan = plan_of(asked, begins, zone, named, days, phase_ends_on=ends)
    against = against_plan(open_record(record, answers, plan.starts_on, knowledge), plan, knowledge)
    refuse_against(against, because, "--because REASON")
    body = {"plan": plan_json(plan), "confirmed_by": confirmed_by}
    patient = new_patient()
    made = [new_event(patient, "plan_activated", body, (now, now), zone, actor="clinician", claim="self")]
    if because:
        text = {"text": f"Begun in spite of: {'; '.join(against) or 'nothing'}. Reason: {because}"}
        made.append(new_event(patient, "note", text, (now, now), zone, actor="clinician", claim="self"))
    log.append(made, now)
    if form == "json":
        kept = Kept(patient, made, uneven_of(plan), waiting=asked.waiting)
        print_json(kept_json(kept, knowledge.digest, plan.profile, now, EDITION))
        return
    if events is None:
        echo(f"Course {patient}")
    echo(f"The course begins on {plan.starts_on.isoformat()}, confirmed by {confirmed_by}:")
    for drug in plan.drugs:
        tell(f"{drug.drug}: {say_dose_plan(drug.steps)}", 2)
    tell_uneven(uneven_of(plan))
    tell_waiting(asked.waiting)
    tell_next_phase(plan)


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option(
    "--plan",
    "doses",
    required=True,
    multiple=True,
    metavar="PLAN",
    help="'DRUG: DOSE' for each drug; or a file: what 'plan' or 'dose' wrote with --format json.",
)
@click.option("--start", "starts_on", required=True, metavar="DATE", help="Day 1 of the new plan, YYYY-MM-DD.")
@click.option("--zone", metavar="NAME", help="The patient's time zone; that of the plan before without it.")
@click.option("--confirmed-by", required=True, metavar="NAME", help="Role or initials of the clinician who confirms.")
@click.option("--days", type=click.IntRange(1), help="Length of the new plan; open without it.")
@click.option("--phase-ends", metavar="DATE", help=_PHASE_HELP)
@click.option("--regimen", metavar="NAME", help="Its id, name or drugs; that of the plan before without it.")
@click.option("--because", default="", metavar="REASON", help="Why.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def change(
    course: str,
    store: str | None,
    doses: tuple[str, ...],
    starts_on: str,
    zone: str | None,
    confirmed_by: str,
    days: int | None,
    phase_ends: str | None,
    regimen: str | None,
    because: str,
    at: str | None,
    form: str,
) -> None:
    """Put another plan in the place of the one in force; what was planned before stays as it was."""
    opened = open_course(course, store, at, None)
    if not opened.course.timeline:
        raise InputError("the log holds no plan that could be changed. Begin one with 'course start'.")
    first, last = opened.course.timeline[0].plan, opened.course.timeline[-1].plan
    asked = _asked(doses, opened.knowledge, last.profile)
    begins = parse_day(starts_on, "--start")
    plan = plan_of(
        asked,
        begins,
        zone or last.zone,
        (asked.regimen or last.regimen) if regimen is None else regimen_of(regimen, opened.knowledge, asked.profile),
        days,
        treatment_day=(begins - first.starts_on).days + first.treatment_day,
        phase_ends_on=phase_end_of(phase_ends, "--phase-ends", asked, begins, last),
    )
    check_regimen(plan.regimen, opened.knowledge)
    body = {"plan": plan_json(plan), "confirmed_by": confirmed_by, "because": because}
    times = opened.now, opened.now
    made = new_event(opened.patient, "plan_changed", body, times, plan.zone, actor="clinician", claim="self")
    opened.file.append([made], opened.now)
    if form == "json":
        kept = Kept(opened.patient, [made], uneven_of(plan), waiting=asked.waiting)
        print_json(kept_json(kept, opened.knowledge.digest, opened.profile, opened.now, EDITION))
        return
    echo(f"The plan changes on {plan.starts_on.isoformat()}, confirmed by {confirmed_by}.")
    tell_uneven(uneven_of(plan))
    tell_waiting(asked.waiting)
    tell_next_phase(plan)


def _asked(doses: tuple[str, ...], knowledge: Knowledge, profile: str | None) -> ProposedPlan:
    """Return what ``--plan`` says to take: as it was typed, or as a file of it was written."""
    if any(Path(text).is_file() for text in doses):
        if len(doses) > 1:
            raise InputError("--plan: a file holds the whole plan. Give it alone, or type each drug.")
        read = open_proposal(doses[0])
        for drug in read.drugs:
            knowledge.drug(drug.drug)
        return read if profile is None else replace(read, profile=profile)
    typed = []
    for text in doses:
        name, colon, dose = text.partition(":")
        if not colon:
            raise InputError(
                f"--plan '{text[:60]}' is no file, and has no colon. Write it as 'cycloserine: 250 mg q12h'."
            )
        typed.append((name, dose))
    return typed_plan(typed, knowledge, profile)
