"""What was handed in as a register: which files it comes to, how they are opened, and what is to be said of it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from fullcourse.adapters.register.input.deletions import Deletions
from fullcourse.adapters.register.input.delta import LOG, delta_files
from fullcourse.adapters.register.input.manifest import (
    DELETED,
    ERROR,
    MANIFEST,
    is_manifest,
    read_manifest,
    whole_export,
)
from fullcourse.adapters.register.input.source import LineSource
from fullcourse.adapters.register.input.tables import column_of, kind_of
from fullcourse.clinical.errors import InputError

__all__ = ["LINES", "OWN_ASIDE", "RegisterInput", "find_register"]

LINES: Final = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
"""Endings of files of lines."""

OWN_ASIDE: Final = ".aside.jsonl"
"""Ending of what another run set aside, which it wrote beside its findings."""

_TABLE: Final = ".parquet"
_OTHER_PACKING: Final = (".ndjson.", ".jsonl.")
_LOG_OF_FETCHING: Final = b'"exportId"'
_SHOWN: Final = 6
_OTHER_LAKES: Final = {"metadata": ("*.metadata.json", "an Iceberg table"), ".hoodie": ("*", "a Hudi table")}


@dataclass(frozen=True, slots=True)
class RegisterInput:
    """A register as handed in.

    Attributes:
        files: Its files, in the order in which they are read.
        source: How they are opened.
        notes: What is to be said of it: what was found, and what is not read.
    """

    files: Sequence[Path]
    source: LineSource = field(default_factory=LineSource)
    notes: Sequence[str] = ()

    @property
    def digest(self) -> str:
        """Return what tells two ways of reading the same files apart; empty where all that they hold is read."""
        source = self.source
        if not (source.column or source.rows_out or source.deletions):
            return ""
        said = [
            source.column,
            sorted((str(file), sorted(rows)) for file, rows in source.rows_out.items()),
            [[str(file), sorted(it.later), sorted(it.own)] for file, it in source.deletions.items()],
        ]
        return sha256(json.dumps(said).encode()).hexdigest()


@dataclass(slots=True)
class _Found:
    """A register in the finding.

    Attributes:
        files: In order; the value is what the file's own export names as deleted.
        later: For each export with deletions: how many files were there before it, and what is deleted.
    """

    column: str
    files: dict[Path, frozenset[str]] = field(default_factory=dict)
    rows_out: dict[Path, frozenset[int]] = field(default_factory=dict)
    later: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, files: Iterable[Path], own: frozenset[str] = frozenset()) -> None:
        for file in files:
            if file.suffix == _TABLE:
                column_of(file, self.column)
            self.files.setdefault(file, own)


def find_register(inputs: Iterable[str], column: str = "") -> RegisterInput:
    """Return what the inputs of a command come to; nothing in them is passed over without a word.

    Args:
        inputs: Files of lines, tables, manifests, and folders of them.
        column: Which column of a table holds the resources; found by its name where this is empty.

    Raises:
        InputError: One is not there, holds nothing that can be read, or is not whole.
    """
    found = _Found(column)
    for path in map(Path, inputs):
        if path.is_dir():
            _add_folder(path, found)
        elif not path.is_file():
            raise InputError("an input is not there, or is no file or folder. Check the paths handed in.")
        elif is_manifest(path):
            _add_manifest(path, found)
        else:
            found.add([path])
    if column and not any(file.suffix == _TABLE for file in found.files):
        raise InputError("--column names a column of a table, and no table (.parquet) is handed in. Leave it out.")
    source = LineSource(column, found.rows_out, _deletions(found))
    return RegisterInput(list(found.files), source, found.notes)


def _deletions(found: _Found) -> dict[Path, Deletions]:
    """Return what is deleted of each file: by exports handed in behind it, and by its own."""
    made: dict[tuple[int, frozenset[str]], Deletions] = {}
    of_file: dict[Path, Deletions] = {}
    for number, (file, own) in enumerate(found.files.items()):
        behind = sum(before <= number for before, _ in found.later)
        if behind == len(found.later) and not own:
            continue
        key = (behind, own)
        if key not in made:
            later = frozenset().union(*(names for _, names in found.later[behind:]))
            made[key] = Deletions.of(later, own)
        of_file[file] = made[key]
    return of_file


def _add_manifest(path: Path, found: _Found) -> tuple[Path, ...]:
    """Add the export of a manifest; return every file that it names."""
    manifest = read_manifest(path)
    if manifest.deleted:
        found.later.append((len(found.files), manifest.deleted))
    found.add(manifest.files, manifest.deleted)
    found.notes += manifest.notes
    return (path, *manifest.files, *manifest.beside)


def _add_folder(folder: Path, found: _Found) -> None:
    tables = sorted(path.parent for path in folder.rglob(LOG) if path.is_dir())
    inside = [path for path in _files_of(folder) if not any(table in path.parents for table in tables)]
    before = len(found.files)
    if (folder / MANIFEST).is_file():
        _add_folder_of_manifest(folder, inside, found)
    else:
        apart = [[path for path in inside if path.parent == folder / name] for name in (ERROR, DELETED)]
        export = whole_export(folder.name, (), *apart)
        if export.deleted:
            found.later.append((before, export.deleted))
        found.notes += export.notes
        _add_files([path for path in inside if path not in export.beside], found, export.deleted)
    for table in tables:
        delta = delta_files(table)
        found.add(delta.files)
        found.rows_out.update(delta.rows_out)
        found.notes.append(f"Delta table '{table.name}' at version {delta.version}: {len(delta.files):,} files")
    if len(found.files) == before and not (folder / MANIFEST).is_file() and not tables:
        raise InputError(f"a folder handed in holds no file that ends in {', '.join(LINES)} or {_TABLE}. Name another.")


def _files_of(folder: Path) -> list[Path]:
    """Return the files of a folder that are not hidden; refuse tables whose log is not read.

    Raises:
        InputError: It holds a table of another kind, of which old files could be read.
    """
    for name, (pattern, what) in _OTHER_LAKES.items():
        for path in folder.rglob(name):
            if path.is_dir() and any(path.glob(pattern)):
                raise InputError(
                    f"'{path.parent.name}' is {what}, whose log is not read here: files that it no longer holds could "
                    "be read. Write it as plain Parquet with one resource a row, or export it as FHIR bulk NDJSON."
                )
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and (path.name.endswith(LINES) or not _is_hidden(path.relative_to(folder)))
    )


def _is_hidden(path: Path) -> bool:
    """Return whether a name in a path begins with a stroke or dot, so that programs leave the file alone."""
    return any(part.startswith((".", "_")) for part in path.parts)


def _add_files(inside: Sequence[Path], found: _Found, own: frozenset[str]) -> None:
    """Add the files of a folder that hold lines, and say which do not."""
    others: list[Path] = []
    for path in inside:
        is_lines = path.name.endswith(LINES) and not path.name.endswith(OWN_ASIDE) and not _is_log(path)
        if is_lines or (path.suffix == _TABLE and not kind_of(path)):
            found.add([path], own)
        elif any(part in path.name for part in _OTHER_PACKING) and not path.name.endswith(LINES):
            raise InputError(
                f"'{path.name}' is packed in a way that is not read: only gzip is (.ndjson.gz). Unpack it, or pack it "
                "so."
            )
        else:
            others.append(path)
    if others and found.files:
        found.notes.append(f"not read, since no lines of a register: {_named(others)}")


def _add_folder_of_manifest(folder: Path, inside: Sequence[Path], found: _Found) -> None:
    named = set(_add_manifest(folder / MANIFEST, found))
    strays = [path for path in inside if path not in named and (path.name.endswith(LINES) or path.suffix == _TABLE)]
    if unlisted := [path for path in strays if not _is_log(path)]:
        raise InputError(
            f"the folder '{folder.name}' holds files that its {MANIFEST} does not name: {_named(unlisted)}. Whether "
            f"they belong to the export cannot be told. Hand in the {MANIFEST} itself to read only what it names, or "
            "remove it to read all files."
        )
    if logs := [path for path in strays if _is_log(path)]:
        found.notes.append(f"not read, since no lines of a register: {_named(logs)}")


def _is_log(path: Path) -> bool:
    """Return whether a file is the log that programs which fetch exports keep beside them, as ``log.ndjson``."""
    if not path.name.startswith("log."):
        return False
    with path.open("rb") as file:
        return _LOG_OF_FETCHING in file.readline(65_536)


def _named(paths: Sequence[Path]) -> str:
    names = ", ".join(path.name for path in paths[:_SHOWN])
    return names if len(paths) <= _SHOWN else f"{names} and {len(paths) - _SHOWN:,} more"
