"""Reads the audit, and finds what was done to it."""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Connection, select

from fullcourse.adapters.access.audit.entry import (
    HEAD_NAME,
    START,
    AuditEntry,
    Row,
    entry_of,
    head_proof,
    is_row,
    link_of,
)
from fullcourse.adapters.access.store.opening import Kept, us
from fullcourse.adapters.access.store.tables import AUDIT, AUDIT_HEAD

__all__ = ["VerifiedAudit", "entries", "verify_audit"]

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class VerifiedAudit:
    """What a check of the audit found.

    Attributes:
        entries: How many are there.
        head: Where it ends: place and hash; to be noted elsewhere and compared at the next check.
        broken: What is wrong, one sentence each; nothing where it is whole.
    """

    entries: int
    head: str
    broken: tuple[str, ...]


def entries(
    kept: Kept,
    patient: str | None = None,
    since: datetime | None = None,
    *,
    account: str | None = None,
    after: int = 0,
    most: int | None = None,
) -> Iterator[AuditEntry]:
    """Yield entries in their order.

    Args:
        kept: What access keeps.
        patient: Of whose course; None for all.
        since: From when on; None for all.
        account: Of whom; None for all.
        after: Place behind which it begins.
        most: So many; None for all.
    """
    wanted = select(AUDIT).order_by(AUDIT.c.seq)
    if patient is not None:
        wanted = wanted.where(AUDIT.c.patient == patient)
    if account is not None:
        wanted = wanted.where(AUDIT.c.account == account)
    if since is not None:
        wanted = wanted.where(AUDIT.c.at_us >= us(since))
    left = most
    while left is None or left > 0:
        page = wanted.where(AUDIT.c.seq > after).limit(_PAGE if left is None else min(_PAGE, left))
        rows = kept.database.read(lambda connection, page=page: connection.execute(page).all())  # type: ignore[misc]  # binds the loop's name
        if not rows:
            return
        for row in rows:
            yield entry_of(kept.keys, cast("Row", tuple(row)))
        after = int(rows[-1][0])
        left = None if left is None else left - len(rows)


def verify_audit(kept: Kept, noted: str = "") -> VerifiedAudit:
    """Check every entry, its place, and where the audit ends.

    Args:
        kept: What access keeps.
        noted: Head that an earlier check gave: an audit that was put back to an older state does not hold it.
    """
    return kept.database.read(lambda connection: _verified(connection, kept, noted))


def _verified(connection: Connection, kept: Kept, noted: str) -> VerifiedAudit:
    broken: list[str] = []
    before, place, found_noted = START, 0, not noted
    for row in _rows(connection):
        place += 1
        fault = _fault(kept, row, place, before)
        if fault:
            broken.append(fault)
            break
        before = cast("bytes", row[7])
        found_noted = found_noted or noted == _told(place, before)
    head = connection.execute(select(AUDIT_HEAD).where(AUDIT_HEAD.c.name == HEAD_NAME)).first()
    if not broken:
        broken += _faults_of_head(kept, head, place, before)
    if not broken and not found_noted:
        broken.append("the head that was noted is no entry of this audit: it was put back, or is another")
    return VerifiedAudit(place, _told(place, before), tuple(broken))


def _rows(connection: Connection) -> Iterator[Sequence[object]]:
    after = -(2**62)
    while True:
        page = connection.execute(select(AUDIT).where(AUDIT.c.seq > after).order_by(AUDIT.c.seq).limit(_PAGE)).all()
        yield from page
        if not page:
            return
        after = page[-1][0]


def _fault(kept: Kept, row: Sequence[object], place: int, before: bytes) -> str:
    if not is_row(row):
        return f"entry {place} is not what was written"
    if row[0] != place:
        return f"entry {place} is not there"
    if row[6] != before or link_of(before, *row[:6]) != row[7]:
        return f"entry {place} is not what was written, or stands in another place"
    if kept.keys.audit.open(row[5], str(place).encode()) is None:
        return f"entry {place} was written with another key file"
    return ""


def _faults_of_head(kept: Kept, head: Sequence[object] | None, place: int, before: bytes) -> list[str]:
    if head is None:
        return ["where the audit ends is not told any more"]
    _, seq, last, keyed = head
    if not (isinstance(seq, int) and isinstance(last, bytes) and isinstance(keyed, bytes)):
        return ["where the audit ends is not what was written"]
    if not hmac.compare_digest(keyed, head_proof(kept.keys, seq, last)):
        return ["where the audit ends is not what was written, or was written with another key file"]
    if (seq, last) != (place, before):
        return [f"{place} entries are there, and {seq} were written"]
    return []


def _told(place: int, last: bytes) -> str:
    return f"{place}:{last.hex()}"
