"""What differs from line to line of an export, and can be cut out of all lines at once: ids, dates, values.

A gap begins behind a key, where the key first stands in a line, and holds only letters of its kind. One line is looked
at by `gaps_of`, many by `scan`; both find the same.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["STAND_IN_VALUE", "WIDEST", "Gap", "Windows", "gaps_in", "gaps_of", "scan"]

U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

STAND_IN_VALUE: Final = 7.06249
"""What is read in the place of a measured value."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of gap.

    Attributes:
        letters: What may stand in it.
        least: The shortest that is cut out, bytes.
        most: The longest.
        is_quoted: Whether it stands in quotation marks.
    """

    letters: bytes
    least: int
    most: int
    is_quoted: bool = True

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """Of the whole gap and what must follow it."""
        letter = b"[" + re.escape(self.letters) + b"]"
        after = b'(?=")' if self.is_quoted else b"(?!" + letter + b")"
        return re.compile(b"%b{%d,%d}%b" % (letter, self.least, self.most, after))

    @property
    def table(self) -> Bools:
        """Whether each byte may stand in it."""
        is_letter = np.zeros(256, np.bool_)
        is_letter[np.frombuffer(self.letters, np.uint8)] = True
        return is_letter


_DIGITS = b"0123456789"
_WORDS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"
_KINDS: Final = {
    "id": _Kind(_WORDS, 1, 64),
    "date": _Kind(_DIGITS + b"T:+.Z-", 4, 39),
    "reference": _Kind(_WORDS + b":/|?=", 1, 120),
    "number": _Kind(_DIGITS + b".-+eE", 1, 17, False),
    # Names and addresses, which nothing reads; in UTF-8, which is checked for the block.
    "words": _Kind(bytes(set(range(32, 256)) - set(b'"\\')), 1, 64),
}
_PATTERNS: Final = {name: kind.pattern for name, kind in _KINDS.items()}
_TABLES: Final = {name: kind.table for name, kind in _KINDS.items()}
_PLAIN_NUMBER: Final = re.compile(rb"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_MOST_DIGITS: Final = 15
"""A whole number of so many digits and a power of ten are exact, so that their quotient is the float a parser gives."""

WIDEST: Final = 128
"""No gap is so long: where as many bytes follow, a window may be opened."""

_UNREAD_REFERENCES: Final = ("Condition", "Encounter", "Practitioner", "PractitionerRole", "ServiceRequest")
_UNREAD_WORDS: Final = ("family", "city", "postalCode", "state", "district")
_UNREAD_LISTS: Final = ("given", "line")
_UNREAD_VALUES: Final = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is cut out of every line.

    Attributes:
        key: The text in front of it.
        kind: What it is: ``id``, ``date``, ``reference``, ``number`` or ``words``.
        stand_in: What is read in its place.
        must_be_read: Whether lines are understood only when what stands in it is used; others may be passed over.
        time: Which of the places where the key stands is meant, from 1.
    """

    key: bytes
    kind: str
    stand_in: str
    must_be_read: bool = True
    time: int = 1


def gaps_in(data: bytes, date_names: Iterable[str]) -> tuple[Gap, ...]:
    """Return what to cut out of lines that are written as these are.

    Args:
        data: Some lines.
        date_names: Elements that hold a date.
    """
    space = b" " if b'": "' in data[:4096] else b""

    def key(*names: str) -> bytes:
        return b'"' + (b'":' + space + b'{"').join(name.encode() for name in names) + b'":' + space

    gaps = [
        Gap(key("id") + b'"', "id", "stand-in-0"),
        Gap(key("reference") + b'"Patient/', "id", "stand-in-1"),
        Gap(key("valueQuantity", "value"), "number", repr(STAND_IN_VALUE)),
        Gap(key("encounter", "reference") + b'"', "reference", "Encounter/stand-in-2", False),
        Gap(key("lastUpdated") + b'"', "date", "1869-01-01", False),
        Gap(key("versionId") + b'"', "id", "stand-in-3", False),
    ]
    gaps += [
        Gap(key("reference") + f'"{kind}/'.encode(), "id", f"stand-in-{number}", False)
        for number, kind in enumerate(_UNREAD_REFERENCES, 4)
    ]
    # A date after the first that dates a resource is not read; that it is not in the shape is checked.
    names = sorted({*date_names, "abatementDateTime", "birthDate", "deceasedDateTime", "start", "end"})
    gaps += [Gap(key(name) + b'"', "date", f"18{number:02d}-02-03", False) for number, name in enumerate(names, 30)]
    words = [(key(name) + b'"', 1) for name in _UNREAD_WORDS] + [(key(name) + b'["', 1) for name in _UNREAD_LISTS]
    words += [(key("value") + b'"', time) for time in range(1, _UNREAD_VALUES + 1)]  # of identifiers and telephones
    gaps += [
        Gap(written, "words", f"Stand-in words {number}.", False, time) for number, (written, time) in enumerate(words)
    ]
    return tuple(gaps)


