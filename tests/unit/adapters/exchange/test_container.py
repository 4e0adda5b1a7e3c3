"""A file of parts: the same bytes for the same parts, and no byte of it can be another without being refused."""

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from fullcourse.adapters.exchange import container
from fullcourse.adapters.exchange.container import pack, unpack
from fullcourse.clinical.errors import InputError

NAMES = ("a.json", "b.ndjson")
PARTS = {"a.json": b'{"x": 1}\n', "b.ndjson": b"line\n" * 50}


def zipped(*parts: tuple[str, bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            archive.writestr(name, part)
    return written.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        unpack(data, NAMES, "the file")
    return str(caught.value)


@given(st.binary(max_size=500), st.binary(max_size=500))
def test_parts_come_back_and_the_same_parts_are_the_same_bytes(first, second):
    parts = {"a.json": first, "b.ndjson": second}
    assert unpack(pack(parts), NAMES, "the file") == parts
    assert pack(parts) == pack(dict(parts))


def test_every_single_bit_counts():
    data = pack(PARTS)
    for place in range(len(data)):
        for bit in range(8):
            damaged = bytearray(data)
            damaged[place] ^= 1 << bit
            said = refused(bytes(damaged))
            assert any(word in said for word in ("altered", "no exported course", "ends too early", "unpack"))


def test_every_cut_is_refused_and_called_one():
    data = pack(PARTS)
    assert "empty" in refused(b"")
    for kept in range(1, len(data)):
        said = refused(data[:kept])
        assert "no exported course" in said if kept < 4 else "ends too early" in said or "altered" in said
    assert "ends too early, after 100 bytes" in refused(data[:100])


@settings(max_examples=examples(50))
@given(st.binary(min_size=1, max_size=20))
def test_nothing_may_be_added(more):
    refused(pack(PARTS) + more)
    refused(more + pack(PARTS))


def test_another_program_opens_it(tmp_path: Path):
    path = tmp_path / "a.zip"
    path.write_bytes(pack(PARTS))
    listed = subprocess.run(["python3", "-m", "zipfile", "-t", path], capture_output=True, text=True, check=True)  # noqa: S603, S607 - our own file
    assert "Done testing" in listed.stdout


def test_what_is_no_export_is_called_so():
    assert "no exported course" in refused(b"%PDF-1.7 ...")
    assert "holds something else" in refused(zipped(("../../outside", b"x"), ("a.json", b"")))
    assert "lacks a part" in refused(zipped(("a.json", b"")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_stands_twice_is_refused():
    assert "twice" in refused(zipped(("a.json", b""), ("b.ndjson", b"1"), ("b.ndjson", b"2")))


def test_the_right_parts_without_the_checksum_are_refused():
    assert "packed again by another program" in refused(zipped(*PARTS.items()))


def test_a_part_larger_than_the_limit_is_neither_written_nor_unpacked(monkeypatch):
    whole = pack(PARTS)
    monkeypatch.setattr(container, "MAX_PART_BYTES", 249)
    with pytest.raises(InputError, match=r"b\.ndjson is larger"):
        pack(PARTS)
    assert "b.ndjson: it would unpack" in refused(whole)
    monkeypatch.setattr(container, "MAX_PART_BYTES", 250)
    assert unpack(pack(PARTS), NAMES, "the file") == PARTS


def test_a_file_larger_than_the_limit_is_neither_written_nor_read(monkeypatch):
    whole = pack(PARTS)
    monkeypatch.setattr(container, "MAX_FILE_BYTES", len(whole))
    assert unpack(pack(PARTS), NAMES, "the file") == PARTS
    monkeypatch.setattr(container, "MAX_FILE_BYTES", len(whole) - 1)
    with pytest.raises(InputError, match="would be larger"):
        pack(PARTS)
    assert "is larger" in refused(whole)


def test_a_part_that_says_it_is_small_and_is_not_is_refused():
    bomb = bytearray(zipped(("a.json", b""), ("b.ndjson", b"\0" * 10_000_000)))
    size = (10_000_000).to_bytes(4, "little")
    while (place := bomb.find(size)) >= 0:
        bomb[place : place + 4] = (5).to_bytes(4, "little")
    assert "altered or damaged on its way (in b.ndjson)" in refused(bytes(bomb))
