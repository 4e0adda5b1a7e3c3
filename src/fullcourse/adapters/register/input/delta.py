"""A Delta table: the files that its log names, and no others; files and rows that the log removed are not read."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fullcourse.adapters.extras import needed
from fullcourse.clinical.errors import InputError

__all__ = ["LOG", "DeltaFiles", "delta_files"]

LOG: Final = "_delta_log"
"""The folder of a Delta table that says which files belong to it."""

_UNDERSTOOD: Final = frozenset({"deletionVectors", "timestampNtz", "vacuumProtocolCheck", "v2Checkpoint"})
"""Features that a reader must know, and that are honoured here or change nothing that is read."""

_OUTSIDE: Final = frozenset({"columnMapping"})


@dataclass(frozen=True, slots=True)
class DeltaFiles:
    """A Delta table at its newest version.

    Attributes:
        files: Its Parquet files, in order of their names.
        rows_out: Numbers of the rows, from 0, that deletion vectors take out, by file.
        version: Of the table.
    """

    files: tuple[Path, ...]
    rows_out: dict[Path, frozenset[int]]
    version: int


def delta_files(folder: Path) -> DeltaFiles:
    """Return which files belong to a Delta table, by its log.

    Raises:
        InputError: What reads the log is not installed; the log cannot be read, asks more of a reader than is known
            here, or names a file that is not there.
    """
    name = folder.name
    deltalake = needed("deltalake", "delta", f"'{name}' is a Delta table: to read which of its files belong to it")
    exceptions = needed("deltalake.exceptions", "delta", f"'{name}' is a Delta table: to read it")
    try:
        table = deltalake.DeltaTable(str(folder))
        features = set(table.protocol().reader_features or ())
        is_mapped = table.metadata().configuration.get("delta.columnMapping.mode", "none") != "none"
        _refuse(name, features - _UNDERSTOOD - (set() if is_mapped else _OUTSIDE), is_mapped=is_mapped)
        files = sorted(Path(uri) for uri in table.file_uris())
        rows_out = {}
        for batch in table.deletion_vectors():
            masks = zip(*(batch.column(at).to_pylist() for at in range(2)), strict=True)
            for uri, keeps in masks:
                path = Path(str(uri).removeprefix("file://"))
                rows_out[path] = frozenset(itertools.compress(itertools.count(), (not keep for keep in keeps)))
        version = int(table.version())
    except exceptions.DeltaError as error:
        raise InputError(
            f"'{name}' is a Delta table whose log cannot be read ({type(error).__name__}). Copy the table whole, with "
            f"its {LOG}, or export it as FHIR bulk NDJSON."
        ) from error
    if strays := rows_out.keys() - set(files):
        raise InputError(_unreadable(name, f"{len(strays)} of its deletion vectors belong to no file of it"))
    if missing := [path.name for path in files if not path.is_file()]:
        raise InputError(
            f"'{name}' is a Delta table that lacks {len(missing)} of its {len(files)} files, the first of them "
            f"'{missing[0]}': part of the register is missing. Copy the table whole."
        )
    return DeltaFiles(tuple(files), rows_out, version)


def _refuse(name: str, unknown: set[str], *, is_mapped: bool) -> None:
    if is_mapped:
        raise InputError(_unreadable(name, "its columns are stored under other names (column mapping)"))
    if unknown:
        raise InputError(_unreadable(name, f"it asks of a reader to know {', '.join(sorted(unknown))}"))


def _unreadable(name: str, why: str) -> str:
    return (
        f"'{name}' is a Delta table that is not read here: {why}, and rows could be read that are none. Write it again "
        "as a table without that (CREATE TABLE ... AS SELECT), or export it as FHIR bulk NDJSON."
    )
