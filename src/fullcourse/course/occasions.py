"""Drugs of one time of day as one occasion: what goes together, what stands apart, and how each is taken with food.

What the sources tell about food is shown in their words. Two drugs of one occasion whose sources ask for hours between
them are named, with the hours: the times of a plan are a clinician's, so nothing is moved by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.management import Do
from fullcourse.course.schedule import Slot
from fullcourse.knowledge.consequences import FindingOf
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import TakingCondition, Tells
from fullcourse.knowledge.walk import atoms_of, thens_of

__all__ = ["Apart", "FoodAdvice", "Occasion", "food_of", "occasions_of", "separations_of"]


_MOST_HOURS: Final = 24.0
"""How far back a time is looked at: what is kept apart by days is no matter of a day's times."""


@dataclass(frozen=True, slots=True)
class FoodAdvice:
    """What a source tells about a drug and food.

    Attributes:
        drug: INN in lower case.
        says: The claim.
        citation: Where it comes from.
    """

    drug: str
    says: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Apart:
    """Two medicines that a source keeps apart.

    Attributes:
        drug: INN in lower case, of the drug whose source says it.
        other: A drug, or a class of medicines such as ``antacids``.
        says: What to do.
        patient: The same in words for patients; empty where the source has none.
        hours_before: Hours that the drug is taken before the other at least; None where not said.
        hours_after: Hours that it is taken after the other at least.
        citation: Where it comes from.
    """

    drug: str
    other: str
    says: str
    patient: str
    hours_before: float | None
    hours_after: float | None
    citation: Citation


@dataclass(frozen=True, slots=True)
class Occasion:
    """Doses that are due at one time.

    Attributes:
        due: When, UTC.
        slots: The doses.
        clashes: What a source keeps apart of one of them and a drug of this time, or of a time before that is too near.
    """

    due: datetime
    slots: tuple[Slot, ...]
    clashes: tuple[Apart, ...]


def occasions_of(slots: Iterable[Slot], separations: Sequence[Apart]) -> tuple[Occasion, ...]:
    """Return slots by their time, in order, with what stands too near to what a source keeps it apart from."""
    by_time: dict[datetime, list[Slot]] = {}
    for slot in slots:
        by_time.setdefault(slot.due, []).append(slot)
    occasions: list[Occasion] = []
    for due, together in sorted(by_time.items()):
        drugs = {slot.drug for slot in together}
        clashes = tuple(it for it in separations if it.drug in drugs and it.other in drugs)
        for before in reversed(occasions):
            hours = (due - before.due) / timedelta(hours=1)
            if hours >= _MOST_HOURS:
                break
            earlier = {slot.drug for slot in before.slots}
            clashes += tuple(
                it
                for it in separations
                if (it.drug in drugs and it.other in earlier and hours < (it.hours_after or 0.0))
                or (it.drug in earlier and it.other in drugs and hours < (it.hours_before or 0.0))
            )
        occasions.append(Occasion(due, tuple(together), clashes))
    return tuple(occasions)


def food_of(knowledge: Knowledge, drugs: Iterable[str]) -> tuple[FoodAdvice, ...]:
    """Return what sources tell about drugs and food, in the order of the files."""
    by_owner = {drug.replace(" ", "-"): drug for drug in drugs}
    return tuple(
        FoodAdvice(by_owner[owner], statement.says, knowledge.citation(statement))
        for statement in knowledge.statements.values()
        if isinstance(statement.body, Tells)
        and statement.body.topic == "food"
        and (owner := statement.id.split(".", 1)[0]) in by_owner
    )


def separations_of(knowledge: Knowledge, drugs: Iterable[str]) -> tuple[Apart, ...]:
    """Return what sources keep apart from drugs, and by how many hours: other drugs of the list, and classes."""
    by_owner: Mapping[str, str] = {drug.replace(" ", "-"): drug for drug in drugs}
    apart = []
    for statement in knowledge.statements.values():
        owner = by_owner.get(statement.id.split(".", 1)[0])
        if owner is None:
            continue
        for then in thens_of(statement.body):
            if not isinstance(then, FindingOf) or then.management is None or then.management.do is not Do.SEPARATE:
                continue
            managed = then.management
            for atom in atoms_of(statement.body):
                if isinstance(atom, TakingCondition):
                    other = atom.target.removeprefix("drug.").removeprefix("class.").replace("_", " ")
                    hours = managed.hours_before, managed.hours_after
                    cited = knowledge.citation(statement)
                    apart.append(Apart(owner, other, managed.says, statement.patient, *hours, cited))
    return tuple(apart)
