"""A plan that somebody confirmed: made of what was typed, and held against the record before a course begins."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from fullcourse.adapters.medicines.regimen import guideline_regimen
from fullcourse.adapters.published.proposed_plan import ProposedPlan
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.dose import RegimenDrug
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.finding import Decision
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import check as check_record
from fullcourse.knowledge.library import Knowledge

__all__ = ["against_plan", "check_regimen", "phase_end_of", "plan_of", "refuse_against", "regimen_of", "typed_plan"]

NO_PHASE: Final = "none"
"""What is said in the place of a day where no other phase follows."""

_FORBIDDING = (Decision.CONTRAINDICATED, Decision.AVOID)


def typed_plan(typed: Sequence[tuple[str, str]], knowledge: Knowledge, profile: str | None) -> ProposedPlan:
    """Return what was typed as a proposal.

    Args:
        typed: Of each drug its name, and its dose as ``250 mg q12h``.
        knowledge: What the sources say.
        profile: Which sources lead; None for ``us``.

    Raises:
        InputError: A drug or a dose is not read, or a dose is an infusion, whose length a course does not keep.
    """
    drugs = []
    for name, dose in typed:
        steps = parse_dose_plan(dose)
        if any(step.over_h is not None for step in steps):
            raise InputError(
                f"the plan '{name[:30]}: {dose[:30]}': a course does not keep how long an infusion lasts, and it would "
                "be lost. Leave 'over' out here, and give it to 'levels' with --dose or --doses."
            )
        drugs.append(RegimenDrug(knowledge.drug(name).inn, steps))
    return ProposedPlan(tuple(drugs), "", profile or "us", knowledge.digest, None, ())


def plan_of(
    asked: ProposedPlan,
    starts_on: date,
    zone: str,
    regimen: str,
    days: int | None,
    treatment_day: int = 1,
    phase_ends_on: date | None = None,
) -> CoursePlan:
    """Return the plan of a course; raises InputError where its zone is not known."""
    load_zone(zone)
    return CoursePlan(
        drugs=asked.drugs,
        starts_on=starts_on,
        zone=zone,
        knowledge=asked.knowledge,
        regimen=regimen,
        profile=asked.profile,
        days=days or asked.days,
        treatment_day=max(treatment_day, 1),
        phase_ends_on=phase_ends_on,
    )


def phase_end_of(
    said: str | None, field: str, asked: ProposedPlan, starts_on: date, before: CoursePlan | None = None
) -> date | None:
    """Return the last day of the phase that a plan holds; None where no other follows.

    Without a word it is that of the proposal; else that of the plan before while it is not over: a dose that is changed
    within a phase would otherwise take the next phase off everybody's list.

    Args:
        said: A day, or ``none``; None where nobody said anything.
        field: Where it is said, for the error message.
        asked: The plan.
        starts_on: Its day 1.
        before: The plan whose place it takes; None for a course that begins.

    Raises:
        InputError: It is no day, or a later phase waits and nobody can tell from when on.
    """
    if said == NO_PHASE:
        return None
    if said is not None:
        return parse_day(said, field)
    try:
        ends = asked.phase_ends_on(starts_on)
    except InputError as error:
        raise InputError(f"{field}: {error}") from None
    if ends is None and before is not None and before.phase_ends_on is not None:
        return before.phase_ends_on if starts_on <= before.phase_ends_on else None
    return ends


def regimen_of(text: str, knowledge: Knowledge, profile: str) -> str:
    """Return the id of a regimen whose drugs are fixed; empty where none is named."""
    named, known = guideline_regimen(text, knowledge, profile), knowledge.guidelines.regimens
    if named and named not in known:
        raise InputError(
            f"the regimen '{text[:60]}' is not one course. Use one of: {', '.join(known)}; or leave it out."
        )
    return named


def check_regimen(regimen: str, knowledge: Knowledge) -> None:
    """Refuse the id of a regimen that is not known."""
    known = knowledge.guidelines.regimens
    if regimen and regimen not in known:
        raise InputError(f"the regimen '{regimen[:60]}' is not known. Use one of: {', '.join(known)}; or leave it out.")


def against_plan(record: Record, plan: CoursePlan, knowledge: Knowledge) -> list[str]:
    """Return the drugs of a plan that the check of the record speaks against, each with its decision."""
    drugs = [knowledge.drugs[drug.drug] for drug in plan.drugs]
    result = check_record(record, knowledge, knowledge.profile(plan.profile), plan.starts_on, drugs)
    return [f"{drug.drug} ({drug.decision.value})" for drug in result.drugs if drug.decision in _FORBIDDING]


def refuse_against(against: Sequence[str], because: str, reason: str) -> None:
    """Refuse a plan that the check speaks against, where nobody says why.

    Args:
        against: As `against_plan` returns it.
        because: The reason that was given; empty for none.
        reason: How one is given, in words.
    """
    if against and not because:
        raise InputError(
            f"the check of the record speaks against {'; '.join(against)}. See 'fullcourse check'. Begin all the same "
            f"with {reason}."
        )
