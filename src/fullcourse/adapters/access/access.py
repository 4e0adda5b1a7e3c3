"""What access has open: one is made at the start of the service."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from fullcourse.adapters.access.audit.entry import AuditEntry, append, begin
from fullcourse.adapters.access.audit.writer import AuditWriter
from fullcourse.adapters.access.store.opening import Kept, Keys, open_kept

__all__ = ["Access", "open_access"]

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Access:
    """What access keeps, and the thread that writes its audit.

    Attributes:
        kept: The database and its keys.
        audit: Takes entries.
    """

    kept: Kept
    audit: AuditWriter

    @property
    def keys(self) -> Keys:
        """Return the keys."""
        return self.kept.keys

    def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """Return what work reads; raises NotKept where the database does not answer."""
        return self.kept.database.read(work)

    def write(
        self, work: Callable[[Connection], Answer], *entries: AuditEntry, is_beside_rights: bool = False
    ) -> Answer:
        """Return what work answers once it is on the disk together with its entries: both, or neither.

        Args:
            work: As `Database.write` takes it.
            entries: Of the audit, in their order.
            is_beside_rights: As `Database.write` takes it.
        """

        def both(connection: Connection) -> Answer:
            answer = work(connection)
            if entries:
                append(connection, self.keys, entries)
            return answer

        return self.kept.database.write(both, is_beside_rights=is_beside_rights)

    def close(self) -> None:
        """Write what waits, and let go of everything."""
        self.audit.close()
        self.kept.close()


def open_access(place: str | Path, *, key_file: Path | None = None, wait_s: float = 0.0) -> Access:
    """Open access beside a store of courses; see `open_kept`."""
    kept = open_kept(place, begin, key_file=key_file, wait_s=wait_s)
    return Access(kept, AuditWriter(kept))
