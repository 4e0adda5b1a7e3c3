"""A label changed: which statements, and which patients does it touch?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from fullcourse.adapters.register.input.tables import LEGEND
from fullcourse.cohort.plan import Plan, fact_columns
from fullcourse.cohort.screen_sql import BITS, decision_column, word_columns
from fullcourse.knowledge.library import Knowledge

__all__ = ["Change", "changed_statements", "lacking_columns", "write_differences"]


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that is not the same in two editions of the knowledge.

    Attributes:
        statement: Its id.
        what: ``added``, ``removed`` or ``changed``.
    """

    statement: str
    what: str


def changed_statements(old: Knowledge, new: Knowledge) -> Sequence[Change]:
    """Return the statements that differ in what they claim, rest on, or make the system do."""
    changes = [Change(name, "removed") for name in old.statements if name not in new.statements]
    changes += [Change(name, "added") for name in new.statements if name not in old.statements]
    for name, statement in old.statements.items():
        other = new.statements.get(name)
        if other is not None and (statement.body, statement.says, statement.source, statement.point) != (
            other.body, other.says, other.source, other.point,
        ):  # fmt: skip
            changes.append(Change(name, "changed"))
    return sorted(changes, key=lambda change: change.statement)


def lacking_columns(knowledge: Knowledge, facts: Path) -> Sequence[str]:
    """Return the columns of facts that a knowledge reads and a Parquet file of facts does not have."""
    columns = duckdb.from_parquet(str(facts)).columns
    return [name for name in fact_columns(knowledge) if name not in columns]


def write_differences(old: Plan, new: Plan, before: Path, after: Path, target: Path) -> int:
    """Write one row for each patient, drug and statement whose outcome differs, and each decision that does.

    A statement of one edition alone touches those for whom it applies or cannot be assessed, and nobody else.

    Args:
        old: What was screened before.
        new: What is screened now.
        before: Findings by the old knowledge.
        after: Findings by the new one.
        target: The Parquet file to write.

    Returns:
        How many patients are touched.
    """
    pairs = _pairs(old, new)
    drugs = [drug for drug in new.drugs if drug in old.drugs]
    differences = [f"({difference})" for difference in _differences(pairs)]
    decided = [f"b.{decision_column(drug)} IS DISTINCT FROM a.{decision_column(drug)}" for drug in drugs]
    draft = target.with_suffix(".draft")
    with duckdb.connect() as connection:
        connection.from_parquet(str(before)).create_view("b")
        connection.from_parquet(str(after)).create_view("a")
        # Everybody is compared by whole words; only those who are touched are looked at statement by statement.
        touched = " OR ".join([*(f"{difference} <> 0" for difference in differences), *decided, _ONE_IS_AN_ERROR])
        connection.execute(
            "CREATE TEMP TABLE touched AS SELECT coalesce(b.patient, a.patient) AS patient, b, a "  # noqa: S608
            f"FROM b FULL JOIN a ON b.patient = a.patient WHERE {touched}"
        )
        chosen = _that_differ(connection, pairs, differences)
        rows = [_decisions(drug) for drug in drugs] + ([_statements(chosen, old, new)] if chosen else [])
        query = " UNION ALL ".join(rows)
        connection.execute(f"COPY ({query}) TO '{str(draft).replace(chr(39), chr(39) * 2)}' ({_OURS})")
        count = connection.execute("SELECT count(DISTINCT patient) FROM read_parquet(?)", [str(draft)]).fetchone()
    draft.replace(target)
    return int(count[0]) if count else 0


_OURS: Final = f'FORMAT parquet, KV_METADATA {{{LEGEND}: \'{{"kind": "differences"}}\'}}'
"""How the file is written: it says what it is, so that it is never taken for a register."""

_ONE_IS_AN_ERROR: Final = "(b.error IS NULL) <> (a.error IS NULL) OR b.patient IS NULL OR a.patient IS NULL"


class _Pair(NamedTuple):
    """A statement with the number of its bits in either edition; None where it is not stated."""

    drug: str
    statement: str
    old: int | None
    new: int | None


def _pairs(old: Plan, new: Plan) -> Sequence[_Pair]:
    numbers = {(executed.drug, executed.statement.id): number for number, executed in enumerate(old.executed)}
    pairs = []
    for number, executed in enumerate(new.executed):
        pairs.append(
            _Pair(
                executed.drug, executed.statement.id, numbers.pop((executed.drug, executed.statement.id), None), number
            )
        )
    return pairs + [_Pair(drug, name, number, None) for (drug, name), number in numbers.items()]


