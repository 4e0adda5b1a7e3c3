"""How many events a second a store on SQLite keeps, and how soon each is answered; the bare driver beside it.

The bare driver has the same thread, the same queue and the same batches, the same settings, tables and statements: one
row for an event, and the patient's row once a batch. It is handed rows that are ready: what it lacks is what the store
adds (JSON, its check, encryption, the chain). ``--scale`` fills a store and opens courses of it.
Rounds take turns, so that what else runs on the machine falls on both. The share is by CPU time: how many events the
store keeps for the CPU for which the bare driver keeps a hundred.
"""

import argparse
import os
import random
import secrets
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from course import event
from fullcourse.adapters.store.group_commit import GroupCommit
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DoseTaken
from timing import line, yardstick

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
GOAL_A_SECOND, GOAL_P99_MS, GOAL_SHARE = 10_000, 20.0, 0.8


class Bare:
    """The journal of the bare driver: rows come ready."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self.touched: dict[object, tuple[object, ...]] = {}

    def open(self) -> None:
        self.connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=0"):
            self.connection.execute(f"PRAGMA {setting}")
        self.cursor = self.connection.cursor()

    def begin(self) -> None:
        self.cursor.execute("BEGIN IMMEDIATE")

    def add(self, row: tuple[object, ...]) -> None:
        self.cursor.execute("INSERT INTO course_event VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self.touched[row[0]] = row
        self.rows += 1

    def commit(self) -> None:
        for row in self.touched.values():
            head = (row[2], row[6], 0, row[5], row[3], None, row[6], row[0])
            self.cursor.execute(
                "UPDATE course_patient SET last_seq=?, last_hash=?, aside_seq=?, aside_hash=?, received_us=?, "
                "erased_us=?, check_hash=? WHERE patient_id=?",
                head,
            )
        self.touched.clear()
        self.cursor.execute("COMMIT")

    def undo(self) -> None:
        self.cursor.execute("ROLLBACK")

    def rest(self) -> None:
        if self.rows >= 400:
            self.cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self.rows = 0

    def close(self) -> None:
        self.connection.close()


class Round(NamedTuple):
    """What clients saw: calls a second, how long each took in order, CPU of each; seconds."""

    a_second: float
    waits: list[float]
    cpu: float

    @property
    def p99_ms(self) -> float:
        return self.waits[int(len(self.waits) * 0.99)] * 1e3


def clients(count: int, seconds: float, call: Callable[[int], None]) -> Round:
    """Have threads call for some time."""
    took: list[list[float]] = [[] for _ in range(count)]
    until = time.perf_counter() + seconds

    def client(own: int) -> None:
        while (begun := time.perf_counter()) < until:
            call(own)
            took[own].append(time.perf_counter() - begun)

    threads = [threading.Thread(target=client, args=(own,)) for own in range(count)]
    begun, at_work = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waits = sorted(wait for own in took for wait in own)
    return Round(len(waits) / (time.perf_counter() - begun), waits, (time.process_time() - at_work) / len(waits))


def dose(own: int, number: int) -> Event:
    return replace(event(number, DoseTaken("cycloserine", 250.0, "slot-1234"), NOW), patient=f"patient-{own}")


def store_round(folder: Path, count: int, seconds: float, made: list[list[Event]]) -> Round:
    with open_store(folder / "store.db") as store:
        result = clients(count, seconds, lambda own: store.append([made[own].pop()], NOW))
        kept = sum(len(store.events(f"patient-{own}")) for own in range(count))
        assert kept == len(result.waits)
    return result


def bare_round(folder: Path, count: int, seconds: float, rows: list[list[tuple[object, ...]]]) -> Round:
    open_store(folder / "bare.db").close()  # the same tables
    journal = Bare(folder / "bare.db")
    group = GroupCommit(journal, "bare")
    with closing(sqlite3.connect(folder / "bare.db")) as making, making:
        for own in range(count):
            making.execute("INSERT INTO course_patient VALUES (?, 0, x'', 0, x'', 0, NULL, x'')", (f"patient-{own}",))
    result = clients(count, seconds, lambda own: group.do(partial(journal.add, rows[own].pop())))
    group.close()
    return result


def scale(folder: Path, patients: int, events: int) -> None:
    """Fill a store with courses of equal length by its own door, and open courses that nobody looked at before."""
    each, block = events // patients, 40
    begun = time.perf_counter()
    with open_store(folder / "scale.db") as store:
        for first in range(0, patients, block):
            made = [dose(own, own * each + place) for own in range(first, first + block) for place in range(each)]
            store.append(made, NOW)
        filled = time.perf_counter() - begun
        print(
            f"{patients:,} patients with {each} events each: filled at {patients * each / filled:,.0f} events a second"
        )
    size = (folder / "scale.db").stat().st_size
    print(f"{size / 2**30:.2f} GiB, {size / events:.0f} bytes an event")
    with open_store(folder / "scale.db") as store:
        chosen = random.Random(1).sample(range(patients), 300)  # noqa: S311 - whom, and no secret
        assert len(store.events(f"patient-{chosen.pop()}")) == each
        waits, worked = [], []
        for own in chosen:
            begun, at_work = time.perf_counter(), time.process_time()
            store.events(f"patient-{own}")
            waits.append(time.perf_counter() - begun)
            worked.append(time.process_time() - at_work)
    line("a course opens, median", statistics.median(waits), 15e-3)
    line("of which CPU", statistics.median(worked))
    line("a course opens, the slowest of a hundred", sorted(waits)[-3], 15e-3)


def said(what: str, seen: Round) -> None:
    p50, worst = (seen.waits[place] * 1e3 for place in (len(seen.waits) // 2, -1))
    print(
        f"{what:<12}{1e6 * seen.cpu:5.0f} us of CPU an event{seen.a_second:8,.0f} a second   p50 {p50:6.2f} ms   "
        f"p99 {seen.p99_ms:6.2f} ms   worst {worst:6.1f} ms"
    )


def main() -> None:
    settings = argparse.ArgumentParser(description=__doc__)
    settings.add_argument("--clients", type=int, default=32)
    settings.add_argument("--seconds", type=float, default=4.0)
    settings.add_argument("--rounds", type=int, default=3)
    settings.add_argument("--folder", type=Path, help="where the databases stand: a disk, not memory")
    settings.add_argument("--scale", type=int, metavar="PATIENTS", help="fill a store with 50 events for each instead")
    given = settings.parse_args()
    yardstick()
    if given.scale:
        with tempfile.TemporaryDirectory(dir=given.folder) as name:
            scale(Path(name), given.scale, 50 * given.scale)
        return
    most = int(given.seconds * 30_000 / given.clients) + 100
    pairs = []
    for _ in range(given.rounds):
        with tempfile.TemporaryDirectory(dir=given.folder) as name:
            folder = Path(name)
            rows = [
                [(f"patient-{own}", secrets.token_hex(18), place, 0, os.urandom(392), bytes(32), bytes(32))
                 for place in range(1, most)]
                for own in range(given.clients)
            ]  # fmt: skip
            bare = bare_round(folder, given.clients, given.seconds, rows)
            said("bare driver", bare)
            made = [[dose(own, own * most + place) for place in range(most)] for own in range(given.clients)]
            ours = store_round(folder, given.clients, given.seconds, made)
            said("store", ours)
            pairs.append((bare, ours))
    best = max(ours.a_second for _, ours in pairs)
    share = statistics.median(bare.cpu / ours.cpu for bare, ours in pairs)
    speed = statistics.median(ours.a_second / bare.a_second for bare, ours in pairs)
    p99 = statistics.median(ours.p99_ms for _, ours in pairs)
    print(f"{100 * speed:.0f} per cent of the bare driver's events a second, in the median of rounds")
    for what, met in (
        (f"{best:,.0f} a second at best, goal {GOAL_A_SECOND:,}", best >= GOAL_A_SECOND),
        (f"p99 {p99:.1f} ms, goal {GOAL_P99_MS:g}", p99 <= GOAL_P99_MS),
        (f"{100 * share:.0f} per cent of the bare driver by CPU, goal {100 * GOAL_SHARE:.0f}", share >= GOAL_SHARE),
    ):
        print(f"{what}: {'met' if met else 'MISSED'}")


if __name__ == "__main__":
    main()
