import io
import json
import os
from pathlib import Path

import pytest

from fhir_records import FACTS, PATIENT, SNOMED, bundle, coded, condition, readings
from fullcourse.adapters.input_file import MAX_BYTES, read_bytes
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.errors import InputError

READER = RecordReader(FACTS, readings(), recognise)
EPILEPSY = condition(coded(SNOMED, "84757009"))
NDJSON = "\n".join(json.dumps(one) for one in (PATIENT, EPILEPSY)).encode()
TOML = b'# a record\n[[fact]]\nid = "epilepsy"\nvalue = true\n'


@pytest.mark.parametrize("data", [bundle(EPILEPSY), b"\xef\xbb\xbf \n" + bundle(EPILEPSY), NDJSON, TOML, TOML[11:]])
def test_the_format_of_a_record_is_told_by_how_it_begins(data: bytes) -> None:
    (piece,) = READER.read(data).evidence["epilepsy"]
    assert piece.value is True


def test_a_toml_record_is_named_as_the_record() -> None:
    assert READER.read(TOML).evidence["epilepsy"][0].origin == "record"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"<Bundle/>", "XML"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"%PDF-1.7", "PDF"),
        (b"[1, 2]", "no FHIR resource"),
        (b'[{"resourceType": "Patient"}]', "no FHIR resource"),
        (b"{", "ends too early"),
        (b"\xff\xfe{\x00", "UTF-16"),
        (b'{"a": "\xe4"}', "UTF-8"),
        (b"hello", "not TOML"),
        (b"\x00\x01\x02", "not TOML"),
    ],
)
def test_what_is_no_record_is_refused_by_what_it_is(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        READER.read(data)


def test_a_file_is_opened_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_bytes(bundle(EPILEPSY))
    assert "epilepsy" in READER.open(str(tmp_path / "record.json")).evidence
    (tmp_path / "answers.toml").write_bytes(TOML)
    assert READER.answers(str(tmp_path / "answers.toml")).evidence["epilepsy"][0].origin == "answers"


def test_the_limit_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x" * 10)
    assert read_bytes(str(path), limit=10) == b"x" * 10
    assert read_bytes("-", io.BytesIO(b"x" * 10), limit=10) == b"x" * 10
    with pytest.raises(InputError, match="at most"):
        read_bytes(str(path), limit=9)
    with pytest.raises(InputError, match="more than"):
        read_bytes("-", io.BytesIO(b"x" * 10), limit=9)


def test_a_file_of_200_megabytes_is_refused_by_its_size_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "Jane Doe.json"
    with path.open("wb") as file:
        file.truncate(200 * 1024**2)
    with pytest.raises(InputError, match="the record is 200 MiB; at most 64 MiB") as caught:
        READER.open(str(path))
    assert "Jane" not in str(caught.value)


def test_a_stream_is_never_read_past_the_limit() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            assert 0 < size <= MAX_BYTES + 1
            self.given += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(InputError, match="more than 64 MiB"):
        read_bytes("-", stream)  # type: ignore[arg-type]  # only read() is used
    assert stream.given == MAX_BYTES + 1


def test_a_device_that_never_ends_is_refused() -> None:
    with pytest.raises(InputError, match="a device"):
        read_bytes("/dev/zero", limit=1000)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="a pipe"):
        read_bytes(str(tmp_path / "pipe"))


@pytest.mark.parametrize(
    ("path", "message"), [("/no/such/file", "no such file"), ("/", "a folder"), ("a\0b", "cannot be read")]
)
def test_a_path_that_leads_to_no_file_is_refused(path: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_bytes(path)
