"""Questions that a glance answers: from which number on does a fact decide nothing?

A clearance without the height has an upper end only, so every limit below it stays open, however short nobody is. No
source says how short an adult can be, so the height is not dropped: what is asked is whether it lies below the number
from which on no open statement waits for it any more. The answer "no" is the range from that number, and what a range
leaves certain is certain for each number in it.
"""

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fullcourse.clinical.fact import Fact
from fullcourse.clinical.finding import Finding
from fullcourse.clinical.patient import Patient
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.establish import supposing
from fullcourse.rules.explain import judge_of
from fullcourse.rules.medicine_list import MedicineList
from fullcourse.rules.situation import Situation

__all__ = ["Glance", "glances_of"]


@dataclass(frozen=True, slots=True)
class Glance:
    """A number from which on a fact decides nothing.

    Attributes:
        fact: Its id.
        at_least: The number, a whole one, in the unit of the fact.
        unit: UCUM code.
    """

    fact: str
    at_least: float
    unit: str

    @property
    def answer(self) -> str:
        """What is answered where the fact does not lie below: the range from the number."""
        return f">={self.at_least:g}"


class _Judged(NamedTuple):
    """What open statements come to from some number on: whether one waits for the fact, and whether all stay open."""

    waits: bool
    all_open: bool


def glances_of(
    open_findings: Collection[Finding], patient: Patient, knowledge: Knowledge
) -> Mapping[str, Glance | None]:
    """Return from which number on facts decide nothing; None for a fact that decides nothing whatever it is.

    Args:
        open_findings: What waits for answers.
        patient: About whom.
        knowledge: Its vocabulary says which facts a glance may answer, and between which numbers they lie.
    """
    waiting = dict.fromkeys(fact for finding in open_findings for fact in finding.missing)
    asked = [knowledge.facts[fact] for fact in waiting if fact in knowledge.facts]
    found: dict[str, Glance | None] = {}
    for definition in asked:
        if not definition.ask_below_clinician or definition.plausible is None:
            continue
        of_fact = [finding.id for finding in open_findings if definition.id in finding.missing]
        if not all(statement in knowledge.statements for statement in of_fact):
            continue
        judged = _judged_from(definition, definition.plausible[1], sorted(set(of_fact)), patient, knowledge)
        lowest, highest = map(math.floor, definition.plausible)
        least = _least(lowest, highest, judged)
        if least is None:
            found[definition.id] = None
        elif lowest < least < highest:  # the highest is one number, which settles anything
            found[definition.id] = Glance(definition.id, float(least), definition.unit)
    return found


def _judged_from(
    definition: FactDefinition, highest: float, statements: Iterable[str], patient: Patient, knowledge: Knowledge
) -> Callable[[int], _Judged]:
    """Return what judges statements for a patient of whom a fact is known to be at least a number."""
    medicines = MedicineList(patient, knowledge)
    judges = [judge_of(knowledge.statements[name]) for name in statements]

    def judged(least: int) -> _Judged:
        value = Interval(float(least), highest)
        known = Fact(definition.id, value, definition.unit, missing=(definition.id,), days=0)
        situation = Situation(patient, knowledge, supposing(patient, known, knowledge), medicines)
        judgements = [judge(situation) for judge in judges]
        waits = any(definition.id in missing for _, _, missing in judgements)
        return _Judged(waits, all(outcome is None for outcome, _, _ in judgements))

    return judged


def _least(low: int, high: int, judged: Callable[[int], _Judged]) -> int | None:
    """Return the least whole number from which on nothing waits for a fact; None where nothing waits for it at all.

    A range within another settles whatever that one settles, so the numbers may be halved between.
    """
    from_low = judged(low)
    if not from_low.waits:
        # What the range of all that can be would settle by itself is not left open for want of the question.
        return None if from_low.all_open else low
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if judged(middle).waits else (low, middle)
    return high
