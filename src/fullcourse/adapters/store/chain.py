"""Whether stored rows are what was written: each chained to the one before it, none lost, none added, none cut off."""

import hashlib
import struct
from collections.abc import Sequence
from typing import Final, TypeGuard

from fullcourse.adapters.store.sealing import START, link

__all__ = ["PatientRow", "Row", "broken_links", "is_patient_row", "row_check"]

Row = tuple[str, int, int, bytes, bytes, bytes]
"""id, seq, received_us, sealed, prev_hash, hash."""
PatientRow = tuple[int, bytes, int, bytes, int, int | None, bytes]
"""last_seq, last_hash, aside_seq, aside_hash, received_us, erased_us, check_hash."""

_NUMBERS: Final = struct.Struct(">qqqq?")
_HASH_BYTES: Final = 32


def row_check(name: bytes, row: PatientRow) -> bytes:
    """Return the hash of a patient's row, by which a change of it is seen; what it holds now plays no part.

    Args:
        name: What `named` makes of the patient.
        row: The row; its last value is not read.
    """
    seq, head, aside_seq, aside_head, received_us, erased_us, _ = row
    numbers = _NUMBERS.pack(seq, aside_seq, received_us, erased_us or 0, erased_us is None)
    return hashlib.sha256(b"".join((b"fullcourse 1 patient", name, numbers, head, aside_head))).digest()


def is_patient_row(row: Sequence[object]) -> TypeGuard[PatientRow]:
    """Return whether a row from the database has the types of a patient's row: a damaged page can hold anything."""
    return (
        isinstance(row[0], int)
        and isinstance(row[2], int)
        and isinstance(row[4], int)
        and _is_hash(row[1])
        and _is_hash(row[3])
        and _is_hash(row[6])
        and (row[5] is None or isinstance(row[5], int))
    )


def _is_hash(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == _HASH_BYTES


def broken_links(kind: bytes, name: bytes, rows: Sequence[Sequence[object]], last: tuple[int, bytes]) -> list[str]:
    """Return what is wrong with a chain, in words; nothing where it is whole.

    Args:
        kind: ``b"event"`` or ``b"aside"``.
        name: What `named` makes of the patient.
        rows: All of them, by seq.
        last: seq and hash of the last, as the patient's row has them.
    """
    what = "event" if kind == b"event" else "event set aside"
    before = START
    for place, row in enumerate(rows, 1):
        if not _is_row(row):
            return [f"{what} {place} is not what was written"]
        event_id, seq, received_us, sealed, prev_hash, own = row
        if seq != place:
            return [f"{what} {place} is not there"]
        if prev_hash != before or link(before, kind, name, (seq, received_us), event_id.encode(), sealed) != own:
            return [f"{what} {place} is not what was written"]
        before = own
    if len(rows) != last[0]:
        return [f"{len(rows)} {what}s are there, and {last[0]} were received"]
    return [] if before == last[1] else [f"the last {what} is not the one that was received last"]


def _is_row(row: Sequence[object]) -> TypeGuard[Row]:
    return (
        isinstance(row[0], str)
        and isinstance(row[1], int)
        and isinstance(row[2], int)
        and all(isinstance(value, bytes) for value in row[3:])
    )
