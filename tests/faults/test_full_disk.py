"""The disk is full, or fails: an error is told, nothing acknowledged is lost, and it goes on once there is room."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from effort import rounds
from fullcourse.adapters.store.durable import DurableStore, NotKept
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.errors import InputError
from postgres_server import PostgresServer
from store_events import NOW, numbered
from traced_disk import Disk, why_not

NO_DISK = pytest.mark.skipif(bool(why_not()), reason=why_not())
PATIENT = "patient"


def write_until_it_fails(store: DurableStore, first: int, each: int = 1) -> tuple[int, Exception]:
    """Append until an error comes; return the number of the first event that was not kept, and the error."""
    for number in range(first, first + 5000, each):
        try:
            store.append([numbered(PATIENT, number + place) for place in range(each)], NOW)
        except InputError as error:
            return number, error
    raise AssertionError("it never failed")


def assert_kept(store: DurableStore, numbers: range) -> None:
    there = [one.id for one in store.events(PATIENT)]
    assert there == [numbered(PATIENT, number).id for number in numbers]


@NO_DISK
def test_a_disk_that_is_full_at_any_byte_is_told_and_survived(tmp_path: Path):
    chance = random.Random(8)
    for turn in range(rounds(12, 200)):
        folder = tmp_path / f"{turn}"
        folder.mkdir()
        disk = Disk(folder)
        with disk.watched(), open_store(folder / "courses.db") as store:
            disk.room = disk.used() + chance.randrange(200_000)
            refused, error = write_until_it_fails(store, 0)
            assert isinstance(error, NotKept)
            assert "full" in str(error)
            assert_kept(store, range(refused))  # it can be read meanwhile
            disk.room = None
            store.append([numbered(PATIENT, refused)], NOW)
            assert_kept(store, range(refused + 1))
            assert store.verify().damaged == ()
            disk.room = disk.used()  # full again while it is closed
        with open_store(folder / "courses.db") as store:
            assert_kept(store, range(refused + 1))
        shutil.rmtree(folder)


@NO_DISK
def test_writes_and_syncs_that_fail_now_and_then_lose_nothing(tmp_path: Path):
    chance, disk = random.Random(9), Disk(tmp_path)
    kept: list[str] = []
    failed = 0
    with disk.watched(), open_store(tmp_path / "courses.db") as store:
        disk.fails = lambda action: chance.random() < (0.05 if action == "sync" else 0.01)
        for number in range(rounds(300, 3000)):
            one = numbered(PATIENT, number)
            for _ in range(20):
                try:
                    store.append([one], NOW)
                except InputError:
                    failed += 1
                else:
                    kept.append(one.id)
                    break
        disk.fails = lambda action: False
        assert failed > 10
        assert [one.id for one in store.events(PATIENT)] == kept
        assert store.verify().damaged == ()
    with open_store(tmp_path / "courses.db") as store:
        assert [one.id for one in store.events(PATIENT)] == kept


SMALL = """
import sys
from fullcourse.adapters.store.durable import NotKept
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.errors import InputError
from pathlib import Path
from store_events import NOW, numbered

folder = Path(sys.argv[1])
ballast = folder / "ballast"
ballast.write_bytes(bytes(300_000))
with open_store(folder / "courses.db") as store:
    number = 0
    try:
        while number < 5000:
            store.append([numbered("patient", number)], NOW)
            number += 1
    except NotKept as error:
        print("refused", error)
    ballast.unlink()
    store.append([numbered("patient", number)], NOW)
    assert [one.id for one in store.events("patient")] == [numbered("patient", it).id for it in range(number + 1)]
    assert store.verify().damaged == ()
with open_store(folder / "courses.db") as store:
    print("kept", len(store.events("patient")))
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not installed")
def test_a_small_real_disk_that_is_full_is_told_and_survived(tmp_path: Path):
    script = 'mount -t tmpfs -o size=1m small "$1" 2>/dev/null || { echo none; exit 0; }; exec "$2" -c "$3" "$1"'
    told = subprocess.run(  # noqa: S603 - our own words
        [str(shutil.which("unshare")), "-rm", "sh", "-c", script, "sh", tmp_path, sys.executable, SMALL],
        capture_output=True, text=True, check=False, env={"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    if told.stdout == "none\n" or "unshare" in told.stderr:
        pytest.skip("no file system can be mounted here")
    assert told.returncode == 0, told.stderr
    refused, kept = told.stdout.splitlines()
    assert "full" in refused
    assert int(kept.split()[1]) > 10


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit is not installed")
def test_a_postgresql_that_can_write_no_more_tells_it_and_goes_on(tmp_path: Path):
    server = PostgresServer()
    try:
        url = server.new_database()
        with open_store(url, key_file=tmp_path / "key") as store:
            store.append([numbered(PATIENT, 0)], NOW)
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute("CHECKPOINT")
        server.stop()
        server.start(file_size=1_100_000)  # its log is in files of 1 MiB; the table cannot grow beyond
        with open_store(url, key_file=tmp_path / "key") as store:
            refused, error = write_until_it_fails(store, 1, each=50)
            assert isinstance(error, NotKept)
            assert refused > 100
            assert_kept(store, range(refused))
            server.lift_file_size()
            store.append([numbered(PATIENT, refused)], NOW)
            assert_kept(store, range(refused + 1))
            assert store.verify().damaged == ()
    finally:
        server.remove()
