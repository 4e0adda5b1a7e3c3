"""The first reader of the forms: one patient, with the evidence that made each condition true, false or open.

A statement is compiled once into a closure that returns which of its consequences follows: its number, ``NONE`` when
none does, or None when that is unknown. Evidence is gathered only afterwards, for the outcome that was found.
"""

from collections.abc import Callable, Iterable
from functools import cache

from fullcourse.clinical.fact import Fact
from fullcourse.clinical.quantity import ANY, Interval, exactly
from fullcourse.knowledge.statements import (
    AnyOf,
    AtLeast,
    Bands,
    Condition,
    FactCondition,
    FirstOf,
    Multiple,
    Statement,
    Steps,
    TakingCondition,
    When,
)
from fullcourse.knowledge.walk import rows_of_steps
from fullcourse.rules.kleene import Truth, all_of, any_of, at_least
from fullcourse.rules.situation import Situation

__all__ = ["NONE", "Outcome", "Test", "evaluate", "evaluator", "test_of", "truth_of"]

NONE = -1
"""No consequence follows."""

Outcome = int | None
"""Number of the consequence or step that follows (0 is the first), ``NONE``, or None for unknown."""

Test = Callable[[Situation], Truth]


def evaluate(statement: Statement, situation: Situation) -> Outcome:
    """Return what follows from a statement for a patient."""
    return evaluator(statement)(situation)


def truth_of(condition: Condition, situation: Situation) -> Truth:
    """Return whether one condition holds."""
    return test_of(condition)(situation)


@cache
def evaluator(statement: Statement) -> Callable[[Situation], Outcome]:
    """Return the compiled outcome of one statement."""
    match statement.body:
        case When(conditions):
            holds = _all(conditions)

            def when(situation: Situation) -> Outcome:
                truth = holds(situation)
                return 0 if truth else None if truth is None else NONE

            return when
        case FirstOf(rows):
            tests = tuple(_all(row.conditions) for row in rows)

            def first(situation: Situation) -> Outcome:
                for number, test in enumerate(tests):
                    truth = test(situation)
                    if truth is None:
                        return None
                    if truth:
                        return number
                return NONE

            return first
        case Bands() as bands:
            return lambda situation: _band(bands, situation.facts.get(bands.by))
        case Steps() as titration:
            return _titration(titration)
    return lambda situation: NONE


def _titration(body: Steps) -> Callable[[Situation], Outcome]:
    rows = tuple((number, _all(conditions)) for number, conditions in rows_of_steps(body))

    def step(situation: Situation) -> Outcome:
        for number, holds in rows:
            truth = holds(situation)
            if truth is not False:
                return number if truth else None
        return NONE

    return step


def _band(body: Bands, fact: Fact | None) -> Outcome:
    number = _number(fact)
    for index, band in enumerate(body.bands):
        starts, ends = band.from_value, band.below
        if (starts is None or number.low >= starts) and (ends is None or number.high < ends):
            return index
        if (ends is None or number.low < ends) and (starts is None or number.high >= starts):
            return None
    return NONE


def _all(conditions: Iterable[Condition]) -> Test:
    tests = tuple(map(test_of, conditions))
    return tests[0] if len(tests) == 1 else lambda situation: all_of([test(situation) for test in tests])


@cache
def test_of(condition: Condition) -> Test:
    """Return the compiled test of one condition."""
    match condition:
        case AnyOf(conditions):
            tests = tuple(map(test_of, conditions))
            return lambda situation: any_of([test(situation) for test in tests])
        case AtLeast(count, conditions):
            tests = tuple(map(test_of, conditions))
            return lambda situation: at_least(count, [test(situation) for test in tests])
        case TakingCondition():
            return _taking(condition)
        case FactCondition():
            test = _on_file(condition, _within(condition, _fact(condition)))
            return _certain(test) if condition.for_certain else test


def _taking(condition: TakingCondition) -> Test:
    def test(situation: Situation) -> Truth:
        number = situation.taking(condition.target, condition.within_days).number
        if number.low >= condition.at_least:
            return condition.expected
        if condition.listed:
            return not condition.expected
        return None if number.high >= condition.at_least else not condition.expected

    return test


def _certain(test: Test) -> Test:
    """Make a condition hold only where it is known to: what is unknown is then no."""
    return lambda situation: test(situation) is True


def _within(condition: FactCondition, test: Test) -> Test:
    """Make a condition unknown when its evidence is older than it allows, or not dated."""
    limit, name = condition.within_days, condition.fact
    if limit is None:
        return test

    def recent(situation: Situation) -> Truth:
        fact = situation.facts.get(name)
        if fact is None or fact.days is None or fact.days > limit:
            return None
        return test(situation)

    return recent


def _on_file(condition: FactCondition, test: Test) -> Test:
    """Make a condition fail where it asks for a number on file and none is."""
    if not condition.on_file:
        return test
    name = condition.fact

    def on_file(situation: Situation) -> Truth:
        number = _number(situation.facts.get(name))
        return False if number.is_unknown else test(situation)

    return on_file


def _fact(condition: FactCondition) -> Test:
    name = condition.fact
    if condition.among:
        among = frozenset(condition.among)

        def member(situation: Situation) -> Truth:
            fact = situation.facts.get(name)
            return None if fact is None or fact.value is None else fact.value in among

        return member
    if isinstance(condition.equals, bool | str):
        expected = condition.equals

        def equal(situation: Situation) -> Truth:
            fact = situation.facts.get(name)
            return None if fact is None or fact.value is None else fact.value == expected

        return equal
    comparisons = [_comparison(name, kind, bound) for kind, bound in condition.bounds]
    if len(comparisons) == 1:
        return comparisons[0]
    return lambda situation: all_of([compare(situation) for compare in comparisons])


def _comparison(name: str, kind: str, bound: float | str | Multiple) -> Test:
    if isinstance(bound, Multiple):
        return lambda situation: _compare(kind, _number(situation.facts.get(name)), _multiple(bound, situation))
    threshold = exactly(float(bound))
    return lambda situation: _compare(kind, _number(situation.facts.get(name)), threshold)


def _compare(kind: str, number: Interval, threshold: Interval) -> Truth:
    """Compare two ranges: yes or no only when every pair of numbers in them agrees."""
    low, high = number.low, number.high
    match kind:
        case "below":
            return True if high < threshold.low else False if low >= threshold.high else None
        case "at_most":
            return True if high <= threshold.low else False if low > threshold.high else None
        case "above":
            return True if low > threshold.high else False if high <= threshold.low else None
    return True if low >= threshold.high else False if high < threshold.low else None


def _number(fact: Fact | None) -> Interval:
    value = None if fact is None else fact.value
    return value if isinstance(value, Interval) else ANY


def _multiple(bound: Multiple, situation: Situation) -> Interval:
    other = _number(situation.facts.get(bound.of))
    if other.is_unknown and bound.least is not None and bound.most is not None:
        other = Interval(bound.least, bound.most)
    return Interval(other.low * bound.times, other.high * bound.times)
