"""A store of events in a PostgreSQL database: for several programs and machines at once.

One patient a transaction, whose row is locked while events are added. The server's own settings decide whether what is
acknowledged outlasts a power cut, so they are looked at first and refused where it would not.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar, cast, final

import psycopg
from psycopg import IsolationLevel, conninfo
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from fullcourse.adapters.store.checking import check_courses, places_broken
from fullcourse.adapters.store.contract import Appended, SetAside
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
from fullcourse.adapters.store.keeping import Keeper, Stored, instant_of, microseconds
from fullcourse.adapters.store.key_file import ring_of
from fullcourse.adapters.store.migrate import EDITION, move_to
from fullcourse.adapters.store.statements import POSTGRESQL, statements_for
from fullcourse.adapters.store.writing import Written, write_down
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event

__all__ = ["PostgresqlStore"]

_Answer = TypeVar("_Answer")
_Connection = psycopg.Connection[tuple[object, ...]]

_NEEDED: Final = ("fsync", "full_page_writes", "synchronous_commit")
_SYNCED: Final = frozenset(("on", "remote_write", "remote_apply", "local"))
"""Values with which a commit is on the server's own disk when it returns."""
_TIMEOUTS: Final = {
    "idle_in_transaction_session_timeout": "30s",
    "statement_timeout": "5s",
    "lock_timeout": "2s",
}
_PATIENCE: Final = {"connect_timeout": "5", "tcp_user_timeout": "10000", "keepalives_idle": "15"}
"""For so long a server that says nothing is waited for (s, ms, s), where the address does not say otherwise."""
_AGAIN: Final = frozenset(("40001", "40P01", "55P03"))
"""Serialization failure, deadlock, lock not available: the transaction was undone, and is tried again as it was."""
_LOST: Final = ("08", "57P")
"""The connection was lost, or the server ends or begins: another connection may do."""
_DISK: Final = "58"
"""The server says that its disk does not give what it holds."""
_TRIES: Final = 8
_TRIES_LOST: Final = 3
_IDLE_S: Final = 1.0
"""A connection that was not used for so long is tried before it is lent: the server may have been started anew."""
_PAUSE_S: Final = 0.01
_CONNECTIONS: Final = 8


