"""A statement judged with reasons: the evidence that decided it, and the facts that would settle it.

Compiled once for each statement, as its outcome alone is. Of a no the conditions that fail are gathered; of a yes and
of an unknown those that hold or are open.
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
    Steps,
    TakingCondition,
    When,
)
from fullcourse.knowledge.walk import rows_of_steps
from fullcourse.rules.kleene import Truth, all_of
from fullcourse.rules.one_patient import NONE, Outcome, evaluator, test_of
from fullcourse.rules.situation import LIST, Situation

__all__ = ["Judgement", "judge_of"]


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
        for piece in evidence:
            self._because[id(piece)] = piece

    def lack(self, missing: Iterable[str]) -> None:
        """Add facts that would settle it."""
        for name in missing:
            self._missing[name] = None


Judgement = tuple[Outcome, tuple[Evidence, ...], tuple[str, ...]]
"""An outcome, the evidence that decided it, and the facts that would settle it."""

_Gatherer = Callable[[Truth, Situation, Reasons], None]


@cache
def judge_of(statement: Statement) -> Callable[[Situation], Judgement]:
    """Return a statement compiled to its outcome for a patient, which is that of ``evaluate``, with the reasons."""
    match statement.body:
        case When((TakingCondition() as condition,)):
            return _taking_alone(condition)
        case When((FactCondition() as condition,)) if not _multiples(condition):
            return _fact_alone(condition)
        case When((AnyOf() as condition,)) if _asks_after_one(condition):
            return _any_taking_alone(condition)
        case When(conditions):
            return _gathered(conditions)
        case FirstOf(rows):
            return _first(tuple((number, _every(row.conditions)) for number, row in enumerate(rows)))
        case Steps() as titration:
            return _first(tuple((number, _every(conditions)) for number, conditions in rows_of_steps(titration)))
        case Bands(by):
            evaluate = evaluator(statement)

            def band(situation: Situation) -> Judgement:
                outcome, fact = evaluate(situation), situation.facts.get(by)
                return outcome, () if fact is None else fact.because, _lacking(fact, by) if outcome is None else ()

            return band
    return lambda situation: (NONE, (), ())


def _outcome(truth: Truth) -> Outcome:
    return 0 if truth else None if truth is None else NONE


def _fact_alone(condition: FactCondition) -> Callable[[Situation], Judgement]:
    """Judge a lone condition: most statements have just one, and it needs no gathering."""
    test, name = test_of(condition), condition.fact
    alone = (name,)

    def judge(situation: Situation) -> Judgement:
        truth, fact = test(situation), situation.facts.get(name)
        because, missing = ((), ()) if fact is None else (fact.because, fact.missing)
        if truth is None:
            return None, because, missing or alone
        return 0 if truth else NONE, because, ()

    return judge


def _taking_alone(condition: TakingCondition) -> Callable[[Situation], Judgement]:
    """Judge a lone question on the list: most pairs are one, and most of them name what nobody takes."""
    key, expected = (condition.target, condition.within_days), condition.expected
    least, listed = condition.at_least, condition.listed
    as_asked, otherwise = (0, NONE) if expected else (NONE, 0)

    def judge(situation: Situation) -> Judgement:
        count = situation.count(key)
        number = count.number
        if number.low < least and not listed and number.high >= least:
            return None, (*count.certain, *count.possible), _lacking(situation.facts.get(LIST), LIST)
        outcome = as_asked if number.low >= least else otherwise
        if count.certain:
            return outcome, count.certain, ()
        complete = situation.facts.get(LIST)
        return outcome, () if complete is None else complete.because, ()

    return judge


def _any_taking_alone(condition: AnyOf) -> Callable[[Situation], Judgement]:
    """Judge a lone question after one of several medicines: at once where none of them is or may be taken."""
    keys = tuple((it.target, it.within_days) for it in condition.conditions if isinstance(it, TakingCondition))
    whole = _gathered((condition,))

    def judge(situation: Situation) -> Judgement:
        for key in keys:
            count = situation.count(key)
            if count.certain or count.possible:
                return whole(situation)
        complete = situation.facts.get(LIST)
        if count.number.high:
            return None, (), _lacking(complete, LIST)
        return NONE, () if complete is None else complete.because, ()

    return judge


def _gathered(conditions: tuple[Condition, ...]) -> Callable[[Situation], Judgement]:
    every = _every(conditions)

    def together(situation: Situation) -> Judgement:
        reasons = Reasons()
        truth = every(situation, reasons)
        return _outcome(truth), reasons.because, reasons.missing

    return together


def _asks_after_one(condition: AnyOf) -> bool:
    """Whether all that is asked is whether some medicines are taken: nothing of it can hold where none may be."""
    return bool(condition.conditions) and all(
        isinstance(it, TakingCondition) and it.expected and not it.listed for it in condition.conditions
    )


def _first(rows: tuple[tuple[int, Callable[[Situation, Reasons], Truth]], ...]) -> Callable[[Situation], Judgement]:
    def first(situation: Situation) -> Judgement:
        reasons = Reasons()
        outcome: Outcome = NONE
        for number, every in rows:
            truth = every(situation, reasons)
            if truth is not False:
                outcome = number if truth else None
                break
        return outcome, reasons.because, reasons.missing

    return first


def _every(conditions: tuple[Condition, ...]) -> Callable[[Situation, Reasons], Truth]:
    """Return what tells whether all conditions hold, and adds the reasons for that."""
    pairs = tuple((test_of(condition), _gatherer(condition)) for condition in conditions)

    def every(situation: Situation, reasons: Reasons) -> Truth:
        truths = [test(situation) for test, _ in pairs]
        whole = all_of(truths)
        for truth, (_, gather) in zip(truths, pairs, strict=True):
            if (whole is False) == (truth is False):
                gather(truth, situation, reasons)
        return whole

    return every


def _lacking(fact: Fact | None, name: str) -> tuple[str, ...]:
    return (name,) if fact is None or not fact.missing else fact.missing


def _gatherer(condition: Condition) -> _Gatherer:
    match condition:
        case AnyOf(conditions) | AtLeast(_, conditions):
            pairs = tuple((test_of(inner_condition), _gatherer(inner_condition)) for inner_condition in conditions)

            def several(truth: Truth, situation: Situation, reasons: Reasons) -> None:
                for test, gather in pairs:
                    inner = test(situation)
                    if truth is None or inner is truth:
                        gather(inner, situation, reasons)

            return several
        case TakingCondition():
            return _taking(condition)
        case FactCondition():
            return _fact(condition)


def _of_list(
    truth: Truth, condition: TakingCondition, situation: Situation
) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
    """Return which entries of the medicine list decided a count, and what would settle it.

    Where it holds because too few are taken, those few are no reason: they speak for the contrary.
    """
    count = situation.taking(condition.target, condition.within_days)
    if truth is None:
        return (*count.certain, *count.possible), _lacking(situation.facts.get(LIST), LIST)
    if count.certain and (condition.expected or not truth):
        return count.certain, ()
    complete = situation.facts.get(LIST)
    return () if complete is None else complete.because, ()


def _taking(condition: TakingCondition) -> _Gatherer:
    def gather(truth: Truth, situation: Situation, reasons: Reasons) -> None:
        because, missing = _of_list(truth, condition, situation)
        reasons.add(because)
        reasons.lack(missing)

    return gather


def _fact(condition: FactCondition) -> _Gatherer:
    name = condition.fact
    multiples = _multiples(condition)
    waits_for_limit = bool(multiples) and condition.within_days is None

    def gather(truth: Truth, situation: Situation, reasons: Reasons) -> None:
        fact = situation.facts.get(name)
        if fact is not None and fact.because:
            reasons.add(fact.because)
        if truth is None and not (waits_for_limit and _exact(fact)):  # what is known is not asked for again
            reasons.lack(_lacking(fact, name))
        for other in multiples:  # a limit is asked for once there is a number to compare with it
            limit = situation.facts.get(other)
            reasons.add(() if limit is None else limit.because)
            if truth is None and not _exact(limit) and fact is not None and fact.value is not None:
                reasons.lack(_lacking(limit, other))

    return gather


def _multiples(condition: FactCondition) -> tuple[str, ...]:
    bounds = (condition.below, condition.at_most, condition.above, condition.at_least)
    return tuple(bound.of for bound in bounds if isinstance(bound, Multiple))


def _exact(fact: Fact | None) -> bool:
    return fact is not None and isinstance(fact.value, Interval) and fact.value.is_exact
