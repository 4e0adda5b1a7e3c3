"""What was worked out of courses before, kept so that a whole store is not opened event by event each time.

A summary is sealed with the patient's own key and bound to where both chains of the course ended: when an event is
added it cannot be opened any more, and is worked out anew from all events, with their chain checked. Where the key of a
course was destroyed nobody can open it either. The file can be removed at any time; nothing is kept in it alone.
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, Self, final

from fullcourse.adapters.store.durable import CourseHead, DurableStore
from fullcourse.adapters.store.place import refuse_network

__all__ = ["Summaries"]

_PAGE: Final = 1000
_NAME: Final = b"summary "
_MAKE: Final = "CREATE TABLE IF NOT EXISTS summary (patient TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID"
_READ: Final = "SELECT patient, sealed FROM summary WHERE patient BETWEEN ? AND ?"
_WRITE: Final = "INSERT OR REPLACE INTO summary VALUES (?, ?)"


@final
class Summaries:
    """The summaries of a store."""

    def __init__(self, place: Path, edition: str) -> None:
        """Open the file; one that cannot be used is passed over, and everything is worked out from events.

        Args:
            place: Of the file.
            edition: Of what a summary holds and how it is worked out; one of another edition cannot be opened.
        """
        self._edition = edition.encode()
        self._connection: sqlite3.Connection | None = None
        self.failed = ""
        refuse_network(place)
        try:
            place.touch(0o600)
            self._connection = sqlite3.connect(place, isolation_level=None)
            self._connection.execute(_MAKE)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def read(self, store: DurableStore) -> Iterator[tuple[CourseHead, bytes | None]]:
        """Yield every course of a store with its summary; None for one that has none of where it ends now."""
        heads = store.heads()
        while page := list(islice(heads, _PAGE)):
            kept = self._kept(page)
            for head in page:
                sealed = kept.get(head.patient)
                yield head, None if sealed is None or head.key is None else head.key.open(sealed, self._bound(head))

    def write(self, summaries: Sequence[tuple[CourseHead, bytes]]) -> None:
        """Keep summaries, each bound to where its course ended when it was looked at."""
        if self._connection is None:
            return
        rows = [
            (head.patient, head.key.seal(summary, self._bound(head)))
            for head, summary in summaries
            if head.key is not None
        ]
        try:
            self._connection.execute("BEGIN")
            self._connection.executemany(_WRITE, rows)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._give_up(error)

    def _kept(self, page: Sequence[CourseHead]) -> dict[str, bytes]:
        if self._connection is None:
            return {}
        try:
            rows = self._connection.execute(_READ, (page[0].patient, page[-1].patient)).fetchall()
        except sqlite3.Error as error:
            self._give_up(error)
            return {}
        return {patient: sealed for patient, sealed in rows if isinstance(sealed, bytes)}

    def _bound(self, head: CourseHead) -> bytes:
        return b"".join((_NAME, self._edition, b" ", head.check))

    def _give_up(self, error: Exception) -> None:
        self.failed = str(error)
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        """Use it in a ``with`` block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""
        self.close()
