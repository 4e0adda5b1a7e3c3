"""Access in the PostgreSQL database of the courses: for several programs and machines at once."""

import time
from collections.abc import Callable
from typing import Final, TypeVar, final

import psycopg
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnection

from fullcourse.adapters.access.store.database import Database
from fullcourse.adapters.store.durable import NotKept
from fullcourse.clinical.errors import InputError

__all__ = ["PostgresqlAccess"]

Answer = TypeVar("Answer")

_CONNECTIONS: Final = 8
_AGAIN: Final = frozenset(("40001", "40P01", "55P03"))
"""Serialization failure, deadlock, lock not available: the transaction was undone, and is tried again as it was."""
_TRIES: Final = 8
_PAUSE_S: Final = 0.01
_OPTIONS: Final = "-c idle_in_transaction_session_timeout=30s -c statement_timeout=5s -c lock_timeout=2s"


@final
class PostgresqlAccess(Database):
    """Tables in a server."""

    is_remote = True

    def __init__(self, address: str, prepare: Callable[[Connection], None]) -> None:
        """Open it.

        Args:
            address: ``postgresql://...``
            prepare: Makes the tables, or brings them up to date, in a transaction.

        Raises:
            InputError: The server cannot be reached.
        """
        self._engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(address, options=_OPTIONS, connect_timeout=3),
            pool_size=_CONNECTIONS, max_overflow=0, pool_timeout=5, pool_pre_ping=True,
        )  # fmt: skip
        try:
            with self._engine.begin() as connection:
                prepare(connection)
        except DBAPIError as error:
            self._engine.dispose()
            raise InputError(f"access in the PostgreSQL database cannot be opened ({_kind(error)}).") from None

    def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """Return what work reads."""
        try:
            with self._engine.connect() as connection:
                return work(connection)
        except (DBAPIError, NoConnection) as error:
            raise NotKept(f"the PostgreSQL database does not answer ({_kind(error)}).") from None

    def write(self, work: Callable[[Connection], Answer], *, is_beside_rights: bool = False) -> Answer:
        """Return what work answers once it is on the server's disk."""
        del is_beside_rights
        for attempt in range(1, _TRIES + 1):
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except IntegrityError:
                raise
            except (DBAPIError, NoConnection) as error:
                state = getattr(getattr(error, "orig", None), "sqlstate", None)
                if state not in _AGAIN or attempt == _TRIES:
                    raise NotKept(f"the PostgreSQL database could not keep it ({_kind(error)}).") from None
                time.sleep(_PAUSE_S * 2**attempt)
        raise AssertionError("the last try either returns or raises")

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()


def _kind(error: Exception) -> str:
    """Return what is wrong without values: the text of a server may repeat them."""
    return type(error.orig).__name__ if isinstance(error, DBAPIError) else type(error).__name__
