"""Why an outcome came out as it did: the evidence that decided it, and the facts that would settle it.

Compiled once for each statement, as its test is. Of a no the conditions that fail are gathered; of a yes and of an
unknown those that hold or are open.
"""

from collections.abc import Callable, Iterable
from functools import cache

from fullcourse.clinical.fact import Evidence, Fact
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
from fullcourse.rules.kleene import Truth, all_of
from fullcourse.rules.one_patient import NONE, Outcome, Test, test_of
from fullcourse.rules.situation import LIST, Situation

__all__ = ["explain", "explainer"]


class Reasons:
    """Evidence and open facts, each once, in the order found."""

    __slots__ = ("_because", "_missing")

    def __init__(self) -> None:
        """Begin with none."""
        self._because: dict[int, Evidence] = {}
        self._missing: dict[str, None] = {}

    @property
    def because(self) -> tuple[Evidence, ...]:
        """The evidence that decided it."""
        return tuple(self._because.values())

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that would settle it."""
        return tuple(self._missing)

    def add(self, evidence: Iterable[Evidence]) -> None:
        """Add evidence, each piece once."""
        for item in evidence:
            self._because[id(item)] = item

    def lack(self, fact: Fact | None, name: str) -> None:
        """Add what would settle a fact."""
        for missing in _lacking(fact, name):
            self._missing[missing] = None


_Found = tuple[tuple[Evidence, ...], tuple[str, ...]]
_Explainer = Callable[[Outcome, Situation], _Found]
_Gatherer = Callable[[Truth, Situation, Reasons], None]
_NOTHING: _Found = ((), ())


def explain(statement: Statement, outcome: Outcome, situation: Situation) -> _Found:
    """Return the evidence for an outcome of ``evaluate`` for the same patient, and the facts that would settle it."""
    return explainer(statement)(outcome, situation)


@cache
def explainer(statement: Statement) -> _Explainer:
    """Return the compiled explanation of one statement."""
    match statement.body:
        case When(conditions):
            return _single(conditions[0]) if len(conditions) == 1 else _all(conditions)
        case FirstOf(rows):
            return _first(tuple((tuple(map(test_of, row.conditions)), _every(row.conditions)) for row in rows))
        case Bands(by):

            def band(outcome: Outcome, situation: Situation) -> _Found:
                fact = situation.facts.get(by)
                return () if fact is None else fact.because, _lacking(fact, by) if outcome is None else ()

            return band
    return lambda outcome, situation: _NOTHING


def _single(condition: Condition) -> _Explainer:
    """Return the explanation of a lone condition: most statements have just one, and it needs no gathering."""
    if isinstance(condition, FactCondition) and not _multiples(condition):
        name = condition.fact

        def fact_alone(outcome: Outcome, situation: Situation) -> _Found:
            fact = situation.facts.get(name)
            return () if fact is None else fact.because, _lacking(fact, name) if outcome is None else ()

        return fact_alone
    gather = _gatherer(condition)

    def alone(outcome: Outcome, situation: Situation) -> _Found:
        reasons = Reasons()
        gather(None if outcome is None else outcome != NONE, situation, reasons)
        return reasons.because, reasons.missing

    return alone


def _all(conditions: tuple[Condition, ...]) -> _Explainer:
    every = _every(conditions)

    def together(outcome: Outcome, situation: Situation) -> _Found:
        reasons = Reasons()
        every(outcome, situation, reasons)
        return reasons.because, reasons.missing

    return together


def _first(rows: tuple[tuple[tuple[Test, ...], Callable[[Outcome, Situation, Reasons], None]], ...]) -> _Explainer:
    def first(outcome: Outcome, situation: Situation) -> _Found:
        reasons = Reasons()
        for number, (tests, gather) in enumerate(rows):
            truth = True if outcome == number else all_of([test(situation) for test in tests])
            gather(0 if truth else None if truth is None else NONE, situation, reasons)
            if truth is not False:
                break
        return reasons.because, reasons.missing

    return first


def _every(conditions: tuple[Condition, ...]) -> Callable[[Outcome, Situation, Reasons], None]:
    pairs = tuple((test_of(item), _gatherer(item)) for item in conditions)

    def every(outcome: Outcome, situation: Situation, reasons: Reasons) -> None:
        for test, gather in pairs:
            truth = test(situation)
            if (outcome == NONE) == (truth is False):
                gather(truth, situation, reasons)

    return every


def _lacking(fact: Fact | None, name: str) -> tuple[str, ...]:
    return (name,) if fact is None or not fact.missing else fact.missing


def _gatherer(condition: Condition) -> _Gatherer:
    match condition:
        case AnyOf(conditions) | AtLeast(_, conditions):
            pairs = tuple((test_of(item), _gatherer(item)) for item in conditions)

            def several(truth: Truth, situation: Situation, reasons: Reasons) -> None:
                for test, gather in pairs:
                    inner = test(situation)
                    if truth is None or inner is truth:
                        gather(inner, situation, reasons)

            return several
        case TakingCondition(target, within_days):
            return _taking(target, within_days)
        case FactCondition():
            return _fact(condition)


def _taking(target: str, within_days: int | None) -> _Gatherer:
    def gather(truth: Truth, situation: Situation, reasons: Reasons) -> None:
        count = situation.taking(target, within_days)
        reasons.add(count.certain)
        if truth is None:
            reasons.add(count.possible)
            reasons.lack(situation.facts.get(LIST), LIST)
        elif not count.certain:
            complete = situation.facts.get(LIST)
            reasons.add(() if complete is None else complete.because)

    return gather


def _fact(condition: FactCondition) -> _Gatherer:
    name = condition.fact
    multiples = _multiples(condition)

    def gather(truth: Truth, situation: Situation, reasons: Reasons) -> None:
        fact = situation.facts.get(name)
        if fact is not None and fact.because:
            reasons.add(fact.because)
        if truth is None:
            reasons.lack(fact, name)
        for other in multiples:
            limit = situation.facts.get(other)
            reasons.add(() if limit is None else limit.because)
            if truth is None and not _exact(limit):
                reasons.lack(limit, other)

    return gather


def _multiples(condition: FactCondition) -> tuple[str, ...]:
    bounds = (condition.below, condition.at_most, condition.above, condition.at_least)
    return tuple(bound.of for bound in bounds if isinstance(bound, Multiple))


def _exact(fact: Fact | None) -> bool:
    return fact is not None and isinstance(fact.value, Interval) and fact.value.is_exact
