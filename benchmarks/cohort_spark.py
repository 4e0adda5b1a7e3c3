"""How fast does Spark screen the same facts, and does it find the same?

    python benchmarks/cohort_spark.py [FACTS ...] [--drug NAME ...]

FACTS are folders that ``fullcourse cohort facts`` made, from small to large; without any, a made-up register is used.
Asserts first that every row of findings is the one that DuckDB gives, then prints seconds, seconds of work, peak memory
and the slope from one size to the next. Spark's own start and compilation stand in the smallest.
"""

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from fullcourse.adapters.register.read.fact_folder import ABOUT, open_facts
from made_up_register import AT, generate
from process_meter import fullcourse

DRUGS = ("cycloserine", "terizidone", "bedaquiline", "linezolid")
PEOPLE, TIMES = 20_000, 50


@dataclass(frozen=True, slots=True)
class Figure:
    """What one run took: seconds, seconds of work of all cores, and peak memory in GiB, of all its processes."""

    patients: int
    seconds: float
    work: float
    memory: float


def spark_beside_duckdb(facts: Path, drugs: tuple[str, ...] = DRUGS) -> tuple[Figure, Figure]:
    """Return the figures of Spark and of DuckDB over a folder of facts, after asserting that they find the same."""
    with tempfile.TemporaryDirectory() as folder:
        found = {engine: Path(folder) / f"{engine}.parquet" for engine in ("spark", "duckdb")}
        figures = {engine: screened(facts, drugs, engine, out) for engine, out in found.items()}
        assert_same(found["spark"], found["duckdb"], figures["duckdb"].patients)
    return figures["spark"], figures["duckdb"]


def screened(facts: Path, drugs: tuple[str, ...], engine: str, out: Path) -> Figure:
    """Screen from a cold shell, as a user does."""
    command = [
        sys.executable,
        "-m",
        "fullcourse",
        "cohort",
        "screen",
        str(facts),
        "--engine",
        engine,
        "--out",
        str(out),
    ]
    command += [word for drug in drugs for word in ("--drug", drug)]
    began = time.perf_counter()
    work, memory = 0.0, 0.0
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)  # noqa: S603 - our own command
        while process.poll() is None:
            # Spark's machine is no child that is waited for: its work is read while it runs.
            now, resident = work_and_memory(process.pid)
            work, memory = max(work, now), max(memory, resident)
            time.sleep(0.05)
        seconds = time.perf_counter() - began
        said.seek(0)
        assert process.returncode == 0, said.read().decode()
    return Figure(open_facts(facts).patients, seconds, work, memory)


def work_and_memory(parent: int) -> tuple[float, float]:
    """Return the seconds of work so far of a process and its children, and their resident memory in GiB."""
    work, memory, waiting = 0.0, 0.0, [parent]
    while waiting:
        one = Path(f"/proc/{waiting.pop()}")
        try:
            ticks = (one / "stat").read_text().rpartition(")")[2].split()
            work += (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
            memory += int((one / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024**3
            for thread in (one / "task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
        except (OSError, IndexError):
            continue
    return work, memory


def assert_same(one: Path, other: Path, patients: int) -> None:
    """Check that two files of findings hold the same columns and rows."""
    spark, duck = (duckdb.from_parquet(str(path)) for path in (one, other))
    assert (spark.columns, spark.types) == (duck.columns, duck.types)
    assert spark.count("*").fetchall() == duck.count("*").fetchall() == [(patients,)]
    assert spark.except_(duck).count("*").fetchall() == duck.except_(spark).count("*").fetchall() == [(0,)]


def main() -> None:
    """Print the figures of every folder of facts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("facts", type=Path, nargs="*")
    parser.add_argument("--drug", dest="drugs", nargs="+", default=list(DRUGS))
    options = parser.parse_args()
    if shutil.which("java") is None or importlib.util.find_spec("pyspark") is None:
        sys.exit("Spark is left out: it needs Java 17 and 'fullcourse[spark]'.")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        show(options.facts or made(Path(folder)), tuple(options.drugs))


def made(folder: Path) -> list[Path]:
    """Return folders of facts of a made-up register, and of the same people many times over under other names."""
    generate(PEOPLE, folder / "register")
    one, many = folder / "facts", folder / "facts-many"
    fullcourse("cohort", "facts", str(folder / "register"), "--at", AT.isoformat(), "--out", str(one))
    many.mkdir()
    for number in range(TIMES):
        for part in open_facts(one).parts:
            people = duckdb.from_parquet(str(part)).project(f"* REPLACE (patient || '-{number}' AS patient)")
            people.write_parquet(str(many / f"facts-{number:03d}-{part.stem[-5:]}.parquet"))
    about = json.loads((one / ABOUT).read_text())
    (many / ABOUT).write_text(json.dumps(about | {"patients": PEOPLE * TIMES}))
    return [one, many]


def show(folders: Sequence[Path], drugs: tuple[str, ...]) -> None:
    """Print the figures of folders of facts, and how much more work each further patient is."""
    before: Figure | None = None
    for facts in folders:
        spark, duck = spark_beside_duckdb(facts, drugs)
        for engine, one in (("Spark", spark), ("DuckDB", duck)):
            print(
                f"{one.patients:>9,} patients, {engine:6} {one.seconds:6.1f} s, {one.work:6.1f} s of work, "
                f"{one.memory:.2f} GiB, {one.patients / one.seconds:9,.0f} patients a second"
            )
        if before is not None and spark.patients > before.patients:
            more = (spark.work - before.work) / (spark.patients - before.patients)
            print(f"          {more * 1e6:.1f} s of work for each further million on Spark")
        before = spark


if __name__ == "__main__":
    main()
