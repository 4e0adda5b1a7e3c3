"""What does installing cost, and what a first answer, cold?

    python benchmarks/install.py [--only-start] [--runs N] [--with-tests]

Makes a fresh copy of the tracked files of this checkout and runs ``make run`` in it: the time from nothing to the
first answer, with whatever the installer's own cache holds, and the MB of the environment that it makes (sums of the
sizes of files; a file linked twice counts once). With ``--with-tests`` it then installs what ``make test`` needs, which
takes minutes and more than a gigabyte. Then starts ``fullcourse --help``, ``fullcourse check`` and a bare interpreter
of the same environment in turns, each with a warm disk, and compares medians: a busy machine slows all three alike.
``--only-start`` leaves the installation out and measures the environment that runs this.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST_SECONDS, MOST_MB = 25.0, 150.0
MOST_TIMES = {"--help": 3.0, "check": 8.0}
MB = 1e6


def size_mb(folder: Path) -> float:
    """Return what the files of a folder take, MB; links are not followed, and a file counts once."""
    found = (path.lstat() for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return sum({(it.st_dev, it.st_ino): it.st_size for it in found}.values()) / MB


def fresh_copy(to: Path) -> Path:
    """Copy the tracked files, so that nothing that was built or installed before is there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S607
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def made(copy: Path, target: str) -> float:
    """Run a target of the Makefile, and return how long it took, seconds."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["FULLCOURSE_CACHE"] = str(copy / "cache")  # nobody has parsed the knowledge there before
    begun = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own Makefile
        ["make", target],  # noqa: S607
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - begun
    assert done.returncode == 0, done.stderr[-2000:]
    assert target != "run" or "PLAN" in done.stdout.upper(), "make run printed no plan"
    return took


def cold_medians(interpreter: Path, runs: int) -> dict[str, float]:
    """Return the median time of a bare interpreter, of ``--help`` and of ``check``, seconds, started in turns."""
    start = [str(interpreter), "-m", "fullcourse"]
    ready = str(ROOT / "src" / "fullcourse" / "examples" / "ready.toml")
    commands: dict[str, Sequence[str]] = {
        "bare": [str(interpreter), "-c", "pass"],
        "--help": [*start, "--help"],
        "check": [*start, "check", ready, "--drug", "cycloserine", "--at", "2026-12-01"],
    }
    expected = {"bare": "", "--help": "Usage:", "check": "CYCLOSERINE"}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name, command in commands.items():
            begun = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
            took = time.perf_counter() - begun
            assert expected[name] in done.stdout.replace("Cycloserine", "CYCLOSERINE")
            if number:  # the first of each warms the disk, and the parsed knowledge
                times[name].append(took)
    return {name: statistics.median(taken) for name, taken in times.items()}


def verdict(figure: float, limit: float) -> str:
    """Return the limit, and whether it is met."""
    return f"limit {limit:g}: {'met' if figure <= limit else 'MISSED'}"


def report_start(interpreter: Path, runs: int) -> None:
    """Print what cold starts take against a bare interpreter."""
    medians = cold_medians(interpreter, runs)
    bare = medians.pop("bare")
    print(f"bare interpreter: {bare * 1e3:.1f} ms, median of {runs}")
    for name, median in medians.items():
        times = median / bare
        print(f"fullcourse {name}: {median * 1e3:.1f} ms, {times:.1f} times, {verdict(times, MOST_TIMES[name])}")


def main() -> None:
    """Measure, and print each figure with its limit."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only-start", action="store_true", help="Install nothing.")
    options.add_argument("--with-tests", action="store_true", help="Install what the tests need too.")
    options.add_argument("--runs", type=int, default=15, help="Of each command.")
    asked = options.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} (above 2 a time says little)")
    if asked.only_start:
        report_start(Path(sys.executable), asked.runs)
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = fresh_copy(Path(folder))
        took = made(copy, "run")
        size = size_mb(copy / ".venv")
        print(f"make run from nothing: {took:.1f} s, {verdict(took, MOST_SECONDS)}")
        print(f"its environment: {size:.0f} MB, {verdict(size, MOST_MB)}")
        report_start(copy / ".venv" / "bin" / "python", asked.runs)
        if asked.with_tests:
            took = made(copy, ".venv/.ready")
            print(f"what the tests need beside it: {took:.1f} s; together {size_mb(copy / '.venv'):.0f} MB")


if __name__ == "__main__":
    main()
