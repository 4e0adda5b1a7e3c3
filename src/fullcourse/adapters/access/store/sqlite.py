"""Access in a file of its own beside that of courses.

Not in the courses' file: that one has a single connection that writes, in its own thread, and a second one would
bring back what it avoids (writers that starve one another, and the fault of SQLite's log with two writers). With a file
of its own the audit of a thousand reads does not stand in the way of a dose that is written down, and a backup of
courses holds no passwords. The price: no transaction covers both, so whoever begins a course places it with its clinic
first.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar, final

from sqlalchemy import Connection, create_engine
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from fullcourse.adapters.access.store.database import Database
from fullcourse.adapters.store.durable import NotKept
from fullcourse.adapters.store.group_commit import GroupCommit
from fullcourse.adapters.store.place import LockFile, refuse_network
from fullcourse.adapters.store.sqlite_file import WRITER_SETTINGS, connect, make_file
from fullcourse.clinical.errors import InputError

__all__ = ["SqliteAccess", "SqliteReader"]

Answer = TypeVar("Answer")

_READERS: Final = 8
_CHECKPOINT_COMMITS: Final = 500


@final
class SqliteAccess(Database):
    """A file with one writer."""

    is_remote = False

    def __init__(self, path: Path, prepare: Callable[[Connection], None], wait_s: float = 0.0) -> None:
        """Open it; a file that is not there is made.

        Args:
            path: Of the file.
            prepare: Makes the tables, or brings them up to date, in a transaction.
            wait_s: For how long another program that has it is waited for, seconds.

        Raises:
            InputError: The place or the file cannot be used, or another program has it.
        """
        self._path = path
        refuse_network(path)
        make_file(path)
        self._lock = LockFile(path, wait_s)
        self._readers = create_engine(
            "sqlite://", creator=lambda: connect(path, "ro"), poolclass=QueuePool, pool_size=_READERS, max_overflow=8
        )
        listen(self._readers, "begin", lambda handed: handed.exec_driver_sql("BEGIN"))
        self._journal = _Journal(path, prepare)
        self._is_closed = False
        self._changes = 0
        self._counting = threading.Lock()
        try:
            self._group = GroupCommit(self._journal, path.name)
        except BaseException as error:
            self._lock.release()
            if isinstance(error, sqlite3.DatabaseError | DBAPIError | UnicodeError):
                raise InputError(f"{path.name} cannot be opened ({type(error).__name__}). Restore it.") from None
            raise

    def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """Return what work reads."""
        try:
            with self._readers.connect() as connection:
                return work(connection)
        except DBAPIError as error:
            raise NotKept(f"{self._path.name} cannot be read ({_kind(error)}). See 'audit verify'.") from None

    @property
    def changes(self) -> int:
        """Return how many writes there were that could have changed who may do what: no other program can write."""
        return self._changes

    def write(self, work: Callable[[Connection], Answer], *, is_beside_rights: bool = False) -> Answer:
        """Return what work answers once it is on the disk."""
        try:
            return self._group.do(lambda: work(self._journal.connection))
        except (sqlite3.Error, DBAPIError) as error:
            if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.IntegrityError):
                raise
            raise NotKept(f"{self._path.name} could not bring it to the disk ({_kind(error)}).") from None
        finally:
            if not is_beside_rights:  # counted even where it failed, and before anybody is told that it was done
                with self._counting:
                    self._changes += 1

    def close(self) -> None:
        """Let go of it."""
        if not self._is_closed:
            self._is_closed = True
            self._readers.dispose()
            self._group.close()
            self._lock.release()


@final
class SqliteReader(Database):
    """The same file for who only looks, also while a service writes to it."""

    is_remote = False

    def __init__(self, path: Path) -> None:
        """Take the file.

        Raises:
            InputError: There is none.
        """
        if not path.is_file():
            raise InputError(f"{path.name} is not there: nobody has signed in to a service over this store yet.")
        self._path = path
        self._readers = create_engine("sqlite://", creator=lambda: connect(path, "ro"), poolclass=QueuePool)
        listen(self._readers, "begin", lambda handed: handed.exec_driver_sql("BEGIN"))

    def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """Return what work reads."""
        try:
            with self._readers.connect() as connection:
                return work(connection)
        except DBAPIError as error:
            raise NotKept(f"{self._path.name} cannot be read ({_kind(error)}). Restore it from a backup.") from None

    def write(self, work: Callable[[Connection], Answer], *, is_beside_rights: bool = False) -> Answer:
        """Refuse: it was opened to be looked at."""
        raise NotKept(f"{self._path.name} was opened to be looked at.")

    def close(self) -> None:
        """Let go of it."""
        self._readers.dispose()


def _kind(error: Exception) -> str:
    """Return what is wrong without the statement and its values, which SQLAlchemy would repeat."""
    return str(error.orig) if isinstance(error, DBAPIError) else str(error)


@final
class _Journal:
    """The one connection that writes; only the writer's thread calls it."""

    def __init__(self, path: Path, prepare: Callable[[Connection], None]) -> None:
        self._path, self._prepare = path, prepare
        self._raw: sqlite3.Connection | None = None
        self._commits = 0
        self.connection: Connection

    def open(self) -> None:
        raw = connect(self._path, "rwc")
        try:
            for setting in WRITER_SETTINGS:
                raw.execute(setting)
            engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
            self.connection = engine.connect()
            raw.execute("BEGIN IMMEDIATE")
            self._prepare(self.connection)
            raw.execute("COMMIT")
        except BaseException:
            raw.close()  # what was begun is undone with it
            raise
        self._raw = raw

    def begin(self) -> None:
        if self._raw is None:
            self.open()
        self._database.execute("BEGIN IMMEDIATE")

    @property
    def _database(self) -> sqlite3.Connection:
        if self._raw is None:
            raise sqlite3.ProgrammingError("it is closed")
        return self._raw

    def commit(self) -> None:
        try:
            self._database.execute("COMMIT")
        except sqlite3.Error:
            self._let_go()  # after a sync that failed nothing is known of what this connection holds
            raise
        self._commits += 1

    def undo(self) -> None:
        if self._raw is not None and self._raw.in_transaction:
            try:
                self._raw.execute("ROLLBACK")
            except sqlite3.Error:
                self._let_go()

    def rest(self) -> None:
        if self._raw is not None and self._commits >= _CHECKPOINT_COMMITS:
            with contextlib.suppress(sqlite3.Error):
                self._raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                self._commits = 0

    def close(self) -> None:
        if self._raw is not None:
            with contextlib.suppress(sqlite3.Error):
                self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._let_go()

    def _let_go(self) -> None:
        if self._raw is not None:
            with contextlib.suppress(sqlite3.Error, DBAPIError):
                self.connection.close()
            with contextlib.suppress(sqlite3.Error):
                self._raw.close()
            self._raw = None
