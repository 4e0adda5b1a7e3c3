"""A block of lines to rows of mentions, quickly: each line is compared with the texts that are known.

Most lines of an export differ from others only in ids, dates and values. When these are cut out, few texts remain;
each of them is read once, strictly, with stand-ins in the gaps, and what comes back where tells what the gaps are. A
line whose text hardly any other line has, or whose text cannot be understood so, is read by itself. Both ways give the
same rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fullcourse.adapters.register.read.dates import Moments, moments_of, read_moments
from fullcourse.adapters.register.read.gaps import (
    I64,
    STAND_IN_VALUE,
    U8,
    WIDEST,
    Bools,
    Gap,
    Windows,
    gaps_in,
    gaps_of,
)
from fullcourse.adapters.register.read.lines import Dates, SetAside, read_line
from fullcourse.adapters.register.read.rows import ID_WIDTH, ROW, RowFile, name_sums, write_rows
from fullcourse.adapters.register.read.text_trie import Lines, TextTrie

__all__ = ["Block", "BlockReader"]

_SAMPLE: Final = 65_536
_PATIENT, _ID, _ON, _UNTIL, _VALUE = range(5)
_NONE: Final = -1
_TENS: Final = np.array([float(10**power) for power in range(23)])
Shapes = dict[tuple[bytes, str], int]


@dataclass(frozen=True, slots=True)
class Block:
    """What a block of lines came to.

    Attributes:
        rows: Where its rows are.
        shapes: ``(shape, linked)`` by number.
        elsewhere: Products and substances, by ``Type/id``.
        aside: ``(line within the block, reason)`` of lines that are not used.
        lines: Number of lines, blank ones included.
        others: Lines about no patient.
    """

    rows: RowFile
    shapes: Sequence[tuple[bytes, str]]
    elsewhere: Sequence[tuple[str, bytes]]
    aside: Sequence[tuple[int, str]]
    lines: int
    others: int


@dataclass(frozen=True, slots=True)
class _Text:
    """What every line of a text says.

    Attributes:
        shape: Its shape and what it refers to; None where its lines must be read one by one.
        sources: The gaps that hold the patient, the id, the dates and the value; -1 where there is none.
    """

    shape: tuple[bytes, str] | None
    sources: tuple[int, ...] = (_NONE,) * 5


class BlockReader:
    """Reads blocks, and keeps what it has learned of the texts."""

    def __init__(self, dates: Dates, buckets: int) -> None:
        """Prepare for a register that is split into so many buckets of patients."""
        self._dates, self._buckets = dates, buckets
        self._date_names = sorted({path for paths in dates.values() for path in paths if "." not in path})
        self._known: dict[tuple[Gap, ...], tuple[TextTrie, list[_Text]]] = {}

    def read(self, data: bytes, folder: Path, name: str, start: int = 0) -> Block:
        """Write the rows of a block, and return what else it came to.

        Args:
            data: Whole lines.
            folder: For the rows.
            name: Of the file of rows.
            start: Where the block starts in its file, in bytes of the file as unpacked.
        """
        gaps = gaps_in(data[:_SAMPLE], self._date_names)
        if gaps not in self._known:
            self._known[gaps] = (TextTrie(gaps), [])
        trie, texts = self._known[gaps]
        rows_of_block = _Found(data)
        trie.read(
            rows_of_block.lines,
            rows_of_block.is_plain,
            rows_of_block.line,
            lambda line: texts.append(self._learn(line, gaps)),
        )
        is_known = np.array([text.shape is not None for text in texts] + [False], np.bool_)[rows_of_block.lines.text]
        by_text = rows_of_block.by_text(texts, np.flatnonzero(is_known))
        alone = rows_of_block.alone(np.flatnonzero(~is_known), self._dates)
        rows = _joined([by_text, alone])
        rows.rows["start"] += start
        written = write_rows(folder, name, self._buckets, rows.patients, rows.rows, rows.moments)
        return Block(
            written,
            list(rows_of_block.shapes),
            rows_of_block.elsewhere,
            sorted(rows_of_block.aside),
            rows_of_block.count,
            rows_of_block.others,
        )

    def _learn(self, line: bytes, gaps: Sequence[Gap]) -> _Text:
        """Return what every line of the text of this one says."""
        used = gaps_of(line, gaps)
        if any(gaps[number].stand_in.encode() in line for _, _, number in used):
            return _Text(None)
        pieces, at = [], 0
        for begin, end, number in used:
            pieces += [line[at:begin], gaps[number].stand_in.encode()]
            at = end
        mention = read_line(b"".join([*pieces, line[at:]]), self._dates)
        if isinstance(mention, SetAside) or not mention.shape or not mention.patient or mention.is_odd:
            return _Text(None)
        numbers = {gaps[number].stand_in: number for _, _, number in used}
        value = next((number for _, _, number in used if gaps[number].kind == "number"), _NONE)
        measured = value if mention.value == STAND_IN_VALUE else _NONE
        written = (mention.patient, mention.id, mention.on, mention.until)
        sources = (*(numbers.get(text, _NONE) for text in written), measured)
        if any(text and source == _NONE for text, source in zip(written, sources, strict=False)):
            return _Text(None)
        if mention.value is not None and measured == _NONE:
            return _Text(None)
        body = mention.shape.decode() + mention.linked
        for number in numbers.values():
            if gaps[number].stand_in in body or (gaps[number].must_be_read and number not in sources):
                return _Text(None)
        return _Text((mention.shape, mention.linked), sources)


@dataclass(frozen=True, slots=True)
class _RowsFound:
    """Rows without their patients' numbers, and in a place of their own what is made of texts."""

    patients: npt.NDArray[np.uint64]
    rows: npt.NDArray[Any]
    moments: tuple[Moments, Moments]


