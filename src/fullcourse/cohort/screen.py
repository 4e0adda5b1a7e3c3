"""Screening a table of facts: the one query, on DuckDB or on Spark, and the file of findings with its legend."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb

from fullcourse.cohort.plan import Plan
from fullcourse.cohort.screen_sql import BITS, decision_column, screen_query, word_columns

__all__ = [
    "LEGEND",
    "legend_of",
    "long_query",
    "merge",
    "read_legend",
    "screen_each",
    "screen_facts",
    "screen_on_spark",
]

LEGEND: Final = "fullcourse"
"""Key of the file's metadata under which the legend stands."""


def legend_of(plan: Plan, at: str, more: Mapping[str, object]) -> dict[str, object]:
    """Return what the columns and bits of findings mean.

    Args:
        plan: What was screened.
        at: Date of the check.
        more: Counts and remarks that belong to the run.
    """
    bits = [
        {
            "drug": one.drug,
            "statement": one.statement.id,
            "leads": one.leads,
            "word": number // BITS,
            "bit": number % BITS,
        }
        for number, one in enumerate(plan.executed)
    ]
    missing = [{"fact": name, "word": at_ // BITS, "bit": at_ % BITS} for at_, name in enumerate(plan.missing)]
    return {
        "kind": "findings",
        "knowledge": plan.knowledge.digest,
        "profile": plan.profile.id,
        "at": at,
        "drugs": {drug: decision_column(drug) for drug in plan.drugs},
        "statements": bits,
        "missing": missing,
        "bits_in_a_word": BITS,
        **more,
    }


def screen_facts(plan: Plan, facts: Sequence[Path], target: Path, threads: int = 0) -> None:
    """Write the findings of tables of facts to a Parquet file, on DuckDB; it appears when it is whole."""
    screen_each(plan, [(facts, target)], threads)


def screen_each(plan: Plan, pairs: Iterable[tuple[Sequence[Path], Path]], threads: int = 0) -> None:
    """Write the findings of several tables of facts, each to its own file, with one query; what is there is kept."""
    query = ""
    with duckdb.connect(config={"threads": threads} if threads else {}) as connection:
        for facts, target in pairs:
            if target.exists():
                continue
            query = query or screen_query(plan, "facts").sql("duckdb")
            connection.from_parquet([str(path) for path in facts]).create_view("facts", replace=True)
            draft = target.with_suffix(".draft")
            connection.execute(f"COPY ({query}) TO '{_quoted(draft)}' (FORMAT parquet)")
            draft.replace(target)


def screen_on_spark(session: object, plan: Plan, facts: Sequence[Path], target: Path) -> None:
    """Write the same findings to a folder of Parquet files, on Spark.

    Args:
        session: A ``SparkSession``.
        plan: What is screened.
        facts: Tables of facts.
        target: The folder to write.
    """
    spark: object = session
    table = spark.read.parquet(*(str(path) for path in facts))  # type: ignore[attr-defined]
    table.createOrReplaceTempView("facts")
    found = spark.sql(screen_query(plan, "facts").sql("spark"))  # type: ignore[attr-defined]
    found.write.mode("overwrite").parquet(str(target))


def merge(parts: Sequence[Path], target: Path, legend: Mapping[str, object]) -> None:
    """Write parts of findings as one file that holds the legend; it appears when it is whole."""
    draft = target.with_suffix(".draft")
    meaning = json.dumps(legend, ensure_ascii=False).replace("'", "''")
    with duckdb.connect() as connection:
        connection.from_parquet([str(path) for path in parts]).create_view("parts")
        connection.execute(
            f"COPY parts TO '{_quoted(draft)}' "
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{LEGEND}: '{meaning}'}})"
        )
    draft.replace(target)


def read_legend(findings: Path) -> dict[str, object]:
    """Return the legend of a file of findings."""
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(findings)]).fetchall()
    found: dict[str, object] = json.loads(dict(rows)[LEGEND.encode()])
    return found


def long_query(plan: Plan) -> str:
    """Return the query of one row a finding that applies or cannot be assessed, over the view ``findings``."""
    rows = ", ".join(
        f"('{one.drug}', '{one.statement.id}', {number // BITS}, {number % BITS})"
        for number, one in enumerate(plan.executed)
    )
    count = len(plan.executed)

    def word(kind: str) -> str:
        cases = " ".join(f"WHEN {at} THEN {name}" for at, name in enumerate(word_columns(kind, count)))
        return f"((CASE word {cases} END >> bit) & 1) = 1"

    return (
        "SELECT patient, drug, statement, "  # noqa: S608 - our own names
        f"CASE WHEN {word('applies')} THEN 'applies' ELSE 'cannot_assess' END AS status "
        f"FROM findings, (VALUES {rows}) AS legend(drug, statement, word, bit) "
        f"WHERE {word('applies')} OR {word('cannot_assess')}"
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
