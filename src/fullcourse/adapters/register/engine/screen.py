"""Screening a table of facts: the one query, on DuckDB or on Spark, and the file of findings with its legend."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb

from fullcourse.adapters.register.input.tables import LEGEND
from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.cohort.plan import Plan
from fullcourse.cohort.screen_sql import BITS, decision_column, known_column, open_column, screen_query, word_columns

__all__ = [
    "LEGEND",
    "legend_of",
    "merge",
    "read_legend",
    "screen_facts",
    "screen_on_spark",
    "screen_register",
    "write_long",
]

BATCH_BYTES: Final = 256 * 1024 * 1024
"""Tables of facts of so many bytes, about six million patients or ten seconds of work, are screened at once."""

Progress = Callable[[str, int, int, int], None]
"""Called with the step, how much of it is done, how much there is, and how many patients that was."""


def legend_of(plan: Plan, at: str, more: Mapping[str, object]) -> dict[str, object]:
    """Return what the columns and bits of findings mean.

    Args:
        plan: What was screened.
        at: Date of the check.
        more: Counts and remarks that belong to the run.
    """
    bits = [
        {
            "drug": executed.drug,
            "statement": executed.statement.id,
            "leads": executed.leads,
            "word": number // BITS,
            "bit": number % BITS,
        }
        for number, executed in enumerate(plan.executed)
    ]
    head = AnswerHead(plan.knowledge.digest, profile=plan.profile.id)
    missing = [{"fact": name, "word": at_ // BITS, "bit": at_ % BITS} for at_, name in enumerate(plan.missing)]
    return {
        "kind": "findings",
        "version": head.version,
        "knowledge": head.knowledge,
        "profile": head.profile,
        "at": at,
        "drugs": {drug: decision_column(drug) for drug in plan.drugs},
        "known": {drug: known_column(drug) for drug in plan.drugs},
        "open": {drug: open_column(drug) for drug in plan.drugs},
        "statements": bits,
        "missing": missing,
        "bits_in_a_word": BITS,
        **more,
    }


def screen_facts(plan: Plan, facts: Sequence[Path], target: Path, threads: int = 0) -> None:
    """Write the findings of tables of facts to a Parquet file, on DuckDB; it appears when it is whole."""
    with _connect(threads) as connection:
        _write(connection, screen_query(plan, "facts").sql("duckdb", copy=False), facts, target, {})


def screen_register(
    plan: Plan,
    facts: Sequence[Path],
    work: Path,
    target: Path,
    legend: Mapping[str, object],
    threads: int = 0,
    progress: Progress | None = None,
    batch_bytes: int = BATCH_BYTES,
) -> None:
    """Write the findings of a register to one file that holds the legend, on DuckDB; it appears when it is whole.

    A register that takes more than seconds is screened in parts, which are kept until the whole is done: the same call
    goes on where it was. A part belongs to these statements and to these tables of facts, and is used for no others.

    Args:
        plan: What is screened.
        facts: Tables of facts.
        work: Folder for the parts.
        target: The Parquet file to write.
        legend: What its columns mean.
        threads: How many at once; all cores for 0.
        progress: Called after each part.
        batch_bytes: How large the tables of one part are together, about.
    """
    query = screen_query(plan, "facts").sql("duckdb", copy=False)
    batches = _batches(facts, batch_bytes)
    with _connect(threads) as connection:
        if len(batches) == 1:
            _write(connection, query, facts, target, legend)
            return
        parts, done, people = [], 0, 0
        whole = sum(path.stat().st_size for path in facts)
        for batch in batches:
            part = work / f"findings-{_digest(plan, query, batch)}.parquet"
            if not part.exists():
                people += _write(connection, query, batch, part, {})
            parts.append(part)
            done += sum(path.stat().st_size for path in batch)
            if progress is not None:
                progress("screening", done, whole, people)
    merge(parts, target, legend)


def _batches(facts: Sequence[Path], batch_bytes: int) -> list[list[Path]]:
    """Return tables of facts that are screened together, in their order."""
    batches: list[list[Path]] = [[]]
    size = 0
    for path in facts:
        if batches[-1] and size + path.stat().st_size > batch_bytes:
            batches.append([])
            size = 0
        batches[-1].append(path)
        size += path.stat().st_size
    return batches


def _digest(plan: Plan, query: str, facts: Sequence[Path]) -> str:
    """Return what stands for these statements over these tables: nothing else may take a part for its own."""
    stamps = [(str(path.absolute()), path.stat().st_size, path.stat().st_mtime_ns) for path in facts]
    bits = [(executed.drug, executed.statement.id) for executed in plan.executed]
    return hashlib.sha256(repr((query, bits, plan.missing, stamps)).encode()).hexdigest()[:32]


def _connect(threads: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": threads} if threads else {})


def _write(
    connection: duckdb.DuckDBPyConnection, query: str, facts: Sequence[Path], target: Path, legend: Mapping[str, object]
) -> int:
    """Write the result of a query over tables of facts, and return the number of its rows."""
    connection.from_parquet([str(path) for path in facts]).create_view("facts", replace=True)
    return _copy(connection, f"({query})", target, legend)


def _copy(connection: duckdb.DuckDBPyConnection, what: str, target: Path, legend: Mapping[str, object]) -> int:
    draft = target.with_suffix(".draft")
    options = "FORMAT parquet, COMPRESSION zstd"
    if legend:
        meaning = json.dumps(legend, ensure_ascii=False).replace("'", "''")
        options += f", KV_METADATA {{{LEGEND}: '{meaning}'}}"
    written = connection.execute(f"COPY {what} TO '{_quoted(draft)}' ({options})").fetchone()
    draft.replace(target)
    return int(written[0]) if written else 0


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
    findings = spark.sql(screen_query(plan, "facts").sql("spark", copy=False))  # type: ignore[attr-defined]
    findings.write.mode("overwrite").parquet(str(target))


def merge(parts: Sequence[Path], target: Path, legend: Mapping[str, object]) -> None:
    """Write parts of findings as one file that holds the legend; it appears when it is whole.

    One thread keeps the order of the patients without holding much: several would read ahead of the one that writes.
    """
    with _connect(1) as connection:
        connection.from_parquet([str(path) for path in parts]).create_view("parts")
        _copy(connection, "parts", target, legend)


def read_legend(findings: Path) -> dict[str, object]:
    """Return the legend of a file of findings."""
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(findings)]).fetchall()
    legend: dict[str, object] = json.loads(dict(rows)[LEGEND.encode()])
    return legend


def write_long(plan: Plan, findings: Path, target: Path) -> None:
    """Write one row a finding that applies or cannot be assessed; the rows stand in any order.

    Keeping the order of the patients would hold the whole in memory: there are dozens of findings a patient.
    """
    with duckdb.connect(config={"preserve_insertion_order": False}) as connection:
        connection.from_parquet([str(findings)]).create_view("findings")
        _copy(connection, f"({_long_query(plan)})", target, {"kind": "findings, one a row"})


def _long_query(plan: Plan) -> str:
    rows = ", ".join(
        f"('{executed.drug}', '{executed.statement.id}', {number // BITS}, {number % BITS})"
        for number, executed in enumerate(plan.executed)
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
