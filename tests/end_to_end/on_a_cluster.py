"""What `test_register_on_spark.py` submits: a register read on the executors in several ways.

    spark-submit on_a_cluster.py REGISTER BROKEN OUT

Writes to OUT the facts of 2 parts (``two/``) and of a table of lines in 8 parts (``eight/``), the findings, those of
the command over the cases, and what was said.
"""

import gzip
import json
import sys
from dataclasses import asdict
from pathlib import Path

from pyspark.sql import SparkSession

import fullcourse as fc
from fullcourse.adapters.register.cluster.facts import ClusterFacts, write_parts
from fullcourse.adapters.register.input.find import find_register
from fullcourse.interfaces.cli.cohort import cohort

AT = "2026-11-22"
DRUGS = ["cycloserine", "bedaquiline"]


def main(register: str, broken: str, out: Path) -> None:
    """Do it."""
    spark = SparkSession.builder.appName("test").getOrCreate()
    said: dict[str, object] = {"executors": len(spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) - 1}

    two = fc.spark.facts(spark, register, at=AT, partitions=2)
    said["two"] = told(two, out / "two")
    fc.spark.findings(two, DRUGS, profile="who").write.parquet(str(out / "findings"))
    said["legend"] = fc.spark.legend(two, DRUGS, profile="who")
    two.release()

    files = find_register([register]).files
    rows = [(str(file), number, line) for file in files for number, line in enumerate(of(file), 1)]
    table = spark.createDataFrame(rows, "file string, number bigint, line binary")
    said["eight"] = told(fc.spark.facts(spark, table, at=AT, partitions=8), out / "eight")

    words = [word for drug in DRUGS for word in ("--drug", drug)] + [
        "--profile",
        "who",
        "--at",
        AT,
        "--engine",
        "spark",
    ]
    cohort(["screen", f"{register}/cases", *words, "--out", str(out / "cluster.parquet")], standalone_mode=False)

    spark.conf.set("spark.sql.files.ignoreCorruptFiles", "true")  # as many clusters have it
    try:
        fc.spark.facts(spark, f"{broken}/cut", at=AT, partitions=2)
    except Exception as error:  # noqa: BLE001 - whatever Spark makes of it
        said["broken"] = str(error)
    try:
        fc.spark.facts(spark, [register, f"{broken}/hidden"], at=AT)
    except fc.InputError as error:
        said["hidden"] = str(error)
    (out / "said.json").write_text(json.dumps(said))
    spark.stop()


def of(file: Path) -> list[bytes]:
    """Return the lines of a file."""
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return data.removesuffix(b"\n").split(b"\n") if data else []


def told(made: ClusterFacts, folder: Path) -> dict[str, object]:
    """Write facts, and return what was said of them."""
    folder.mkdir(parents=True)
    write_parts(made, folder)
    counts = [made.patients, made.lines, made.others, made.lines_set_aside, made.errors]
    return {
        "counts": counts,
        "routed": dict(made.routed),
        "aside": [list(asdict(line).values()) for line in made.aside()],
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
