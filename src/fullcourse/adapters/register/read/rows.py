"""Rows of mentions on disk: one a line that says something about a patient, with its patient by number.

The rows of a block lie in one file, bucket by bucket, and the ids of its patients in another, so that a bucket is read
from all blocks without reading the rest.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fullcourse.adapters.register.read.dates import NO_DAY, Moments
from fullcourse.cohort.evidence import I64

__all__ = ["ENTRY", "ID_WIDTH", "ROW", "RowFile", "Rows", "name_sum", "name_sums", "read_bucket", "write_rows"]

U64 = npt.NDArray[np.uint64]
Table = npt.NDArray[Any]

ID_WIDTH: Final = 64
"""FHIR allows an id of so many bytes."""

ROW: Final = np.dtype([
    ("patient", np.uint32), ("shape", np.int32), ("start", np.int64), ("length", np.int32), ("odd", np.bool_),
    ("by_id", np.bool_),    ("has_id", np.bool_), ("id_sum", np.uint64), ("value", np.float64),
    ("a_first", np.int32), ("a_last", np.int32), ("a_start", np.float64), ("a_end", np.float64),
    ("b_first", np.int32), ("b_last", np.int32), ("b_start", np.float64), ("b_end", np.float64),
])  # fmt: skip
"""A row: its patient by number within the block, the number of its shape there, the place of its line in the block,
whether something of it is written so that one must look at it, whether its patient is named by the id alone, its
measured value (not a number where there is none), and its dates: ``a`` of the resource, ``b`` its end; days since 1970,
`NO_DAY` where there is none, and seconds."""

ENTRY: Final = np.dtype([("start", np.int64), ("kind_sum", np.uint64), ("id_sum", np.uint64)])
"""An entry of a list: the place of the line of the list, and the sums of the type and of the id that it refers to."""


@dataclass(frozen=True, slots=True)
class RowFile:
    """Where the rows of a block are.

    Attributes:
        name: File of rows, in the folder of rows; that of the ids ends in ``.ids``.
        id_width: Bytes of an id there.
        row_ends: For each bucket where its rows end.
        id_ends: For each bucket where its patients end.
        entry_ends: For each bucket where its entries of lists end; they are in a file that ends in ``.entries``.
    """

    name: str
    id_width: int
    row_ends: Sequence[int]
    id_ends: Sequence[int]
    entry_ends: Sequence[int]

    @classmethod
    def of(cls, described: Mapping[str, Any]) -> "RowFile":
        """Return what was described by its attributes; there is one of each block in memory."""
        ends = {name: array("q", described[name]) for name in ("row_ends", "id_ends", "entry_ends")}
        return cls(described["name"], described["id_width"], **ends)

    def parts_of(self, bucket: int) -> tuple[tuple[int, int], ...]:
        """Return where rows, patients and entries of a bucket begin and end."""
        return tuple(
            (ends[bucket - 1] if bucket else 0, ends[bucket]) for ends in (self.row_ends, self.id_ends, self.entry_ends)
        )


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of some patients, ordered by patient and then as the files and lines were.

    Attributes:
        columns: By the names of `ROW`, and ``block``; ``patient`` is a number within these patients.
        ids: Of the patients, in the order of their numbers.
        entries: Entries of lists, by the names of `ENTRY`, and ``block``; in any order.
    """

    columns: dict[str, Table]
    ids: Sequence[str]
    entries: dict[str, Table]

    def __getitem__(self, name: str) -> Table:
        """Return a column."""
        return self.columns[name]

    def some(self, chosen: npt.NDArray[np.bool_]) -> "Rows":
        """Return the chosen rows; the patients stay as they are."""
        if chosen.all():
            return self
        return Rows({name: values[chosen] for name, values in self.columns.items()}, self.ids, self.entries)

    def is_dated(self, slot: str) -> npt.NDArray[np.bool_]:
        """Return whether the date ``a`` or ``b`` is there."""
        dated: npt.NDArray[np.bool_] = self.columns[f"{slot}_first"] != NO_DAY
        return dated


