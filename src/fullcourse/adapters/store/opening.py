"""The one door to a store of events: a file for SQLite, or the address of a PostgreSQL database."""

import os
from pathlib import Path
from typing import Final

from fullcourse.adapters.input_file import refuse_no_file
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.clinical.errors import InputError

__all__ = ["KEY_FILE_VARIABLE", "STORE_VARIABLE", "default_store", "key_file_of", "open_store"]

STORE_VARIABLE: Final = "FULLCOURSE_DATABASE_URL"
KEY_FILE_VARIABLE: Final = "FULLCOURSE_KEY_FILE"

_POSTGRESQL: Final = ("postgresql://", "postgres://")
_SQLITE: Final = "sqlite:///"


def default_store() -> str:
    """Return where the store is when nobody says: what the environment names, else a file in the user's data folder.

    Raises:
        InputError: The file that holds the address, which is a secret, cannot be read.
    """
    named = os.environ.get(f"{STORE_VARIABLE}_FILE")
    if named and not os.environ.get(STORE_VARIABLE):
        try:
            return Path(named).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise InputError(f"the file that {STORE_VARIABLE}_FILE names cannot be read.") from None
    return os.environ.get(STORE_VARIABLE) or str(_data_folder() / "courses.db")


def open_store(place: str | Path, *, key_file: Path | None = None, wait_s: float = 0.0) -> DurableStore:
    """Open a store; one in a file is made where there is none.

    Args:
        place: Path of a file, ``sqlite:///PATH``, or ``postgresql://...``.
        key_file: Of the key that wraps those of patients. Without it the one that `KEY_FILE_VARIABLE` names, else
            ``PATH.key`` beside a file, and ``postgresql.key`` in the user's data folder.
        wait_s: For how long another program that has the file is waited for, seconds.

    Raises:
        InputError: It cannot be used, or a package that it needs is not installed.
    """
    text = str(place)
    if text.startswith(_POSTGRESQL):
        return _open_postgresql(text, key_file_of(text, key_file))
    if "://" in text.removeprefix(_SQLITE):
        raise InputError(f"the store is no file, and its address begins with none of {', '.join(_POSTGRESQL)}.")
    path = Path(text.removeprefix(_SQLITE)).expanduser()
    refuse_no_file(path, "the store")
    return _open_sqlite(path, key_file_of(text, key_file), wait_s)


def key_file_of(place: str, named: Path | None = None) -> Path:
    """Return where the key file of a store is.

    Args:
        place: Of the store, as `open_store` takes it.
        named: By whoever opens it; None where nobody says.
    """
    if named is not None or os.environ.get(KEY_FILE_VARIABLE):
        return named or Path(os.environ[KEY_FILE_VARIABLE])
    if place.startswith(_POSTGRESQL):
        return _data_folder() / "postgresql.key"
    path = Path(place.removeprefix(_SQLITE)).expanduser()
    return path.with_name(f"{path.name}.key")


def _open_sqlite(path: Path, key_file: Path, wait_s: float) -> DurableStore:
    try:
        from fullcourse.adapters.store.sqlite import SqliteStore
    except ModuleNotFoundError as error:
        raise _needs("course", error) from None
    return SqliteStore(path, key_file, wait_s)


def _open_postgresql(address: str, key_file: Path) -> DurableStore:
    try:
        from fullcourse.adapters.store.postgresql import PostgresqlStore
    except ModuleNotFoundError as error:
        raise _needs("course,postgresql", error) from None
    return PostgresqlStore(address, key_file)


def _needs(extra: str, error: ModuleNotFoundError) -> InputError:
    return InputError(
        f"a store of courses needs the extra '{extra}', and {error.name} is not installed: pip install "
        f"'fullcourse[{extra}]'. A file of events (EVENTS.ndjson) needs nothing."
    )


def _data_folder() -> Path:
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "fullcourse"
