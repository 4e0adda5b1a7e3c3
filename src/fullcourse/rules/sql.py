"""The second reader of the forms: SQL for many patients at once, in the same three-valued logic.

Every truth is a pair of plain yes-or-no expressions: whether it holds for certain, and whether it possibly holds.
Unknown is possible and not certain; "and", "or" and "at least so many" work on each of the two alone. The result is
Kleene's, and databases work it out many times faster than truths that may be NULL. Expressions are built, never pasted
together, so that one text serves DuckDB and other engines. The columns that are read are those of `columns`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol, assert_never

import sqlglot.expressions as exp

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.statements import (
    AnyOf,
    AtLeast,
    Atom,
    Band,
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
from fullcourse.knowledge.walk import atoms_of, rows_of_steps
from fullcourse.rules.one_patient import NONE

__all__ = [
    "InFull",
    "SqlTruth",
    "Writer",
    "all_of",
    "atom_truth",
    "band_truth",
    "both",
    "columns",
    "condition_truth",
    "days_column",
    "either",
    "high_column",
    "is_on_file",
    "low_column",
    "outcome_expression",
    "rows_of",
    "taking_name",
    "value_column",
]


class SqlTruth(NamedTuple):
    """A truth of Kleene's logic as two expressions that are never NULL.

    Attributes:
        certain: TRUE where it holds whatever the unknown facts are.
        possible: TRUE where it does not certainly fail.
    """

    certain: exp.Expression
    possible: exp.Expression


class Writer(Protocol):
    """How the parts of a statement are written: in full, or as the names of columns that hold them."""

    def atom(self, atom: Atom) -> SqlTruth:
        """Return the truth of a single condition."""

    def row(self, conditions: Sequence[Condition]) -> SqlTruth:
        """Return whether all conditions hold."""

    def band(self, by: str, band: Band) -> SqlTruth:
        """Return whether a number lies in a band."""


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
    wanted: dict[str, str] = {}
    for statement in statements:
        if isinstance(statement.body, When | FirstOf | Steps):
            for atom in atoms_of(statement.body):
                wanted |= _columns_of(atom)
        elif isinstance(statement.body, Bands):
            wanted |= _ends(value_column(statement.body.by))
    return wanted


def _columns_of(atom: Atom) -> dict[str, str]:
    if isinstance(atom, TakingCondition):
        ends = _ends(taking_name(atom.target, atom.within_days))
        return dict(list(ends.items())[:1]) if atom.listed else ends  # what is listed for certain is the lower end
    columns: dict[str, str] = {} if atom.within_days is None else {days_column(atom.fact): "INTEGER"}
    stem = value_column(atom.fact)
    if atom.among or isinstance(atom.equals, str):
        return columns | {stem: "VARCHAR"}
    if isinstance(atom.equals, bool):
        return columns | {stem: "BOOLEAN"}
    read: dict[str, str] = {}
    for bound, is_upper in ((atom.below, True), (atom.at_most, True), (atom.above, False), (atom.at_least, False)):
        if bound is not None:
            read |= _read(stem, is_upper=is_upper, one_end=atom.for_certain and not atom.on_file)
        if isinstance(bound, Multiple):
            # Where a limit has numbers that it can be, its other end is asked whether anything is known of it.
            one_end = atom.for_certain and bound.least is None
            read |= _read(value_column(bound.of), is_upper=not is_upper, one_end=one_end)
    return columns | (read or _ends(stem))


def _read(stem: str, *, is_upper: bool, one_end: bool) -> dict[str, str]:
    """Return the ends of a number that a comparison reads: what holds for certain is asked of one of them."""
    if not one_end:
        return _ends(stem)
    return {high_column(stem) if is_upper else low_column(stem): "DOUBLE"}


def _ends(stem: str) -> dict[str, str]:
    return {low_column(stem): "DOUBLE", high_column(stem): "DOUBLE"}


def outcome_expression(statement: Statement) -> exp.Expression:
    """Return the expression of a statement's outcome.

    It is the number of the consequence that follows, -1 when none does, NULL when that is unknown.

    Raises:
        KnowledgeError: The statement has no form that SQL can say.
    """
    case = exp.Case()
    for number, truth in zip(_numbers(statement), rows_of(statement, InFull()), strict=True):
        case = case.when(truth.certain, exp.Literal.number(number), copy=False)
        case = case.when(truth.possible, exp.Null(), copy=False)
    return case.else_(exp.Literal.number(NONE), copy=False)


def _numbers(statement: Statement) -> Iterable[int]:
    """Return which consequence each row of a statement stands for; a titration is written from its last step."""
    match statement.body:
        case FirstOf(rows):
            return range(len(rows))
        case Bands(_, bands):
            return range(len(bands))
        case Steps() as titration:
            return [number for number, _ in rows_of_steps(titration)]
    return range(1)


def rows_of(statement: Statement, writer: Writer) -> list[SqlTruth]:
    """Return the truth of each row of a statement; the first that does not certainly fail decides.

    Raises:
        KnowledgeError: The statement has no form that SQL can say. It is refused by name, never left out.
    """
    match statement.body:
        case When(conditions):
            return [writer.row(conditions)]
        case FirstOf(rows):
            return [writer.row(row.conditions) for row in rows]
        case Bands(by, bands):
            return [writer.band(by, band) for band in bands]
        case Steps() as titration:
            return [writer.row(conditions) for _, conditions in rows_of_steps(titration)]
    what = f"its form, {type(statement.body).__name__}, cannot be executed over a register"
    raise KnowledgeError([Fault(statement.file, statement.id, what, "Write it as a condition, a table or bands.")])


class InFull:
    """Writes every part in full over the columns of facts."""

    def atom(self, atom: Atom) -> SqlTruth:
        """Return the truth of a single condition."""
        return atom_truth(atom)

    def row(self, conditions: Sequence[Condition]) -> SqlTruth:
        """Return whether all conditions hold."""
        return all_of([condition_truth(condition, self) for condition in conditions])

    def band(self, by: str, band: Band) -> SqlTruth:
        """Return whether a number lies in a band."""
        return band_truth(by, band)


def condition_truth(condition: Condition, writer: Writer) -> SqlTruth:
    """Return the truth of one condition; its single conditions are left to the writer."""
    match condition:
        case AnyOf(conditions):
            return any_of([writer.atom(atom) for atom in conditions])
        case AtLeast(count, conditions):
            inner = [writer.atom(atom) for atom in conditions]
            return SqlTruth(
                _at_least(count, (truth.certain for truth in inner)),
                _at_least(count, (truth.possible for truth in inner)),
            )
        case TakingCondition() | FactCondition():
            return writer.atom(condition)
    assert_never(condition)


def atom_truth(atom: Atom) -> SqlTruth:
    """Return the truth of a single condition, written in full over the columns of facts."""
    if isinstance(atom, TakingCondition):
        truth = _compare("at_least", taking_name(atom.target, atom.within_days), float(atom.at_least))
        if atom.listed:
            truth = SqlTruth(truth.certain, truth.certain.copy())
        return truth if atom.expected else negated(truth)
    truth = _recent(atom)
    return SqlTruth(truth.certain, truth.certain.copy()) if atom.for_certain else truth


def _recent(atom: FactCondition) -> SqlTruth:
    truth = _fact(atom)
    if atom.within_days is not None:
        truth = SqlTruth(
            both([truth.certain, _is_recent(atom.fact, atom.within_days)]),
            either([truth.possible, exp.Not(this=_is_recent(atom.fact, atom.within_days))]),
        )
    return all_of([truth, is_on_file(atom.fact)]) if atom.on_file else truth


def band_truth(by: str, band: Band) -> SqlTruth:
    """Return whether a number lies in a band: for certain when both its ends do, possibly when its range reaches it."""
    ends = []
    if band.from_value is not None:
        ends.append(_compare("at_least", value_column(by), band.from_value))
    if band.below is not None:
        ends.append(_compare("below", value_column(by), band.below))
    return all_of(ends)


def _is_recent(fact: str, within_days: int) -> exp.Expression:
    days = exp.column(days_column(fact), quoted=True)
    return _filled(exp.LTE(this=days, expression=exp.Literal.number(within_days)), False)


def is_on_file(fact: str) -> SqlTruth:
    """Return whether anything is known of a number, which is never unknown."""

    def known() -> exp.Expression:
        ends = (_end(value_column(fact), is_high) for is_high in (False, True))
        return either(exp.Not(this=exp.Is(this=end, expression=exp.Null())) for end in ends)

    return SqlTruth(known(), known())


def _at_least(count: int, truths: Iterable[exp.Expression]) -> exp.Expression:
    whole: exp.Expression | None = None
    for truth in truths:
        number = exp.Cast(this=truth, to=exp.DataType.build("INT"))
        whole = number if whole is None else exp.Add(this=whole, expression=number)
    return exp.GTE(this=exp.Paren(this=whole), expression=exp.Literal.number(count))


def _fact(condition: FactCondition) -> SqlTruth:
    if condition.among or isinstance(condition.equals, bool | str):
        return _word(condition)
    return all_of([_compare(kind, value_column(condition.fact), bound) for kind, bound in condition.bounds])


def _word(condition: FactCondition) -> SqlTruth:
    """Return the truth of a condition on a yes-or-no fact or on a choice."""

    def holds() -> exp.Expression:
        column = exp.column(value_column(condition.fact), quoted=True)
        if condition.among:
            return exp.In(this=column, expressions=[exp.Literal.string(word) for word in condition.among])
        if isinstance(condition.equals, bool):
            return column
        return exp.EQ(this=column, expression=exp.Literal.string(str(condition.equals)))

    truth = SqlTruth(_filled(holds(), False), _filled(holds(), True))
    return negated(truth) if condition.equals is False else truth


_COMPARISONS: dict[str, tuple[Callable[..., exp.Expression], bool]] = {
    "below": (exp.LT, True),
    "at_most": (exp.LTE, True),
    "above": (exp.GT, False),
    "at_least": (exp.GTE, False),
}
"""By kind: how a number and its threshold are compared, and whether the number's upper end decides that for certain."""