def name_sums(names: U64) -> U64:
    """Return a number for each name, alike for equal names, whatever zeros stand behind them.

    Args:
        names: As words; shape ``(n_names, n_words)``.
    """
    sums = np.zeros(len(names), np.uint64)
    for number in range(names.shape[1]):
        mixed = names[:, number] * np.uint64((0x9E3779B97F4A7C15 * (2 * number + 1)) & (2**64 - 1))
        sums += (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return sums ^ (sums >> np.uint64(29))


def name_sum(name: str) -> int:
    """Return the sum of one name of at most `ID_WIDTH` bytes, as `name_sums` gives it."""
    return int(name_sums(np.array([name.encode()], f"S{ID_WIDTH}").view(np.uint64).reshape(1, -1))[0])


def write_rows(
    folder: Path, name: str, buckets: int, patients: U64, rows: Table, moments: Sequence[Moments], entries: Table
) -> RowFile:
    """Write the rows of a block.

    Args:
        folder: For the files.
        name: Of the file.
        buckets: In how many parts patients are divided.
        patients: Id of the patient of each row, as words; shape ``(n_rows, n_words)``.
        rows: Of type `ROW`, in any order; patients and dates are filled in here.
        moments: The dates ``a`` and ``b``.
        entries: Of type `ENTRY`, of lists that are among the rows.
    """
    for slot, moment in zip("ab", moments, strict=True):
        for part in ("first", "last", "start", "end"):
            rows[f"{slot}_{part}"] = getattr(moment, part)
        rows["odd"] |= moment.bad
    first, number = _distinct(patients)
    ids = patients[first]
    bucket = (name_sums(ids) % np.uint64(buckets)).astype(np.uint16 if buckets < 2**16 else np.int64)
    order = np.argsort(bucket, kind="stable")
    place = np.empty(len(order), np.uint32)
    place[order] = np.arange(len(order), dtype=np.uint32)
    rows["patient"] = place[number]
    of_row = bucket[number]
    by_line = np.argsort(rows["start"], kind="stable")
    by_bucket = by_line[np.argsort(of_row[by_line], kind="stable")]
    rows[by_bucket].tofile(folder / name)
    ids[order].tofile((folder / name).with_suffix(".ids"))
    of_entry = of_row[by_line[np.searchsorted(rows["start"][by_line], entries["start"])]]
    entries[np.argsort(of_entry, kind="stable")].tofile((folder / name).with_suffix(".entries"))
    counts = [
        np.cumsum(np.bincount(numbers.astype(np.int64), minlength=buckets)).tolist()
        for numbers in (of_row, bucket, of_entry)
    ]
    return RowFile(name, patients.shape[1] * 8, *counts)


def read_bucket(folder: Path, files: Sequence[RowFile], bucket: int) -> Rows:
    """Return the rows of the patients of a bucket, from all blocks.

    Args:
        folder: Of the rows.
        files: The blocks, in the order of files and lines.
        bucket: Which.
    """
    nobody = np.zeros(0, np.int64)
    parts, tables, owners, blocks, before = [np.zeros(0, ROW)], [np.zeros(0, "S8")], [nobody], [nobody], 0
    listed, of_block = [np.zeros(0, ENTRY)], [nobody]
    for number, file in enumerate(files):
        (first_row, last_row), (first_id, last_id), (first_entry, last_entry) = file.parts_of(bucket)
        if first_row == last_row:
            continue
        rows = np.fromfile(folder / file.name, ROW, last_row - first_row, offset=first_row * ROW.itemsize)
        ids = (folder / file.name).with_suffix(".ids")
        tables.append(np.fromfile(ids, f"S{file.id_width}", last_id - first_id, offset=first_id * file.id_width))
        owners.append(rows["patient"].astype(np.int64) + (before - first_id))
        blocks.append(np.full(len(rows), number, np.int64))
        parts.append(rows)
        if first_entry < last_entry:
            path = (folder / file.name).with_suffix(".entries")
            listed.append(np.fromfile(path, ENTRY, last_entry - first_entry, offset=first_entry * ENTRY.itemsize))
            of_block.append(np.full(last_entry - first_entry, number, np.int64))
        before += last_id - first_id
    names = np.concatenate(tables)
    first, of_name = _distinct(names.view(np.uint64).reshape(len(names), names.dtype.itemsize // 8))
    ranked = np.argsort(names[first], kind="stable")
    rank = np.empty_like(ranked)
    rank[ranked] = np.arange(len(ranked))
    patient = rank[of_name[np.concatenate(owners)]]
    order = np.argsort(patient, kind="stable")
    whole = np.concatenate(parts)
    columns: dict[str, Table] = {name: whole[name][order] for name in ROW.names or () if name != "patient"}
    columns |= {"patient": patient[order], "block": np.concatenate(blocks)[order]}
    entry = np.concatenate(listed)
    entries: dict[str, Table] = {name: entry[name] for name in ENTRY.names or ()}
    entries["block"] = np.concatenate(of_block)
    return Rows(columns, [name.decode() for name in names[first][ranked].tolist()], entries)


def _distinct(names: U64) -> tuple[I64, I64]:
    """Return where each distinct name stands first, and for each name the number of the distinct one."""
    _, first, number = np.unique(name_sums(names), return_index=True, return_inverse=True)
    if not (names == names[first][number]).all():  # two names with one sum: compare the names themselves
        texts = np.ascontiguousarray(names).view(f"S{names.shape[1] * 8}").ravel()
        _, first, number = np.unique(texts, return_index=True, return_inverse=True)
    return first.astype(np.int64), number.astype(np.int64)
