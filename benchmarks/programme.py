"""How long is the report of a quarter over a store of courses, by the command; a bare scan of the events beside it.

The bare scan opens the same file with SQLite alone and reads every row of the events: it decrypts nothing and counts
nothing. The first report works out every course from its events; those after it read what was kept, and courses that
were added since. ``--store`` names a store that is there already, else one is filled: 100,000 courses of 40 events
take minutes.
"""

import argparse
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from fullcourse.adapters.store.opening import open_store
from made_up_courses import course_of
from timing import line, run_command, yardstick

NOW = datetime(2026, 10, 1, tzinfo=UTC)
GOAL_S = 10.0
ASKED = ("programme", "--quarter", "2026-Q3", "--at", "2026-10-01T00:00+00:00", "--format", "json")


def fill(path: Path, courses: int, events: int) -> None:
    with open_store(path) as store:
        for first in range(0, courses, 100):
            block = range(first, min(first + 100, courses))
            store.append([event for number in block for event in course_of(number, events)], NOW)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return how long a piece of work took, and its CPU, seconds."""
    begun, at_work = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - at_work


def bare_scan(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection, connection:
        rows = connection.execute("SELECT patient_id, id, seq, received_us, sealed, prev_hash, hash FROM course_event")
        return sum(1 for _ in rows)


def measure(path: Path) -> None:
    said: dict[str, str] = {}

    def report(name: str, *more: str) -> Callable[[], object]:
        return lambda: said.update({name: run_command([*ASKED, "--store", str(path), *more])})

    for summaries in path.parent.glob(f"{path.name}.summaries*"):
        summaries.unlink()
    scanned, scanned_cpu = timed(lambda: bare_scan(path))
    first, first_cpu = timed(report("first"))
    again, again_cpu = timed(report("again"))
    added = 100
    with open_store(path) as store:
        store.append([event for number in range(added) for event in course_of(10**7 + number)], NOW)
    after, after_cpu = timed(report("after"))
    courses = json.loads(said["first"])["read"]["courses"]
    assert said["first"] == said["again"], "a report from what was kept must be the same"
    assert json.loads(said["after"])["read"]["courses"] in (courses, courses + added)
    print(f"{courses:,} courses; CPU in brackets")
    line(f"a bare scan of the events ({scanned_cpu:.1f} s)", scanned)
    line(f"the first report, every course worked out ({first_cpu:.1f} s)", first)
    line(f"the report again ({again_cpu:.1f} s)", again, GOAL_S)
    line(f"after {added} courses were added ({after_cpu:.1f} s)", after, GOAL_S)
    print(f"again: {again_cpu / scanned_cpu:.2f} of the bare scan by CPU; the first: {first_cpu / scanned_cpu:.1f}")


def main() -> None:
    settings = argparse.ArgumentParser(description=__doc__)
    settings.add_argument("--courses", type=int, default=2_000)
    settings.add_argument("--events", type=int, default=40)
    settings.add_argument("--store", type=Path, help="a store that `fill` made before")
    given = settings.parse_args()
    yardstick()
    if given.store:
        measure(given.store)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "courses.db"
        took, _ = timed(lambda: fill(path, given.courses, given.events))
        line(f"{given.courses:,} courses of about {given.events} events filled", took)
        measure(path)


if __name__ == "__main__":
    main()
