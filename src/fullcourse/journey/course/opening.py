"""A course from its log: what is advised now, and what today's knowledge says beside the plan's own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.zone import Zone
from fullcourse.course.advice import Advice, advise
from fullcourse.course.course import Course, course_of
from fullcourse.course.drug_rules import emergencies_of, rules_of
from fullcourse.course.fold import fold
from fullcourse.course.timeline import plan_at
from fullcourse.knowledge.library import Knowledge

__all__ = ["Recheck", "course_from", "missed_doses", "recheck_of"]


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the knowledge of today says beside the one that a plan was made with; nothing is changed.

    Attributes:
        made_with: Digest that the plan in force names.
        today: Digest of the knowledge at hand.
        not_covered: Drugs of the plan that the knowledge of today does not hold.
        advice: What is advised now by the knowledge of today, for each drug.
    """

    made_with: str
    today: str
    not_covered: tuple[str, ...]
    advice: tuple[Advice, ...]


def course_from(
    events: Iterable[Event], knowledge: Knowledge, zone_of: Callable[[str], Zone], now: datetime, profile: str = ""
) -> Course:
    """Return the course of a log, with what the sources say of the drugs of its plans.

    Args:
        events: Of one patient, in any order.
        knowledge: What the sources say.
        zone_of: Returns a zone by its IANA name.
        now: The moment for which the plan in force says the profile.
        profile: Which sources lead; empty for the profile of the plan.
    """
    state = fold(events)
    bare = course_of(state, zone_of, {}, ())
    current = plan_at(bare.timeline, now) or (bare.timeline[0] if bare.timeline else None)
    leads = profile or (current.plan.profile if current else "us")
    drugs = {drug.drug for plan in bare.timeline for drug in plan.plan.drugs}
    rules = {drug: rules_of(knowledge, drug, leads) for drug in sorted(drugs & knowledge.drugs.keys())}
    return Course(state, bare.timeline, bare.closing, rules, emergencies_of(knowledge))


def missed_doses(course: Course, drugs: Sequence[str], now: datetime) -> tuple[Advice, ...]:
    """Return what to do about doses at a moment; of every drug of the plan where none is named."""
    current = plan_at(course.timeline, now) or (course.timeline[0] if course.timeline else None)
    named = drugs or (tuple(drug.drug for drug in current.plan.drugs) if current else ())
    return tuple(advise(course, drug, now) for drug in named)


def recheck_of(course: Course, knowledge: Knowledge, now: datetime) -> Recheck:
    """Return what the knowledge of today says beside the one that the plan in force was made with.

    Raises:
        InputError: No plan is in force.
    """
    current = plan_at(course.timeline, now)
    if current is None:
        raise InputError("no plan is in force, so there is nothing to look at again.")
    drugs = tuple(drug.drug for drug in current.plan.drugs)
    return Recheck(
        current.plan.knowledge,
        knowledge.digest,
        tuple(drug for drug in drugs if drug not in knowledge.drugs),
        missed_doses(course, drugs, now),
    )
