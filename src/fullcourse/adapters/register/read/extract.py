"""A bulk export to rows of mentions, block by block; a block that is done is not done again.

A plain file is cut into ranges of bytes, a gzip file is read as one stream. Each block leaves its rows and one
file of JSON beside them, written under another name and renamed when whole, so that a run which was stopped continues.
"""

import gzip
import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

from fullcourse.adapters.register.read.blocks import Block, BlockReader
from fullcourse.adapters.register.read.rows import RowFile
from fullcourse.clinical.errors import InputError

__all__ = [
    "BLOCK_BYTES",
    "Aside",
    "Extracted",
    "Range",
    "collect",
    "find_inputs",
    "ranges_of",
    "read_range",
    "size_of",
    "whole_lines",
]

BLOCK_BYTES: Final = 16 * 1024 * 1024
"""Lines are read in blocks of so many bytes."""

_ENDINGS: Final = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class Aside:
    """A line that is not used.

    Attributes:
        file: Its file, as handed in.
        line: Its number, from 1.
        reason: Why.
    """

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """An export as read.

    Attributes:
        folder: Where the rows are.
        rows: Files of rows, each with the file that its lines stand in.
        shapes: ``(shape, linked)`` by number, for each of them.
        elsewhere: Products and substances by ``Type/id``, every version.
        aside: Lines that are not used.
        lines: Number of lines.
        others: Lines about no patient.
    """

    folder: Path
    rows: Sequence[tuple[RowFile, Path]]
    shapes: Sequence[Sequence[tuple[bytes, str]]]
    elsewhere: dict[str, list[bytes]]
    aside: Sequence[Aside]
    lines: int
    others: int


@dataclass(frozen=True, slots=True)
class Range:
    """A part of a file: its whole, or the lines that begin in a range of bytes."""

    number: int
    file: Path
    start: int
    end: int


def find_inputs(paths: Iterable[str]) -> list[Path]:
    """Return the files of an export: those named, and those in the folders named.

    Raises:
        InputError: One is not there, or a folder holds none.
    """
    files: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file() and file.name.endswith(_ENDINGS))
            if not inside:
                raise InputError(f"a folder handed in holds no file that ends in {', '.join(_ENDINGS)}. Name another.")
            files += inside
        elif path.is_file():
            files.append(path)
        else:
            raise InputError("an input is not there, or is no file or folder. Check the paths handed in.")
    return list(dict.fromkeys(files))


def size_of(files: Iterable[Path]) -> int:
    """Return about how many bytes of lines there are; what is packed is taken for ten times its size."""
    return sum(file.stat().st_size * (10 if file.suffix == ".gz" else 1) for file in files)


def ranges_of(files: Iterable[Path]) -> Iterator[Range]:
    """Yield the parts in which files are read."""
    number = 0
    for file in files:
        size = file.stat().st_size
        step = size if file.suffix == ".gz" else BLOCK_BYTES
        for start in range(0, size, max(1, step)):
            yield Range(number, file, start, min(size, start + step))
            number += 1


def read_range(part: Range, folder: Path, reader: BlockReader) -> int:
    """Read a range, or find that it was read before.

    Args:
        part: Which.
        folder: For the rows; it is there.
        reader: Reads the blocks.

    Returns:
        Its number of lines.
    """
    done = folder / f"range-{part.number:06d}.json"
    if done.exists():
        return sum(int(block["lines"]) for block in json.loads(done.read_bytes()))
    blocks = []
    for number, (start, data) in enumerate(whole_lines(part)):
        blocks.append(
            _as_json(reader.read(data, folder, f"range-{part.number:06d}-{number:04d}-{os.getpid()}.rows", start))
        )
    draft = done.with_suffix(f".{os.getpid()}.draft")
    draft.write_text(json.dumps(blocks))
    draft.replace(done)
    return sum(int(str(block["lines"])) for block in blocks)


def whole_lines(part: Range) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a range in blocks, each with the place where it begins; no line is cut."""
    if part.file.suffix == ".gz":
        yield from _unpacked(part.file)
        return
    with part.file.open("rb") as file:
        begin, end = (_line_at(file, place) for place in (part.start, part.end))
        if begin < end:
            file.seek(begin)
            yield begin, file.read(end - begin)


def _line_at(file: BinaryIO, place: int) -> int:
    """Return where the first line begins that begins at a place or behind it."""
    if place == 0:
        return 0
    file.seek(place - 1)
    return place - 1 + len(file.readline())


def _unpacked(path: Path) -> Iterator[tuple[int, bytes]]:
    start, kept = 0, b""
    try:
        with gzip.open(path) as file:
            while data := file.read(BLOCK_BYTES):
                data = kept + data
                cut = data.rfind(b"\n") + 1
                kept = data[cut:]
                if cut:
                    yield start, data[:cut]
                    start += cut
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError("a gzip file is broken or cut off: part of the register is missing. Fetch it again.") from None
    if kept:
        yield start, kept


def _as_json(block: Block) -> dict[str, object]:
    return {
        "rows": asdict(block.rows),
        "shapes": [(shape.decode(), linked) for shape, linked in block.shapes],
        "elsewhere": [(name, b64encode(body).decode()) for name, body in block.elsewhere],
        "aside": list(block.aside),
        "lines": block.lines,
        "others": block.others,
    }


def collect(ranges: Iterable[Range], folder: Path) -> Extracted:
    """Return an export that was read into a folder."""
    rows: list[tuple[RowFile, Path]] = []
    shapes: list[list[tuple[bytes, str]]] = []
    elsewhere: dict[str, list[bytes]] = {}
    aside: list[Aside] = []
    lines = others = 0
    before: dict[Path, int] = {}
    for part in ranges:
        for block in json.loads((folder / f"range-{part.number:06d}.json").read_bytes()):
            rows.append((RowFile(**block["rows"]), part.file))
            shapes.append([(shape.encode(), linked) for shape, linked in block["shapes"]])
            for name, body in block["elsewhere"]:
                elsewhere.setdefault(name, []).append(b64decode(body))
            first = before.get(part.file, 0)
            aside += [Aside(str(part.file), first + line, reason) for line, reason in block["aside"]]
            before[part.file] = first + block["lines"]
            lines += block["lines"]
            others += block["others"]
    return Extracted(folder, rows, shapes, elsewhere, aside, lines, others)
