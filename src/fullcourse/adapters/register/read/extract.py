"""A bulk export to rows of mentions, block by block; a block that is done is not done again.

A large plain file is cut into ranges of bytes, a large gzip file is read as one stream, and small files are read
together. Each range leaves its rows and one file of JSON beside them, written under another name and renamed when
whole, so that a run which was stopped continues.
"""

import json
import os
from base64 import b64decode, b64encode
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from fullcourse.adapters.register.input.source import PACKED, PLAIN, LineSource, is_packed
from fullcourse.adapters.register.read.blocks import Block, BlockReader
from fullcourse.adapters.register.read.rows import RowFile
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.evidence import I64

__all__ = [
    "BLOCK_BYTES",
    "Aside",
    "Extracted",
    "Lines",
    "Piece",
    "Range",
    "Segment",
    "asides_of",
    "collect",
    "ranges_of",
    "read_range",
    "refuse_lost",
    "refuse_too_many",
    "size_of",
    "whole_lines",
]

BLOCK_BYTES: Final = 16 * 1024 * 1024
"""Lines are read in blocks of about so many bytes."""

MOST_OF_NOBODY: Final = 1_000
"""Of so many lines one may be set aside of which nobody can say whose it is, and not more."""

FEW_OF_NOBODY: Final = 10
"""So many such lines are only named, however small the register is."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A line that is not used.

    Attributes:
        file: Its file, as handed in.
        line: Its number, from 1.
        reason: Why.
        is_of_nobody: Whether nobody can say whose it is; else the record of its patient has an error.
    """

    file: str
    line: int
    reason: str
    is_of_nobody: bool = True


@dataclass(frozen=True, slots=True)
class Segment:
    """Where a part of a block comes from.

    Attributes:
        file: The file.
        place: Where the part begins in the block, bytes.
        start: Where it begins in the file, bytes of the file as unpacked.
        line: The number of its first line in the block, from 1.
    """

    file: Path
    place: int
    start: int
    line: int


