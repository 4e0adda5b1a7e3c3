"""How a file of SQLite is made and opened, by whichever store keeps something in one."""

import os
import sqlite3
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.event import listen
from sqlalchemy.pool import StaticPool

from fullcourse.adapters.store.key_file import sync_folder
from fullcourse.adapters.store.migrate import EDITION, move_to
from fullcourse.clinical.errors import InputError

__all__ = ["WRITER_SETTINGS", "bring_up_to_date", "connect", "make_file"]

WRITER_SETTINGS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA busy_timeout=5000",
    "PRAGMA cell_size_check=ON",
    "PRAGMA secure_delete=ON",  # a key that is destroyed is overwritten, not only forgotten
    "PRAGMA wal_autocheckpoint=0",
)
"""Of the one connection that writes: what it acknowledges is on the disk, and it alone moves the log into the file."""


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Return a connection.

    Args:
        path: Of the file.
        mode: ``rwc`` for the one that writes, ``ro`` for one that cannot.
    """
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=5.0)


def make_file(path: Path) -> None:
    """Make the file so that only its owner can read it, and bring its name to the disk; one that is there stays.

    Raises:
        InputError: It cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            sync_folder(path.parent)
    except OSError as error:
        raise InputError(f"{path.name} cannot be made ({error.strerror}). Name a place that can be written.") from None


def bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables, or bring those of an older edition to this one, whole or not at all.

    Raises:
        InputError: The file is a database of something else.
    """
    tables = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "alembic_version" not in tables:
        raise InputError(f"{path.name} is a database of something else. Name another file for the store.")
    edition = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0] if tables else ""
    if edition == EDITION:
        return
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    listen(engine, "begin", lambda handed: handed.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as handed:
        move_to(handed, EDITION)
