"""Files are read together or in parts, and every line keeps its place and its number."""

import gzip
from pathlib import Path

import pytest

from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read import extract
from fullcourse.adapters.register.read.assemble import reader_of
from fullcourse.adapters.register.read.blocks import BlockReader
from fullcourse.adapters.register.read.extract import (
    Aside,
    Extracted,
    collect,
    ranges_of,
    read_range,
    refuse_too_many,
)
from fullcourse.adapters.register.read.products import Products
from fullcourse.adapters.register.read.rows import read_bucket
from fullcourse.adapters.register.read.templates import TemplateReader
from fullcourse.clinical.errors import InputError
from patients import knowledge
from registers import Register, dates_of, written

LINES = [written(resource) for number in range(30) for resource in Register(9).patient(f"p{number}")]


def extracted(files: list[Path], folder: Path) -> Extracted:
    folder.mkdir()
    reader = BlockReader(dates_of(knowledge()), 1, TemplateReader(reader_of(knowledge()), knowledge(), Products({})))
    ranges = list(ranges_of(files))
    for part in ranges:
        read_range(part, folder, reader)
    return collect(ranges, folder)


def line_at(file: Path, place: int, length: int) -> bytes:
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return data[place : place + length]


@pytest.mark.parametrize("block", [700, 5_000, 10**8])
def test_every_row_tells_where_its_line_stands(block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(extract, "BLOCK_BYTES", block)
    export = tmp_path / "export"
    export.mkdir()
    for number in range(12):
        some = LINES[number::12]
        packed = number % 3 == 0
        data = b"\n".join(some) + (b"\n" if number % 2 else b"")  # some files end without an end of line
        (export / f"{number:02d}.ndjson{'.gz' if packed else ''}").write_bytes(gzip.compress(data) if packed else data)
    (export / "empty.ndjson").write_bytes(b"")

    found = extracted(find_register([str(export)]).files, tmp_path / "rows")

    rows = read_bucket(found.folder, [file for file, _ in found.rows], 0)
    places = zip(rows["block"].tolist(), rows["start"].tolist(), rows["length"].tolist(), strict=True)
    lines = [line_at(*found.file_of(part, start), length) for part, start, length in places]
    assert sorted(lines) == sorted(LINES)
    assert found.lines == len(LINES)


def test_small_files_are_read_together_and_large_ones_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(extract, "BLOCK_BYTES", 1_000)
    sizes = {"a": 400, "b": 600, "c": 1, "d": 2_500, "e": 999}
    for name, size in sizes.items():
        (tmp_path / f"{name}.ndjson").write_bytes(b"x" * size)
    ranges = [[(piece.file.stem, piece.start, piece.end) for piece in part.pieces]
              for part in ranges_of(find_register([str(tmp_path)]).files)]  # fmt: skip
    assert ranges == [
        [("a", 0, 400), ("b", 0, 600)],
        [("c", 0, 1)],
        [("d", 0, 1000)],
        [("d", 1000, 2000)],
        [("d", 2000, 2500)],
        [("e", 0, 999)],
    ]


@pytest.mark.parametrize("block", [60, 10**8])
def test_a_line_that_is_set_aside_has_its_number_in_its_file(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(extract, "BLOCK_BYTES", block)
    person = written({"resourceType": "Patient", "id": "a"})
    known = b'{"resourceType":"Patient","id":"b","gender":'
    (tmp_path / "1.ndjson").write_bytes(b"\n".join([person, b"{", person, b""]))
    (tmp_path / "2.ndjson").write_bytes(b"\n".join([b"", person, known, person, b"["]))
    found = extracted(find_register([str(tmp_path)]).files, tmp_path / "rows")
    assert [(Path(it.file).name, it.line, it.is_of_nobody) for it in found.aside] == [
        ("1.ndjson", 2, True),
        ("2.ndjson", 3, False),
        ("2.ndjson", 5, True),
    ]


def of_nobody(count: int) -> list[Aside]:
    return [Aside("/a/r.ndjson", number, "it is cut off. Send it again.") for number in range(1, count + 1)]


@pytest.mark.parametrize(("count", "lines"), [(0, 0), (10, 10), (10, 9_999), (20, 20_000)])
def test_a_few_lines_of_nobody_are_named_and_used_no_further(count: int, lines: int):
    known = [Aside("/a/r.ndjson", 1, "", is_of_nobody=False)] * 10_000  # whose patients have an error of their own
    refuse_too_many([*of_nobody(count), *known], lines)


@pytest.mark.parametrize(("count", "lines"), [(11, 11), (11, 10_999), (21, 20_999)])
def test_more_than_that_fails_the_run(count: int, lines: int):
    with pytest.raises(InputError, match=rf"{count} of .* line 1 of r.ndjson: it is cut off. Export"):
        refuse_too_many(of_nobody(count), lines)