@dataclass(frozen=True, slots=True)
class Lines:
    """A block of whole lines.

    Attributes:
        data: The lines.
        segments: Where they come from, in order.
    """

    data: bytes
    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Extracted:
    """An export as read.

    Attributes:
        folder: Where the rows are.
        rows: Files of rows, one a block, each with where its lines stand.
        shapes: ``(shape, linked)`` by number, each once.
        shape_of: For each block, the numbers of its shapes.
        elsewhere: Products and substances by ``Type/id``, every version.
        aside: Lines that are not used.
        lines: Number of lines.
        others: Lines about no patient.
        aside_at: Those of patients who are known, by the number of their block and where they begin in it.
    """

    folder: Path
    rows: Sequence[tuple[RowFile, Sequence[Segment]]]
    shapes: Sequence[tuple[bytes, str]]
    shape_of: Sequence[I64]
    elsewhere: dict[str, list[bytes]]
    aside: Sequence[Aside]
    lines: int
    others: int
    aside_at: Mapping[tuple[int, int], Aside]

    def file_of(self, block: int, place: int) -> tuple[Path, int]:
        """Return the file in which a line of a block stands, and where."""
        segments = self.rows[block][1]
        segment = segments[bisect_right(segments, place, key=lambda part: part.place) - 1]
        return segment.file, segment.start + place - segment.place


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file: its whole, or the lines that begin in a range of bytes."""

    file: Path
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Range:
    """What is read at once: a part of a large file, or several small ones."""

    number: int
    pieces: Sequence[Piece]

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(piece.end - piece.start for piece in self.pieces)


def size_of(files: Iterable[Path]) -> int:
    """Return about how many bytes of lines there are."""
    return sum(_lines_of(file, file.stat().st_size) for file in files)


def _lines_of(file: Path, size: int) -> int:
    return size * PACKED.get(file.suffix, 1)


def ranges_of(files: Iterable[Path]) -> Iterator[Range]:
    """Yield the parts in which files are read."""
    number = gathered = 0
    small: list[Piece] = []
    for file in files:
        size = file.stat().st_size
        lines = _lines_of(file, size)
        if small and gathered + lines > BLOCK_BYTES:
            yield Range(number, small)
            number, small, gathered = number + 1, [], 0
        if lines <= BLOCK_BYTES:
            small.append(Piece(file, 0, size))
            gathered += lines
            continue
        step = size if is_packed(file) else BLOCK_BYTES
        for start in range(0, size, step):
            yield Range(number, [Piece(file, start, min(size, start + step))])
            number += 1
    if small:
        yield Range(number, small)


def read_range(part: Range, folder: Path, reader: BlockReader, source: LineSource = PLAIN) -> int:
    """Read a range, or find that it was read before.

    Args:
        part: Which.
        folder: For the rows; it is there.
        reader: Reads the blocks.
        source: Opens the files.

    Returns:
        Its number of lines.
    """
    done = folder / f"range-{part.number:06d}.json"
    if done.exists():
        return sum(int(block["lines"]) for block in json.loads(done.read_bytes()))
    blocks = []
    for number, lines in enumerate(whole_lines(part, source)):
        name = f"range-{part.number:06d}-{number:04d}-{os.getpid()}.rows"
        blocks.append(_as_json(reader.read(lines.data, folder, name), lines.segments))
    draft = done.with_suffix(f".{os.getpid()}.draft")
    draft.write_text(json.dumps(blocks))
    draft.replace(done)
    return sum(int(str(block["lines"])) for block in blocks)


def whole_lines(part: Range, source: LineSource = PLAIN) -> Iterator[Lines]:
    """Yield the lines of a range in blocks, those taken out since left blank; no line is cut."""
    if len(part.pieces) == 1:
        piece = part.pieces[0]
        for start, data in _blocks_of(piece, source):
            yield Lines(data, [Segment(piece.file, 0, start, 1)])
        return
    together, segments, line = bytearray(), [], 1
    for piece in part.pieces:
        for start, data in _blocks_of(piece, source):
            segments.append(Segment(piece.file, len(together), start, line))
            together += data
            if not data.endswith(b"\n"):
                together += b"\n"
            line += data.count(b"\n") + (not data.endswith(b"\n"))
        if len(together) >= BLOCK_BYTES:  # what was packed is larger than it looked
            yield Lines(bytes(together), segments)
            together, segments, line = bytearray(), [], 1
    yield Lines(bytes(together), segments)


def _blocks_of(piece: Piece, source: LineSource) -> Iterator[tuple[int, bytes]]:
    for start, data in _as_written(piece, source):
        yield start, source.left_of(piece.file, data)


def _as_written(piece: Piece, source: LineSource) -> Iterator[tuple[int, bytes]]:
    if is_packed(piece.file):
        yield from source.blocks(piece.file, BLOCK_BYTES)
        return
    with piece.file.open("rb") as file:
        begin, end = (_line_at(file, place) for place in (piece.start, piece.end))
        if begin < end:
            file.seek(begin)
            yield begin, file.read(end - begin)


def _line_at(file: BinaryIO, place: int) -> int:
    """Return where the first line begins that begins at a place or behind it."""
    if place == 0:
        return 0
    file.seek(place - 1)
    return place - 1 + len(file.readline())


def _as_json(block: Block, segments: Iterable[Segment]) -> dict[str, object]:
    return {
        "rows": asdict(block.rows),
        "segments": [[str(part.file), part.place, part.start, part.line] for part in segments],
        "shapes": [(shape.decode(), linked) for shape, linked in block.shapes],
        "elsewhere": [(name, b64encode(body).decode()) for name, body in block.elsewhere],
        "aside": list(block.aside),
        "aside_starts": list(block.aside_starts),
        "lines": block.lines,
        "others": block.others,
    }


def asides_of(block: Mapping[str, object], segments: Sequence[Segment], before: dict[Path, int]) -> Iterator[Aside]:
    """Yield the lines of a block that are not used, each with its number in its file.

    Args:
        block: As written: its ``aside`` and ``lines``.
        segments: Where its lines come from.
        before: Lines of each file that stand in blocks before this one; those of this block are added.
    """
    lines = [*(part.line for part in segments), int(str(block["lines"])) + 1]
    for line, reason, is_known in block["aside"]:  # type: ignore[attr-defined]  # as written by us
        part = segments[bisect_right(lines, line) - 1]
        yield Aside(str(part.file), before.get(part.file, 0) + line - part.line + 1, reason, not is_known)
    for part, behind in zip(segments, lines[1:], strict=True):
        before[part.file] = before.get(part.file, 0) + behind - part.line


def refuse_too_many(aside: Iterable[Aside], lines: int) -> None:
    """Refuse a register of which too many lines are lost, so that its patients would look healthier than they are.

    Raises:
        InputError: Of more than `FEW_OF_NOBODY` lines, and of more than one in `MOST_OF_NOBODY`, nobody can say whose.
    """
    lost = [line for line in aside if line.is_of_nobody]
    if lost:
        refuse_lost(len(lost), lost[0], lines)


def refuse_lost(lost: int, first: Aside, lines: int) -> None:
    """Refuse a register when of so many of its lines nobody can say whose they are; see `refuse_too_many`.

    Args:
        lost: How many.
        first: The first of them.
        lines: Of the register.
    """
    if lost <= max(FEW_OF_NOBODY, lines // MOST_OF_NOBODY):
        return
    reason = first.reason.split(". ")[0]
    raise InputError(
        f"{lost:,} of {lines:,} lines cannot be used, and nobody can say whose they are: what they say would be "
        "missing for patients that look well without it. "
        f"The first is line {first.line:,} of {Path(first.file).name}: {reason}. "
        "Export the register again, whole, and one resource a line."
    )


def collect(ranges: Iterable[Range], folder: Path) -> Extracted:
    """Return an export that was read into a folder."""
    rows: list[tuple[RowFile, Sequence[Segment]]] = []
    shapes: dict[tuple[bytes, str], int] = {}
    shape_of: list[I64] = []
    elsewhere: dict[str, list[bytes]] = {}
    aside: list[Aside] = []
    aside_at: dict[tuple[int, int], Aside] = {}
    lines = others = 0
    before: dict[Path, int] = {}
    for part in ranges:
        for block in json.loads((folder / f"range-{part.number:06d}.json").read_bytes()):
            segments = [Segment(Path(file), *places) for file, *places in block["segments"]]
            rows.append((RowFile.of(block["rows"]), segments))
            pairs = [(shape.encode(), linked) for shape, linked in block["shapes"]]
            shape_of.append(np.array([shapes.setdefault(pair, len(shapes)) for pair in pairs], np.int64))
            for name, body in block["elsewhere"]:
                elsewhere.setdefault(name, []).append(b64decode(body))
            of_block = list(asides_of(block, segments, before))
            aside += of_block
            number = len(rows) - 1
            aside_at |= {
                (number, start): line
                for line, start in zip(of_block, block["aside_starts"], strict=True)
                if not line.is_of_nobody
            }
            lines += block["lines"]
            others += block["others"]
    return Extracted(folder, rows, list(shapes), shape_of, elsewhere, aside, lines, others, aside_at)
