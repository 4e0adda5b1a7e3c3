"""Open the compiled scan of lines, which the build makes where it finds a C compiler.

Nothing is compiled when the program runs. Where the library is absent, or made for another version of this package,
every line is read by itself, to the same rows; ``FULLCOURSE_KERNEL=reference`` asks for that.
"""

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fullcourse.adapters.register.scan.gaps import Rules

__all__ = ["BLANK", "GAPS", "STRICTLY", "VERSION", "Scanned", "library", "library_file", "scan"]

VERSION: Final = 1
"""Of what the library is handed; the library says which it was made for."""

GAPS: Final = 16
"""A line with more gaps is left to the strict reader."""

STRICTLY, BLANK = -1, -2
"""In the place of the key of a line: it is to be read by itself; it holds nothing."""

_ASKED: Final = "FULLCOURSE_KERNEL"
_SPARE: Final = 64

I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
U8 = npt.NDArray[np.uint8]


def library_file() -> Path:
    """Return where the library lies, if it was built."""
    return Path(__file__).with_name("scan.so")


@cache
def library() -> ctypes.CDLL | None:
    """Return the compiled scan; None where it was not built, does not fit, or is not wanted."""
    path = library_file()
    if os.environ.get(_ASKED) == "reference" or not path.exists():
        return None
    try:
        opened = ctypes.CDLL(str(path))
        fits = opened.fullcourse_scan_version() == VERSION
    except (OSError, AttributeError):  # of another machine, or of another time
        return None
    return opened if fits else None


class _Scan(ctypes.Structure):
    """As in ``scan.c``."""

    _fields_ = [
        *((name, ctypes.c_int64) for name in ("nodes", "names", "types")),
        *((name, ctypes.c_void_p) for name in (
            "kind", "other", "first", "count", "name_begin", "name_node", "type_begin", "type_node", "letters", "data",
        )),
        ("size", ctypes.c_int64),
        *((name, ctypes.c_void_p) for name in (
            "start", "gap_begin", "gap_end", "length", "key", "gap_kind", "key_begin", "key_line", "room",
        )),
        *((name, ctypes.c_int64) for name in ("lines", "keys")),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scanned:
    """The lines of a block, told apart by what of them may be read.

    Attributes:
        data: The block.
        start: Where each line begins, bytes.
        length: Its bytes, without its end.
        key: The number of its key in this block; `STRICTLY` or `BLANK` where it has none.
        gap_begin: Where its gaps begin in the block; shape ``(n_lines, GAPS)``.
        gap_end: Where they end.
        keys: By number.
        gap_kind: The kinds of the gaps of each key, 0 behind the last; shape ``(n_keys, GAPS)``.
        key_line: The first line that has it.
    """

    data: bytes
    start: I64
    length: I32
    key: I32
    gap_begin: I64
    gap_end: I64
    keys: Sequence[bytes]
    gap_kind: U8
    key_line: I64

    def texts(self, begin: I64, end: I64, width: int) -> U8:
        """Return texts of the block, with zeros behind them; shape ``(n_texts, width)``.

        Args:
            begin: Where each begins.
            end: Where each ends; what is longer than the width is cut.
            width: Bytes of a row.
        """
        opened = library()
        rows = np.empty((len(begin), width), np.uint8)
        if opened is not None:
            begin, end = np.ascontiguousarray(begin), np.ascontiguousarray(end)
            opened.fullcourse_copy(
                ctypes.c_char_p(self.data), ctypes.c_int64(len(begin)), *map(_at, (begin, end)), ctypes.c_int64(width),
                _at(rows),
            )  # fmt: skip
        return rows


def scan(data: bytes, rules: Rules) -> Scanned:
    """Return the lines of a block by their keys; without a compiled scan each is left to the strict reader.

    Args:
        data: Lines; the last may lack its end.
        rules: What is looked at in each type of resource, and where its gaps are.

    Raises:
        MemoryError: There is none left.
    """
    opened = library()
    if opened is None:
        return _strictly(data)
    lines = data.count(b"\n") + 1
    start, length, key = np.empty(lines, np.int64), np.empty(lines, np.int32), np.empty(lines, np.int32)
    gap_begin, gap_end = np.empty((lines, GAPS), np.int64), np.empty((lines, GAPS), np.int64)
    gap_kind, key_line = np.empty((lines, GAPS), np.uint8), np.empty(lines, np.int64)
    key_begin, room = np.empty(lines + 1, np.int64), np.empty(len(data) + _SPARE, np.uint8)
    given: dict[str, Any] = {
        "start": start, "gap_begin": gap_begin, "gap_end": gap_end, "length": length, "key": key,
        "gap_kind": gap_kind, "key_begin": key_begin, "key_line": key_line, "room": room,
        **{name: getattr(rules, name) for name in (
            "kind", "other", "first", "count", "name_begin", "name_node", "type_begin", "type_node", "letters",
        )},
    }  # fmt: skip
    asked = _Scan(
        nodes=len(rules.kind), names=len(rules.name_node), types=len(rules.type_node), size=len(data), lines=lines,
        data=ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p),
        **{name: array.ctypes.data for name, array in given.items()},
    )  # fmt: skip
    if not opened.fullcourse_scan(ctypes.byref(asked)):
        raise MemoryError
    read, keys = asked.lines, asked.keys
    places = key_begin[: keys + 1].tolist()
    whole = room[: places[-1]].tobytes() if keys else b""
    texts = [whole[begin:end] for begin, end in pairwise(places)] if keys else []
    return Scanned(
        data, start[:read], length[:read], key[:read], gap_begin[:read], gap_end[:read], texts, gap_kind[:keys],
        key_line[:keys],
    )  # fmt: skip


def _strictly(data: bytes) -> Scanned:
    """Return the lines of a block, none with a key."""
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    length = np.array([len(line) for line in lines], np.int64)
    ended = np.array([line.endswith(b"\r") for line in lines], np.bool_)
    start = np.cumsum(length + 1) - length - 1
    nothing = np.zeros((0, GAPS), np.int64)
    return Scanned(
        data, start, (length - ended).astype(np.int32), np.full(len(lines), STRICTLY, np.int32),
        nothing, nothing, (), np.zeros((0, GAPS), np.uint8), np.zeros(0, np.int64),
    )  # fmt: skip


def _at(array: npt.NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)
