"""What does reading a register on a cluster cost, a thousand patients, and what goes over the network?

    python benchmarks/cohort_cluster.py [--patients 1000 4000]

Real-shaped registers (``mixed``: 75 lines and 64 kB a patient) are read by ``fc.spark.facts`` on a local cluster of two
workers, each a process of its own. Asserts that everybody has a row, then prints the processor time of all processes,
the bytes that were shuffled and spilled, the most memory of one Python process, and the slope from one size to the
next, which a start and Spark's own warming up do not enter.
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
from dataclasses import dataclass
from pathlib import Path

from cohort_spark import work_and_memory
from real_shaped_register import AT, Patients, generate

_JOB = """
import sys
from pyspark.sql import SparkSession
import fullcourse as fc
spark = SparkSession.builder.getOrCreate()
made = fc.spark.facts(spark, sys.argv[1], at=sys.argv[2], partitions=int(sys.argv[3]))
rows = sum(table.num_rows for table in made.tables())
assert made.patients == rows == int(sys.argv[4]), (made.patients, rows)
spark.stop()
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one run took.

    Attributes:
        patients: How many were read.
        size: Bytes of their lines.
        work: CPU seconds of all processes.
        jvm: Those of the executors' own machines.
        shuffled: Bytes that went from partition to partition, packed as Spark packs them.
        spilled: Bytes of a partition that did not fit into memory, on disk.
        memory: The most memory of one Python process, GiB.
    """

    patients: int
    size: int
    work: float
    jvm: float
    shuffled: int
    spilled: int
    memory: float


def measured(patients: int, folder: Path, partitions: int) -> Figure:
    """Read so many patients on a cluster of two workers."""
    register = folder / f"register-{patients}"
    size = generate(Patients("mixed"), patients, register)
    import pyspark

    home, log = folder / f"home-{patients}", folder / f"log-{patients}"
    home.mkdir()
    log.mkdir()
    for part in ("bin", "jars"):
        (home / part).symlink_to(Path(pyspark.__path__[0]) / part)
    job = folder / "job.py"
    job.write_text(_JOB)
    settings = {
        "spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1",
        "spark.eventLog.enabled": "true", "spark.eventLog.dir": log.as_uri(), "spark.eventLog.compress": "false",
        "spark.log.level": "ERROR", "spark.sql.shuffle.partitions": "2", "spark.local.dir": str(home / "local"),
    }  # fmt: skip
    command = [str(home / "bin" / "spark-submit"), "--master", "local-cluster[2,1,1024]"]
    command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    command += [str(job), str(register), AT.isoformat(), str(partitions), str(patients)]
    environment = {**os.environ, "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable}
    environment |= {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "SPARK_LOCAL_IP": "127.0.0.1"}
    work = memory = 0.0
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)  # noqa: S603 - our own command
        while process.poll() is None:
            work = max(work, work_and_memory(process.pid)[0])
            memory = max(memory, largest_python(process.pid))
            time.sleep(0.2)
        said.seek(0)
        assert process.returncode == 0, said.read().decode()[-4000:]
    jvm, shuffled, spilled = from_log(log)
    return Figure(patients, size, work, jvm, shuffled, spilled, memory)


def largest_python(parent: int) -> float:
    """Return the most resident memory of one Python process below a process, GiB."""
    largest, waiting = 0.0, [parent]
    while waiting:
        one = Path(f"/proc/{waiting.pop()}")
        try:
            if b"pyspark" in (one / "cmdline").read_bytes() and b"java" not in (one / "cmdline").read_bytes()[:200]:
                resident = int((one / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024**3
                largest = max(largest, resident)
            for thread in (one / "task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
        except (OSError, IndexError):
            continue
    return largest


def from_log(folder: Path) -> tuple[float, int, int]:
    """Return CPU seconds of the executors' machines, bytes shuffled, and bytes spilled to disk, of all tasks."""
    seconds, shuffled, spilled = 0.0, 0, 0
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        for line in path.read_text("utf-8").splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerTaskEnd" and (metrics := event.get("Task Metrics")):
                seconds += metrics["Executor CPU Time"] / 1e9
                shuffled += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                spilled += metrics["Disk Bytes Spilled"]
    return seconds, shuffled, spilled


def main() -> None:
    """Print the figures of every size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, nargs="+", default=[1_000, 4_000])
    parser.add_argument("--partitions", type=int, default=2)
    options = parser.parse_args()
    lacking = [name for name in ("pyspark", "pyarrow", "pandas") if importlib.util.find_spec(name) is None]
    if lacking or shutil.which("java") is None:
        print("Spark is left out: it needs Java 17 and 'fullcourse[cohort,spark]'.")
        return
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    before: Figure | None = None
    with tempfile.TemporaryDirectory() as folder:
        for patients in options.patients:
            now = measured(patients, Path(folder), options.partitions)
            print(
                f"{patients:>9,} patients, {now.size / 1e6:,.0f} MB: {now.work:.1f} s of work ({now.jvm:.1f} in tasks "
                f"of Java), {now.shuffled / 1e6:,.1f} MB shuffled, {now.spilled / 1e6:,.1f} spilled, "
                f"{now.memory:.2f} GiB the largest Python"
            )
            if before is not None:
                more = (now.patients - before.patients) / 1_000
                print(
                    f"          each thousand more: {(now.work - before.work) / more:.2f} s of work, "
                    f"{(now.shuffled - before.shuffled) / more / 1e6:.1f} MB shuffled, "
                    f"{(now.size - before.size) / more / 1e6:.1f} MB of lines"
                )
            before = now


if __name__ == "__main__":
    main()
