"""A copy of a store while it is written to, and a store made of a copy.

The copy is made by SQLite's own way, in one snapshot that is taken after the call began: whatever was acknowledged
before is in it. To copy the file itself while a program writes loses what stands in the log beside it.

A backup is an SQLite file. It holds events and patients' keys encrypted, and never the key file, without which nobody
reads it. A course that is erased later can still be read from an older backup by whoever has the key file: backups have
to be thrown away by the same policy, and after a restore those who were erased since are erased again.
"""

import contextlib
import hashlib
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from fullcourse.adapters.exchange.whole_file import put_in_place
from fullcourse.adapters.store.durable import StoredBroken, Verified
from fullcourse.adapters.store.sqlite import SqliteStore
from fullcourse.clinical.errors import InputError

__all__ = ["Backup", "back_up", "back_up_beside", "restore", "restore_beside"]

_HEADS: Final = "backup_heads"
_MADE_AT: Final = "backup_at"
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
_COMPANIONS: Final = (".access", ".cds")
"""Files of their own beside a store: accounts with their audit, and feedback on cards."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What was backed up or restored.

    Attributes:
        patients: How many are in it, those erased among them.
        events: How many events, those set aside among them.
        erased: How many of the patients are erased.
        heads: SHA-256 over where every patient's chains end.
        made_at: When the backup was made.
        damaged: Courses that are damaged in it; empty for a backup that was only made: see `restore`.
    """

    patients: int
    events: int
    erased: int
    heads: str
    made_at: datetime
    damaged: tuple[StoredBroken, ...] = ()


def back_up(store: Path, out: Path, now: datetime) -> Backup:
    """Copy a store into a file that is not there yet, also while another program writes to the store.

    Raises:
        InputError: There is no such store, the file is there, or cannot be written whole.
    """
    _refuse_taken(out)
    if not store.is_file():
        raise InputError(f"{store.name} is no store in a file: there is none. Check --store.")
    part = out.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with _told(store.name), closing(_connect(store, "rw")) as source:
            source.execute("PRAGMA query_only=ON")
            _refuse_foreign(source, store.name)
            part.touch(0o600, exist_ok=False)
            with closing(_connect(part, "rw")) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
                copy.execute("PRAGMA synchronous=FULL")
                made = _counted(copy, now)
                rows = [(_HEADS, made.heads), (_MADE_AT, now.isoformat())]
                copy.executemany("INSERT OR REPLACE INTO store_about (name, value) VALUES (?, ?)", rows)
                _refuse_torn(copy, store.name)
        put_in_place(part, out)
    finally:
        _remove(part)
    return made


def restore(backup: Path, store: Path, key_file: Path, *, with_damaged: bool = False) -> Backup:
    """Make a store of a backup, after every chain was checked and its ends were compared with those of the backup.

    Args:
        backup: As `back_up` wrote it.
        store: Where the store is to stand; nothing may be there.
        key_file: Of the store that was backed up.
        with_damaged: Whether to go on where courses are damaged: they are named, and nothing is worked out from them.

    Raises:
        InputError: Something stands there, the backup is not whole, or the key file is not its own.
    """
    for beside in _BESIDE:
        _refuse_taken(store.with_name(store.name + beside))
    if not key_file.is_file():
        raise InputError(
            f"the key file {key_file.name} is not there, and without it no course of the backup can be read. It is "
            "never in a backup: put it there, or name it with FULLCOURSE_KEY_FILE."
        )
    if not backup.is_file():
        raise InputError(f"{backup.name} is no backup: there is no such file.")
    folder = store.parent / f".{secrets.token_hex(8)}.restore"
    try:
        folder.mkdir(0o700, parents=True)
        part = folder / store.name
        with _told(backup.name):
            made = _copied(backup, part)
            verified = _verified(part, key_file)
        _judge(verified, backup.name, with_damaged=with_damaged)
        put_in_place(part, store)
    except OSError as error:
        raise InputError(f"{store.name} cannot be made ({error.strerror}). Nothing of it stays.") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Backup(made.patients, made.events, made.erased, made.heads, made.made_at, verified.damaged)


def back_up_beside(store: Path, out: Path) -> tuple[Path, ...]:
    """Copy the files of accounts and of feedback that a service keeps beside a store, each beside its backup.

    Returns:
        The copies; none where no service ever ran over the store.

    Raises:
        InputError: One is there already, or cannot be copied whole.
    """
    return _each_companion(store, out)


def restore_beside(backup: Path, store: Path) -> tuple[Path, ...]:
    """Put the copies that stand beside a backup beside the store that was made of it; see `back_up_beside`."""
    return _each_companion(backup, store)


