"""A store of events in one SQLite file: for a clinic's laptop, up to about a district.

Write-ahead log, every commit synced, one writing connection in one thread, readers that cannot write, a lock against a
second program. The writer alone moves the log into the file.
"""

import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar, cast, final

from fullcourse.adapters.store.checking import check_courses, places_broken
from fullcourse.adapters.store.contract import Appended, AppendTold, SetAside
from fullcourse.adapters.store.counting import AppendedCount
from fullcourse.adapters.store.durable import (
    CourseHead,
    DamagedCourse,
    DurableStore,
    LastHeard,
    NotKept,
    StoreAway,
    StoreFigures,
    Verified,
)
from fullcourse.adapters.store.group_commit import GroupCommit
from fullcourse.adapters.store.keeping import Stored, instant_of, microseconds
from fullcourse.adapters.store.place import LockFile, refuse_network
from fullcourse.adapters.store.sqlite_faults import known_fault
from fullcourse.adapters.store.sqlite_file import connect, make_file
from fullcourse.adapters.store.sqlite_journal import SqliteJournal
from fullcourse.adapters.store.statements import SQLITE, statements_for
from fullcourse.adapters.store.writing import Written, write_down
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event

__all__ = ["SqliteStore"]

_Answer = TypeVar("_Answer")

_SHORT_CALL: Final = 8
"""Calls of so many events at most are written down by the writer's thread, longer ones by the caller's own."""


