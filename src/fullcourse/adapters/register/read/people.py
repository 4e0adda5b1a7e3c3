"""An export as whole records, one patient after another: lines are read once, and gathered by patient on disk.

The lines of a block of the export are divided into buckets of patients, one file a block, so that a bucket is read from
all blocks without reading the rest. Of the lines no more than a block, and the patients of a bucket, are held at once.
"""

import json
import os
import struct
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from fullcourse.adapters.register.input.source import PLAIN, LineSource
from fullcourse.adapters.register.read.extract import Aside, Range, Segment, asides_of, whole_lines
from fullcourse.adapters.register.read.lines import ELSEWHERE, Mention, SetAside, read_line
from fullcourse.adapters.register.read.taken_out import Dates

__all__ = ["Gathered", "PatientLines", "collect_lines", "gather_range", "patients_of"]

_LENGTH: Final = struct.Struct("<I")
_ENCODE: Final = msgspec.msgpack.Encoder()
_DECODE: Final = msgspec.msgpack.Decoder(tuple[str, str, bytes])


@dataclass(slots=True)
class PatientLines:
    """What an export holds about one patient.

    Attributes:
        lines: As they stand, in order of files and lines.
        links: The products that these refer to.
    """

    lines: list[bytes] = field(default_factory=list)
    links: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gathered:
    """An export, gathered by patient.

    Attributes:
        files: The files of the blocks, each with where its buckets end.
        elsewhere: Products and substances by ``Type/id``, every version.
        aside: Lines that are not used.
        lines: Number of lines.
        others: Lines about no patient.
    """

    files: Sequence[tuple[Path, Sequence[int]]]
    elsewhere: dict[str, list[bytes]]
    aside: Sequence[Aside]
    lines: int
    others: int


def gather_range(part: Range, folder: Path, dates: Dates, buckets: int, source: LineSource = PLAIN) -> int:
    """Divide the lines of a range by patient.

    Args:
        part: Which.
        folder: For the files.
        dates: The dating elements of each type.
        buckets: In how many parts patients are divided.
        source: Opens the files.

    Returns:
        Its number of lines.
    """
    blocks = []
    for number, lines in enumerate(whole_lines(part, source)):
        name = f"lines-{part.number:06d}-{number:04d}.packed"
        segments = [[str(of.file), of.place, of.start, of.line] for of in lines.segments]
        blocks.append({"file": name, "segments": segments, **_gather_block(lines.data, folder / name, dates, buckets)})
    done = folder / f"lines-{part.number:06d}.json"
    draft = done.with_suffix(f".{os.getpid()}.draft")
    draft.write_text(json.dumps(blocks))
    draft.replace(done)
    return sum(int(str(block["lines"])) for block in blocks)


def _gather_block(data: bytes, target: Path, dates: Dates, buckets: int) -> dict[str, object]:
    parts = [bytearray() for _ in range(buckets)]
    elsewhere: list[tuple[str, str]] = []
    aside: list[tuple[int, str, bool]] = []
    lines = data.removesuffix(b"\n").split(b"\n") if data else []
    others = 0
    for number, written in enumerate(lines, 1):
        line = written.removesuffix(b"\r")
        if not line.strip():
            continue
        mention = read_line(line, dates)
        if isinstance(mention, SetAside):
            aside.append((number, mention.reason, bool(mention.patients)))
            for patient in mention.patients:  # whose record then cannot be used
                _pack(parts, patient, "", line)
        elif mention.patient:
            _pack(parts, mention.patient, _link(mention), line)
        elif mention.kind in ELSEWHERE:
            elsewhere.append((f"{mention.kind}/{mention.id}", b64encode(mention.shape).decode()))
        else:
            others += 1
    ends, end = [], 0
    with target.open("wb") as file:
        for packed_lines in parts:
            file.write(packed_lines)
            end += len(packed_lines)
            ends.append(end)
    return {"ends": ends, "elsewhere": elsewhere, "aside": aside, "lines": len(lines), "others": others}


def _pack(parts: Sequence[bytearray], patient: str, link: str, line: bytes) -> None:
    packed = _ENCODE.encode((patient, link, line))
    parts[zlib.crc32(patient.encode()) % len(parts)] += _LENGTH.pack(len(packed)) + packed


def _link(mention: Mention) -> str:
    """Return the product that a line refers to; what a Patient refers to is a clinic."""
    return "" if mention.kind == "Patient" else mention.linked


def collect_lines(ranges: Iterable[Range], folder: Path) -> Gathered:
    """Return an export that was gathered into a folder."""
    files: list[tuple[Path, Sequence[int]]] = []
    elsewhere: dict[str, list[bytes]] = {}
    aside: list[Aside] = []
    before: dict[Path, int] = {}
    lines = others = 0
    for part in ranges:
        for block in json.loads((folder / f"lines-{part.number:06d}.json").read_bytes()):
            files.append((folder / block["file"], block["ends"]))
            for name, body in block["elsewhere"]:
                elsewhere.setdefault(name, []).append(b64decode(body))
            segments = [Segment(Path(file), *places) for file, *places in block["segments"]]
            aside += asides_of(block, segments, before)
            lines += block["lines"]
            others += block["others"]
    return Gathered(files, elsewhere, aside, lines, others)


def patients_of(gathered: Gathered, bucket: int) -> Iterator[PatientLines]:
    """Yield the patients of a bucket, each with all lines that any file holds about them."""
    people: dict[str, PatientLines] = {}
    for path, ends in gathered.files:
        begin, end = [0, *ends][bucket : bucket + 2]
        if begin == end:
            continue
        with path.open("rb") as file:
            file.seek(begin)
            packed = memoryview(file.read(end - begin))
        at = 0
        while at < len(packed):
            (length,) = _LENGTH.unpack_from(packed, at)
            at += _LENGTH.size
            patient, link, line = _DECODE.decode(packed[at : at + length])
            at += length
            known = people.setdefault(patient, PatientLines())
            known.lines.append(line)
            if link:
                known.links[link] = None
    while people:
        yield people.pop(next(iter(people)))
