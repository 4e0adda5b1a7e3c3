"""What the statements of a plan come to, each part worked out once: the inner floors of the query that screens.

The query is a stack of projections. Each floor adds columns that are worked out from those below: single conditions,
then those that join several, then rows, then statements, then what is decided and asked. A part that stands in many
statements is one column, since no engine finds all such repetition by itself. No column of a floor is ever NULL.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final, NamedTuple

import sqlglot.expressions as exp

from fullcourse.knowledge.statements import AnyOf, AtLeast, Atom, Band, Condition, Statement
from fullcourse.rules.sql import SqlTruth, all_of, atom_truth, band_truth, both, condition_truth, either, rows_of

__all__ = ["DECIDED", "FACTS", "Outcome", "Truths", "but_not", "named"]

FACTS: Final = 0
"""The floor of what is read from the columns of facts."""
_JOINED, _ROWS, _CONSEQUENCES, _STATEMENTS, _WEIGHED = range(1, 6)
DECIDED: Final = 6
"""The floor of what is decided and asked for."""


class Outcome(NamedTuple):
    """What a statement comes to, as names of columns.

    Attributes:
        applies: Whether a consequence follows.
        unknown: Whether that cannot be assessed.
        follows: Whether each consequence follows, in order.
    """

    applies: str
    unknown: str
    follows: tuple[str, ...]


class Truths:
    """Columns of truths; each is added when it is first asked for."""

    def __init__(self) -> None:
        """Begin without a column."""
        self._floors: list[dict[str, exp.Expression]] = [{} for _ in range(DECIDED + 1)]
        self._names: dict[Hashable, str] = {}
        self._pairs: dict[Hashable, tuple[str, str]] = {}
        self._count = 0

    def add(self, floor: int, key: Hashable, write: Callable[[], exp.Expression]) -> str:
        """Return the name of a column of a floor; it is written when the key is new there."""
        name = self._names.get((floor, key))
        if name is None:
            name = self._names[floor, key] = self._put(floor, write())
        return name

    def atom(self, atom: Atom) -> SqlTruth:
        """Return the truth of a single condition."""
        return self._pair(FACTS, atom, lambda: atom_truth(atom))

    def band(self, by: str, band: Band) -> SqlTruth:
        """Return whether a number lies in a band."""
        return self._pair(FACTS, (by, band.from_value, band.below), lambda: band_truth(by, band))

    def condition(self, condition: Condition) -> SqlTruth:
        """Return the truth of any condition."""
        if isinstance(condition, AnyOf | AtLeast):
            return self._pair(_JOINED, condition, lambda: condition_truth(condition, self))
        return self.atom(condition)

    def row(self, conditions: Sequence[Condition]) -> SqlTruth:
        """Return whether all conditions hold."""
        if len(conditions) == 1:
            return self.condition(conditions[0])
        return self._pair(
            _ROWS, tuple(conditions), lambda: all_of([self.condition(condition) for condition in conditions])
        )

    def is_open(self, condition: Condition) -> str:
        """Return the column that says whether a condition is unknown."""
        return self.add(_ROWS, ("open", condition), lambda: _unknown(self.condition(condition)))

    def outcome(self, statement: Statement) -> Outcome:
        """Return the columns of a statement's outcome: the first row that does not certainly fail decides.

        Raises:
            KnowledgeError: The statement has no form that SQL can say.
        """
        rows = rows_of(statement, self)
        certain, possible = ([truth[side].name for truth in rows] for side in (0, 1))
        if len(rows) == 1:
            unknown = self.add(_STATEMENTS, ("unknown", certain[0]), lambda: _unknown(rows[0]))
            return Outcome(certain[0], unknown, (certain[0],))
        follows = tuple(self._follows(name, tuple(possible[:number])) for number, name in enumerate(certain))
        applies = self.add(_STATEMENTS, follows, lambda: either(map(exp.column, follows)))
        unknown = self.add(
            _STATEMENTS, (*possible, "but not", *follows), lambda: but_not(either(map(exp.column, possible)), follows)
        )
        return Outcome(applies, unknown, follows)

    def weighing(self, whole: Outcome, on_file: Outcome) -> str:
        """Return the column that says whether a statement is open and does not fail for want of a number on file."""
        return self.add(
            _WEIGHED,
            (whole.unknown, on_file),
            lambda: both([exp.column(whole.unknown), either(map(exp.column, (on_file.applies, on_file.unknown)))]),
        )

    def query(self, table: str, people: Iterable[exp.Expression]) -> exp.Select:
        """Return the query of all columns so far, over a table of facts.

        Args:
            table: The table or view of facts.
            people: Columns that are handed on as they stand in it.
        """
        bottom, *above = self._floors
        query = exp.select(*people, *_columns(bottom), copy=False).from_(exp.to_table(table), copy=False)
        for number, floor in enumerate(above):
            if floor:
                below = query.subquery(f"floor_{number}", copy=False)
                query = exp.select(exp.Star(), *_columns(floor), copy=False).from_(below, copy=False)
        return query

    def _follows(self, row: str, above: tuple[str, ...]) -> str:
        return self.add(_CONSEQUENCES, (row, above), lambda: but_not(exp.column(row), above))

    def _pair(self, floor: int, key: Hashable, write: Callable[[], SqlTruth]) -> SqlTruth:
        names = self._pairs.get((floor, key))
        if names is None:
            certain, possible = write()
            names = self._pairs[floor, key] = (self._put(floor, certain), self._put(floor, possible))
        return SqlTruth(*map(exp.column, names))

    def _put(self, floor: int, expression: exp.Expression) -> str:
        name = f"t{self._count}"
        self._count += 1
        self._floors[floor][name] = expression
        return name


def but_not(truth: exp.Expression, others: Iterable[str]) -> exp.Expression:
    """Return whether something holds and none of the columns does."""
    return both([truth, *(exp.Not(this=exp.column(name)) for name in others)])


def _unknown(truth: SqlTruth) -> exp.Expression:
    return but_not(truth.possible, [truth.certain.name])


def named(expression: exp.Expression, name: str) -> exp.Expression:
    """Return an expression as a column of this name."""
    return exp.Alias(this=expression, alias=exp.to_identifier(name, quoted=True))


def _columns(floor: dict[str, exp.Expression]) -> Iterable[exp.Expression]:
    return (named(expression, name) for name, expression in floor.items())
