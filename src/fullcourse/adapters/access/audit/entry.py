"""One entry of the audit, and how entries are chained.

An entry names nobody: accounts and patients by their random ids, and an address or a reason only sealed. The chain is a
SHA-256 over what is stored, so an entry that was removed, changed or moved is found. Where the chain ends stands beside
it under a keyed hash, so that one that was cut off is found too, and nobody without the key file can chain it anew.
"""

import hashlib
import hmac
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeGuard

from sqlalchemy import Connection, insert, select, update

from fullcourse.adapters.access.store.opening import Keys, us
from fullcourse.adapters.access.store.tables import AUDIT, AUDIT_HEAD

__all__ = ["HEAD_NAME", "START", "AuditEntry", "append", "begin", "entry_of", "head_proof", "is_row", "link_of"]

START: Final = bytes(32)
"""What the first entry is chained to."""
HEAD_NAME: Final = "audit"

_PLACE: Final = struct.Struct(">qqIIII")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HASH_BYTES: Final = 32

_NAMES: Final = ("seq", "at_us", "account", "patient", "said", "sealed", "prev_hash", "hash")
# Made once, since they are done with nearly every call.
_END: Final = select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash).where(AUDIT_HEAD.c.name == HEAD_NAME).with_for_update()
_ADD: Final = insert(AUDIT)
_MOVE_END: Final = update(AUDIT_HEAD).where(AUDIT_HEAD.c.name == HEAD_NAME)

Row = tuple[int, int, str, str, str, bytes, bytes, bytes]
"""seq, at_us, account, patient, said, sealed, prev_hash, hash."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what.

    Attributes:
        at: When, in UTC once it is read back.
        did: Name of a right, or a word such as ``sign-in``.
        account: Random id of who did it; empty for nobody.
        patient: Random id of whose course it was about; empty for none.
        roles: Of the account then.
        about: Random id of what else it was about: an account, a device, a clinic.
        status: HTTP status of the answer; 0 for none.
        call: Number of the call, by which its line stands in the log.
        where: Address from which it came.
        why: Reason that was given, for a course that was opened in an emergency.
        seq: Its place, from 1; 0 for one that was not kept yet.
    """

    at: datetime
    did: str
    account: str = ""
    patient: str = ""
    roles: tuple[str, ...] = ()
    about: str = ""
    status: int = 0
    call: str = ""
    where: str = ""
    why: str = ""
    seq: int = 0


def append(connection: Connection, keys: Keys, entries: Sequence[AuditEntry]) -> None:
    """Chain entries to the end of the audit, in the transaction of a connection."""
    head = connection.execute(_END).one()
    seq, before = int(head[0]), bytes(head[1])
    rows: list[dict[str, object]] = []
    for entry in entries:
        seq += 1
        sealed = keys.audit.seal(json.dumps([entry.where, entry.why]).encode(), str(seq).encode())
        said = json.dumps(
            [entry.did, " ".join(entry.roles), entry.about, entry.status, entry.call], separators=(",", ":")
        )
        row = (seq, us(entry.at), entry.account, entry.patient, said, sealed)
        own = link_of(before, *row)
        rows.append(dict(zip(_NAMES, (*row, before, own), strict=True)))
        before = own
    connection.execute(_ADD, rows)
    connection.execute(_MOVE_END, {"seq": seq, "hash": before, "keyed": head_proof(keys, seq, before)})


def begin(connection: Connection, keys: Keys) -> None:
    """Write where an audit without an entry ends, so that one whose entries were all taken away is told from it."""
    values = {"name": HEAD_NAME, "seq": 0, "hash": START, "keyed": head_proof(keys, 0, START)}
    connection.execute(insert(AUDIT_HEAD).values(values))


def link_of(before: bytes, seq: int, at_us: int, account: str, patient: str, said: str, sealed: bytes) -> bytes:
    """Return the hash of an entry."""
    parts = [text.encode("utf-8", "surrogatepass") for text in (account, patient, said)]
    place = _PLACE.pack(seq, at_us, *(len(part) for part in parts), len(sealed))
    return hashlib.sha256(b"".join((b"fullcourse audit 1 ", before, place, *parts, sealed))).digest()


def head_proof(keys: Keys, seq: int, last: bytes) -> bytes:
    """Return the keyed hash over where the audit ends."""
    return hmac.digest(keys.head, b"fullcourse audit head 1 " + seq.to_bytes(8, "big") + last, "sha256")


def entry_of(keys: Keys, row: Row) -> AuditEntry:
    """Return an entry as it was written; one that is damaged says so: see `audit verify`."""
    seq, at_us, account, patient, said, sealed, _, _ = row
    opened = keys.audit.open(sealed, str(seq).encode())
    where, why = json.loads(opened) if opened is not None else ("", "")
    try:
        did, roles, about, status, call = json.loads(said)
    except ValueError:
        did, roles, about, status, call = "damaged", "", "", 0, ""
    at = _EPOCH + timedelta(microseconds=at_us)
    return AuditEntry(at, did, account, patient, tuple(roles.split()), about, status, call, where, why, seq)


def is_row(row: Sequence[object]) -> TypeGuard[Row]:
    """Return whether a row from the database has the types of an entry: a damaged page can hold anything."""
    return (
        isinstance(row[0], int)
        and isinstance(row[1], int)
        and all(isinstance(value, str) for value in row[2:5])
        and all(isinstance(value, bytes) for value in row[5:8])
        and len(row[7]) == _HASH_BYTES  # type: ignore[arg-type]  # it is bytes there
    )
