"""The one query that screens a table of facts, as an expression tree that every engine's dialect is written from.

For each patient: the decision for each drug, and words of bits for the statements that apply, those that cannot be
assessed, and the facts that would settle these. Nothing is pasted together from text.
"""

from collections.abc import Sequence
from functools import partial
from itertools import compress
from typing import Final

import sqlglot.expressions as exp

from fullcourse.clinical.finding import Decision, Severity
from fullcourse.cohort.missing_sql import missing_facts
from fullcourse.cohort.on_file import BITS, NOT_CLEAR, aside_words, words_of
from fullcourse.cohort.plan import Plan, decisive_facts
from fullcourse.cohort.truths import DECIDED, FACTS, Outcome, Truths, named
from fullcourse.rules.sql import either, low_column, value_column
from fullcourse.screening.clearance import facts_that_decide

__all__ = ["BITS", "decision_column", "screen_query", "word_columns"]

_EXACT_BITS: Final = 21
"""Bits that are added as single-precision numbers, which are exact up to 24: the fastest sum of every engine."""

PATIENT, ERROR, CLINIC, SEX = "patient", "error", "clinic", "sex"


def word_columns(kind: str, count: int) -> list[str]:
    """Return the names of the words that hold so many bits: ``applies_0``, ``applies_1``, ..."""
    return [f"{kind}_{number}" for number in range(max(1, -(-count // BITS)))]


def decision_column(drug: str) -> str:
    """Return the column of a drug's decision."""
    return f"decision_{drug.replace(' ', '_').replace('-', '_')}"


def screen_query(plan: Plan, table: str) -> exp.Select:
    """Return the query over a table of facts; its rows are one patient each.

    Args:
        plan: What is screened.
        table: The table or view of facts, with the columns of `plan.fact_columns`.

    Raises:
        KnowledgeError: A statement has no form that SQL can say.
    """
    truths = Truths()
    outcomes = [truths.outcome(executed.statement) for executed in plan.executed]
    missing = missing_facts(plan, outcomes, truths)
    selected = {decision_column(drug): _decision(plan, drug, outcomes, truths) for drug in plan.drugs}
    for kind, bits in (
        ("applies", [exp.column(executed.applies) for executed in outcomes]),
        ("cannot_assess", [exp.column(executed.unknown) for executed in outcomes]),
        ("missing", [missing.get(name) for name in plan.missing]),
    ):
        for number, name in enumerate(word_columns(kind, len(bits))):
            selected[name] = _word(bits[number * BITS : (number + 1) * BITS])
    people = [exp.column(name) for name in (PATIENT, CLINIC, "age_years", SEX)]
    below = truths.query(table, _people()).subquery("truths", copy=False)
    words = [named(expression, name) for name, expression in selected.items()]
    whole = exp.select(exp.Star(), *words, copy=False).from_(below, copy=False)
    usable = [named(_no_error(exp.column(name, quoted=True)), name) for name in selected]
    return exp.select(*people, *usable, exp.column(ERROR), copy=False).from_(
        whole.subquery("findings", copy=False), copy=False
    )


def _people() -> list[exp.Expression]:
    age = exp.column(low_column(value_column("age")), quoted=True)
    return [
        exp.column(PATIENT),
        exp.column(CLINIC),
        exp.column(ERROR),
        named(age, "age_years"),
        named(exp.column(value_column(SEX), quoted=True), SEX),
    ]


def _decision(plan: Plan, drug: str, outcomes: Sequence[Outcome], truths: Truths) -> exp.Expression:
    """Return what `screening.screen.decide` returns, from outcomes."""
    mine = [
        (executed, outcome)
        for executed, outcome in zip(plan.executed, outcomes, strict=True)
        if executed.drug == drug and executed.leads
    ]

    def applying(at_least: Severity) -> exp.Expression:
        hits: list[str] = []
        for executed, outcome in mine:
            serious = [severity >= at_least for severity in executed.severities]
            hits += [outcome.applies] if all(serious) else compress(outcome.follows, serious)
        return either(map(exp.column, dict.fromkeys(hits)))

    open_ = dict.fromkeys(outcome.unknown for executed, outcome in mine if executed.unresolved >= Severity.MAJOR)
    case = exp.Case()
    for truth, decision in (
        (partial(applying, Severity.CONTRAINDICATED), Decision.CONTRAINDICATED),
        (partial(either, map(exp.column, open_)), Decision.CANNOT_ASSESS),
        (lambda: either((applying(Severity.MODERATE), _in_the_way(plan, drug, truths))), Decision.CAUTION),
    ):
        name = truths.add(DECIDED, (drug, decision), truth)
        case = case.when(exp.column(name), exp.Literal.string(decision.value), copy=False)
    return case.else_(exp.Literal.string(Decision.NO_OBJECTION.value), copy=False)


def _in_the_way(plan: Plan, drug: str, truths: Truths) -> exp.Expression:
    """Return whether something keeps a drug from being cleared, as `screening.clearance` says it."""
    mine = {
        fact
        for executed in plan.executed
        if executed.drug == drug and executed.leads
        for fact in facts_that_decide(executed.statement, plan.knowledge)
    }
    decisive = decisive_facts(plan.knowledge)

    def write() -> exp.Expression:
        reasons: list[exp.Expression] = [exp.column(NOT_CLEAR, quoted=True)]
        for name, mask in zip(aside_words(decisive), words_of(mine, decisive), strict=True):
            if mask:
                common = exp.BitwiseAnd(this=exp.column(name, quoted=True), expression=_big(mask))
                reasons.append(exp.GT(this=exp.Paren(this=common), expression=_int(0)))
        return either(reasons)

    return exp.column(truths.add(FACTS, ("in the way", drug), write))


def _word(bits: Sequence[exp.Expression | None]) -> exp.Expression:
    """Return the sum of the bits of those that are so."""
    whole: exp.Expression = _big(0)
    for start in range(0, len(bits), _EXACT_BITS):
        part: exp.Expression | None = None
        for bit, truth in enumerate(bits[start : start + _EXACT_BITS]):
            if truth is None:
                continue
            term = exp.Mul(this=_single(truth), expression=_single(_int(1 << bit)))
            part = term if part is None else exp.Add(this=part, expression=term)
        if part is not None:
            number = exp.Cast(this=part, to=exp.DataType.build("BIGINT"))
            shifted = exp.Mul(this=number, expression=_big(1 << start)) if start else number
            whole = exp.Add(this=whole, expression=shifted)
    return whole


def _single(value: exp.Expression) -> exp.Expression:
    return exp.Cast(this=value, to=exp.DataType.build("FLOAT"))


def _no_error(value: exp.Expression) -> exp.Expression:
    """Return the value, and NULL for a patient whose record cannot be used."""
    return exp.Case().when(exp.Is(this=exp.column(ERROR), expression=exp.Null()), value, copy=False)


def _int(value: int) -> exp.Expression:
    return exp.Literal.number(value)


def _big(value: int) -> exp.Expression:
    return exp.Cast(this=exp.Literal.number(value), to=exp.DataType.build("BIGINT"))