def _compare(kind: str, stem: str, bound: float | str | Multiple) -> SqlTruth:
    """Compare a number's range with a threshold's: certain when every pair agrees, possible when any pair does.

    An end that is NULL is infinite: a comparison with it settles nothing.
    """
    comparison, by_high = _COMPARISONS[kind]
    certain = comparison(this=_end(stem, by_high), expression=_threshold(bound, not by_high))
    possible = comparison(this=_end(stem, not by_high), expression=_threshold(bound, by_high))
    return SqlTruth(_filled(certain, False), _filled(possible, True))


def _threshold(bound: float | str | Multiple, is_high: bool) -> exp.Expression:
    if isinstance(bound, Multiple):
        end: exp.Expression = _end(value_column(bound.of), is_high)
        limit = bound.most if is_high else bound.least
        if limit is not None:
            # Where not even the other end is known, the number lies where it can be.
            other = exp.Is(this=_end(value_column(bound.of), not is_high), expression=exp.Null())
            end = exp.Coalesce(this=end, expressions=[exp.Case().when(other, _number(limit), copy=False)])
        return exp.Mul(this=end, expression=_number(bound.times))
    return _number(float(bound))


def _end(stem: str, is_high: bool) -> exp.Expression:
    return exp.column(high_column(stem) if is_high else low_column(stem), quoted=True)


