"""What does reading a register on a cluster cost, a thousand patients, and what goes over the network?

    python benchmarks/cohort_cluster.py [--patients 300 1000 3000] [--master local-cluster[2,1,1024]]

Real-shaped registers (``mixed``: 75 lines and 64 kB a patient) are read by ``fc.spark.facts`` in one application, the
smallest once beforehand, so that a start and Spark's own warming up enter nothing. Asserts that everybody has a row,
then prints the processor time of all processes, the bytes that were shuffled, the most memory of one
Python process, and the slope from one size to the next.
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from cohort_spark import work_and_memory
from real_shaped_register import AT, Patients, generate


def main() -> None:
    """Submit this very file, or be what was submitted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, nargs="+", default=[300, 1_000, 3_000])
    parser.add_argument("--master", default="local-cluster[2,1,1024]")
    parser.add_argument("--registers", type=Path)
    options = parser.parse_args()
    lacking = [name for name in ("pyspark", "pyarrow", "pandas") if importlib.util.find_spec(name) is None]
    if lacking or shutil.which("java") is None:
        print("Spark is left out: it needs Java 17 and 'fullcourse[cohort,spark]'.")
        return
    if options.registers:
        measure(options.registers, options.patients)
        return
    with tempfile.TemporaryDirectory() as folder:
        for patients in options.patients:
            generate(Patients("mixed"), patients, Path(folder) / str(patients))
        submit(Path(folder), options.master, options.patients)


def submit(folder: Path, master: str, patients: list[int]) -> None:
    """Run this file on a cluster whose workers keep their folders apart from the Spark that is installed."""
    import pyspark

    home = folder / "home"
    home.mkdir()
    for part in ("bin", "jars"):
        (home / part).symlink_to(Path(pyspark.__path__[0]) / part)
    settings = {
        "spark.ui.enabled": "false", "spark.log.level": "ERROR", "spark.local.dir": str(home / "local"),
        "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.sql.shuffle.partitions": "2",
    }  # fmt: skip
    command = [str(home / "bin" / "spark-submit"), "--master", master]
    command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    command += [__file__, "--registers", str(folder), "--patients", *map(str, patients)]
    environment = {**os.environ, "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable}
    environment |= {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "SPARK_LOCAL_IP": "127.0.0.1"}
    subprocess.run(command, env=environment, check=True)  # noqa: S603 - our own command


def measure(folder: Path, sizes: list[int]) -> None:
    """Read registers one after another, and print what each took."""
    from pyspark.sql import SparkSession

    spark: Any = SparkSession.builder.getOrCreate()
    top = os.getppid()  # Spark's own machine, which started this process and all others
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    before: tuple[int, float, int] | None = None
    for number, patients in enumerate([sizes[0], *sizes]):
        register = folder / str(patients)
        work, shuffled = work_and_memory(top)[0], shuffled_bytes(spark)
        read(spark, register, patients)
        work, shuffled = work_and_memory(top)[0] - work, shuffled_bytes(spark) - shuffled
        size = sum(path.stat().st_size for path in register.iterdir())
        print(
            f"{patients:>9,} patients{'' if number else ' (to warm up)'}, {size / 1e6:,.0f} MB: {work:.1f} s of work, "
            f"{shuffled / 1e6:,.1f} MB shuffled, {largest_python(top):.2f} GiB the largest Python",
            flush=True,
        )
        if before is not None and patients > before[0]:
            more = (patients - before[0]) / 1_000
            print(f"          each thousand more: {(work - before[1]) / more:.2f} s of work, "
                  f"{(shuffled - before[2]) / more / 1e6:.1f} MB shuffled", flush=True)  # fmt: skip
        if number:
            before = patients, work, shuffled
    spark.stop()


def read(spark: Any, register: Path, patients: int) -> None:
    """Read a register into facts, and look that everybody has a row."""
    import fullcourse as fc

    made: Any = fc.spark.facts(spark, str(register), at=AT, partitions=2)
    assert made.patients == sum(table.num_rows for table in made.tables()) == patients
    made.release()


def shuffled_bytes(spark: Any) -> int:
    """Return how many bytes all executors wrote for others so far."""
    executors = spark.sparkContext._jsc.sc().statusStore().executorList(False)
    return sum(int(executors.apply(number).totalShuffleWrite()) for number in range(executors.size()))


def largest_python(parent: int) -> float:
    """Return the most resident memory that one Python process below a process has had, GiB."""
    largest, waiting = 0.0, [parent]
    while waiting:
        one = Path(f"/proc/{waiting.pop()}")
        try:
            if "python" in (one / "exe").readlink().name:
                status = dict(line.split(":", 1) for line in (one / "status").read_text().splitlines())
                largest = max(largest, int(status["VmHWM"].split()[0]) / 1024**2)
            for thread in (one / "task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
        except (OSError, IndexError, KeyError):
            continue
    return largest


if __name__ == "__main__":
    main()
