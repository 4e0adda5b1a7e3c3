"""A bulk export to rows of mentions, block by block, on all cores; a block that is done is not done again.

A plain file is cut into ranges of bytes, a gzip file is read as one stream. Each block leaves one Parquet file and one
file of JSON beside it, written under another name and renamed when whole, so that a run which was stopped continues.
"""

import gzip
import json
import multiprocessing
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fullcourse.adapters.cohort.blocks import Block, BlockReader
from fullcourse.adapters.cohort.lines import Dates
from fullcourse.clinical.errors import InputError

__all__ = ["BLOCK_BYTES", "Aside", "Extracted", "extract", "find_inputs", "size_of"]

BLOCK_BYTES: Final = 32 * 1024 * 1024
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
        rows: Parquet files of rows, each with the file that its lines stand in.
        shapes: ``(shape, linked)`` by number, for each of them.
        elsewhere: Products and substances by ``Type/id``, every version.
        aside: Lines that are not used.
        lines: Number of lines.
        others: Lines about no patient.
    """

    rows: Sequence[tuple[Path, Path]]
    shapes: Sequence[Sequence[tuple[bytes, str]]]
    elsewhere: dict[str, list[bytes]]
    aside: Sequence[Aside]
    lines: int
    others: int


@dataclass(frozen=True, slots=True)
class _Range:
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
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and one.name.endswith(_ENDINGS))
            if not inside:
                raise InputError(f"a folder handed in holds no file that ends in {', '.join(_ENDINGS)}. Name another.")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise InputError("an input is not there, or is no file or folder. Check the paths handed in.")
    return list(dict.fromkeys(found))


def size_of(files: Iterable[Path]) -> int:
    """Return about how many bytes of lines there are; what is packed is taken for ten times its size."""
    return sum(file.stat().st_size * (10 if file.suffix == ".gz" else 1) for file in files)


def extract(
    files: Sequence[Path],
    folder: Path,
    dates: Dates,
    buckets: int,
    processes: int,
    progress: Callable[[int, int], None] = lambda done, lines: None,
) -> Extracted:
    """Read an export into a folder of rows; what is there already is kept.

    Args:
        files: Files of NDJSON, also packed by gzip.
        folder: For the rows.
        dates: Dating elements of each type of resource.
        buckets: In how many parts patients are divided.
        processes: How many at once.
        progress: Called with the bytes done and the lines read, now and then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ranges = list(_ranges(files))
    done_bytes = lines = 0
    if processes == 1:
        reader = BlockReader(dates, buckets)
        for part in ranges:
            lines += _read_range(part, folder, reader)
            done_bytes += part.end - part.start
            progress(done_bytes, lines)
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, context, _begin, (dates, buckets)) as pool:
            waiting = {pool.submit(_work, part, folder): part for part in ranges}
            for future in as_completed(waiting):
                lines += future.result()
                done_bytes += waiting[future].end - waiting[future].start
                progress(done_bytes, lines)
    return _collect(ranges, folder)


_READER: list[BlockReader] = []


def _begin(dates: Dates, buckets: int) -> None:
    _READER[:] = [BlockReader(dates, buckets)]


def _work(part: _Range, folder: Path) -> int:
    return _read_range(part, folder, _READER[0])


def _ranges(files: Iterable[Path]) -> Iterator[_Range]:
    number = 0
    for file in files:
        size = file.stat().st_size
        step = size if file.suffix == ".gz" else BLOCK_BYTES
        for start in range(0, size, max(1, step)):
            yield _Range(number, file, start, min(size, start + step))
            number += 1


def _read_range(part: _Range, folder: Path, reader: BlockReader) -> int:
    """Read a range, or find that it was read before; return its number of lines."""
    done = folder / f"range-{part.number:06d}.json"
    if done.exists():
        return sum(int(block["lines"]) for block in json.loads(done.read_bytes()))
    blocks = []
    for number, (start, data) in enumerate(_data(part)):
        rows = folder / f"range-{part.number:06d}-{number:04d}.parquet"
        blocks.append(_as_json(reader.read(data, rows, start), rows.name))
    draft = done.with_suffix(".draft")
    draft.write_text(json.dumps(blocks))
    draft.replace(done)
    return sum(int(str(block["lines"])) for block in blocks)


def _data(part: _Range) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines with the place where they begin."""
    if part.file.suffix == ".gz":
        yield from _unpacked(part.file)
        return
    with part.file.open("rb") as file:
        start = part.start
        if start:
            file.seek(start - 1)
            start += len(file.readline()) - 1
        if start >= part.end:
            return
        file.seek(start)
        data = file.read(part.end - start)
        if not data.endswith(b"\n"):
            data += file.readline()
        yield start, data


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


def _as_json(block: Block, rows: str) -> dict[str, object]:
    return {
        "rows": rows,
        "shapes": [(shape.decode(), linked) for shape, linked in block.shapes],
        "elsewhere": [(name, b64encode(body).decode()) for name, body in block.elsewhere],
        "aside": list(block.aside),
        "lines": block.lines,
        "others": block.others,
    }


def _collect(ranges: Sequence[_Range], folder: Path) -> Extracted:
    rows: list[tuple[Path, Path]] = []
    shapes: list[list[tuple[bytes, str]]] = []
    elsewhere: dict[str, list[bytes]] = {}
    aside: list[Aside] = []
    lines = others = 0
    before: dict[Path, int] = {}
    for part in ranges:
        for block in json.loads((folder / f"range-{part.number:06d}.json").read_bytes()):
            rows.append((folder / block["rows"], part.file))
            shapes.append([(shape.encode(), linked) for shape, linked in block["shapes"]])
            for name, body in block["elsewhere"]:
                elsewhere.setdefault(name, []).append(b64decode(body))
            first = before.get(part.file, 0)
            aside += [Aside(str(part.file), first + line, reason) for line, reason in block["aside"]]
            before[part.file] = first + block["lines"]
            lines += block["lines"]
            others += block["others"]
    return Extracted(rows, shapes, elsewhere, aside, lines, others)