def gaps_of(line: bytes, gaps: Sequence[Gap]) -> list[tuple[int, int, int]]:
    """Return the gaps of one line as ``(start, end, number)``, in the order of the line; none begins in another."""
    spans = []
    for number, gap in enumerate(gaps):
        start = 0
        for _ in range(gap.time):
            at = line.find(gap.key, start)
            start = at + len(gap.key)
            if at < 0:
                break
        if at < 0:
            continue
        match = _PATTERNS[gap.kind].match(line, start)
        if match is None or (gap.kind == "number" and not _is_plain_number(match[0])):
            continue
        spans.append((start, match.end(), number))
    apart: list[tuple[int, int, int]] = []
    for span in sorted(spans):
        if not apart or span[0] > apart[-1][1]:
            apart.append(span)
    return apart


def _is_plain_number(written: bytes) -> bool:
    return _PLAIN_NUMBER.fullmatch(written) is not None and sum(map(_DIGITS.count, written)) <= _MOST_DIGITS


class Windows:
    """Bytes of a block from any place on, for many places at once."""

    def __init__(self, data: bytes) -> None:
        """Take a block."""
        self._data = data
        self._views: dict[int, npt.NDArray[Any]] = {}

    def at(self, places: I64, width: int) -> U8:
        """Return so many bytes from each place on, all within the block; shape ``(n_places, width)``."""
        view = self._views.get(width)
        if view is None:
            count = max(0, len(self._data) - width + 1)
            view = self._views[width] = np.ndarray((count,), f"V{width}", self._data if count else b"", strides=(1,))
        windows: U8 = view[places].view(np.uint8).reshape(len(places), width)
        return windows


def scan(windows: Windows, places: I64, kind: str) -> tuple[I64, Bools]:
    """Return the length of the gap that begins at each place, and whether there is one.

    Args:
        windows: Of the block.
        places: Where the gaps begin.
        kind: What they are.
    """
    what = _KINDS[kind]
    width = 40 if what.most >= 40 else what.most + 1
    length, valid = _scanned(windows.at(places, width), kind)
    if what.most + 1 > width:
        longer = np.flatnonzero(length < 0)
        if longer.size:
            length[longer], valid[longer] = _scanned(windows.at(places[longer], what.most + 1), kind)
    return length, valid


def _scanned(window: U8, kind: str) -> tuple[I64, Bools]:
    """Return length and validity; a length of -1 where the window ends before the gap does."""
    inside = _TABLES[kind][window]
    length = inside.argmin(axis=1)
    whole = ~inside[np.arange(len(length)), length]
    follows = window[np.arange(len(length)), length]
    if _KINDS[kind].is_quoted:
        valid = whole & (follows == ord('"')) & (length >= _KINDS[kind].least)
    else:
        valid = whole & _are_plain_numbers(window, length)
    return np.where(whole, length, -1), valid


def _are_plain_numbers(window: U8, length: I64) -> Bools:
    """Return which texts are a number without an exponent and of at most 15 digits, as JSON writes one."""
    place = np.arange(window.shape[1])
    within = place < length[:, None]
    digit = within & (window >= 48) & (window <= 57)
    point = within & (window == ord("."))
    minus = window[:, 0] == ord("-")
    first = minus.astype(np.int64)
    rows = np.arange(len(length))
    digits, points = digit.sum(axis=1), point.sum(axis=1)
    at_point = np.where(points > 0, point.argmax(axis=1), length)
    whole_digits = at_point - first
    leading_zero = (window[rows, first] == 48) & (whole_digits > 1)
    valid: Bools = (
        (digits + points + first == length) & (points <= 1) & (digits <= _MOST_DIGITS) & (whole_digits >= 1)
        & ~leading_zero & ((points == 0) | (at_point < length - 1))
    )  # fmt: skip
    return valid
