"""Which facts would settle what cannot be assessed, as expressions over the columns of truths.

A fact is missing where a statement is open, and a condition of it that reads the fact is open too; in a decision table,
in the row that keeps it open. It is what `rules.explain` finds for one patient.
"""

from collections.abc import Iterable, Sequence
from functools import partial

import sqlglot.expressions as exp

from fullcourse.cohort.plan import Plan, compared_with, missing_column, missing_inputs
from fullcourse.cohort.truths import DECIDED, FACTS, Outcome, Truths, but_not
from fullcourse.knowledge.statements import AnyOf, AtLeast, Bands, Condition, FirstOf, TakingCondition, When
from fullcourse.rules.sql import both, either, high_column, low_column, value_column

__all__ = ["missing_facts"]

Names = tuple[str, ...]


def missing_facts(plan: Plan, outcomes: Sequence[Outcome], truths: Truths) -> dict[str, exp.Expression]:
    """Return for each fact whether some statement that cannot be assessed would be settled by it.

    Args:
        plan: What is screened.
        outcomes: Columns of the outcome of each of its statements.
        truths: Columns are added to these.
    """
    needs = _Needs(truths)
    for executed, outcome in zip(plan.executed, outcomes, strict=True):
        match executed.statement.body:
            case When(conditions):
                needs.read(conditions, (outcome.unknown,))
            case FirstOf(rows):
                above: Names = ()
                for row in rows:
                    truth = truths.row(row.conditions)
                    needs.read(row.conditions, (outcome.unknown, truth.possible.name), (*above, truth.certain.name))
                    above = (*above, truth.possible.name)
            case Bands(by):
                needs.add(by, (outcome.unknown,))
    open_when: dict[str, list[exp.Expression]] = {}
    for fact in needs.facts:
        inputs = missing_inputs(plan.knowledge, fact)
        if not inputs:
            open_when.setdefault(fact, []).append(needs.of(fact))
            continue
        asked = truths.add(DECIDED, fact, partial(needs.of, fact))
        for bit, name in enumerate(inputs):
            open_when.setdefault(name, []).append(_both(asked, _is_asked(fact, 1 << bit, truths)))
        open_when.setdefault(fact, []).append(_both(asked, _is_asked(fact, 0, truths)))
    return {fact: either(ways) for fact, ways in open_when.items()}


class _Needs:
    """For each fact the ways in which it would settle something: columns that must hold, and others that must not."""

    def __init__(self, truths: Truths) -> None:
        self._truths = truths
        self._ways: dict[str, dict[tuple[Names, Names], None]] = {}

    @property
    def facts(self) -> Sequence[str]:
        return tuple(self._ways)

    def of(self, fact: str) -> exp.Expression:
        """Return whether any way is open."""
        return either(but_not(both(map(exp.column, holds)), fails) for holds, fails in self._ways[fact])

    def add(self, fact: str, holds: Names, fails: Names = ()) -> None:
        """Add a way."""
        self._ways.setdefault(fact, {})[holds, fails] = None

    def read(self, conditions: Iterable[Condition], holds: Names, fails: Names = ()) -> None:
        """Add a way for each fact that open conditions read."""
        for condition in conditions:
            open_ = (*holds, self._truths.is_open(condition))
            if isinstance(condition, AnyOf | AtLeast):
                self.read(condition.conditions, open_, fails)
            elif isinstance(condition, TakingCondition):
                self.add("medicines_complete", open_, fails)
            else:
                limits = compared_with(condition)
                waits_for_limit = bool(limits) and condition.within_days is None
                unknown = (*open_, _is_inexact(condition.fact, self._truths)) if waits_for_limit else open_
                self.add(condition.fact, unknown, fails)
                for other in limits:
                    if other != condition.fact:
                        self.add(other, (*open_, _is_inexact(other, self._truths)), fails)


def _is_asked(fact: str, bit: int, truths: Truths) -> str:
    """Return the column that says whether an input of a derived fact is open; for bit 0 whether none is."""
    mask = exp.column(missing_column(fact), quoted=True)
    wanted: exp.Expression = exp.EQ(this=mask, expression=exp.Literal.number(0))
    if bit:
        masked = exp.Paren(this=exp.BitwiseAnd(this=mask, expression=exp.Literal.number(bit)))
        wanted = exp.GT(this=masked, expression=exp.Literal.number(0))
    return truths.add(FACTS, ("asked", fact, bit), lambda: _is_so(wanted))


def _is_inexact(fact: str, truths: Truths) -> str:
    stem = value_column(fact)
    low, high = exp.column(low_column(stem), quoted=True), exp.column(high_column(stem), quoted=True)
    return truths.add(FACTS, ("inexact", fact), lambda: exp.Not(this=_is_so(exp.EQ(this=low, expression=high))))


def _is_so(comparison: exp.Expression) -> exp.Expression:
    return exp.Coalesce(this=comparison, expressions=[exp.false()])


def _both(column: str, other: str) -> exp.Expression:
    return both((exp.column(column), exp.column(other)))