class _Found:
    """A block in the making."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        content = np.frombuffer(data, np.uint8)
        control = _places(content < 32)
        is_end = content[control] == ord("\n")
        ends = control[is_end]
        if len(data) and (not len(ends) or ends[-1] != len(data) - 1):
            ends = np.append(ends, len(data))
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])[: len(ends)]
        self.count = len(ends)
        ends = ends - ((ends > starts) & (content[np.maximum(ends - 1, 0)] == ord("\r")))
        self.lines = Lines(Windows(data), starts, ends)
        self.is_plain = (ends > starts) & (ends + WIDEST < len(data))
        for odd in (control[~is_end], _no_text(data, content)):
            of_line = np.searchsorted(starts, odd, "right") - 1
            self.is_plain[of_line[odd < ends[of_line]]] = False
        self.shapes: Shapes = {}
        self.elsewhere: list[tuple[str, bytes]] = []
        self.aside: list[tuple[int, str]] = []
        self.others = 0

    def line(self, number: int) -> bytes:
        """Return a line without its end."""
        return self._data[int(self.lines.starts[number]) : int(self.lines.ends[number])]

    def by_text(self, texts: Sequence[_Text], which: I64) -> _RowsFound:
        """Return rows of lines whose text says it all."""
        lines = self.lines
        of_line = lines.text[which]
        used, text = np.unique(of_line, return_inverse=True)
        known = [texts[number] for number in used.tolist()]
        numbers = [
            self.shapes.setdefault(reading.shape, len(self.shapes)) for reading in known if reading.shape is not None
        ]
        source = np.array([reading.sources for reading in known], np.int64).reshape(-1, 5)[text]
        rows = self._rows(which, np.array(numbers, np.int32)[text])
        patients, _ = self._cut(which, source[:, _PATIENT])
        ids, length = self._cut(which, source[:, _ID])
        rows["has_id"], rows["id_sum"] = length > 0, name_sums(ids.view(np.uint64))
        rows["value"] = _numbers(*self._cut(which, source[:, _VALUE]))
        on, until = (read_moments(*self._cut(which, source[:, slot])) for slot in (_ON, _UNTIL))
        return _RowsFound(patients.view(np.uint64), rows, (on, until))

    def alone(self, which: I64, dates: Dates) -> _RowsFound:
        """Return rows of lines that are read by themselves, and note those that are no row."""
        kept, mentions = [], []
        for number in which.tolist():
            line = self.line(number)
            if not line.strip():
                continue
            mention = read_line(line, dates)
            if isinstance(mention, SetAside):
                self.aside.append((number + 1, mention.reason))
            elif mention.patient:
                kept.append(number)
                mentions.append(mention)
            elif mention.shape:
                self.elsewhere.append((f"{mention.kind}/{mention.id}", mention.shape))
            else:
                self.others += 1
        shapes = [self.shapes.setdefault((read.shape, read.linked), len(self.shapes)) for read in mentions]
        rows = self._rows(np.array(kept, np.int64), np.array(shapes, np.int32))
        rows["odd"] = [read.is_odd for read in mentions]
        rows["value"] = [np.nan if read.value is None else read.value for read in mentions]
        rows["has_id"] = [bool(read.id) for read in mentions]
        rows["id_sum"] = _id_sums([read.id for read in mentions])
        patients = _as_words([read.patient.encode() for read in mentions], ID_WIDTH)
        on, until = (moments_of(texts) for texts in ([read.on for read in mentions], [read.until for read in mentions]))
        return _RowsFound(patients, rows, (on, until))

    def _rows(self, which: I64, shape: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
        rows = np.zeros(len(which), ROW)
        rows["shape"], rows["start"] = shape, self.lines.starts[which]
        rows["length"] = self.lines.ends[which] - self.lines.starts[which]
        return rows

    def _cut(self, which: I64, gap: I64) -> tuple[U8, I64]:
        """Return what stands in a gap of each line, 0 behind its end, and its length; 0 where the gap is -1."""
        lines = self.lines
        start, length = np.zeros(len(which), np.int64), np.zeros(len(which), np.int64)
        for number in np.unique(gap).tolist():
            if number != _NONE:
                chosen = gap == number
                start[chosen] = lines.gap_start[number][which[chosen]]
                length[chosen] = lines.gap_length[number][which[chosen]]
        width = max(16, -(-int(length.max(initial=0)) // 8) * 8)
        written = lines.windows.at(start, width)
        written *= np.arange(width) < length[:, None]
        return written, length


def _places(flags: Bools) -> I64:
    """Return where flags are set; quick where few are."""
    extra = -len(flags) % 8
    padded = np.concatenate([flags, np.zeros(extra, np.bool_)]) if extra else flags
    rows = np.flatnonzero(padded.view(np.uint64))
    row, column = np.nonzero(padded.reshape(-1, 8)[rows])
    places: I64 = rows[row] * 8 + column
    return places


def _no_text(data: bytes, content: U8) -> I64:
    """Return where letters beyond ASCII stand in a block that is not UTF-8 throughout."""
    try:
        if not data.isascii():
            data.decode()
    except UnicodeDecodeError:
        return _places(content > 127)
    return np.zeros(0, np.int64)


def _numbers(written: U8, length: I64) -> npt.NDArray[np.float64]:
    """Return plain numbers as floats, not a number where there is none; as the nearest float of each."""
    digits, after_point, is_after = np.zeros(len(length), np.int64), np.zeros(len(length), np.int64), length < 0
    for place in range(int(length.max(initial=0))):
        byte = written[:, place].astype(np.int64)
        is_digit = (byte >= 48) & (byte <= 57)
        digits = np.where(is_digit, digits * 10 + byte - 48, digits)
        after_point += is_digit & is_after
        is_after |= byte == ord(".")
    # Both are exact, so that the quotient is rounded once.
    value = digits / _TENS[after_point]
    return np.where(length == 0, np.nan, np.where(written[:, 0] == ord("-"), -value, value))


def _id_sums(ids: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Return the sums of ids, whatever they are; of usual ones as `name_sums` gives them."""
    encoded = [name.encode("utf-8", "surrogatepass") for name in ids]
    unusual = [len(name) > ID_WIDTH or name.endswith(b"\0") for name in encoded]
    sums = name_sums(_as_words([b"" if odd else name for name, odd in zip(encoded, unusual, strict=True)], ID_WIDTH))
    for number in np.flatnonzero(unusual).tolist():
        sums[number] = int.from_bytes(blake2b(encoded[number], digest_size=8).digest(), "little")
    return sums


def _as_words(texts: Sequence[bytes], width: int) -> npt.NDArray[np.uint64]:
    return np.array([*texts, b""], f"S{width}")[:-1].view(np.uint64).reshape(len(texts), width // 8)


def _joined(parts: Sequence[_RowsFound]) -> _RowsFound:
    """Return the rows of all parts, one part after another."""
    rows = np.concatenate([part.rows for part in parts])
    moments = [
        Moments(*(np.concatenate([getattr(part.moments[slot], name) for part in parts]) for name in Moments.__slots__))
        for slot in (0, 1)
    ]
    patients = np.zeros((len(rows), max(part.patients.shape[1] for part in parts)), np.uint64)
    at = 0
    for part in parts:
        patients[at : at + len(part.rows), : part.patients.shape[1]] = part.patients
        at += len(part.rows)
    return _RowsFound(patients, rows, (moments[0], moments[1]))