def _each_companion(source: Path, target: Path) -> tuple[Path, ...]:
    made = []
    for ending in _COMPANIONS:
        there, out = source.with_name(source.name + ending), target.with_name(target.name + ending)
        if not there.is_file():
            continue
        _refuse_taken(out)
        part = out.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with _told(there.name), closing(_connect(there, "rw")) as opened:
                opened.execute("PRAGMA query_only=ON")
                part.touch(0o600, exist_ok=False)
                with closing(_connect(part, "rw")) as copy:
                    opened.backup(copy)
                    copy.execute("PRAGMA journal_mode=DELETE")
                    copy.execute("PRAGMA synchronous=FULL")
                    _refuse_torn(copy, there.name)
            put_in_place(part, out)
        finally:
            _remove(part)
        made.append(out)
    return tuple(made)


def _copied(backup: Path, part: Path) -> Backup:
    """Copy a backup, and hold where its chains end against what it says of itself."""
    with closing(_connect(backup, "ro")) as source:
        _refuse_foreign(source, backup.name)
        part.touch(0o600, exist_ok=False)
        with closing(_connect(part, "rw")) as copy:
            source.backup(copy)
            _refuse_torn(copy, backup.name)
            said = dict(copy.execute("SELECT name, value FROM store_about WHERE name IN (?, ?)", (_HEADS, _MADE_AT)))
            if said.keys() != {_HEADS, _MADE_AT}:
                raise InputError(f"{backup.name} is a store, and no backup of one. Make one with 'course backup'.")
            made = _counted(copy, datetime.fromisoformat(said[_MADE_AT]))
            if made.heads != said[_HEADS]:
                raise InputError(
                    f"the courses in {backup.name} do not end where they ended when it was made: it was altered or "
                    "damaged. Nothing was restored; use another backup."
                )
            copy.execute("DELETE FROM store_about WHERE name IN (?, ?)", (_HEADS, _MADE_AT))
            return made


def _verified(part: Path, key_file: Path) -> Verified:
    with SqliteStore(part, key_file) as opened:
        return opened.verify()


def _judge(verified: Verified, name: str, *, with_damaged: bool) -> None:
    if verified.store:
        raise InputError(f"{name} is damaged: {'; '.join(verified.store)[:300]}. Nothing was restored; use another.")
    if verified.damaged and not with_damaged:
        raise InputError(
            f"{len(verified.damaged)} of {verified.patients} courses in {name} are damaged. Nothing was restored; use "
            "another backup, or --with-damaged: the others then go on, and nothing is worked out from these."
        )


def _counted(connection: sqlite3.Connection, now: datetime) -> Backup:
    ends, patients, erased = hashlib.sha256(), 0, 0
    columns = "patient_id, last_seq, last_hash, aside_seq, aside_hash, erased_us"
    for row in connection.execute(f"SELECT {columns} FROM course_patient ORDER BY patient_id"):  # noqa: S608 - no text of a user
        ends.update(f"{row!r}\n".encode())
        patients += 1
        erased += row[5] is not None
    counts = "SELECT (SELECT count(*) FROM course_event) + (SELECT count(*) FROM course_set_aside)"
    (events,) = connection.execute(counts).fetchone()
    return Backup(patients, events, erased, ends.hexdigest(), now)


def _refuse_foreign(connection: sqlite3.Connection, name: str) -> None:
    tables = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"course_patient", "course_event", "course_set_aside", "store_about"} <= tables:
        raise InputError(f"{name} holds no courses: it is a database of something else.")


def _refuse_torn(connection: sqlite3.Connection, name: str) -> None:
    said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
    if said != ["ok"]:
        raise InputError(f"{name} is damaged: {'; '.join(said)[:300]}. Nothing was kept; see 'course verify'.")


def _refuse_taken(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise InputError(f"{path.name} is there already, and is not overwritten. Name another file.")


@contextlib.contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn what the database or the disk says into an error with the file's name."""
    try:
        yield
    except (sqlite3.Error, UnicodeError, ValueError) as error:
        raise InputError(f"{name} cannot be read as a store, or not be copied: {error}. Nothing was kept.") from None
    except OSError as error:
        raise InputError(f"the copy of {name} cannot be written ({error.strerror}). Nothing was kept.") from None


def _remove(part: Path) -> None:
    for beside in _BESIDE:
        with contextlib.suppress(OSError):
            part.with_name(part.name + beside).unlink(missing_ok=True)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=30.0)
