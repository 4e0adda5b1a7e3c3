"""The first step on a cluster: every line to its patient, and notes of what goes to nobody, as batches of Arrow."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

import pyarrow as pa

from fullcourse.adapters.register.cluster.here import Asked, here
from fullcourse.adapters.register.cluster.whose import may_be_product, way_of
from fullcourse.adapters.register.read.lines import ELSEWHERE, Mention, read_line
from fullcourse.clinical.errors import InputError

__all__ = ["ASIDE", "BLOCK", "LINE", "PRODUCTS", "ROUTED", "place_of", "products_of", "route"]

LINE, ASIDE, BLOCK = 0, 1, 2
"""Kinds of rows: a line of a patient; a line that is not used; a block that was read."""

ROUTED: Final = pa.schema([
    ("kind", pa.int8()), ("patient", pa.string()), ("file", pa.int32()), ("block", pa.int64()), ("place", pa.int64()),
    ("is_told", pa.bool_()), ("line", pa.binary()), ("reason", pa.string()), ("is_of_nobody", pa.bool_()),
    ("lines", pa.int64()), ("others", pa.int64()),
])  # fmt: skip
"""``patient``: whose partition the row goes to; of a note, a text that spreads notes over the partitions. ``file``: its
number in the order of the files. ``block``, ``place``: where the block begins in the file, bytes, and which line of the
block it is, from 0. ``is_told``: whether what is wrong with the line is told by a note already. ``lines``, ``others``:
of a block, its lines, and those about no patient."""

PRODUCTS: Final = pa.schema([
    ("file", pa.int32()), ("block", pa.int64()), ("place", pa.int64()), ("name", pa.string()), ("body", pa.binary()),
])  # fmt: skip
"""``name``: ``Type/id`` of a product or substance."""

Batches = Iterator[pa.RecordBatch]


class _Places:
    """Tells which line of which block each line is: those of a block come one after another, in their order."""

    def __init__(self, files: Mapping[str, int]) -> None:
        self._files = files
        self._at = "", -1
        self._file, self._place = -1, 0

    def of(self, path: str, block: int, number: int | None) -> tuple[int, int, int]:
        """Return file, block and place of the next line."""
        if number is not None:
            return self._number(path), block, number - 1
        if self._at != (path, block):
            self._at, self._file, self._place = (path, block), self._number(path), 0
        else:
            self._place += 1
        return self._file, block, self._place

    def _number(self, path: str) -> int:
        number = self._files.get(path)
        if number is None:
            number = self._files.get(place_of(path))
        if number is None:
            raise InputError("a file of the register was not there when the run began; let nobody write to it.")
        return number


def place_of(path: str) -> str:
    """Return the address of a file in one way of writing it: ``file:/a b`` for ``file:///a%20b``."""
    scheme, colon, rest = unquote(path).partition(":")
    return f"{scheme}{colon}/{rest.lstrip('/')}" if rest.startswith("///") else f"{scheme}{colon}{rest}"


def route(batches: Batches, files: Mapping[str, int], asked: Asked) -> Batches:
    """Yield each line with whose it is, and notes of what goes to nobody.

    Args:
        batches: ``line``, ``path``, ``block``, ``number``; see `files.Lines`.
        files: Number of each file.
        asked: What this process must agree on.
    """
    dates = here(asked).dates
    places = _Places(files)
    counted: dict[tuple[int, int], list[int]] = {}
    for batch in batches:
        rows: list[tuple[object, ...]] = []
        for line, *where in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            at = places.of(*where)
            counts = counted.setdefault(at[:2], [0, 0])
            counts[0] += 1
            whole = line[:-1] if line[-1:] == b"\r" else line
            if not whole or whole.isspace():
                continue
            way = way_of(whole, dates)
            counts[1] += way.is_other
            if way.reason:
                note = f"{at[0]}/{at[2] % 256}"
                rows.append((ASIDE, note, *at, True, None, way.reason, not way.patients, 0, 0))
            rows += [(LINE, patient, *at, way.is_told, whole, None, None, 0, 0) for patient in way.patients]
        yield _batch(rows, ROUTED)
    notes: list[tuple[object, ...]] = [
        (BLOCK, f"{file}/{block % 251}", file, block, 0, True, None, None, None, *counts)
        for (file, block), counts in counted.items()
    ]
    yield _batch(notes, ROUTED)


def products_of(batches: Batches, files: Mapping[str, int], asked: Asked) -> Batches:
    """Yield the products and substances among lines; see `route`."""
    dates = here(asked).dates
    places = _Places(files)
    for batch in batches:
        rows: list[tuple[object, ...]] = []
        for line, *where in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            at = places.of(*where)
            if may_be_product(line):
                mention = read_line(line.rstrip(b"\r"), dates)
                if isinstance(mention, Mention) and mention.kind in ELSEWHERE:
                    rows.append((*at, f"{mention.kind}/{mention.id}", mention.shape))
        yield _batch(rows, PRODUCTS)


def _batch(rows: list[tuple[object, ...]], schema: Any) -> Any:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
