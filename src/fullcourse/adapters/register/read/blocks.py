"""A block of lines to rows of mentions, with what each key and each shape says understood once.

Shapes that say the same have one number, that of the first of them: so as many numbers are needed as there are things
to say, however many patients there are and whatever their records are worded like.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np

from fullcourse.adapters.register.read.columns import Found, Meaning, columns_in, columns_of, entries_of
from fullcourse.adapters.register.read.lines import DAMAGED, Mention, SetAside, read_line
from fullcourse.adapters.register.read.rows import RowFile, write_rows
from fullcourse.adapters.register.read.stand_ins import meaning_of, mention_in
from fullcourse.adapters.register.read.taken_out import Dates
from fullcourse.adapters.register.read.templates import Template, TemplateReader
from fullcourse.adapters.register.scan.gaps import rules_of
from fullcourse.adapters.register.scan.library import Scanned, scan

__all__ = ["Block", "BlockReader", "ShapeNumbers"]

_MOST_KEPT: Final = 65_536
"""So many shapes are remembered at once; words that nobody else uses are no use to others."""

_OF_NOBODY, _BY_ITSELF, _NOTHING = -1, -2, -3
"""In the place of a shape: the line is about no patient; it is to be read by itself; it holds nothing."""

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
        self._numbers: dict[tuple[bytes, str], int] = {}
        self._by_template: dict[tuple[Template, str], int] = {}
        self._told_by: dict[tuple[tuple[object, ...], str], int] = {}
        self._by_components: dict[bytes, bool] = {}
        self.shapes: list[Shape] = []

    def read(self, mention: Mention) -> bytes:
        """Return what of a line the record reader looks at: numbers of components only where they count."""
        return mention.whole if mention.whole and self._says_by_components(mention.shape) else mention.shape

    def of(self, mention: Mention) -> int:
        """Return the number of the shape of a line."""
        shape = self.read(mention)
        key = _digest(shape), mention.linked
        number = self._numbers.get(key)
        if number is None:
            if len(self._numbers) >= _MOST_KEPT:
                self._numbers.clear()
            number = self._numbers[key] = self._worked_out((shape, mention.linked), mention.kind)
        return number

    def damaged(self) -> int:
        """Return the number of lines that cannot be read."""
        return self._worked_out((DAMAGED, ""), "Damaged")

    def _says_by_components(self, shape: bytes) -> bool:
        digest = _digest(shape)
        says = self._by_components.get(digest)
        if says is None:
            if len(self._by_components) >= _MOST_KEPT:
                self._by_components.clear()
            says = self._by_components[digest] = self._reader.says_by_components(shape)
        return says

    def _worked_out(self, key: Shape, kind: str) -> int:
        shape, linked = key
        # What refers to a product is understood when all files were read: the product may stand in any of them.
        is_late = bool(linked) and kind != "Patient"
        told_by = (shape,) if is_late else self._reader.told_by(shape)
        known = self._told_by.get((told_by, linked))
        if known is not None:
            return known
        said = (Template(shape.decode()), linked) if is_late else (self._reader.read(shape), linked)
        number = self._by_template.setdefault(said, len(self.shapes))
        if number == len(self.shapes):
            self.shapes.append(key)
        if len(self._told_by) >= _MOST_KEPT:
            self._told_by.clear()
        self._told_by[told_by, linked] = number
        return number


class BlockReader:
    """Reads blocks, and keeps what it has learned of shapes and of keys."""

    def __init__(self, dates: Dates, buckets: int, reader: TemplateReader) -> None:
        """Prepare for a register that is split into so many buckets of patients."""
        self._dates, self._buckets = dates, buckets
        self._rules = rules_of(dates)
        self._numbers = ShapeNumbers(reader)
        self._meanings: dict[bytes, Meaning] = {}

    def read(self, data: bytes, folder: Path, name: str) -> Block:
        """Write the rows of a block, and return what else it came to.

        Args:
            data: Whole lines.
            folder: For the rows.
            name: Of the file of rows.
        """
        found, lines = Found(), scan(data, self._rules)
        meanings = [self._meaning(lines, key) for key in range(len(lines.keys))]
        # The last two are found by the numbers of lines without a key.
        shape = np.array([*(meaning.shape for meaning in meanings), _NOTHING, _BY_ITSELF], np.int64)[lines.key]
        alone = np.flatnonzero(shape == _BY_ITSELF)
        places = zip(alone.tolist(), lines.start[alone].tolist(), lines.length[alone].tolist(), strict=True)
        for number, start, length in places:
            line = data[start : start + length]
            if not line.isspace():
                self._add(read_line(line, self._dates), number + 1, start, length, found)
        found.others += int(np.count_nonzero(shape == _OF_NOBODY))
        columns = columns_of(found).with_others(columns_in(lines, np.flatnonzero(shape >= 0), meanings))
        used, columns.rows["shape"] = np.unique(columns.rows["shape"], return_inverse=True)
        rows = write_rows(
            folder, name, self._buckets, columns.patients, columns.rows, columns.moments, entries_of(found)
        )
        shapes = [self._numbers.shapes[number] for number in used.tolist()]
        return Block(rows, shapes, found.elsewhere, found.aside, len(lines.key), found.others, found.aside_starts)

    def _meaning(self, lines: Scanned, key: int) -> Meaning:
        """Return what every line of a key says, or that each is to be read by itself."""
        digest = _digest(lines.keys[key])
        meaning = self._meanings.get(digest)
        if meaning is None:
            if len(self._meanings) >= _MOST_KEPT:
                self._meanings.clear()
            meaning = self._meanings[digest] = self._worked_out(lines, key)
        return meaning

    def _worked_out(self, lines: Scanned, key: int) -> Meaning:
        first = int(lines.key_line[key])
        start = int(lines.start[first])
        kinds = [kind for kind in lines.gap_kind[key].tolist() if kind]
        begin, end = ((places[first, : len(kinds)] - start).tolist() for places in (lines.gap_begin, lines.gap_end))
        line = lines.data[start : start + int(lines.length[first])]
        mention = mention_in(line, list(zip(kinds, begin, end, strict=True)), self._dates)
        if mention is None or (mention.shape and not mention.patient):
            return Meaning(_BY_ITSELF)
        if not mention.patient:
            return Meaning(_OF_NOBODY)
        read = self._numbers.read(mention)
        return meaning_of(mention, read, self._numbers.of(mention)) or Meaning(_BY_ITSELF)

    def _add(self, mention: Mention | SetAside, number: int, start: int, length: int, found: Found) -> None:
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


def _digest(text: bytes) -> bytes:
    """Return what stands for a text in memory: nobody has found two texts of one digest, nor will in a register."""
    return blake2b(text, digest_size=16).digest()