_Move = tuple[int | None, int | None, int]
"""The old word, the new word, and how far a bit of the old one moves up to stand where it does in the new one."""


def _moves(pairs: Iterable[_Pair]) -> dict[_Move, dict[int, _Pair]]:
    """Return statements that move alike, by their bit in the new word; of the old word where it is not stated now."""
    by_move: dict[_Move, dict[int, _Pair]] = {}
    for pair in pairs:
        old_word, old_bit = (None, 0) if pair.old is None else divmod(pair.old, BITS)
        new_word, new_bit = (None, old_bit) if pair.new is None else divmod(pair.new, BITS)
        up = 0 if pair.old is None else new_bit - old_bit
        by_move.setdefault((old_word, new_word, up), {})[new_bit] = pair
    return by_move


def _differences(pairs: Iterable[_Pair]) -> list[str]:
    """Return an expression for each move: the bits of the statements whose outcome differs."""
    expressions = []
    for (old, new, up), bits in _moves(pairs).items():
        mask = sum(1 << bit for bit in bits)
        kinds = []
        for kind in ("applies", "cannot_assess"):
            now = "0" if new is None else f"coalesce(a.{kind}_{new}, 0) & {mask}"
            was = "0"
            if old is not None:
                kept = f"coalesce(b.{kind}_{old}, 0) & {mask >> up if up >= 0 else mask << -up}"
                was = f"({kept}) << {up}" if up >= 0 else f"({kept}) >> {-up}"
            kinds.append(f"xor({was}, {now})")
        expressions.append(" | ".join(kinds))
    return expressions


def _that_differ(
    connection: duckdb.DuckDBPyConnection, pairs: Sequence[_Pair], differences: Sequence[str]
) -> Sequence[_Pair]:
    """Return the statements whose outcome differs for anybody."""
    if not differences:
        return ()
    each = ", ".join(f"coalesce(bit_or({difference}), 0)" for difference in differences)
    row = connection.execute(f"SELECT coalesce(bool_or({_ONE_IS_AN_ERROR}), false), {each} FROM touched").fetchone()  # noqa: S608
    assert row is not None  # noqa: S101 - an aggregate has one row
    if row[0]:
        return pairs
    moves = _moves(pairs).values()
    return [pair for bits, value in zip(moves, row[1:], strict=True) for bit, pair in bits.items() if value >> bit & 1]


def _decisions(drug: str) -> str:
    column = decision_column(drug)
    return (
        f"SELECT patient, '{drug}' AS drug, '' AS statement, b.{column} AS before, a.{column} AS after "  # noqa: S608
        f"FROM touched WHERE b.{column} IS DISTINCT FROM a.{column}"
    )


def _statements(pairs: Iterable[_Pair], old: Plan, new: Plan) -> str:
    rows = ", ".join(f"('{pair.drug}', '{pair.statement}', {_place(pair.old)}, {_place(pair.new)})" for pair in pairs)
    before, after = _outcome("b", "old", len(old.executed)), _outcome("a", "new", len(new.executed))
    return (
        f"SELECT * FROM (SELECT patient, drug, statement, {before} AS before, {after} AS after FROM touched, "  # noqa: S608
        f"(VALUES {rows}) AS legend(drug, statement, old_word, old_bit, new_word, new_bit)) "
        "WHERE before IS DISTINCT FROM after AND (before, after) NOT IN "
        "(('not stated', 'does_not_apply'), ('does_not_apply', 'not stated'), "
        "('not stated', 'error'), ('error', 'not stated'))"
    )


def _place(number: int | None) -> str:
    return "NULL::INT, NULL::INT" if number is None else ", ".join(map(str, divmod(number, BITS)))


def _outcome(table: str, edition: str, count: int) -> str:
    def bit(kind: str) -> str:
        words = enumerate(word_columns(kind, count))
        cases = " ".join(f"WHEN {at} THEN {table}.{name}" for at, name in words)
        return f"((CASE {edition}_word {cases} END >> {edition}_bit) & 1) = 1"

    return (
        f"CASE WHEN {edition}_word IS NULL THEN 'not stated' WHEN {table}.patient IS NULL THEN 'no record' "
        f"WHEN {table}.error IS NOT NULL THEN 'error' WHEN {bit('applies')} THEN 'applies' "
        f"WHEN {bit('cannot_assess')} THEN 'cannot_assess' ELSE 'does_not_apply' END"
    )
