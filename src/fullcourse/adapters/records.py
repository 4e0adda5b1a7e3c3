"""Opens a record wherever it comes from, and hands it to the reader of its format.

How its bytes are had stands in `input_file`.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from fullcourse.adapters.fhir.read.reader import FhirReader
from fullcourse.adapters.input_file import read_bytes
from fullcourse.adapters.medicines.recognising import Recognise
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Record
from fullcourse.knowledge.vocabulary import FactDefinition, OtherMatter, ResourceReading

__all__ = ["RecordReader"]

_NOT_TEXT = {
    b"\x1f\x8b": "a gzip file: unpack it first",
    b"PK\x03\x04": "a zip file: unpack it first",
    b"%PDF": "a PDF: export the record as FHIR JSON",
}


class RecordReader:
    """Reads records of any format with one vocabulary."""

    def __init__(
        self,
        vocabulary: Iterable[FactDefinition],
        readings: Sequence[ResourceReading],
        recognise: Recognise,
        other_matters: Iterable[OtherMatter] = (),
    ) -> None:
        """Prepare the readers.

        Args:
            vocabulary: Every fact, with the ways in which it is found.
            readings: How each type of FHIR resource is read.
            recognise: Reads a product's name and codes into ingredients.
            other_matters: Codes known to mean something that no fact is about.
        """
        self._vocabulary = tuple(vocabulary)
        self._recognise = recognise
        self._fhir = FhirReader(self._vocabulary, readings, recognise, other_matters=other_matters)

    def open(self, path: str, at: date | None = None) -> Record:
        """Read the record of a path, or of standard input for ``-``.

        Raises:
            InputError: It is not there, is too large, or cannot be read safely.
        """
        return self.read(read_bytes(path), at)

    def read(self, data: bytes, at: date | None = None) -> Record:
        """Read a record that is FHIR JSON, FHIR NDJSON or TOML, told apart by how it begins.

        Raises:
            InputError: It cannot be read safely.
        """
        start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
        _refuse_other_formats(data, start)
        if start.startswith((b"{", b"\xff\xfe", b"\xfe\xff")) or (start[:1] == b"[" and _is_json_list(start)):
            return self._fhir.read(data, at)
        from fullcourse.adapters.answers import read_answers  # a record in FHIR does not wait for it

        return read_answers(data, self._vocabulary, self._recognise, origin="record")

    def as_of(self, record: Record, at: date) -> Record:
        """Return a record that was read without a day as it would have been read with one.

        The day of a question about levels is that of the last level, which is known only when the record is read.
        """
        return self._fhir.as_of(record, at)

    def answers(self, path: str) -> Record:
        """Read a TOML file of answers.

        Raises:
            InputError: It is not there, is too large, or cannot be used.
        """
        return self.read_answers(read_bytes(path))

    def read_answers(self, data: bytes) -> Record:
        """Read the bytes of a TOML file of answers.

        Raises:
            InputError: It cannot be used.
        """
        from fullcourse.adapters.answers import read_answers  # a record in FHIR does not wait for it

        return read_answers(data, self._vocabulary, self._recognise)


def _refuse_other_formats(data: bytes, start: bytes) -> None:
    if not start and not data.strip():
        raise InputError("the record is empty. Hand in FHIR R4 JSON, or TOML with [[fact]].")
    for mark, what in _NOT_TEXT.items():
        if start.startswith(mark):
            raise InputError(f"the record is {what}.")
    if start.startswith(b"<"):
        raise InputError("the record is XML. Export it as FHIR JSON.")


def _is_json_list(start: bytes) -> bool:
    """Tell a JSON list from a TOML table: ``[[fact]]`` and ``[fact]`` begin with a bare word."""
    inside = start.lstrip(b"[ \t\r\n")
    return not inside[:1].isalpha() or inside.startswith((b"null", b"true", b"false"))
