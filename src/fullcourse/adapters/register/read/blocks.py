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
from fullcourse.adapters.register.read.kept import Dates
from fullcourse.adapters.register.read.lines import DAMAGED, Mention, SetAside, read_line
from fullcourse.adapters.register.read.rows import ENTRY, ID_WIDTH, ROW, RowFile, name_sums, write_rows
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
        lines: Number of lines, blank ones included.
        others: Lines about no patient.
    """

    rows: RowFile
    shapes: Sequence[Shape]
    elsewhere: Sequence[tuple[str, bytes]]
    aside: Sequence[tuple[int, str, bool]]
    lines: int
    others: int


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
class _Columns:
    """Rows in the making, one element a row."""

    shape: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    length: list[int] = field(default_factory=list)
    patient: list[str] = field(default_factory=list)
    identity: list[str] = field(default_factory=list)
    on: list[str] = field(default_factory=list)
    until: list[str] = field(default_factory=list)
    value: list[float | None] = field(default_factory=list)
    odd: list[bool] = field(default_factory=list)
    by_id: list[bool] = field(default_factory=list)

    def add(self, mention: Mention, shape: int, start: int, length: int) -> None:
        """Add a row."""
        self.shape.append(shape)
        self.start.append(start)
        self.length.append(length)
        self.patient.append(mention.patient)
        self.identity.append(mention.id)
        self.on.append(mention.on)
        self.until.append(mention.until)
        self.value.append(mention.value)
        self.odd.append(mention.is_odd)
        self.by_id.append(mention.is_by_id)

    def rows(self, shape: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
        """Return the rows without their patients and dates."""
        rows = np.zeros(len(self.start), ROW)
        rows["shape"], rows["start"], rows["length"], rows["odd"] = shape, self.start, self.length, self.odd
        rows["by_id"] = self.by_id
        rows["value"] = np.array(self.value, np.float64)  # None is not a number
        rows["id_sum"] = _id_sums(self.identity)
        rows["has_id"] = np.array(self.identity, np.bool_)
        return rows


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
        columns, numbers, dates = _Columns(), self._numbers, self._dates
        elsewhere: list[tuple[str, bytes]] = []
        aside: list[tuple[int, str, bool]] = []
        entries: list[tuple[int, str]] = []
        others = start = 0
        lines = data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for number, written in enumerate(lines, 1):
            line = written.removesuffix(b"\r")
            if line and not line.isspace():
                mention = read_line(line, dates)
                if isinstance(mention, SetAside):
                    aside.append((number, mention.reason, bool(mention.patients)))
                    for patient in mention.patients:
                        columns.add(Mention(patient, "", "", DAMAGED), numbers.damaged(), start, len(line))
                elif mention.patient:
                    columns.add(mention, numbers.of(mention), start, len(line))
                    if mention.entries:
                        entries += [(start, entry) for entry in mention.entries]
                elif mention.shape:
                    elsewhere.append((f"{mention.kind}/{mention.id}", mention.shape))
                else:
                    others += 1
            start += len(written) + 1
        used, shape = np.unique(np.array(columns.shape, np.int32), return_inverse=True)
        written_rows = write_rows(
            folder,
            name,
            self._buckets,
            _as_words([patient.encode() for patient in columns.patient], ID_WIDTH),
            columns.rows(shape.astype(np.int32)),
            (moments_of(columns.on), _some_moments(columns.until)),
            _entries(entries),
        )
        shapes = [numbers.shapes[number] for number in used.tolist()]
        return Block(written_rows, shapes, elsewhere, aside, len(lines), others)


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
        listed[column] = _id_sums([name.split("/", 1)[part] for _, name in entries])
    return listed


def _id_sums(ids: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Return the sums of ids, whatever they are; of usual ones as `name_sums` gives them."""
    encoded = [name.encode("utf-8", "surrogatepass") for name in ids]
    unusual = [len(name) > ID_WIDTH or name.endswith(b"\0") for name in encoded]
    sums = name_sums(_as_words([b"" if odd else name for name, odd in zip(encoded, unusual, strict=True)], ID_WIDTH))
    for number in np.flatnonzero(unusual).tolist():
        sums[number] = int.from_bytes(blake2b(encoded[number], digest_size=8).digest(), "little")
    return sums


def _as_words(texts: Sequence[bytes], width: int) -> npt.NDArray[np.uint64]:
    return np.array([*texts, b""], f"S{width}")[:-1].view(np.uint64).reshape(len(texts), width // 8)