@final
class SqliteStore(DurableStore):
    """A store in a file."""

    appends_soon = True

    def __init__(self, path: Path, key_file: Path, wait_s: float = 0.0) -> None:
        """Open it; a file that is not there is made.

        Args:
            path: Of the database.
            key_file: Made for a new store.
            wait_s: For how long another program that has the store is waited for, seconds.

        Raises:
            InputError: The place or the file cannot be used, another program has it, or the key file is not its own.
        """
        self._path = path
        self._sql = statements_for(SQLITE)
        refuse_network(path)
        make_file(path)
        self._lock = LockFile(path, wait_s)
        self._readers: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._count = AppendedCount()
        try:
            self._journal = SqliteJournal(path, key_file)
            self._group = GroupCommit(self._journal, path.name)
        except BaseException as error:
            self._lock.release()
            if isinstance(error, sqlite3.DatabaseError | UnicodeError):
                raise InputError(f"{path.name} cannot be opened as a store: {error}.") from None
            raise
        self._keeper = self._journal.keeper
        there = path.stat()
        self._file = there.st_dev, there.st_ino

    def append(self, events: Iterable[Event], received_at: datetime) -> tuple[Appended, ...]:
        """Take events; answers after the commit that holds them was brought to the disk."""
        received_us = microseconds(received_at)
        listed = list(events)
        if not listed:
            return ()
        if len(listed) > _SHORT_CALL:
            written = write_down(listed)
            became = self._do(lambda: self._journal.take(written, received_us))
        else:
            short: list[Written] = []
            became = self._do(lambda: self._journal.take(short, received_us), lambda: short.extend(write_down(listed)))
        self._count.add(became)
        return became

    def append_soon(self, events: Iterable[Event], received_at: datetime, told: AppendTold) -> None:
        """Take events, and tell what became of them after the commit that holds them was brought to the disk."""
        try:
            received_us = microseconds(received_at)
            listed = list(events)
            if not listed:
                told((), None)
                return
            written: list[Written] = []
            self._group.do_soon(
                lambda: self._journal.take(written, received_us),
                lambda became, error: self._tell(told, became, error),
                lambda: written.extend(write_down(listed)),
            )
        except InputError as error:
            told(None, error)

    def _tell(self, told: AppendTold, became: tuple[Appended, ...] | None, error: BaseException | None) -> None:
        if became is not None:
            self._count.add(became)
        told(became, self._not_kept(error) if isinstance(error, sqlite3.Error) else error)

    def ask(self) -> None:
        """Ask whether the file is there, is the one that was opened, and is read."""
        try:
            there = self._path.stat()
            if (there.st_dev, there.st_ino) != self._file:
                raise StoreAway(f"{self._path.name} is another file than the one that was opened. Start again.")
            with self._reading() as connection:
                connection.execute("SELECT 1 FROM store_about LIMIT 1").fetchone()
        except (OSError, sqlite3.Error) as error:
            raise StoreAway(f"{self._path.name} cannot be read ({type(error).__name__}).") from None

    def figures(self) -> StoreFigures:
        """Return what was done since it was opened."""
        return self._count.figures(self._group.waiting())

    def _do(self, work: Callable[[], _Answer], prepare: Callable[[], object] | None = None) -> _Answer:
        try:
            return self._group.do(work, prepare)
        except sqlite3.Error as error:
            raise self._not_kept(error) from None

    def _not_kept(self, error: sqlite3.Error) -> NotKept:
        return NotKept(
            f"{self._path.name} could not bring it to the disk ({error}). Nothing of the call counts as kept: make "
            "room or mend the disk, and send the same again."
        )

    def events(self, patient: str) -> tuple[Event, ...]:
        """Return the events of a patient; raises for a course that is erased or damaged."""
        return self._keeper.events(patient, self._stored(patient))

    def events_beside_doses(self, patient: str) -> tuple[Event, ...]:
        """Return the events of a patient without those on doses; raises as `events` does."""
        return self._keeper.events_beside_doses(patient, self._stored(patient))

    def set_aside(self, patient: str) -> tuple[SetAside, ...]:
        """Return the events of a patient whose id was taken; raises as `events` does."""
        return self._keeper.set_aside(patient, self._stored(patient))

    def _stored(self, patient: str) -> Stored:
        try:
            with self._reading() as connection:
                return self._keeper.stored(connection.cursor(), patient)
        except (sqlite3.Error, UnicodeError) as error:
            raise DamagedCourse(patient, (f"it cannot be read ({error})",)) from None

    def patients(self) -> Iterator[str]:
        """Yield every patient with an event who is not erased."""
        return (str(row[0]) for row in self._listed(self._sql.patients))

    def unheard_since(self, before: datetime) -> Iterator[LastHeard]:
        """Yield the patients of whom nothing was received since a moment."""
        for patient, received_us in self._listed(self._sql.unheard, microseconds(before)):
            yield LastHeard(str(patient), instant_of(int(cast("int", received_us))))

    def heads(self) -> Iterator[CourseHead]:
        """Yield where every course ends."""
        return (self._keeper.course_head(row) for row in self._listed(self._sql.heads))

    def head(self, patient: str) -> CourseHead | None:
        """Return where the course of a patient ends."""
        with self._reading() as connection:
            return self._keeper.head_of(connection.cursor(), patient)

    def changed_since(self, moment: datetime) -> Iterator[CourseHead]:
        """Yield where the courses end that received anything, or were erased, since a moment."""
        since_us = microseconds(moment)
        return (self._keeper.course_head(row) for row in self._listed(self._sql.changed, since_us, since_us))

    @property
    def summaries_place(self) -> Path:
        """Return the file in which what was worked out of courses may be kept."""
        return self._path.with_name(f"{self._path.name}.summaries")

    def erase(self, patient: str, now: datetime) -> None:
        """Destroy the key of a patient, and overwrite it in the file."""
        erased_us = microseconds(now)
        self._do(lambda: self._journal.erase(patient, erased_us))
        self._do(lambda: None)  # answered after the writer has emptied the log, which held the key too

    def verify(self) -> Verified:
        """Check every patient, and the file."""
        listings = ((str(row[0]) for row in self._pages(listing)) for listing in self._sql.every_patient)
        engine = f"SQLite {sqlite3.sqlite_version}"
        found = check_courses(listings, self._look, sqlite3.Error, self._check_file, engine)
        return replace(found, engine_fault=known_fault(sqlite3.sqlite_version_info))

    def _look(self, patient: str) -> tuple[Stored, tuple[str, ...]]:
        with self._reading() as connection:
            cursor = connection.cursor()
            stored = self._keeper.stored(cursor, patient)
            broken = places_broken(cursor, self._sql, patient, stored)
        if not stored.broken and (shut := self._keeper.unreadable(stored)):
            broken = (*broken, shut)
        return stored, broken

    def _check_file(self) -> tuple[str, ...]:
        try:
            with self._reading() as connection:
                said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
        except sqlite3.Error as error:
            said = [str(error)]
        return tuple(f"the file: {line}" for line in said if line != "ok")

    def close(self) -> None:
        """Finish what was begun, move the log into the file, let go of it."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._close_readers()
        self._group.close()
        self._lock.release()

    def _close_readers(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._readers.get_nowait().close()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that cannot write, in one snapshot."""
        if self._closed.is_set():
            raise StoreAway(f"{self._path.name} is closed. Open it again.")
        try:
            connection = self._readers.get_nowait()
        except queue.Empty:
            connection = connect(self._path, "ro")
            connection.execute("PRAGMA cell_size_check=ON")
        try:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        self._readers.put(connection)
        if self._closed.is_set():  # it was closed meanwhile
            self._close_readers()

    def _listed(self, statement: str, *before: object) -> Iterator[Sequence[object]]:
        try:
            yield from self._pages(statement, *before)
        except (sqlite3.Error, UnicodeError) as error:
            raise InputError(
                f"the list of patients cannot be read to its end ({error}): see 'course verify'."
            ) from None

    def _pages(self, statement: str, *before: object) -> Iterator[Sequence[object]]:
        """Yield the rows of a listing by pages, so that a long one holds no snapshot."""
        after = ""
        while True:
            with self._reading() as connection:
                page = connection.execute(statement, (*before, after)).fetchall()
            yield from page
            if not page:
                return
            after = page[-1][0]
