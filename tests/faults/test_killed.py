"""The program, or the whole database server, is killed while eight clients write: what was acknowledged is there once.

With a program that acknowledges before it is done, and with a server that does not sync its commits, the same rounds
must find events missing.
"""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

import appending
from effort import rounds
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.errors import InputError
from postgres_server import PostgresServer
from store_events import numbered

IN_ALL = rounds(900, 20_000)
"""So many events are acknowledged in all rounds together, at least."""
KILLS = rounds(3, 60)
EACH = -(-IN_ALL // KILLS)


@dataclass
class Found:
    """What was there after the rounds.

    Attributes:
        acknowledged: Events that were acknowledged.
        lost: Those of them that were not there.
        twice: Events that were there more than once.
        unacknowledged: Events that are there and were never acknowledged: their sender sends them again.
        damaged: Patients whose chain is not whole, and what is wrong with the store.
    """

    acknowledged: int = 0
    lost: int = 0
    twice: int = 0
    unacknowledged: int = 0
    damaged: list[object] = field(default_factory=list)


class Writer:
    """The program that appends, in a process of its own."""

    def __init__(self, place: str, turn: int, *more: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, str(appending.__file__), place, str(turn), *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        assert self.process.stdout is not None
        self.lines = self.process.stdout

    def acknowledged(self, until: int, kill: Callable[[], None]) -> Iterator[tuple[int, str]]:
        """Yield what it acknowledged: so many lines, then the kill, then what it had still said."""
        for place, line in enumerate(self.lines):
            number, _, patient = line.strip().partition(" ")
            if line.endswith("\n"):
                yield int(number), patient
            if place == until:
                kill()
        self.process.kill()
        self.process.wait()
        if self.process.stderr is not None:
            self.complaint = self.process.stderr.read()
            self.process.stderr.close()
        self.lines.close()


def live(place: str, kills: int, kill: Callable[[Writer, int], None], least: int, *more: str) -> Found:
    """Write until at least so many events were acknowledged, kill, look, write on."""
    chance, found = random.Random(7), Found()
    promised: dict[str, set[str]] = {}
    for turn in range(kills):
        writer = Writer(place, turn, *more)
        said = list(writer.acknowledged(least + chance.randrange(least // 4 + 1), partial(kill, writer, turn)))
        assert len(said) >= least, writer.complaint
        found.acknowledged += len(said)
        for number, patient in said:
            promised.setdefault(patient, set()).add(numbered(patient, number).id)
        seen = promised if turn == kills - 1 else dict.fromkeys({patient for _, patient in said})
        with open_store(place, wait_s=10) as store:
            checked = store.verify()
            found.damaged += [*checked.damaged, *checked.store]
            for patient in seen:
                there = [one.id for one in store.events(patient)]
                found.twice += len(there) - len(set(there))
                found.lost += len(promised[patient] - set(there))
                if seen is promised:
                    found.unacknowledged += len(set(there) - promised[patient])
    return found


def kill_writer(writer: Writer, turn: int) -> None:
    writer.process.kill()


def assert_nothing_is_lost(found: Found) -> None:
    assert found.acknowledged >= IN_ALL
    assert (found.lost, found.twice, found.damaged) == (0, 0, [])
    assert found.unacknowledged <= KILLS * appending.THREADS * 3  # what was under way, at most


def test_sqlite_keeps_what_it_acknowledged_when_its_program_is_killed(tmp_path: Path):
    assert_nothing_is_lost(live(str(tmp_path / "courses.db"), KILLS, kill_writer, EACH))


def test_a_program_that_acknowledges_too_early_is_found(tmp_path: Path):
    found = live(str(tmp_path / "courses.db"), 3, kill_writer, 100, "early")
    assert found.lost > 0


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresServer]:
    monkeypatch.setenv("FULLCOURSE_KEY_FILE", str(tmp_path / "postgresql.key"))
    server = PostgresServer()
    yield server
    server.remove()


def test_postgresql_keeps_what_it_acknowledged_when_a_program_or_the_server_is_killed(server: PostgresServer):
    def kill(writer: Writer, turn: int) -> None:
        if turn % 2:
            writer.process.kill()
        else:
            server.kill()
            server.start()

    assert_nothing_is_lost(live(server.new_database(), KILLS, kill, EACH))
    assert server.log().count("database system was not properly shut down") >= KILLS // 2


def test_a_server_that_does_not_sync_its_commits_is_found(server: PostgresServer):
    place = server.new_database()
    server.stop()
    server.settings = ("synchronous_commit=off",)
    server.start()
    with pytest.raises(InputError, match="synchronous_commit = off"):
        open_store(place)

    def kill(writer: Writer, turn: int) -> None:
        server.kill()
        server.settings = ()
        server.start()

    found = live(place, 1, kill, 400, "careless")
    assert found.lost > 0
    assert (found.twice, found.damaged) == (0, [])