def _number(value: float) -> exp.Expression:
    # Written as a DOUBLE: a bare 0.1 is a DECIMAL in SQL, and would compare otherwise than Python's float does.
    return exp.Cast(this=exp.Literal.number(repr(float(value))), to=exp.DataType.build("DOUBLE"))


def _filled(truth: exp.Expression, unknown: bool) -> exp.Expression:
    return exp.Coalesce(this=truth, expressions=[exp.Boolean(this=unknown)])


def negated(truth: SqlTruth) -> SqlTruth:
    """Return the opposite: it is certain where the truth is not possible."""
    return SqlTruth(exp.Not(this=_in_parentheses(truth.possible)), exp.Not(this=_in_parentheses(truth.certain)))


def all_of(truths: Sequence[SqlTruth]) -> SqlTruth:
    """Return whether all hold."""
    return SqlTruth(both(truth.certain for truth in truths), both(truth.possible for truth in truths))


def any_of(truths: Sequence[SqlTruth]) -> SqlTruth:
    """Return whether any holds."""
    return SqlTruth(either(truth.certain for truth in truths), either(truth.possible for truth in truths))


def both(truths: Iterable[exp.Expression]) -> exp.Expression:
    """Return the "and" of yes-or-no expressions; of none it is TRUE."""
    return _join(exp.And, truths, True)


def either(truths: Iterable[exp.Expression]) -> exp.Expression:
    """Return the "or" of yes-or-no expressions; of none it is FALSE."""
    return _join(exp.Or, truths, False)


def _join(kind: type[exp.And] | type[exp.Or], truths: Iterable[exp.Expression], of_none: bool) -> exp.Expression:
    whole: exp.Expression | None = None
    for truth in truths:
        part = truth if isinstance(truth, kind) else _in_parentheses(truth)
        whole = part if whole is None else kind(this=whole, expression=part)
    return exp.Boolean(this=of_none) if whole is None else whole


def _in_parentheses(truth: exp.Expression) -> exp.Expression:
    return exp.Paren(this=truth) if isinstance(truth, exp.Binary | exp.Not) else truth
