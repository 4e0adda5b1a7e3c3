"""Which facts drugs need of a patient of whom nothing is known, in the order in which they are asked."""

from collections.abc import Sequence
from datetime import date

from fullcourse.clinical.patient import Record
from fullcourse.journey.check import check
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import DrugIdentity, FactDefinition, Profile

__all__ = ["needed_facts"]


def needed_facts(
    knowledge: Knowledge, profile: Profile, drugs: Sequence[DrugIdentity], at: date
) -> tuple[tuple[FactDefinition, ...], ...]:
    """Return the facts that statements on drugs ask for, in groups that are asked together, the most decisive first.

    Args:
        knowledge: What the sources say.
        profile: Which of them lead.
        drugs: The drugs.
        at: Date of the check.
    """
    result = check(Record({}, (), (), ()), knowledge, profile, at, drugs)
    asked = [[knowledge.facts[fact] for fact in question.facts] for question in result.questions]
    seen = {fact.id for group in asked for fact in group}
    open_besides = dict.fromkeys(
        fact for drug in result.drugs for finding in drug.findings for fact in finding.missing if fact not in seen
    )
    return tuple(tuple(group) for group in (*asked, [knowledge.facts[fact] for fact in open_besides]) if group)
