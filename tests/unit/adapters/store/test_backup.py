"""A backup holds whatever was acknowledged before it began, and only a whole one becomes a store."""

import hashlib
import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carried import contradicted, dose, every_kind
from course_events import PATIENT
from fullcourse.adapters.exchange.carrying import log_of
from fullcourse.adapters.store.backup import back_up, restore
from fullcourse.adapters.store.sqlite import SqliteStore
from fullcourse.clinical.errors import InputError

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    with SqliteStore(path, tmp_path / "a.key") as opened:
        log = every_kind()
        opened.append([*log, contradicted(log[1])], NOW)
        opened.append([dose(patient=f"patient-{n:03d}") for n in range(40)], NOW)
        opened.erase("patient-007", NOW)
    return path


def restored(tmp_path: Path, **more: bool):
    return restore(tmp_path / "b.backup", tmp_path / "c.db", tmp_path / "a.key", **more)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_store_comes_back_the_same_with_what_was_set_aside_and_erased(store: Path, tmp_path: Path):
    made = back_up(store, tmp_path / "b.backup", NOW)
    assert (made.patients, made.events, made.erased) == (41, len(every_kind()) + 1 + 40, 1)
    came = restored(tmp_path)
    assert (came.heads, came.made_at, came.damaged) == (made.heads, NOW, ())
    key = tmp_path / "a.key"
    with SqliteStore(store, key) as old, SqliteStore(tmp_path / "c.db", key) as new:
        assert log_of(new, PATIENT) == log_of(old, PATIENT)
        assert list(new.patients()) == list(old.patients())
        assert new.verify() == old.verify()
        with pytest.raises(InputError, match="erased"):
            new.events("patient-007")
        new.append([dose()], NOW)


def test_every_event_acknowledged_before_it_began_is_there_while_writers_go_on(tmp_path: Path):
    path, key = tmp_path / "a.db", tmp_path / "a.key"
    acknowledged: list[str] = []
    stop = threading.Event()
    with SqliteStore(path, key) as opened:

        def write(number: int) -> None:
            while not stop.is_set():
                one = dose(patient=f"patient-{number}")
                opened.append([one], NOW)
                acknowledged.append(one.id)

        writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for writer in writers:
            writer.start()
        befores, sizes = [], []
        for round_ in range(8):
            wanted = len(acknowledged) + 60
            while len(acknowledged) < wanted:
                pass
            befores.append(list(acknowledged))
            sizes.append(back_up(path, tmp_path / f"{round_}.backup", NOW).events)
        grew = len(acknowledged) > len(befores[-1])
        stop.set()
        for writer in writers:
            writer.join()
    assert grew
    for round_, before in enumerate(befores):
        made = restore(tmp_path / f"{round_}.backup", tmp_path / f"r{round_}.db", key)
        with SqliteStore(tmp_path / f"r{round_}.db", key) as new:
            there = {event.id for patient in new.patients() for event in new.events(patient)}
        assert set(before) <= there
        assert len(there) == made.events == sizes[round_]


def test_what_a_log_beside_the_file_holds_is_in_the_backup_and_not_in_a_copy_of_the_file(tmp_path: Path):
    path, key = tmp_path / "a.db", tmp_path / "a.key"
    with SqliteStore(path, key) as opened:
        opened.append([dose() for _ in range(50)], NOW)
        shutil.copy(path, tmp_path / "copied.db")
        assert back_up(path, tmp_path / "b.backup", NOW).events == 50
    with closing(sqlite3.connect(tmp_path / "copied.db")) as copied, copied:
        tables = [row[0] for row in copied.execute("SELECT name FROM sqlite_master")]
        count = copied.execute("SELECT count(*) FROM course_event").fetchone()[0] if "course_event" in tables else 0
    assert count < 50


def test_a_backup_is_one_file_for_its_owner_alone_without_the_key_or_anything_readable(store: Path, tmp_path: Path):
    folder = tmp_path / "out"
    folder.mkdir()
    back_up(store, folder / "b.backup", NOW)
    assert names(folder) == ["b.backup"]
    assert (folder / "b.backup").stat().st_mode & 0o777 == 0o600
    data = (folder / "b.backup").read_bytes()
    assert b"cycloserine" not in data
    assert (tmp_path / "a.key").read_bytes().split()[1] not in data


def test_a_course_erased_after_the_backup_can_be_read_from_it_by_who_has_the_key(store: Path, tmp_path: Path):
    back_up(store, tmp_path / "b.backup", NOW)
    with SqliteStore(store, tmp_path / "a.key") as opened:
        opened.erase(PATIENT, NOW)
    restored(tmp_path)
    with SqliteStore(tmp_path / "c.db", tmp_path / "a.key") as new:
        assert new.events(PATIENT)
        new.erase(PATIENT, NOW)
        with pytest.raises(InputError, match="erased"):
            new.events(PATIENT)


