"""The thread that writes the audit: entries that wait beside one another go to the disk in one commit.

Whoever answers with a person's data waits for the entry first. While one commit is brought to the disk, the entries of
the next gather, so that a busy service pays for few of them.
"""

import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from sqlalchemy import Connection

from fullcourse.adapters.access.audit.entry import AuditEntry, append
from fullcourse.adapters.access.people.sessions import touch
from fullcourse.adapters.access.store.opening import Kept
from fullcourse.clinical.errors import InputError

__all__ = ["AuditWriter"]

_MOST: Final = 256


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What somebody waits for."""

    entries: tuple[AuditEntry, ...]
    used: tuple[str, datetime] | None
    future: Future[None]


@final
class AuditWriter:
    """Takes entries, and tells when each is on the disk."""

    def __init__(self, kept: Kept) -> None:
        """Start the thread."""
        self._kept = kept
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="fullcourse-audit", daemon=True)
        self._thread.start()

    def write(self, *entries: AuditEntry, used: tuple[str, datetime] | None = None) -> Future[None]:
        """Take entries; what is returned is done once they are on the disk, or raises why they are not.

        Args:
            entries: In their order.
            used: A session that was used, and when; None for none.
        """
        future: Future[None] = Future()
        with self._door:
            if self._is_closed:
                raise InputError("the audit is closed. Open it again.")
            self._waiting.put(_Waiting(entries, used, future))
        return future

    def close(self) -> None:
        """Write what waits, and end the thread."""
        with self._door:
            if not self._is_closed:
                self._is_closed = True
                self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        goes_on = True
        while goes_on:
            batch, goes_on = self._gather()
            if batch:
                self._write(batch)

    def _gather(self) -> tuple[list[_Waiting], bool]:
        """Wait for one, and take with it what waits beside it; False with them where the thread is to end."""
        batch = []
        waiting = self._waiting.get()
        while waiting is not None:
            batch.append(waiting)
            if len(batch) == _MOST:
                return batch, True
            try:
                waiting = self._waiting.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _write(self, batch: list[_Waiting]) -> None:
        entries = [entry for waiting in batch for entry in waiting.entries]
        used = [waiting.used for waiting in batch if waiting.used is not None]

        def work(connection: Connection) -> None:
            for session, at in used:
                touch(connection, session, at)
            if entries:
                append(connection, self._kept.keys, entries)

        try:
            self._kept.database.write(work, is_beside_rights=not used)
        except BaseException as error:  # noqa: BLE001 - nobody may wait for ever
            for waiting in batch:
                waiting.future.set_exception(error)
        else:
            for waiting in batch:
                waiting.future.set_result(None)