@final
class PostgresqlStore(DurableStore):
    """A store in a database server."""

    def __init__(self, address: str, key_file: Path) -> None:
        """Open it; tables that are not there are made.

        Args:
            address: ``postgresql://...``
            key_file: Made for a new store.

        Raises:
            InputError: The server cannot be reached, would lose what it acknowledged, or the key file is not its own.
        """
        self._address, self._key_file = address, key_file
        self._sql = statements_for(POSTGRESQL)
        self._pool = _Pool(address)
        self._count = AppendedCount()
        try:
            with self._pool.lent() as connection:
                _refuse_careless(connection)
                self.engine = f"PostgreSQL {connection.info.server_version // 10000}"
            _bring_up_to_date(address)
            with self._pool.lent() as connection:
                self._keeper = self._keeper_of(connection, key_file)
        except psycopg.Error as error:
            self._pool.close()
            raise InputError(f"the PostgreSQL store cannot be opened: {_said(error)}.") from None
        except BaseException:
            self._pool.close()
            raise

    def _keeper_of(self, connection: _Connection, key_file: Path) -> Keeper:
        with connection.transaction(), connection.cursor() as cursor:
            kept = cursor.execute(self._sql.about, ("key",)).fetchone()
            somebody = cursor.execute("SELECT 1 FROM course_patient LIMIT 1").fetchone()
            ring = ring_of(key_file, str(kept[0]) if kept else None, has_patients=somebody is not None)
            cursor.execute(self._sql.add_about, ("key", ring.fingerprint))
            now = cursor.execute(self._sql.about, ("key",)).fetchone()
            if now is None or now[0] != ring.fingerprint:
                raise InputError("another program made this store just now with another key file. Open it again.")
        return Keeper(self._sql, ring)

    def append(self, events: Iterable[Event], received_at: datetime) -> tuple[Appended, ...]:
        """Take events, one patient a transaction; answers when all are on the server's disk."""
        received_us = microseconds(received_at)
        written = write_down(events)
        by_patient: dict[str, list[tuple[int, Written]]] = {}
        for place, one in enumerate(written):
            by_patient.setdefault(one.event.patient, []).append((place, one))
        became: dict[int, Appended] = {}
        for patient, of_one in by_patient.items():
            became.update(self._write(lambda c, p=patient, o=of_one: self._take(c, p, o, received_us)))  # type: ignore[misc]  # defaults bind the loop's names
        became_in_order = tuple(became[place] for place in range(len(written)))
        self._count.add(became_in_order)
        return became_in_order

    def ask(self) -> None:
        """Ask whether the server answers."""
        with self._reading() as connection:
            connection.execute("SELECT 1")

    def figures(self) -> StoreFigures:
        """Return what was done since it was opened."""
        return self._count.figures()

    def _take(
        self, connection: _Connection, patient: str, written: Sequence[tuple[int, Written]], received_us: int
    ) -> dict[int, Appended]:
        with connection.cursor() as cursor:
            head = self._keeper.hold(cursor, patient)
            became = {place: self._keeper.take(cursor, head, one, received_us) for place, one in written}
            self._keeper.save(cursor, head)
        return became

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
            with self._reading() as connection, connection.cursor() as cursor:
                return self._keeper.stored(cursor, patient)
        except psycopg.Error as error:
            raise DamagedCourse(patient, (f"it cannot be read ({_said(error)})",)) from None

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
        with self._reading() as connection, connection.cursor() as cursor:
            return self._keeper.head_of(cursor, patient)

    def changed_since(self, moment: datetime) -> Iterator[CourseHead]:
        """Yield where the courses end that received anything, or were erased, since a moment."""
        since_us = microseconds(moment)
        return (self._keeper.course_head(row) for row in self._listed(self._sql.changed, since_us, since_us))

    @property
    def summaries_place(self) -> Path:
        """Return the file in which what was worked out of courses may be kept."""
        return self._key_file.with_name(f"summaries-{self._keeper.fingerprint[:16]}.db")

    def erase(self, patient: str, now: datetime) -> None:
        """Destroy the key of a patient, and have the server clean the table that held it."""
        erased_us = microseconds(now)

        def destroy(connection: _Connection) -> None:
            with connection.cursor() as cursor:
                self._keeper.erase(cursor, patient, erased_us)

        self._write(destroy)
        with self._pool.lent() as connection, contextlib.suppress(psycopg.Error):
            connection.autocommit = True  # a role that does not own the table may not: the server does it by itself
            try:
                connection.execute("VACUUM course_key")
            finally:
                connection.autocommit = False

    def verify(self) -> Verified:
        """Check every patient."""
        listings = ((str(row[0]) for row in self._pages(listing)) for listing in self._sql.every_patient)
        return check_courses(listings, self._look, psycopg.Error, tuple, self.engine)

    def _look(self, patient: str) -> tuple[Stored, tuple[str, ...]]:
        with self._reading() as connection, connection.cursor() as cursor:
            stored = self._keeper.stored(cursor, patient)
            broken = places_broken(cursor, self._sql, patient, stored)
        if not stored.broken and (shut := self._keeper.unreadable(stored)):
            broken = (*broken, shut)
        return stored, broken

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.close()

    def _write(self, work: Callable[[_Connection], _Answer]) -> _Answer:
        """Do work in one transaction, again where the server undid it for another's sake, so often and no more.

        Every piece of work is idempotent, so that one whose commit was not answered may be sent again.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                with self._pool.lent() as connection, connection.transaction():
                    return work(connection)
            except psycopg.Error as error:
                is_lost = error.sqlstate is None or error.sqlstate.startswith(_LOST)
                if (error.sqlstate not in _AGAIN and not is_lost) or attempt == (_TRIES_LOST if is_lost else _TRIES):
                    raise NotKept(
                        f"the PostgreSQL store could not keep it ({_said(error)}). Nothing that was not answered "
                        "counts as kept: mend it, and send the same again."
                    ) from None
                time.sleep(_PAUSE_S * 2**attempt)
        raise AssertionError("the last try either returns or raises")

    @contextlib.contextmanager
    def _reading(self) -> Iterator[_Connection]:
        """Lend a connection in one snapshot: a head that is newer than its events would look like damage.

        Raises:
            StoreAway: The server does not answer, which says nothing about what it holds.
            psycopg.Error: It answers that it cannot read what it holds.
        """
        try:
            with self._pool.lent() as connection:
                connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
                try:
                    with connection.transaction():
                        yield connection
                finally:
                    if not connection.closed:
                        connection.isolation_level, connection.read_only = IsolationLevel.READ_COMMITTED, None
        except psycopg.OperationalError as error:
            if (error.sqlstate or "").startswith(_DISK):
                raise
            raise StoreAway(
                f"the PostgreSQL store does not answer ({_said(error)}): nothing is known of the course. Try again "
                "when the server is back."
            ) from None

    def _listed(self, statement: str, *before: object) -> Iterator[Sequence[object]]:
        try:
            yield from self._pages(statement, *before)
        except psycopg.Error as error:
            raise InputError(
                f"the list of patients cannot be read to its end ({_said(error)}): see 'course verify'."
            ) from None

    def _pages(self, statement: str, *before: object) -> Iterator[Sequence[object]]:
        after: object = ""
        while True:
            with self._reading() as connection:
                page = connection.execute(statement.encode(), (*before, after)).fetchall()
            yield from page
            if not page:
                return
            after = page[-1][0]


@final
class _Pool:
    """A few connections that are lent one at a time; one that failed is not lent again."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._free: list[tuple[_Connection, float]] = []
        self._door = threading.Lock()
        self._places = threading.BoundedSemaphore(_CONNECTIONS)
        self._is_closed = False

    @contextlib.contextmanager
    def lent(self) -> Iterator[_Connection]:
        with self._places:
            connection = self._taken() or self._made()
            try:
                yield connection
            except psycopg.Error as error:
                if not isinstance(error, psycopg.IntegrityError) and error.sqlstate not in _AGAIN:
                    connection.close()
                raise
            finally:
                with self._door:
                    if not connection.closed and not self._is_closed:
                        self._free.append((connection, time.monotonic()))
                    else:
                        connection.close()

    def _taken(self) -> _Connection | None:
        """Return a free connection that works; None where there is none."""
        while True:
            with self._door:
                if self._is_closed:
                    raise StoreAway("the store is closed. Open it again.")
                if not self._free:
                    return None
                connection, used = self._free.pop()
            if not connection.closed and (time.monotonic() - used < _IDLE_S or _answers(connection)):
                return connection
            connection.close()

    def _made(self) -> _Connection:
        connection = psycopg.connect(
            conninfo.make_conninfo("", **{**_PATIENCE, **conninfo.conninfo_to_dict(self._address)})
        )
        connection.isolation_level = IsolationLevel.READ_COMMITTED
        with connection.transaction():
            for name, value in _TIMEOUTS.items():
                connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        return connection

    def close(self) -> None:
        with self._door:
            self._is_closed = True
            for connection, _ in self._free:
                connection.close()
            self._free.clear()


