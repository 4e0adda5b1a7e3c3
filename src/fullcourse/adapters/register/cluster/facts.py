"""A register to facts and findings on a cluster: two passes over its lines, and one way of them to their patients.

First the products and substances are found, which anybody's line may name, and handed to every process. Then each line
goes to the partition of its patient, and the partitions become rows. Rows are kept on the executors' disks: they are a
hundredth of the lines, and what was not used is known before anybody sees one.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import StorageLevel
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema
from sqlglot import exp

from fullcourse import __version__
from fullcourse.adapters.register.cluster.chunks import (
    CHUNK_BYTES,
    ESTABLISHED,
    FACTS,
    READ_ALONE,
    establish,
    fact_schema,
    unpack,
    unpacked,
)
from fullcourse.adapters.register.cluster.files import PARTITION_BYTES, Lines
from fullcourse.adapters.register.cluster.here import Asked
from fullcourse.adapters.register.cluster.routing import ASIDE, BLOCK, PRODUCTS, ROUTED, products_of, route
from fullcourse.adapters.register.cluster.set_aside import LineNumbers
from fullcourse.adapters.register.input.tables import LEGEND
from fullcourse.adapters.register.read.assemble import part_legend
from fullcourse.adapters.register.read.extract import Aside, refuse_lost
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.plan import Plan
from fullcourse.cohort.screen_sql import screen_query
from fullcourse.knowledge.library import Knowledge

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["ClusterFacts", "find_on_cluster", "make_on_cluster", "write_parts"]

BROADCAST_BYTES: Final = 256 * 1024 * 1024
"""Products of so many bytes, in different texts, are handed to every process, and not more."""

_VIEW: Final = "fullcourse_facts"
_LINES_AT_A_TIME: Final = 1_000
_PATIENTS_OF_A_FILE: Final = 25_000
_BATCH: Final = "spark.sql.execution.arrow.maxRecordsPerBatch"


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """Facts of a register, on a cluster.

    Attributes:
        knowledge: Digest of the knowledge whose vocabulary was used.
        at: Date of the check.
        patients: Number of patients.
        lines: Lines read.
        others: Lines about no patient.
        lines_set_aside: Lines that are not used.
        routed: How many patients were read one by one, by reason.
        errors: How many have a record that cannot be used.
        kept: What is kept on the executors until `release`.
        numbers: Of the lines, for what is said of them.
        schema: Of the table.
        register: What tells this register from others.
    """

    knowledge: str
    at: date
    patients: int
    lines: int
    others: int
    lines_set_aside: int
    routed: Mapping[str, int]
    errors: int
    kept: "DataFrame"
    numbers: LineNumbers
    schema: Any
    register: str

    @property
    def table(self) -> "DataFrame":
        """Return a row for each patient: ``patient``, ``clinic``, ``error``, and the columns of a table of facts."""
        return self.some(self.schema.names)

    def some(self, columns: Sequence[str]) -> "DataFrame":
        """Return some columns of the table, which costs as much less as they are fewer."""
        wanted = from_arrow_schema(pa.schema([self.schema.field(name) for name in columns]))
        packed = self.kept.where(F.col("kind") == FACTS).select("facts")
        return packed.mapInArrow(partial(unpack, columns=list(columns), numbers=self.numbers), wanted)

    def tables(self) -> Iterator[Any]:
        """Yield the facts as tables of Arrow, one partition after another."""
        for row in self.kept.where(F.col("kind") == FACTS).select("facts").toLocalIterator():
            yield unpacked(bytes(row[0]), self.numbers)

    def aside(self) -> list[Aside]:
        """Return the lines that are not used, in the order of files and lines."""
        return _asides(self.kept, self.numbers)

    def release(self) -> None:
        """Forget the rows; the table is made anew when it is asked for again."""
        self.kept.unpersist()


def make_on_cluster(
    spark: "SparkSession",
    register: Lines,
    knowledge: Knowledge,
    at: date,
    partitions: int = 0,
    chunk_bytes: int = CHUNK_BYTES,
) -> ClusterFacts:
    """Read a register on the executors.

    Args:
        spark: A session that is no Spark Connect.
        register: Its lines.
        knowledge: Of this package, which every executor must have too.
        at: Date of the check.
        partitions: In how many parts patients are divided; by the size of the lines for 0.
        chunk_bytes: How many bytes of lines one process reads together, about.

    Raises:
        InputError: Too many lines are lost, an executor has another edition, or there are too many products.
    """
    asked = Asked(__version__, knowledge.digest, at)
    parts = partitions or max(spark.sparkContext.defaultParallelism, -(-register.size // PARTITION_BYTES))
    before = spark.conf.get(_BATCH)
    # A batch of Arrow holds at most 2 GiB, and lines with an attachment may be megabytes.
    spark.conf.set(_BATCH, str(_LINES_AT_A_TIME))
    try:
        elsewhere = spark.sparkContext.broadcast(_products(register, asked))
        routed = register.table.mapInArrow(
            partial(route, files=register.numbers, asked=asked), from_arrow_schema(ROUTED)
        )
        gathered = routed.repartition(parts, "patient").sortWithinPartitions("patient", "file", "block", "place")
        kept = gathered.mapInArrow(
            partial(_establish, elsewhere=elsewhere, asked=asked, chunk_bytes=chunk_bytes),
            from_arrow_schema(ESTABLISHED),
        ).persist(StorageLevel.DISK_ONLY)
        return _counted(kept, register, knowledge, at)
    finally:
        spark.conf.set(_BATCH, str(before))


def _establish(batches: Any, elsewhere: Any, asked: Asked, chunk_bytes: int) -> Any:
    return establish(batches, elsewhere.value, asked, chunk_bytes)


def _products(register: Lines, asked: Asked) -> dict[str, list[bytes]]:
    """Return the products and substances of a register by name, every version of each once, in their order."""
    line = F.col("line").cast("string")
    # `whose.may_be_product` says the same of bytes; most lines never leave Spark's own machine.
    likely = register.table.where(line.contains('"Medication"') | line.contains('"Substance"') | line.contains("\\u"))
    rows = likely.mapInArrow(partial(products_of, files=register.numbers, asked=asked), from_arrow_schema(PRODUCTS))
    rows.persist(StorageLevel.DISK_ONLY)
    try:
        size = rows.agg(F.sum(F.length("body"))).collect()[0][0] or 0
        if size > BROADCAST_BYTES:
            raise InputError(
                f"the products and substances of the register are {size / 1e6:,.0f} MB, and only "
                f"{BROADCAST_BYTES / 1e6:,.0f} MB are handed to every process. Export orders with their codes inline "
                "(medicationCodeableConcept), or hand the register in by parts, of whole patients and their products."
            )
        found: dict[str, dict[bytes, None]] = {}
        for *_, name, body in sorted(rows.collect(), key=lambda row: tuple(row)[:3]):
            found.setdefault(name, {})[bytes(body)] = None
        return {name: list(versions) for name, versions in found.items()}
    finally:
        rows.unpersist()


def _counted(kept: "DataFrame", register: Lines, knowledge: Knowledge, at: date) -> ClusterFacts:
    """Return the facts when they are made and not too much of the register is lost."""
    why = F.when(F.col("kind") == READ_ALONE, F.col("reason")).alias("why")
    sums = F.count("*").alias("rows"), F.sum("lines").alias("lines"), F.sum("others").alias("others")
    counts = kept.groupBy("kind", why, "is_of_nobody").agg(*sums)
    of_kind: Counter[tuple[str, int]] = Counter()
    routed: Counter[str] = Counter()
    lost = 0
    for row in counts.collect():
        for what in ("rows", "lines", "others"):
            of_kind[what, row["kind"]] += row[what] or 0
        lost += row["rows"] if row["is_of_nobody"] else 0
        if row["kind"] == READ_ALONE:
            routed[row["why"]] += row["lines"]
    lines = of_kind["lines", BLOCK]
    numbers = LineNumbers(tuple(register.names), _lines_before(kept) if of_kind["rows", ASIDE] else {})
    if lost:
        refuse_lost(lost, _asides(kept.where("is_of_nobody"), numbers, 1)[0], lines)
    return ClusterFacts(
        knowledge.digest, at, of_kind["lines", FACTS], lines, of_kind["others", BLOCK], of_kind["rows", ASIDE],
        dict(routed), of_kind["others", FACTS], kept, numbers, fact_schema(knowledge),
        _sum_of([register.stamps, lines, sorted(of_kind.items())]),
    )  # fmt: skip


def _sum_of(told: object) -> str:
    """Return what stands for what was told of a register."""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _lines_before(kept: "DataFrame") -> dict[tuple[int, int], int]:
    """Return how many lines of its file stand before each block in which a line is set aside."""
    blocks: dict[int, dict[int, int]] = {}
    wanted: list[tuple[int, int]] = []
    noted = kept.where(F.col("kind").isin(BLOCK, ASIDE)).groupBy("kind", "file", "block").agg(F.sum("lines"))
    for kind, file, block, lines in noted.collect():
        if kind == BLOCK:
            blocks.setdefault(file, {})[block] = lines
        else:
            wanted.append((file, block))
    before: dict[tuple[int, int], int] = {}
    for file, of_file in blocks.items():
        starts = sorted(of_file)
        sums = accumulate((of_file[start] for start in starts), initial=0)
        before |= {(file, start): lines for start, lines in zip(starts, sums, strict=False)}
    return {place: before[place] for place in wanted}


def _asides(kept: "DataFrame", numbers: LineNumbers, most: int = 0) -> list[Aside]:
    """Return lines that are not used, in order.

    Args:
        kept: Rows among which they are.
        numbers: Of the lines.
        most: How many are returned; all for 0.
    """
    ordered = kept.where(F.col("kind") == ASIDE).orderBy("file", "block", "place")
    ordered = ordered.select("file", "block", "place", "reason", "is_of_nobody")
    return [
        numbers.aside(*where, is_of_nobody=is_of_nobody)
        for *where, is_of_nobody in (ordered.limit(most) if most else ordered).collect()
    ]


def find_on_cluster(made: ClusterFacts, plan: Plan) -> "DataFrame":
    """Return the findings of facts: a row for each patient, as ``cohort screen`` writes them.

    Args:
        made: Facts of the knowledge of the plan.
        plan: What is screened.
    """
    query = screen_query(plan, _VIEW)
    read = {column.name for column in query.find_all(exp.Column)}
    table = made.some([name for name in made.schema.names if name in read])
    table.createOrReplaceTempView(_VIEW)
    return table.sparkSession.sql(query.sql("spark", copy=False))


def write_parts(made: ClusterFacts, folder: Path) -> list[Path]:
    """Write facts as the files of a folder of facts, on the driver; return them."""
    count = max(1, -(-made.patients // _PATIENTS_OF_A_FILE))
    parts = [folder / f"facts-{number:05d}.parquet" for number in range(count)]
    tables, waiting = made.tables(), made.schema.empty_table()
    for number, part in enumerate(parts):
        is_last = number == count - 1
        while is_last or waiting.num_rows < _PATIENTS_OF_A_FILE:
            table = next(tables, None)
            if table is None:
                break
            waiting = pa.concat_tables([waiting, table])
        rows = waiting if is_last else waiting.slice(0, _PATIENTS_OF_A_FILE)
        waiting = waiting.slice(rows.num_rows)
        legend = part_legend(made.knowledge, made.at, made.register, number, count)
        draft = part.with_suffix(".draft")
        pq.write_table(rows.replace_schema_metadata({LEGEND: json.dumps(legend, ensure_ascii=False)}), draft)
        draft.replace(part)
    return parts