def test_nothing_is_overwritten(store: Path, tmp_path: Path):
    back_up(store, tmp_path / "b.backup", NOW)
    before = hashlib.sha256(store.read_bytes()).hexdigest()
    with pytest.raises(InputError, match=r"a\.db is there already"):
        back_up(store, store, NOW)
    with pytest.raises(InputError, match=r"a\.db is there already"):
        restore(tmp_path / "b.backup", store, tmp_path / "a.key")
    (tmp_path / "c.db-wal").write_bytes(b"of another store")
    with pytest.raises(InputError, match=r"c\.db-wal is there already"):
        restored(tmp_path)
    assert hashlib.sha256(store.read_bytes()).hexdigest() == before
    assert not (tmp_path / "c.db").exists()


def test_what_is_no_backup_is_refused_and_leaves_nothing(store: Path, tmp_path: Path):
    (tmp_path / "b.backup").write_bytes(b"%PDF")
    with pytest.raises(InputError, match="cannot be read as a store"):
        restored(tmp_path)
    (tmp_path / "b.backup").unlink()
    with pytest.raises(InputError, match="no such file"):
        restored(tmp_path)
    sqlite3.connect(tmp_path / "b.backup").execute("CREATE TABLE other (x)").connection.close()
    with pytest.raises(InputError, match="something else"):
        restored(tmp_path)
    (tmp_path / "b.backup").unlink()
    shutil.copy(store, tmp_path / "b.backup")
    with pytest.raises(InputError, match="no backup of one"):
        restored(tmp_path)
    assert [name for name in names(tmp_path) if name.startswith((".", "c.db"))] == []
    with pytest.raises(InputError, match="there is none"):
        back_up(tmp_path / "none.db", tmp_path / "x", NOW)
    with pytest.raises(InputError, match="cannot be written"):
        back_up(store, tmp_path / "none" / "x", NOW)


def test_without_its_own_key_file_nothing_is_restored(store: Path, tmp_path: Path):
    back_up(store, tmp_path / "b.backup", NOW)
    with pytest.raises(InputError, match=r"no\.key is not there"):
        restore(tmp_path / "b.backup", tmp_path / "c.db", tmp_path / "no.key")
    SqliteStore(tmp_path / "z.db", tmp_path / "z.key").close()
    with pytest.raises(InputError, match="belongs to another store"):
        restore(tmp_path / "b.backup", tmp_path / "c.db", tmp_path / "z.key")
    assert not (tmp_path / "c.db").exists()


def test_a_course_cut_off_at_its_end_is_found_by_where_it_ended(store: Path, tmp_path: Path):
    back_up(store, tmp_path / "b.backup", NOW)
    with closing(sqlite3.connect(tmp_path / "b.backup")) as damaged, damaged:
        damaged.execute("DELETE FROM course_event WHERE patient_id = 'patient-001'")
        damaged.execute("DELETE FROM course_key WHERE patient_id = 'patient-001'")
        damaged.execute("DELETE FROM course_patient WHERE patient_id = 'patient-001'")
    with pytest.raises(InputError, match="do not end where they ended"):
        restored(tmp_path)


def test_a_damaged_course_is_named_and_the_others_can_go_on(store: Path, tmp_path: Path):
    back_up(store, tmp_path / "b.backup", NOW)
    with closing(sqlite3.connect(tmp_path / "b.backup")) as damaged, damaged:
        damaged.execute("UPDATE course_event SET sealed = zeroblob(80) WHERE patient_id = 'patient-001'")
    damaged.close()
    with pytest.raises(InputError, match="1 of 41 courses"):
        restored(tmp_path)
    assert not (tmp_path / "c.db").exists()
    came = restored(tmp_path, with_damaged=True)
    assert [it.patient for it in came.damaged] == ["patient-001"]
    with SqliteStore(tmp_path / "c.db", tmp_path / "a.key") as new:
        assert new.events("patient-002")
        with pytest.raises(InputError, match="damaged"):
            new.events("patient-001")


@pytest.mark.parametrize("cut", [1, 100, 4096, 20_000])
def test_a_truncated_backup_is_refused(store: Path, tmp_path: Path, cut: int):
    back_up(store, tmp_path / "b.backup", NOW)
    (tmp_path / "b.backup").write_bytes((tmp_path / "b.backup").read_bytes()[:-cut])
    with pytest.raises(InputError):
        restored(tmp_path)
    assert not (tmp_path / "c.db").exists()
