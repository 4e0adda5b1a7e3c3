"""The second reader of the forms: SQL for many patients at once, in the same three-valued logic.

A statement becomes one expression over a table with one row a patient: the number of the consequence that follows,
-1 when none does, NULL when that is unknown. The columns are those of `columns`. Expressions are built, never pasted
together, so that one text serves DuckDB and other engines.
"""

from collections.abc import Iterable

import sqlglot.expressions as exp

from fullcourse.knowledge.statements import (
    AnyOf,
    AtLeast,
    Atom,
    Bands,
    Condition,
    FactCondition,
    FirstOf,
    Multiple,
    Statement,
    TakingCondition,
    When,
)
from fullcourse.knowledge.walk import atoms_of
from fullcourse.rules.one_patient import NONE

__all__ = [
    "columns",
    "condition_expression",
    "days_column",
    "high_column",
    "low_column",
    "outcome_expression",
    "taking_name",
    "value_column",
]


def value_column(fact: str) -> str:
    """Return the column of a yes-or-no fact (BOOLEAN) or of a choice (VARCHAR); NULL is unknown."""
    return f"fact__{fact}"


def low_column(name: str) -> str:
    """Return the column of a number's lower end (DOUBLE); NULL is no lower end."""
    return f"{name}__low"


def high_column(name: str) -> str:
    """Return the column of a number's upper end (DOUBLE); NULL is no upper end."""
    return f"{name}__high"


def days_column(fact: str) -> str:
    """Return the column of the age of a fact's evidence, days (INTEGER); NULL is not dated."""
    return f"fact__{fact}__days"


def taking_name(target: str, within_days: int | None) -> str:
    """Return the stem of the two columns that count the members of a class taken in a window."""
    window = "now" if within_days is None else f"{within_days}d"
    return f"taking__{target.replace('.', '__').replace('-', '_')}__{window}"


def columns(statements: Iterable[Statement]) -> dict[str, str]:
    """Return the columns that statements read, with their SQL types."""
    found: dict[str, str] = {}
    for statement in statements:
        if isinstance(statement.body, When | FirstOf):
            for atom in atoms_of(statement.body):
                found |= _columns_of(atom)
        elif isinstance(statement.body, Bands):
            found |= _ends(value_column(statement.body.by))
    return found


def _columns_of(atom: Atom) -> dict[str, str]:
    if isinstance(atom, TakingCondition):
        return _ends(taking_name(atom.target, atom.within_days))
    found: dict[str, str] = {} if atom.within_days is None else {days_column(atom.fact): "INTEGER"}
    stem = value_column(atom.fact)
    if atom.among or isinstance(atom.equals, str):
        return found | {stem: "VARCHAR"}
    if isinstance(atom.equals, bool):
        return found | {stem: "BOOLEAN"}
    found |= _ends(stem)
    for bound in (atom.below, atom.at_most, atom.above, atom.at_least):
        if isinstance(bound, Multiple):
            found |= _ends(value_column(bound.of))
    return found


def _ends(stem: str) -> dict[str, str]:
    return {low_column(stem): "DOUBLE", high_column(stem): "DOUBLE"}


def outcome_expression(statement: Statement) -> exp.Expression:
    """Return the expression of a statement's outcome."""
    match statement.body:
        case When(conditions):
            return _first([_all(conditions)])
        case FirstOf(rows):
            return _first([_all(row.conditions) for row in rows])
        case Bands():
            return _bands(statement.body)
    return exp.Literal.number(NONE)


def _first(truths: list[exp.Expression]) -> exp.Expression:
    case = exp.Case()
    for number, truth in enumerate(truths):
        case = case.when(truth.copy(), exp.Literal.number(number)).when(_is_null(truth), exp.Null())
    return case.else_(exp.Literal.number(NONE))


def _bands(body: Bands) -> exp.Expression:
    stem = value_column(body.by)
    low, high = exp.column(low_column(stem), quoted=True), exp.column(high_column(stem), quoted=True)
    case = exp.Case()
    for number, band in enumerate(body.bands):
        inside: list[exp.Expression] = []
        reaches: list[exp.Expression] = []
        if band.from_value is not None:
            inside.append(exp.GTE(this=low.copy(), expression=_number(band.from_value)))
            reaches.append(_or_null(exp.GTE(this=high.copy(), expression=_number(band.from_value)), high))
        if band.below is not None:
            inside.append(exp.LT(this=high.copy(), expression=_number(band.below)))
            reaches.append(_or_null(exp.LT(this=low.copy(), expression=_number(band.below)), low))
        case = case.when(_and(inside), exp.Literal.number(number)).when(_and(reaches), exp.Null())
    return case.else_(exp.Literal.number(NONE))


def _or_null(comparison: exp.Expression, side: exp.Expression) -> exp.Expression:
    return exp.Paren(this=exp.Or(this=_is_null(side), expression=comparison))


def _all(conditions: Iterable[Condition]) -> exp.Expression:
    return _and([condition_expression(condition) for condition in conditions])


