"""A label changed: which statements, and which patients does it touch?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from fullcourse.cohort.plan import Plan, fact_columns
from fullcourse.cohort.screen_sql import BITS, decision_column
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
    found = [Change(name, "removed") for name in old.statements if name not in new.statements]
    found += [Change(name, "added") for name in new.statements if name not in old.statements]
    for name, one in old.statements.items():
        other = new.statements.get(name)
        if other is not None and (one.body, one.says, one.source, one.point) != (
            other.body, other.says, other.source, other.point,
        ):  # fmt: skip
            found.append(Change(name, "changed"))
    return sorted(found, key=lambda change: change.statement)


def lacking_columns(knowledge: Knowledge, columns: Sequence[str]) -> Sequence[str]:
    """Return the columns of facts that a knowledge reads and a table does not have."""
    return [name for name in fact_columns(knowledge) if name not in columns]


def write_differences(old: Plan, new: Plan, before: Path, after: Path, target: Path) -> int:
    """Write one row for each patient, drug and statement whose outcome differs, and each decision that does.

    Args:
        old: What was screened before.
        new: What is screened now.
        before: Findings by the old knowledge.
        after: Findings by the new one.
        target: The Parquet file to write.

    Returns:
        How many patients are touched.
    """
    rows = [_decisions(drug) for drug in new.drugs if drug in old.drugs]
    numbers = {(one.drug, one.statement.id): number for number, one in enumerate(old.executed)}
    for number, one in enumerate(new.executed):
        rows.append(_statement(one.drug, one.statement.id, numbers.pop((one.drug, one.statement.id), None), number))
    rows += [_statement(drug, name, number, None) for (drug, name), number in numbers.items()]
    draft = target.with_suffix(".draft")
    with duckdb.connect() as connection:
        connection.from_parquet(str(before)).create_view("b")
        connection.from_parquet(str(after)).create_view("a")
        query = " UNION ALL ".join(rows)
        connection.execute(f"COPY ({query}) TO '{str(draft).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")
        count = connection.execute("SELECT count(DISTINCT patient) FROM read_parquet(?)", [str(draft)]).fetchone()
    draft.replace(target)
    return int(count[0]) if count else 0


def _decisions(drug: str) -> str:
    column = decision_column(drug)
    return (
        f"SELECT patient, '{drug}' AS drug, '' AS statement, b.{column} AS before, a.{column} AS after "  # noqa: S608
        f"FROM b FULL JOIN a USING (patient) WHERE b.{column} IS DISTINCT FROM a.{column}"
    )


def _statement(drug: str, name: str, old: int | None, new: int | None) -> str:
    before, after = _outcome("b", old), _outcome("a", new)
    return (
        f"SELECT patient, '{drug}', '{name}', {before}, {after} FROM b FULL JOIN a USING (patient) "  # noqa: S608
        f"WHERE {before} IS DISTINCT FROM {after}"
    )


def _outcome(table: str, number: int | None) -> str:
    if number is None:
        return "'not stated'"
    word, bit = number // BITS, number % BITS
    return (
        f"CASE WHEN {table}.error IS NOT NULL THEN 'error' "
        f"WHEN (({table}.applies_{word} >> {bit}) & 1) = 1 THEN 'applies' "
        f"WHEN (({table}.cannot_assess_{word} >> {bit}) & 1) = 1 THEN 'cannot_assess' ELSE 'does_not_apply' END"
    )
