"""A block of lines to rows of mentions, line by line, with what each shape says understood once.

Shapes that say the same have one number, that of the first of them: so as many numbers are needed as there are things
to say, however many patients there are and whatever their records are worded like.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fullcourse.adapters.register.read.dates import Moments, moments_of
from fullcourse.adapters.register.read.lines import DAMAGED, Mention, SetAside, read_line
from fullcourse.adapters.register.read.rows import ENTRY, ID_WIDTH, ROW, RowFile, name_sums, write_rows
from fullcourse.adapters.register.read.taken_out import Dates
from fullcourse.adapters.register.read.templates import Template, TemplateReader

__all__ = ["Block", "BlockReader", "ShapeNumbers"]

_MOST_KEPT: Final = 65_536
"""So many shapes are remembered at once; words that nobody else uses are no use to others."""

Shape = tuple[bytes, str]


@dataclass(frozen=True, slots=True)
class Block:
    """What a block of lines came to.

    Attributes:
        rows: Where its rows are.
        shapes: ``(shape, linked)`` by number.
        elsewhere: Products and substances, by ``Type/id``.
        aside: ``(line within the block, reason, whether its patient is known)`` of lines that are not used.
        aside_starts: Where each of them begins in the block.
        lines: Number of lines, blank ones included.
        others: Lines about no patient.
    """

    rows: RowFile
    shapes: Sequence[Shape]
    elsewhere: Sequence[tuple[str, bytes]]
    aside: Sequence[tuple[int, str, bool]]
    lines: int
    others: int
    aside_starts: Sequence[int]


class ShapeNumbers:
    """Numbers of shapes: those that say the same have one."""

    def __init__(self, reader: TemplateReader) -> None:
        """Take what understands a shape."""
        self._reader = reader
        self._numbers: dict[Shape, int] = {}
        self._by_template: dict[tuple[Template, str], int] = {}
        self._by_components: dict[bytes, bool] = {}
        self.shapes: list[Shape] = []

    def of(self, mention: Mention) -> int:
        """Return the number of the shape of a line."""
        shape = mention.shape
        if mention.whole and self._says_by_components(shape):
            shape = mention.whole
        key = shape, mention.linked
        number = self._numbers.get(key)
        if number is None:
            if len(self._numbers) >= _MOST_KEPT:
                self._numbers.clear()
            number = self._numbers[key] = self._worked_out(key, mention.kind)
        return number

    def damaged(self) -> int:
        """Return the number of lines that cannot be read."""
        return self._worked_out((DAMAGED, ""), "Damaged")

    def _says_by_components(self, shape: bytes) -> bool:
        says = self._by_components.get(shape)
        if says is None:
            if len(self._by_components) >= _MOST_KEPT:
                self._by_components.clear()
            says = self._by_components[shape] = self._reader.says_by_components(shape)
        return says

    def _worked_out(self, key: Shape, kind: str) -> int:
        shape, linked = key
        # What refers to a product is understood when all files were read: the product may stand in any of them.
        is_late = bool(linked) and kind != "Patient"
        said = (Template(shape.decode()), linked) if is_late else (self._reader.read(shape), linked)
        number = self._by_template.setdefault(said, len(self.shapes))
        if number == len(self.shapes):
            self.shapes.append(key)
        return number


@dataclass(slots=True)
class _Found:
    """What a block comes to, in the making.

    Attributes:
        rows: Shape, place, length, patient, id, date, end and value of each row.
        odd: Numbers of the rows whose patient is named in a way that is to be judged.
        by_id: Numbers of the rows whose patient is named by an id alone.
        entries: Of lists: the place of the list, and what it refers to.
    """

    rows: list[tuple[int, int, int, str, str, str, str, float | None]] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)
    by_id: list[int] = field(default_factory=list)
    entries: list[tuple[int, str]] = field(default_factory=list)
    elsewhere: list[tuple[str, bytes]] = field(default_factory=list)
    aside: list[tuple[int, str, bool]] = field(default_factory=list)
    aside_starts: list[int] = field(default_factory=list)
    others: int = 0


class BlockReader:
    """Reads blocks, and keeps what it has learned of shapes."""

    def __init__(self, dates: Dates, buckets: int, reader: TemplateReader) -> None:
        """Prepare for a register that is split into so many buckets of patients."""
        self._dates, self._buckets = dates, buckets
        self._numbers = ShapeNumbers(reader)

    def read(self, data: bytes, folder: Path, name: str) -> Block:
        """Write the rows of a block, and return what else it came to.

        Args:
            data: Whole lines.
            folder: For the rows.
            name: Of the file of rows.
        """
        found, start, dates = _Found(), 0, self._dates
        lines = data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for number, written in enumerate(lines, 1):
            line = written[:-1] if written[-1:] == b"\r" else written
            if line and not line.isspace():
                self._add(read_line(line, dates), number, start, len(line), found)
            start += len(written) + 1
        rows, shapes = self._written(found, folder, name)
        return Block(rows, shapes, found.elsewhere, found.aside, len(lines), found.others, found.aside_starts)

    def _add(self, mention: Mention | SetAside, number: int, start: int, length: int, found: _Found) -> None:
        rows = found.rows
        if isinstance(mention, SetAside):
            found.aside.append((number, mention.reason, bool(mention.patients)))
            found.aside_starts.append(start)
            shape = self._numbers.damaged() if mention.patients else 0
            rows += [(shape, start, length, patient, "", "", "", None) for patient in mention.patients]
        elif mention.patient:
            if mention.is_odd:
                found.odd.append(len(rows))
            if mention.is_by_id:
                found.by_id.append(len(rows))
            if mention.entries:
                found.entries += [(start, entry) for entry in mention.entries]
            rows.append((self._numbers.of(mention), start, length, *mention.said))
        elif mention.shape:
            found.elsewhere.append((f"{mention.kind}/{mention.id}", mention.shape))
        else:
            found.others += 1

    def _written(self, found: _Found, folder: Path, name: str) -> tuple[RowFile, Sequence[Shape]]:
        """Write the rows of a block; return where they are, and their shapes by number."""
        columns: Sequence[Sequence[Any]] = list(zip(*found.rows, strict=True)) if found.rows else [()] * 8
        shape, start, length, patient, identity, on, until, value = columns
        rows = np.zeros(len(start), ROW)
        used, number = np.unique(np.array(shape, np.int32), return_inverse=True)
        rows["shape"], rows["start"], rows["length"] = number, start, length
        rows["odd"][found.odd] = True
        rows["by_id"][found.by_id] = True
        rows["value"] = np.array(value, np.float64)  # None is not a number
        rows["id_sum"] = _id_sums(_encoded(identity))
        rows["has_id"] = list(map(bool, identity))
        written = write_rows(
            folder,
            name,
            self._buckets,
            _as_words(_encoded(patient), ID_WIDTH),
            rows,
            (moments_of(on), _some_moments(until)),
            _entries(found.entries),
        )
        return written, [self._numbers.shapes[used_number] for used_number in used.tolist()]


def _encoded(texts: Sequence[str]) -> list[bytes]:
    return [text.encode("utf-8", "surrogatepass") for text in texts]


def _some_moments(texts: Sequence[str]) -> Moments:
    """Return dates of which most are not there."""
    moments = Moments.none(len(texts))
    there = [number for number, text in enumerate(texts) if text]
    if there:
        moments.put(np.array(there, np.int64), moments_of([texts[number] for number in there]))
    return moments


def _entries(entries: Sequence[tuple[int, str]]) -> npt.NDArray[Any]:
    listed = np.zeros(len(entries), ENTRY)
    listed["start"] = [start for start, _ in entries]
    for column, part in (("kind_sum", 0), ("id_sum", 1)):
        listed[column] = _id_sums(_encoded([name.split("/", 1)[part] for _, name in entries]))
    return listed


def _id_sums(ids: Sequence[bytes]) -> npt.NDArray[np.uint64]:
    """Return the sums of ids, whatever they are; of usual ones as `name_sums` gives them."""
    unusual = [number for number, name in enumerate(ids) if len(name) > ID_WIDTH or name[-1:] == b"\0"]
    sums = name_sums(_as_words(ids, ID_WIDTH))
    for number in unusual:
        sums[number] = int.from_bytes(blake2b(ids[number], digest_size=8).digest(), "little")
    return sums


def _as_words(texts: Sequence[bytes], width: int) -> npt.NDArray[np.uint64]:
    return np.array([*texts, b""], f"S{width}")[:-1].view(np.uint64).reshape(len(texts), width // 8)
