"""What the lines of a block say, as columns: of lines read by themselves, and of those that a scan told apart."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from fullcourse.adapters.register.read.dates import WRITTEN, Moments, moments_of, read_moments
from fullcourse.adapters.register.read.rows import ENTRY, ID_WIDTH, ROW, name_sums
from fullcourse.adapters.register.scan.library import Scanned
from fullcourse.cohort.evidence import I64

__all__ = ["Columns", "Found", "Meaning", "columns_in", "columns_of", "entries_of"]

U64 = npt.NDArray[np.uint64]
_NUMBER_WIDTH = 24


class Meaning(msgspec.Struct, frozen=True):
    """What all lines of one key say.

    Attributes:
        shape: Number of the shape; of what is no row, why.
        is_odd: Whether the patient is named in a way that is to be judged.
        is_by_id: Whether by an id alone.
        patient: Number of the gap with the id of the patient.
        identity: With its own id; -1 where it has none.
        on: With its date; -1 where it has none.
        until: With its end; -1 where it has none.
        value: With its measured value; -1 where it has none.
    """

    shape: int
    is_odd: bool = False
    is_by_id: bool = False
    patient: int = -1
    identity: int = -1
    on: int = -1
    until: int = -1
    value: int = -1


@dataclass(slots=True)
class Found:
    """What lines come to that were read by themselves, in the making.

    Attributes:
        rows: Shape, place, length, patient, id, date, end and value of each row.
        odd: Numbers of the rows whose patient is named in a way that is to be judged.
        by_id: Numbers of the rows whose patient is named by an id alone.
        entries: Of lists: the place of the list, and what it refers to.
        elsewhere: Products and substances, by ``Type/id``.
        aside: Number of the line, why it is not used, and whether its patient is known.
        aside_starts: Where each of them begins in the block.
        others: Lines about no patient.
    """

    rows: list[tuple[int, int, int, str, str, str, str, float | None]] = field(default_factory=list)
    odd: list[int] = field(default_factory=list)
    by_id: list[int] = field(default_factory=list)
    entries: list[tuple[int, str]] = field(default_factory=list)
    elsewhere: list[tuple[str, bytes]] = field(default_factory=list)
    aside: list[tuple[int, str, bool]] = field(default_factory=list)
    aside_starts: list[int] = field(default_factory=list)
    others: int = 0


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows, before patients have numbers.

    Attributes:
        rows: Of type `rows.ROW`; patients and dates are filled in when they are written.
        patients: Id of the patient of each, as words; shape ``(n_rows, n_words)``.
        moments: The dates ``a`` and ``b``.
    """

    rows: npt.NDArray[Any]
    patients: U64
    moments: tuple[Moments, Moments]

    def with_others(self, others: "Columns") -> "Columns":
        """Return these rows and others."""
        a, b = (mine.with_others(theirs) for mine, theirs in zip(self.moments, others.moments, strict=True))
        return Columns(
            np.concatenate([self.rows, others.rows]), np.concatenate([self.patients, others.patients]), (a, b)
        )


def columns_of(found: Found) -> Columns:
    """Return the rows of lines that were read by themselves."""
    columns: Sequence[Sequence[Any]] = list(zip(*found.rows, strict=True)) if found.rows else [()] * 8
    shape, start, length, patient, identity, on, until, value = columns
    rows = np.zeros(len(start), ROW)
    rows["shape"], rows["start"], rows["length"] = shape, start, length
    rows["odd"][found.odd] = True
    rows["by_id"][found.by_id] = True
    rows["value"] = np.array(value, np.float64)  # None is not a number
    rows["id_sum"] = _id_sums(_encoded(identity))
    rows["has_id"] = list(map(bool, identity))
    return Columns(rows, _as_words(_encoded(patient), ID_WIDTH), (moments_of(on), moments_of(until)))


def columns_in(lines: Scanned, told: I64, meanings: Sequence[Meaning]) -> Columns:
    """Return the rows of lines whose key says where everything stands.

    Args:
        lines: Of a block.
        told: Numbers of the lines.
        meanings: By the number of the key.
    """
    said = np.array([msgspec.structs.astuple(meaning) for meaning in meanings], np.int64).reshape(-1, 8)
    shape, is_odd, is_by_id, patient, identity, on, until, value = said[lines.key[told]].T
    rows = np.zeros(len(told), ROW)
    rows["shape"], rows["start"], rows["length"] = shape, lines.start[told], lines.length[told]
    rows["odd"], rows["by_id"] = is_odd, is_by_id
    rows["value"] = np.nan
    measured = np.flatnonzero(value >= 0)
    texts = lines.texts(*_places(lines, told[measured], value[measured]), _NUMBER_WIDTH)
    rows["value"][measured] = texts.view(f"S{_NUMBER_WIDTH}").ravel().astype(np.float64)
    named = np.flatnonzero(identity >= 0)
    rows["has_id"][named] = True
    names = lines.texts(*_places(lines, told[named], identity[named]), ID_WIDTH)
    rows["id_sum"][named] = name_sums(names.view(np.uint64))
    patients = lines.texts(*_places(lines, told, patient), ID_WIDTH).view(np.uint64)
    return Columns(rows, patients, (_moments(lines, told, on), _moments(lines, told, until)))


def entries_of(found: Found) -> npt.NDArray[Any]:
    """Return what the lists among lines refer to, of type `rows.ENTRY`."""
    listed = np.zeros(len(found.entries), ENTRY)
    listed["start"] = [start for start, _ in found.entries]
    for column, part in (("kind_sum", 0), ("id_sum", 1)):
        listed[column] = _id_sums(_encoded([name.split("/", 1)[part] for _, name in found.entries]))
    return listed


def _places(lines: Scanned, chosen: I64, gap: I64) -> tuple[I64, I64]:
    return lines.gap_begin[chosen, gap], lines.gap_end[chosen, gap]


def _moments(lines: Scanned, told: I64, gap: I64) -> Moments:
    moments = Moments.none(len(told))
    there = np.flatnonzero(gap >= 0)
    begin, end = _places(lines, told[there], gap[there])
    moments.put(there, read_moments(lines.texts(begin, end, WRITTEN), end - begin))
    return moments


def _encoded(texts: Sequence[str]) -> list[bytes]:
    return [text.encode("utf-8", "surrogatepass") for text in texts]


def _id_sums(ids: Sequence[bytes]) -> U64:
    """Return the sums of ids, whatever they are; of usual ones as `name_sums` gives them."""
    unusual = [number for number, name in enumerate(ids) if len(name) > ID_WIDTH or name[-1:] == b"\0"]
    sums = name_sums(_as_words(ids, ID_WIDTH))
    for number in unusual:
        sums[number] = int.from_bytes(blake2b(ids[number], digest_size=8).digest(), "little")
    return sums


def _as_words(texts: Sequence[bytes], width: int) -> U64:
    return np.array([*texts, b""], f"S{width}")[:-1].view(np.uint64).reshape(len(texts), width // 8)
