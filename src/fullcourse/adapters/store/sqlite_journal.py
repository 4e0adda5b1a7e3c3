"""The one connection that writes to a store's SQLite file, and when its log is moved into the file."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Final, final

from fullcourse.adapters.store.contract import Appended
from fullcourse.adapters.store.keeping import Head, Keeper
from fullcourse.adapters.store.key_file import ring_of
from fullcourse.adapters.store.sealing import KeyRing
from fullcourse.adapters.store.sqlite_file import WRITER_SETTINGS, bring_up_to_date, connect
from fullcourse.adapters.store.statements import SQLITE, statements_for
from fullcourse.adapters.store.writing import Written
from fullcourse.clinical.errors import InputError

__all__ = ["SqliteJournal"]

_CHECKPOINT_PAGES: Final = 1000
_PAGES_EACH: Final = 3
"""An event changes about so many pages: its own, that of the index by seq, and that of its patient's row."""
_HEADS_KEPT: Final = 50_000


@final
class SqliteJournal:
    """The one connection that writes; only the writer's thread calls it (`group_commit.Journal`)."""

    def __init__(self, path: Path, key_file: Path) -> None:
        """Remember where; nothing is opened yet.

        Args:
            path: Of the database, which is there.
            key_file: Made for a new store.
        """
        self._path = path
        self._key_file = key_file
        self._connection: sqlite3.Connection | None = None
        self._heads: dict[str, Head] = {}
        self._touched: dict[str, Head] = {}
        self._pages = 0
        self._is_log_to_be_emptied = False
        self.keeper: Keeper

    def open(self) -> None:
        """Open the connection, and the first time bring the file up to date and make the keeper of its key."""
        connection = connect(self._path, "rwc")
        try:
            self._look_over(connection)
        except BaseException:
            connection.close()
            raise
        self._connection, self._cursor = connection, connection.cursor()

    def _look_over(self, connection: sqlite3.Connection) -> None:
        """Set a connection up, and make sure that the file is a store of ours whose key we have."""
        for setting in WRITER_SETTINGS:
            connection.execute(setting)
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            raise InputError(f"{self._path.name} stands where SQLite cannot keep a write-ahead log. Move it.")
        if not hasattr(self, "keeper"):
            bring_up_to_date(connection, self._path)
            self.keeper = Keeper(statements_for(SQLITE), self._ring(connection))

    def _ring(self, connection: sqlite3.Connection) -> KeyRing:
        sql = statements_for(SQLITE)
        row = connection.execute(sql.about, ("key",)).fetchone()
        somebody = connection.execute("SELECT 1 FROM course_patient LIMIT 1").fetchone()
        ring = ring_of(self._key_file, row and row[0], has_patients=somebody is not None)
        connection.execute(sql.add_about, ("key", ring.fingerprint))
        return ring

    def begin(self) -> None:
        """Begin a transaction, on a connection made anew where the last one was let go."""
        if self._connection is None:
            self.open()
        self._cursor.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Bring it to the disk; raises what SQLite raised, and then lets the connection go."""
        for head in self._touched.values():
            self.keeper.save(self._cursor, head)
        try:
            self._cursor.execute("COMMIT")
        except sqlite3.Error:
            self._let_go()  # after a sync that failed nothing is known of what this connection holds
            raise
        self._pages += len(self._touched) + 1
        self._touched.clear()

    def undo(self) -> None:
        """Take back what was not committed, and forget the heads that were worked out from it."""
        for patient in self._touched:
            self._heads.pop(patient, None)
        self._touched.clear()
        if self._connection is not None and self._connection.in_transaction:
            try:
                self._cursor.execute("ROLLBACK")
            except sqlite3.Error:
                self._let_go()

    def rest(self) -> None:
        """Move the log into the file when it has grown; what fails is tried again later."""
        if self._connection is None:
            return
        with contextlib.suppress(sqlite3.Error):
            if self._is_log_to_be_emptied:
                busy = self._cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                self._is_log_to_be_emptied = bool(busy)
            elif self._pages >= _CHECKPOINT_PAGES:
                self._cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                self._pages = 0

    def close(self) -> None:
        """Move the log into the file, and let go of it."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
            self._heads.clear()

    def take(self, written: list[Written], received_us: int) -> tuple[Appended, ...]:
        """Take the events of one call within the transaction."""
        became = []
        for one in written:
            patient = one.event.patient
            head = self._touched.get(patient)
            if head is None:
                head = self._touched[patient] = self._heads.get(patient) or self._held(patient)
            became.append(self.keeper.take(self._cursor, head, one, received_us))
        self._pages += (_PAGES_EACH - 1) * len(written)
        return tuple(became)

    def _held(self, patient: str) -> Head:
        if len(self._heads) >= _HEADS_KEPT:
            self._heads.clear()
        head = self._heads[patient] = self.keeper.hold(self._cursor, patient)
        return head

    def erase(self, patient: str, erased_us: int) -> None:
        """Destroy the key of a patient within the transaction; the log, which held it, is emptied at the next rest."""
        self._heads.pop(patient, None)
        if head := self._touched.pop(patient, None):
            self.keeper.save(self._cursor, head)
        self.keeper.erase(self._cursor, patient, erased_us)
        self._is_log_to_be_emptied = True
