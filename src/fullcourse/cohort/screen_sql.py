"""The one query that screens a table of facts, as an expression tree that every engine's dialect is written from.

For each patient: the decision for each drug, and words of bits for the statements that apply, those that cannot be
assessed, and the facts that would settle these. Nothing is pasted together from text.
"""

from collections.abc import Callable, Iterable
from typing import Final

import sqlglot.expressions as exp

from fullcourse.clinical.finding import Decision, Severity
from fullcourse.cohort.plan import Executed, Plan, compared_with, missing_column, missing_inputs
from fullcourse.knowledge.statements import AnyOf, AtLeast, Bands, Condition, FirstOf, TakingCondition
from fullcourse.knowledge.statements import When as WhenBody
from fullcourse.rules.sql import condition_expression, high_column, low_column, outcome_expression, value_column

__all__ = ["BITS", "decision_column", "outcome_query", "screen_query", "word_columns"]

BITS: Final = 62
"""Bits in one word: a BIGINT of every engine holds them, and their sum is never negative."""

PATIENT, ERROR, CLINIC = "patient", "error", "clinic"


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
    """
    outcomes = outcome_query(plan, table)
    applies = [_truth(exp.GTE(this=_outcome(number), expression=_int(0))) for number in range(len(plan.executed))]
    unknown = [_is_null(_outcome(number)) for number in range(len(plan.executed))]
    lacking = _lacking(plan)
    columns: list[exp.Expr] = [exp.column(PATIENT), exp.column(CLINIC), exp.column("age_years"), exp.column(SEX)]
    columns += [exp.alias_(_no_error(_decision(plan, drug)), decision_column(drug), quoted=True) for drug in plan.drugs]
    for kind, truths in (
        ("applies", applies),
        ("cannot_assess", unknown),
        ("missing", [lacking.get(name, exp.false()) for name in plan.missing]),
    ):
        for number, name in enumerate(word_columns(kind, len(truths))):
            word = _word(truths[number * BITS : (number + 1) * BITS])
            columns.append(exp.alias_(_no_error(word), name, quoted=True))
    columns.append(exp.column(ERROR))
    return exp.select(*columns, copy=False).from_(outcomes.subquery("outcomes", copy=False), copy=False)


SEX: Final = "sex"


def outcome_query(plan: Plan, table: str) -> exp.Select:
    """Return the facts with one more column for each statement: its outcome, as the one-patient reader gives it."""
    outcomes = [exp.alias_(outcome_expression(one.statement), f"o{number}") for number, one in enumerate(plan.executed)]
    people = [
        exp.alias_(exp.column(low_column(value_column("age")), quoted=True), "age_years"),
        exp.alias_(exp.column(value_column(SEX), quoted=True), SEX),
    ]
    return exp.select(exp.Star(), *people, *outcomes, copy=False).from_(exp.to_table(table), copy=False)


def _decision(plan: Plan, drug: str) -> exp.Expression:
    """Return what `screening.screen.decide` returns, from outcomes."""
    mine = [(number, one) for number, one in enumerate(plan.executed) if one.drug == drug and one.leads]

    def applying(at_least: Severity) -> exp.Expression:
        return _any(_hits(number, one, at_least) for number, one in mine)

    open_ = _any(_is_null(_outcome(number)) for number, one in mine if one.unresolved >= Severity.MAJOR)
    case = exp.Case()
    for truth, decision in (
        (applying(Severity.CONTRAINDICATED), Decision.CONTRAINDICATED),
        (open_, Decision.CANNOT_ASSESS),
        (applying(Severity.MODERATE), Decision.CAUTION),
    ):
        case = case.when(truth, exp.Literal.string(decision.value), copy=False)
    return case.else_(exp.Literal.string(Decision.NO_OBJECTION.value), copy=False)


def _hits(number: int, one: Executed, at_least: Severity) -> exp.Expression:
    """Return whether a consequence that is at least so serious follows."""
    wanted = [index for index, severity in enumerate(one.severities) if severity >= at_least]
    if len(wanted) == len(one.severities):
        return exp.GTE(this=_outcome(number), expression=_int(0))
    return _any(exp.EQ(this=_outcome(number), expression=_int(index)) for index in wanted)


def _lacking(plan: Plan) -> dict[str, exp.Expression]:
    """Return for each fact whether some statement that cannot be assessed would be settled by it."""
    needs: dict[str, list[exp.Expression]] = {}
    for number, one in enumerate(plan.executed):
        open_ = _is_null(_outcome(number))
        body = one.statement.body
        match body:
            case WhenBody(conditions):
                _needs_of(conditions, [open_], needs)
            case FirstOf(rows):
                above: list[exp.Expression] = []
                for row in rows:
                    truth = _all(condition_expression(condition) for condition in row.conditions)
                    _needs_of(row.conditions, [open_, *above, _is_null(truth)], needs)
                    above.append(exp.Not(this=exp.Paren(this=truth)))
            case Bands():
                needs.setdefault(body.by, []).append(open_)
    found: dict[str, list[exp.Expression]] = {}
    for fact, truths in needs.items():
        asked = _any(truths)
        inputs = missing_inputs(plan.knowledge, fact)
        if not inputs:
            found.setdefault(fact, []).append(asked)
            continue
        mask = exp.column(missing_column(fact), quoted=True)
        for bit, name in enumerate(inputs):
            is_open = exp.GT(
                this=exp.Paren(this=exp.BitwiseAnd(this=mask, expression=_int(1 << bit))), expression=_int(0)
            )
            found.setdefault(name, []).append(_all([asked, is_open]))
        found.setdefault(fact, []).append(_all([asked, exp.EQ(this=mask.copy(), expression=_int(0))]))
    return {fact: _any(truths) for fact, truths in found.items()}


def _needs_of(
    conditions: Iterable[Condition], guards: list[exp.Expression], needs: dict[str, list[exp.Expression]]
) -> None:
    for condition in conditions:
        if isinstance(condition, AnyOf | AtLeast):
            _needs_of(condition.conditions, [*guards, _is_null(condition_expression(condition))], needs)
            continue
        truth = _all([*guards, _is_null(condition_expression(condition))])
        if isinstance(condition, TakingCondition):
            needs.setdefault("medicines_complete", []).append(truth)
            continue
        needs.setdefault(condition.fact, []).append(truth)
        for other in compared_with(condition):
            if other != condition.fact:
                needs.setdefault(other, []).append(_all([truth, _inexact(other)]))


def _inexact(fact: str) -> exp.Expression:
    stem = value_column(fact)
    low, high = exp.column(low_column(stem), quoted=True), exp.column(high_column(stem), quoted=True)
    return exp.Not(this=exp.Paren(this=_truth(exp.EQ(this=low, expression=high))))


def _word(truths: list[exp.Expression]) -> exp.Expression:
    """Return the sum of the bits of those that are so."""
    whole: exp.Expression | None = None
    for bit, truth in enumerate(truths):
        one = exp.Case().when(truth, _big(1 << bit), copy=False).else_(_big(0), copy=False)
        whole = one if whole is None else exp.Add(this=whole, expression=one)
    return _big(0) if whole is None else whole


def _no_error(value: exp.Expression) -> exp.Expression:
    """Return the value, and NULL for a patient whose record cannot be used."""
    return exp.Case().when(_is_null(exp.column(ERROR)), value, copy=False)


def _outcome(number: int) -> exp.Column:
    return exp.column(f"o{number}")


def _truth(comparison: exp.Expression) -> exp.Expression:
    """Return a comparison as yes or no: unknown is no here."""
    return exp.Coalesce(this=exp.Paren(this=comparison), expressions=[exp.false()])


def _is_null(value: exp.Expression) -> exp.Expression:
    return exp.Is(this=exp.Paren(this=value), expression=exp.Null())


def _join(
    kind: Callable[..., exp.Expression], truths: Iterable[exp.Expression], of_none: exp.Expression
) -> exp.Expression:
    whole: exp.Expression | None = None
    for truth in truths:
        part = exp.Paren(this=truth.copy())
        whole = part if whole is None else kind(this=whole, expression=part)
    return of_none if whole is None else exp.Paren(this=whole)


def _any(truths: Iterable[exp.Expression]) -> exp.Expression:
    return _join(exp.Or, truths, exp.false())


def _all(truths: Iterable[exp.Expression]) -> exp.Expression:
    return _join(exp.And, truths, exp.true())


def _int(value: int) -> exp.Expression:
    return exp.Literal.number(value)


def _big(value: int) -> exp.Expression:
    return exp.Cast(this=exp.Literal.number(value), to=exp.DataType.build("BIGINT"))