def _answers(connection: _Connection) -> bool:
    try:
        with connection.transaction():
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _refuse_careless(connection: _Connection) -> None:
    """Refuse a server that acknowledges what it may lose."""
    with connection.transaction():
        for name in _NEEDED:
            row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            value = str(row[0]) if row else ""
            if value not in (_SYNCED if name == "synchronous_commit" else {"on"}):
                raise InputError(
                    f"the PostgreSQL server has {name} = {value}: it would acknowledge doses that a power cut loses. "
                    f"Set {name} = on."
                )


def _bring_up_to_date(address: str) -> None:
    """Make the tables, or bring those of an older edition to this one, in one transaction."""
    with psycopg.connect(address, autocommit=True) as bare:
        has_tables = bare.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
        if has_tables and has_tables[0]:
            row = bare.execute("SELECT version_num FROM alembic_version").fetchone()
            if row is not None and row[0] == EDITION:
                return
    connection = psycopg.connect(address)
    engine = create_engine("postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool)
    try:
        with engine.begin() as handed:
            # Two programs that open a new store at once: the second waits, and finds the tables made.
            handed.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
            handed.exec_driver_sql("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
            move_to(handed, EDITION)
    finally:
        connection.close()


def _said(error: Exception) -> str:
    """Return what the driver said on one line."""
    return " ".join(str(error).split()) or type(error).__name__
