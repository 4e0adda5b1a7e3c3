"""The one door to what access keeps: beside the file of courses, or in their PostgreSQL database."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert, select, text

from fullcourse.adapters.access.store.database import Database
from fullcourse.adapters.access.store.sqlite import SqliteAccess, SqliteReader
from fullcourse.adapters.access.store.tables import ABOUT
from fullcourse.adapters.store.keeping import microseconds
from fullcourse.adapters.store.key_file import ring_of
from fullcourse.adapters.store.migrate import move_to
from fullcourse.adapters.store.opening import key_file_of
from fullcourse.adapters.store.sealing import KeyRing, PatientKey

__all__ = ["EDITION", "EDITION_TABLE", "Kept", "Keys", "hashed", "look_into", "new_word", "open_kept", "us"]

EDITION: Final = "0003"
"""The newest edition of the tables of access."""
EDITION_TABLE: Final = "access_version"
"""The table in which it stands."""

_POSTGRESQL: Final = ("postgresql://", "postgres://")
_SQLITE: Final = "sqlite:///"
_WORD_BYTES: Final = 32

us = microseconds
"""Whole microseconds since 1970 of a moment."""


def new_word() -> str:
    """Return a random word of 256 bits, as a caller holds it."""
    return secrets.token_urlsafe(_WORD_BYTES)


def hashed(word: str) -> bytes:
    """Return the hash under which a random word is kept: it has 256 bits, so nobody finds it by trying."""
    return hashlib.sha256(b"fullcourse word 1 " + word.encode("utf-8", "surrogatepass")).digest()


class Keys:
    """Keys of access, each worked out from the key file for one purpose."""

    def __init__(self, ring: KeyRing) -> None:
        """Take the key ring of the store."""
        self.ring = ring
        self._blind = ring.derive(b"access blind")
        self._bound = ring.derive(b"access csrf")
        self.head = ring.derive(b"access audit head")
        self.audit = PatientKey(ring.derive(b"access audit seal"), b"audit")

    def blind(self, kind: str, word: str) -> bytes:
        """Return the keyed hash of a word that must be found again and never be read.

        Args:
            kind: What the word is, so that equal words of two kinds have two hashes.
            word: Whatever text.
        """
        return hmac.digest(self._blind, f"{kind}\0{word}".encode("utf-8", "surrogatepass"), "sha256")

    def proof(self, word: str) -> str:
        """Return the proof that a page was given together with a session: nobody else can work it out."""
        return hmac.digest(self._bound, word.encode("utf-8", "surrogatepass"), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Kept:
    """What access keeps, open.

    Attributes:
        database: In which.
        keys: Of it.
    """

    database: Database
    keys: Keys

    def close(self) -> None:
        """Let go of it."""
        self.database.close()


def open_kept(
    place: str | Path,
    begin: Callable[[Connection, Keys], None],
    *,
    key_file: Path | None = None,
    wait_s: float = 0.0,
) -> Kept:
    """Open what access keeps; it is made where there is none.

    Args:
        place: Of the courses, as `open_store` takes it: a file's path, whose name with ``.access`` it is, or the
            address of a PostgreSQL database, in which it has tables of its own.
        begin: Called once for what was just made, in the same transaction.
        key_file: That of the courses.
        wait_s: For how long another program that has the file is waited for, seconds.

    Raises:
        InputError: It cannot be used, or the key file is not its own.
    """
    written, rings = str(place), list[KeyRing]()
    keys_at = key_file_of(written, key_file)

    def prepare(connection: Connection) -> None:
        _bring_up_to_date(connection)
        ring, is_new = _ring(connection, keys_at)
        rings.append(ring)
        if is_new:
            begin(connection, Keys(ring))

    database: Database
    if written.startswith(_POSTGRESQL):
        from fullcourse.adapters.access.store.postgresql import PostgresqlAccess

        database = PostgresqlAccess(written, prepare)
    else:
        path = Path(written.removeprefix(_SQLITE)).expanduser()
        database = SqliteAccess(path.with_name(f"{path.name}.access"), prepare, wait_s)
    return Kept(database, Keys(rings[0]))


def look_into(place: str | Path, *, key_file: Path | None = None) -> Kept:
    """Open what access keeps to be looked at, also while a service writes to it.

    Args:
        place: Of the courses, as `open_store` takes it.
        key_file: That of the courses.

    Raises:
        InputError: Nothing is kept there, or the key file is not its own.
    """
    written = str(place)
    if written.startswith(_POSTGRESQL):
        return open_kept(written, lambda connection, keys: None, key_file=key_file)
    path = Path(written.removeprefix(_SQLITE)).expanduser()
    database = SqliteReader(path.with_name(f"{path.name}.access"))
    try:
        wanted = database.read(
            lambda connection: connection.execute(select(ABOUT.c.value).where(ABOUT.c.name == "key")).scalar()
        )
        return Kept(database, Keys(ring_of(key_file_of(written, key_file), wanted, has_patients=True)))
    except BaseException:
        database.close()
        raise


def _bring_up_to_date(connection: Connection) -> None:
    """Make the tables, or bring them to this edition; two programs that do it at once wait for one another."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7046029254386353131)"))
    move_to(connection, EDITION, Path(__file__).parent / "migrations", EDITION_TABLE)


def _ring(connection: Connection, key_file: Path) -> tuple[KeyRing, bool]:
    wanted = connection.execute(select(ABOUT.c.value).where(ABOUT.c.name == "key")).scalar()
    ring = ring_of(key_file, wanted, has_patients=wanted is not None)
    if wanted is None:
        connection.execute(insert(ABOUT).values(name="key", value=ring.fingerprint))
    return ring, wanted is None
