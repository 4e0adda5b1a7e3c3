"""``fullcourse course start`` and ``change``: a plan that somebody confirmed begins, or takes another's place."""

import click

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.published.course_kept import Kept, kept_json
from fullcourse.adapters.published.course_plan import plan_json
from fullcourse.adapters.records import RecordReader
from fullcourse.adapters.zones import EDITION, load_zone
from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.dose import RegimenDrug
from fullcourse.clinical.dose_plan import parse_dose_plan, say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.finding import Decision
from fullcourse.clinical.moment import parse_day
from fullcourse.interfaces.cli.course_commands.log_file import (
    moment_asked,
    new_event,
    new_patient,
    open_course,
    open_new,
    store_option,
)
from fullcourse.interfaces.cli.course_commands.told import print_json, tell_uneven
from fullcourse.journey.check import check as check_record
from fullcourse.journey.course import uneven_of
from fullcourse.knowledge.library import Knowledge

__all__ = ["change", "start"]

_FORBIDDING = (Decision.CONTRAINDICATED, Decision.AVOID)


@click.command()
@click.argument("record", metavar="RECORD")
@click.option("--events", metavar="FILE", help="A file of events (EVENTS.ndjson) in the place of the store.")
@store_option
@click.option("--plan", "doses", required=True, multiple=True, metavar="'DRUG: DOSE'", help="For each drug.")
@click.option("--start", "starts_on", required=True, metavar="DATE", help="Day 1 of the plan, YYYY-MM-DD.")
@click.option("--zone", required=True, metavar="NAME", help="The patient's time zone, for example Africa/Johannesburg.")
@click.option("--confirmed-by", required=True, metavar="NAME", help="Role or initials of the clinician who confirms.")
@click.option("--days", type=click.IntRange(1), help="Length of the plan; open without it.")
@click.option("--regimen", default="", metavar="ID", help="Id of the regimen in its guideline, as 'regimen' prints it.")
@click.option("--profile", default="us", show_default=True, help="Which sources lead: us, who or india.")
@click.option(
    "--because", default="", metavar="REASON", help="Why, where the check of the record speaks against a drug."
)
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def start(
    record: str,
    events: str | None,
    store: str | None,
    doses: tuple[str, ...],
    starts_on: str,
    zone: str,
    confirmed_by: str,
    days: int | None,
    regimen: str,
    profile: str,
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
    knowledge.profile(profile)
    _check_regimen(regimen, knowledge)
    plan = _plan(doses, starts_on, zone, knowledge, regimen, profile, days)
    against = _against(record, plan, knowledge, profile)
    if against and not because:
        raise InputError(
            f"the check of the record speaks against {'; '.join(against)}. See 'fullcourse check'. Begin all the same "
            "with --because REASON."
        )
    body = {"plan": plan_json(plan), "confirmed_by": confirmed_by}
    patient = new_patient()
    made = [new_event(patient, "plan_activated", body, (now, now), zone, actor="clinician", claim="self")]
    if because:
        text = {"text": f"Begun in spite of: {'; '.join(against) or 'nothing'}. Reason: {because}"}
        made.append(new_event(patient, "note", text, (now, now), zone, actor="clinician", claim="self"))
    log.append(made, now)
    if form == "json":
        print_json(kept_json(Kept(patient, made, uneven_of(plan)), knowledge.digest, profile, now, EDITION))
        return
    if events is None:
        click.echo(f"Course {patient}")
    click.echo(f"The course begins on {plan.starts_on.isoformat()}, confirmed by {confirmed_by}:")
    for drug in plan.drugs:
        click.echo(f"  {drug.drug}: {say_dose_plan(drug.steps)}")
    tell_uneven(uneven_of(plan))


@click.command()
@click.argument("course", metavar="COURSE")
@store_option
@click.option("--plan", "doses", required=True, multiple=True, metavar="'DRUG: DOSE'", help="For each drug.")
@click.option("--start", "starts_on", required=True, metavar="DATE", help="Day 1 of the new plan, YYYY-MM-DD.")
@click.option("--zone", metavar="NAME", help="The patient's time zone; that of the plan before without it.")
@click.option("--confirmed-by", required=True, metavar="NAME", help="Role or initials of the clinician who confirms.")
@click.option("--days", type=click.IntRange(1), help="Length of the new plan; open without it.")
@click.option("--regimen", metavar="ID", help="Id of the regimen; that of the plan before without it.")
@click.option("--because", default="", metavar="REASON", help="Why.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def change(
    course: str,
    store: str | None,
    doses: tuple[str, ...],
    starts_on: str,
    zone: str | None,
    confirmed_by: str,
    days: int | None,
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
    plan = _plan(
        doses,
        starts_on,
        zone or last.zone,
        opened.knowledge,
        last.regimen if regimen is None else regimen,
        last.profile,
        days,
        treatment_day=(parse_day(starts_on, "--start") - first.starts_on).days + first.treatment_day,
    )
    _check_regimen(plan.regimen, opened.knowledge)
    body = {"plan": plan_json(plan), "confirmed_by": confirmed_by, "because": because}
    times = opened.now, opened.now
    made = new_event(opened.patient, "plan_changed", body, times, plan.zone, actor="clinician", claim="self")
    opened.file.append([made], opened.now)
    if form == "json":
        kept = Kept(opened.patient, [made], uneven_of(plan))
        print_json(kept_json(kept, opened.knowledge.digest, opened.profile, opened.now, EDITION))
        return
    click.echo(f"The plan changes on {plan.starts_on.isoformat()}, confirmed by {confirmed_by}.")
    tell_uneven(uneven_of(plan))


def _plan(
    doses: tuple[str, ...],
    starts_on: str,
    zone: str,
    knowledge: Knowledge,
    regimen: str,
    profile: str,
    days: int | None,
    treatment_day: int = 1,
) -> CoursePlan:
    load_zone(zone)
    drugs = []
    for text in doses:
        name, colon, dose = text.partition(":")
        if not colon:
            raise InputError(f"--plan '{text[:60]}' has no colon. Write it as 'cycloserine: 250 mg q12h'.")
        drugs.append(RegimenDrug(knowledge.drug(name).inn, parse_dose_plan(dose)))
    day = parse_day(starts_on, "--start")
    return CoursePlan(tuple(drugs), day, zone, knowledge.digest, regimen, profile, days, max(treatment_day, 1))


def _check_regimen(regimen: str, knowledge: Knowledge) -> None:
    known = knowledge.guidelines.regimens
    if regimen and regimen not in known:
        raise InputError(f"--regimen '{regimen[:60]}' is not known. Use one of: {', '.join(known)}; or leave it out.")


def _against(record: str, plan: CoursePlan, knowledge: Knowledge, profile: str) -> list[str]:
    """Return the drugs of a plan that the check of the record speaks against, each with its decision."""
    reader = RecordReader(
        knowledge.facts.values(), tuple(knowledge.readings.values()), recognise, knowledge.other_matters.values()
    )
    drugs = [knowledge.drugs[drug.drug] for drug in plan.drugs]
    read = reader.open(record, plan.starts_on)
    result = check_record(read, knowledge, knowledge.profile(profile), plan.starts_on, drugs)
    return [f"{drug.drug} ({drug.decision.value})" for drug in result.drugs if drug.decision in _FORBIDDING]
