"""Dates of many lines: plain days and instants by arithmetic, every other form by the reader of one date."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import day_number, parse_moment

__all__ = ["NO_DAY", "WRITTEN", "Moments", "moments_of", "read_moments"]

F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

NO_DAY: Final = -(2**31)
"""Stands for a day where there is no date."""

WRITTEN: Final = 40
"""Bytes in which a date is handed in."""

_DAY_S: Final = 86400.0
_INSTANT: Final = 25  # bytes of 2026-11-22T08:00:00+02:00


@dataclass(frozen=True, slots=True)
class Moments:
    """Dates, one element a line.

    Attributes:
        first: First day it can mean, since 1970; `NO_DAY` where there is none.
        last: Last day.
        start: Earliest instant, s since 1970.
        end: Latest instant.
        bad: Whether something is written that is no date.
    """

    first: I32
    last: I32
    start: F64
    end: F64
    bad: Bools

    @classmethod
    def none(cls, count: int) -> "Moments":
        """Return no date for anybody."""
        days = np.full(count, NO_DAY, np.int32)
        return cls(days, days.copy(), np.zeros(count), np.zeros(count), np.zeros(count, np.bool_))

    def with_others(self, others: "Moments") -> "Moments":
        """Return these dates and others."""
        return Moments(*(np.concatenate([getattr(self, name), getattr(others, name)]) for name in Moments.__slots__))

    def put(self, lines: I64, others: "Moments") -> None:
        """Set the dates of some lines."""
        for name in Moments.__slots__:
            getattr(self, name)[lines] = getattr(others, name)


def read_moments(written: U8, length: I64) -> Moments:
    """Return dates as `clinical.moment` reads each of them.

    Args:
        written: Their bytes, 0 behind their end; shape ``(n_dates, WRITTEN)``.
        length: How many bytes each has; 0 for none.
    """
    moments = Moments.none(len(length))
    day, is_day = _days(written)
    is_plain = is_day & (length == 10)
    timed = np.flatnonzero(is_day & ((length == 20) | (length == _INSTANT)))
    second, is_instant = _seconds(written[timed], length[timed])
    is_plain[timed] = is_instant
    start = day * _DAY_S
    end = start + _DAY_S - 1e-6
    start[timed] += second
    end[timed] = start[timed]
    for name, values in (("first", day), ("last", day), ("start", start), ("end", end)):
        column = getattr(moments, name)
        np.copyto(column, values.astype(column.dtype), where=is_plain)
    others = np.flatnonzero(~is_plain & (length > 0))
    texts = written[others].view(f"S{written.shape[1]}").ravel().tolist()
    known: dict[bytes, tuple[int, int, float, float, bool]] = {}
    for text in texts:
        if text not in known:
            known[text] = _read_one(text)
    rows = [known[text] for text in texts]
    columns: Sequence[Sequence[float]] = list(zip(*rows, strict=True)) if rows else [()] * 5
    kinds = (np.int32, np.int32, np.float64, np.float64, np.bool_)
    moments.put(others, Moments(*(np.array(values, kind) for values, kind in zip(columns, kinds, strict=True))))
    return moments


def moments_of(texts: Sequence[str]) -> Moments:
    """Return the dates of texts; an empty one is no date."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    is_long = np.array([len(letters) > WRITTEN for letters in encoded], np.bool_)
    short = [b"" if len(letters) > WRITTEN else letters for letters in encoded]
    written = np.array([*short, b""], f"S{WRITTEN}")[:-1].view(np.uint8).reshape(len(texts), WRITTEN)
    moments = read_moments(written, np.array([len(letters) for letters in short], np.int64))
    for number in np.flatnonzero(is_long).tolist():
        for name, value in zip(Moments.__slots__, _read_one(encoded[number]), strict=True):
            getattr(moments, name)[number] = value
    return moments


def _days(written: U8) -> tuple[I64, Bools]:
    """Return days since 1970, and whether the first ten bytes are a day of the calendar."""
    digit = written[:, :10].astype(np.int32) - 48
    is_digit = (digit >= 0) & (digit <= 9)
    valid = is_digit[:, [0, 1, 2, 3, 5, 6, 8, 9]].all(axis=1) & (written[:, 4] == 45) & (written[:, 7] == 45)
    year = digit[:, 0] * 1000 + digit[:, 1] * 100 + digit[:, 2] * 10 + digit[:, 3]
    month, day = digit[:, 5] * 10 + digit[:, 6], digit[:, 8] * 10 + digit[:, 9]
    valid &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(valid, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    next_first = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    valid &= day <= next_first - first
    return np.where(valid, first + day - 1, 0), valid


def _seconds(written: U8, length: I64) -> tuple[F64, Bools]:
    """Return seconds of the day in UTC, and whether ``Thh:mm:ss`` with a zone follows the day."""
    written = np.pad(written, ((0, 0), (0, max(0, _INSTANT - written.shape[1]))))
    digit = written[:, :_INSTANT].astype(np.int32) - 48
    is_digit = (digit >= 0) & (digit <= 9)
    hour, minute = digit[:, 11] * 10 + digit[:, 12], digit[:, 14] * 10 + digit[:, 15]
    second = digit[:, 17] * 10 + digit[:, 18]
    valid = is_digit[:, [11, 12, 14, 15, 17, 18]].all(axis=1) & (hour <= 23) & (minute <= 59) & (second <= 59)
    valid &= (written[:, 10] == ord("T")) & (written[:, 13] == ord(":")) & (written[:, 16] == ord(":"))
    is_utc = (length == 20) & (written[:, 19] == ord("Z"))
    sign = np.where(written[:, 19] == ord("+"), 1, np.where(written[:, 19] == ord("-"), -1, 0))
    hours, minutes = digit[:, 20] * 10 + digit[:, 21], digit[:, 23] * 10 + digit[:, 24]
    has_offset = (length == _INSTANT) & is_digit[:, [20, 21, 23, 24]].all(axis=1) & (written[:, 22] == ord(":"))
    has_offset &= (sign != 0) & (hours <= 14) & (minutes <= 59)
    offset = np.where(has_offset, sign * (hours * 3600 + minutes * 60), 0)
    return (hour * 3600 + minute * 60 + second - offset).astype(np.float64), valid & (is_utc | has_offset)


def _read_one(text: bytes) -> tuple[int, int, float, float, bool]:
    try:
        moment = parse_moment(text.decode(), "date")
    except (InputError, UnicodeDecodeError):
        return NO_DAY, NO_DAY, 0.0, 0.0, True
    first, last = day_number(moment.first_day), day_number(moment.last_day)
    return first, last, moment.start_s, moment.end_s, False
