"""One way to the lines of a file, whatever it is packed in, without the lines that were taken out since.

A file of lines, a gzip file and a Parquet file with a resource a row are read alike: a place in them is a place in
their lines as unpacked, and the number of a line is that of the row.
"""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, cast

from fullcourse.adapters.register.input.deletions import Deletions
from fullcourse.adapters.register.input.tables import TableLines
from fullcourse.clinical.errors import InputError

__all__ = ["PACKED", "PLAIN", "LineSource", "OpenLines", "is_packed"]

PACKED: Final = {".gz": 10, ".parquet": 10}
"""Endings of packed files, which are read from their beginning, and for how many times their size they are taken."""


def is_packed(file: Path) -> bool:
    """Return whether a file is read from its beginning only."""
    return file.suffix in PACKED


class OpenLines(Protocol):
    """An open file of lines."""

    def __enter__(self) -> "OpenLines":
        """Return itself."""

    def __exit__(self, *_: object) -> None:
        """Close it."""

    def __iter__(self) -> Iterator[bytes]:
        """Return the lines, each with its end."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes; none at the end."""

    def seek(self, place: int, /) -> int:
        """Go to a place, in bytes as unpacked; in a packed file only forward."""


@dataclass(frozen=True, slots=True)
class LineSource:
    """How the files of one register are opened.

    Attributes:
        column: Which column of a table holds the resources; found by its name where this is empty.
        rows_out: Numbers of the rows, from 0, that a table no longer holds, by file.
        deletions: Resources that were deleted since a file was written, by file.
    """

    column: str = ""
    rows_out: Mapping[Path, frozenset[int]] = field(default_factory=dict)
    deletions: Mapping[Path, Deletions] = field(default_factory=dict)

    def open(self, file: Path) -> OpenLines:
        """Open a file at its first line.

        Raises:
            InputError: It is a table that holds no resources as text.
        """
        if file.suffix == ".parquet":
            return TableLines(file, self.column, self.rows_out.get(file, frozenset()))
        return cast("OpenLines", gzip.open(file) if file.suffix == ".gz" else file.open("rb"))

    def blocks(self, file: Path, size: int) -> Iterator[tuple[int, bytes]]:
        """Yield where each block of whole lines begins, and its lines.

        Args:
            file: One that is packed.
            size: Of a block, bytes, about.

        Raises:
            InputError: It is broken or cut off.
        """
        start, kept = 0, b""
        try:
            with self.open(file) as lines:
                while data := lines.read(size):
                    data = kept + data
                    cut = data.rfind(b"\n") + 1
                    kept = data[cut:]
                    if cut:
                        yield start, data[:cut]
                        start += cut
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise InputError(
                "a gzip file is broken or cut off: part of the register is missing. Fetch it again."
            ) from None
        if kept:
            yield start, kept

    def left_of(self, file: Path, lines: bytes) -> bytes:
        """Return whole lines of a file with those blank that are of resources deleted since; no place moves.

        Raises:
            InputError: An export holds what it names as deleted.
        """
        deletions = self.deletions.get(file)
        return deletions.left_of(file, lines) if deletions else lines


PLAIN: Final = LineSource()
"""Opens files of which everything is read."""