def condition_expression(condition: Condition) -> exp.Expression:
    """Return the expression of one condition: TRUE, FALSE, or NULL for unknown."""
    match condition:
        case AnyOf(conditions):
            return _join(exp.Or, [condition_expression(inner) for inner in conditions])
        case AtLeast(count, conditions):
            return _at_least(count, [condition_expression(inner) for inner in conditions])
        case TakingCondition():
            name = taking_name(condition.target, condition.within_days)
            truth = _compare("at_least", name, _number(condition.at_least), _number(condition.at_least))
            return truth if condition.expected else exp.Not(this=exp.Paren(this=truth))
        case FactCondition():
            truth = _fact(condition)
            if condition.within_days is None:
                return truth
            recent = exp.LTE(
                this=exp.column(days_column(condition.fact), quoted=True),
                expression=exp.Literal.number(condition.within_days),
            )
            return exp.Case().when(recent, truth)


def _at_least(count: int, truths: list[exp.Expression]) -> exp.Expression:
    def total(is_counted: str) -> exp.Expression:
        # COALESCE(truth, x) turns the unknown ones into yes or no, so that the count is exact on both ends.
        whole: exp.Expression | None = None
        for truth in truths:
            filled = exp.Coalesce(
                this=exp.Paren(this=truth.copy()), expressions=[exp.Boolean(this=is_counted == "yes")]
            )
            one = exp.Case().when(filled, exp.Literal.number(1)).else_(exp.Literal.number(0))
            whole = one if whole is None else exp.Add(this=whole, expression=one)
        return exp.Paren(this=whole)

    needed = exp.Literal.number(count)
    return (
        exp.Case()
        .when(exp.GTE(this=total("no"), expression=needed), exp.true())
        .when(exp.LT(this=total("yes"), expression=needed.copy()), exp.false())
    )


def _fact(condition: FactCondition) -> exp.Expression:
    column = exp.column(value_column(condition.fact), quoted=True)
    if condition.among:
        return exp.In(this=column, expressions=[exp.Literal.string(word) for word in condition.among])
    if isinstance(condition.equals, bool):
        return exp.EQ(this=column, expression=exp.Boolean(this=condition.equals))
    if isinstance(condition.equals, str):
        return exp.EQ(this=column, expression=exp.Literal.string(condition.equals))
    stem = value_column(condition.fact)
    truths = []
    for kind, bound in (
        ("below", condition.below),
        ("at_most", condition.at_most),
        ("above", condition.above),
        ("at_least", condition.at_least),
        ("at_most", condition.equals),
        ("at_least", condition.equals),
    ):
        if bound is not None:
            truths.append(_compare(kind, stem, *_threshold(bound)))
    return _and(truths)


def _compare(kind: str, stem: str, low_end: exp.Expression, high_end: exp.Expression) -> exp.Expression:
    """Compare a number's range with a threshold's: yes or no only when every pair agrees, else NULL."""
    low, high = exp.column(low_column(stem), quoted=True), exp.column(high_column(stem), quoted=True)
    yes: exp.Expression
    no: exp.Expression
    match kind:
        case "below":
            yes, no = exp.LT(this=high, expression=low_end), exp.GTE(this=low, expression=high_end)
        case "at_most":
            yes, no = exp.LTE(this=high, expression=low_end), exp.GT(this=low, expression=high_end)
        case "above":
            yes, no = exp.GT(this=low, expression=high_end), exp.LTE(this=high, expression=low_end)
        case _:
            yes, no = exp.GTE(this=low, expression=high_end), exp.LT(this=high, expression=low_end)
    return exp.Case().when(yes, exp.true()).when(no, exp.false())


def _threshold(bound: float | bool | str | Multiple) -> tuple[exp.Expression, exp.Expression]:
    if isinstance(bound, Multiple):
        stem = value_column(bound.of)
        times = _number(bound.times)
        low, high = exp.column(low_column(stem), quoted=True), exp.column(high_column(stem), quoted=True)
        return exp.Mul(this=low, expression=times), exp.Mul(this=high, expression=times.copy())
    return _number(float(bound)), _number(float(bound))


def _number(value: float) -> exp.Expression:
    # Written as a DOUBLE: a bare 0.1 is a DECIMAL in SQL, and would compare otherwise than Python's float does.
    return exp.Cast(this=exp.Literal.number(repr(float(value))), to=exp.DataType.build("DOUBLE"))


def _is_null(truth: exp.Expression) -> exp.Expression:
    return exp.Is(this=exp.Paren(this=truth.copy()), expression=exp.Null())


def _and(truths: list[exp.Expression]) -> exp.Expression:
    return _join(exp.And, truths) if truths else exp.true()


def _join(kind: type[exp.And] | type[exp.Or], truths: list[exp.Expression]) -> exp.Expression:
    whole: exp.Expression = exp.Paren(this=truths[0])
    for truth in truths[1:]:
        whole = kind(this=whole, expression=exp.Paren(this=truth))
    return exp.Paren(this=whole)
