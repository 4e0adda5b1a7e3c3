"""A Parquet file that holds one FHIR resource a row, as JSON in a column of text: read as lines.

A row is a line. Line breaks between the words of a pretty-printed resource become tabulators, which stand for nothing
there and are as forbidden within a text as a line break: nothing is mended by it. A cell without a text is a line that
is set aside, and never a blank one.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from fullcourse.clinical.errors import InputError

__all__ = ["KNOWN_COLUMNS", "LEGEND", "TableLines", "column_of", "kind_of"]

KNOWN_COLUMNS: Final = ("resource", "json", "raw")
"""Names under which tables hold resources, where no name is given."""

LEGEND: Final = "fullcourse"
"""Key of the metadata of a Parquet file that is ours, under which it says what it is."""

_TEXTS: Final = frozenset({"VARCHAR", "JSON", "BLOB"})
_ROWS_AT_A_TIME: Final = 256
_LINE_BREAKS: Final = bytes.maketrans(b"\n\r", b"\t\t")
_SHOWN: Final = 8


def column_of(file: Path, asked: str = "") -> str:
    """Return the name of the column that holds the resources of a table.

    Args:
        file: A Parquet file.
        asked: The name that was given; empty where it is to be found.

    Raises:
        InputError: There is none, or more than one, or the file cannot be read.
    """
    with _reading(file), duckdb.connect(config={"threads": 1}) as connection:
        described = connection.execute(f"DESCRIBE {_rows_of('*')}", [str(file)]).fetchall()
    kinds = {str(name): str(kind) for name, kind, *_ in described}
    found = [asked] if asked else [name for name in kinds if name.lower() in KNOWN_COLUMNS]
    if asked and asked not in kinds:
        raise InputError(f"'{file.name}' has no column '{asked}', which --column names. It has {_listed(kinds)}.")
    if len(found) > 1:
        raise InputError(
            f"'{file.name}' has {len(found)} columns that may hold the resources: {', '.join(found)}. Name one "
            "with --column."
        )
    if not found and (kind := kind_of(file)):
        raise InputError(
            f"'{file.name}' is a Parquet file of ours ({kind}). Facts are handed in as the folder that holds all their "
            "files; findings and exposures are results, not a register."
        )
    if not found:
        raise InputError(
            f"'{file.name}' is a Parquet file without a column named {', '.join(KNOWN_COLUMNS[:-1])} or "
            f"{KNOWN_COLUMNS[-1]}. It has {_listed(kinds)}. A table is read that holds one FHIR resource a row, as "
            "JSON in a column of text: name that column (--column). What is laid out in columns of its own is not "
            "read: export it as FHIR bulk NDJSON."
        )
    if kinds[found[0]] not in _TEXTS:
        raise InputError(
            f"the column '{found[0]}' of '{file.name}' holds no text ({kinds[found[0]][:40]}). A table is read that "
            "holds one FHIR resource a row, as JSON in a column of text. Write it again so, or export FHIR bulk NDJSON."
        )
    return found[0]


def kind_of(file: Path) -> str:
    """Return what a Parquet file of ours says it is (``findings``, ``facts``, ...); empty for one of others."""
    with _reading(file), duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(file)]).fetchall()
    legend = dict(rows).get(LEGEND.encode())
    if legend is None:
        return ""
    try:
        return str(json.loads(legend)["kind"])
    except (ValueError, KeyError, TypeError):
        return "result"


class TableLines:
    """The resources of a table as lines, read forward."""

    def __init__(self, file: Path, column: str = "", rows_out: frozenset[int] = frozenset()) -> None:
        """Open a table at its first row.

        Args:
            file: A Parquet file.
            column: Which column holds the resources; found where this is empty.
            rows_out: Rows that the table no longer holds, from 0; their lines are blank.

        Raises:
            InputError: No column holds them.
        """
        name = column_of(file, column)
        self._file, self._rows_out = file, rows_out
        self._connection = duckdb.connect(config={"threads": 1})
        quoted = '"' + name.replace('"', '""') + '"'
        with _reading(file):
            self._connection.execute(_rows_of(quoted), [str(file)])
        self._row = self._place = 0
        self._unread = bytearray()

    def __enter__(self) -> "TableLines":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the table."""
        self._connection.close()

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines, each with its end."""
        while some := self._some():
            yield from some

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes, or all that is left."""
        while (size < 0 or len(self._unread) < size) and (some := self._some()):
            self._unread += b"".join(some)
        size = len(self._unread) if size < 0 else size
        data = bytes(self._unread[:size])
        del self._unread[:size]
        self._place += len(data)
        return data

    def seek(self, place: int, /) -> int:
        """Go forward to a place."""
        while self._place < place and self.read(min(place - self._place, 1 << 20)):
            pass
        return self._place

    def _some(self) -> Sequence[bytes]:
        with _reading(self._file):
            rows = self._connection.fetchmany(_ROWS_AT_A_TIME)
        first, self._row = self._row, self._row + len(rows)
        out = self._rows_out
        return [b"\n" if row in out else _line(cell) for row, (cell,) in enumerate(rows, first)]


def _line(cell: object) -> bytes:
    if cell is None:
        return b"null\n"
    text = cell if isinstance(cell, bytes) else str(cell).encode("utf-8", "surrogatepass")
    return (text.translate(_LINE_BREAKS) if text.strip() else b'""') + b"\n"


def _rows_of(what: str) -> str:
    return f"SELECT {what} FROM read_parquet(?, hive_partitioning = false)"  # noqa: S608 - a quoted name of its own


def _listed(kinds: dict[str, str]) -> str:
    names = [*kinds][:_SHOWN]
    more = f" and {len(kinds) - _SHOWN} more" if len(kinds) > _SHOWN else ""
    return f"{', '.join(names)}{more}"


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Say that a table is broken, in place of what the library says."""
    try:
        yield
    except duckdb.Error:
        raise InputError(
            f"'{file.name}' is a Parquet file that is broken or cut off: part of the register is missing. "
            "Write or fetch it again."
        ) from None
