"""Why an outcome came out as it did: the evidence that decided it, and the facts that would settle it."""

from collections.abc import Iterable

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.finding import Because
from fullcourse.clinical.patient import Medicine
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.statements import (
    AnyOf,
    AtLeast,
    Bands,
    Condition,
    FactCondition,
    FirstOf,
    Multiple,
    Statement,
    TakingCondition,
    When,
)
from fullcourse.rules.one_patient import NONE, Outcome, truth_of
from fullcourse.rules.situation import LIST, Situation

__all__ = ["Reasons", "explain"]


class Reasons:
    """Evidence and open facts, each once, in the order found."""

    __slots__ = ("_because", "_missing")

    def __init__(self) -> None:
        """Begin with none."""
        self._because: dict[Because, None] = {}
        self._missing: dict[str, None] = {}

    @property
    def because(self) -> tuple[Because, ...]:
        """The facts that decided it."""
        return tuple(self._because)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that would settle it."""
        return tuple(self._missing)

    def add(self, fact: Fact | None, name: str) -> None:
        """Add the evidence of a fact, whether it is known or open."""
        for evidence in () if fact is None else fact.because:
            self._because[_because(evidence)] = None

    def lack(self, fact: Fact | None, name: str) -> None:
        """Add what would settle a fact."""
        for missing in (name,) if fact is None or not fact.missing else fact.missing:
            self._missing[missing] = None

    def add_medicine(self, medicine: Medicine, name: str) -> None:
        """Add an entry of the medicine list."""
        since = medicine.since.text if medicine.since else ""
        self._because[Because(name, medicine.name, "", since, medicine.origin)] = None


def explain(statement: Statement, outcome: Outcome, situation: Situation) -> Reasons:
    """Return the reasons for an outcome of ``evaluate`` for the same patient."""
    reasons = Reasons()
    match statement.body:
        case When(conditions):
            _conditions(conditions, outcome, situation, reasons)
        case FirstOf(rows):
            for number, row in enumerate(rows):
                if outcome == number:
                    _conditions(row.conditions, 0, situation, reasons)
                    break
                truth = _row_truth(row.conditions, situation)
                _conditions(row.conditions, None if truth is None else NONE, situation, reasons)
                if truth is None:
                    break
        case Bands(by):
            fact = situation.facts.get(by)
            reasons.add(fact, by)
            if outcome is None:
                reasons.lack(fact, by)
    return reasons


def _row_truth(conditions: Iterable[Condition], situation: Situation) -> bool | None:
    truths = [truth_of(condition, situation) for condition in conditions]
    return False if False in truths else None if None in truths else True


def _conditions(conditions: Iterable[Condition], outcome: Outcome, situation: Situation, reasons: Reasons) -> None:
    """Gather from the conditions that made it so: the false ones of a no; the open and the true ones otherwise."""
    for condition in conditions:
        truth = truth_of(condition, situation)
        if (outcome == NONE) == (truth is False):
            _gather(condition, truth, situation, reasons)


def _gather(condition: Condition, truth: bool | None, situation: Situation, reasons: Reasons) -> None:
    match condition:
        case AnyOf(conditions) | AtLeast(_, conditions):
            for inner in conditions:
                inner_truth = truth_of(inner, situation)
                if truth is None or inner_truth is truth:
                    _gather(inner, inner_truth, situation, reasons)
        case TakingCondition():
            _taking(condition, truth, situation, reasons)
        case FactCondition():
            for name in (condition.fact, *_multiples(condition)):
                fact = situation.facts.get(name)
                reasons.add(fact, name)
                if truth is None and (name == condition.fact or not _exact(fact)):
                    reasons.lack(fact, name)


def _taking(condition: TakingCondition, truth: bool | None, situation: Situation, reasons: Reasons) -> None:
    count = situation.taking(condition.target, condition.within_days)
    for medicine in (*count.certain, *(count.possible if truth is None else ())):
        reasons.add_medicine(medicine, condition.target)
    if truth is None:
        reasons.lack(situation.facts.get(LIST), LIST)
    elif not count.certain:
        reasons.add(situation.facts.get(LIST), LIST)


def _multiples(condition: FactCondition) -> tuple[str, ...]:
    bounds = (condition.below, condition.at_most, condition.above, condition.at_least)
    return tuple(bound.of for bound in bounds if isinstance(bound, Multiple))


def _exact(fact: Fact | None) -> bool:
    return fact is not None and isinstance(fact.value, Interval) and fact.value.is_exact


def _because(evidence: Evidence) -> Because:
    return Because(
        evidence.fact, evidence.recorded, evidence.unit, evidence.on.text if evidence.on else "", evidence.origin
    )
