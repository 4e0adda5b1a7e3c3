"""One thread that owns the only connection which may write, and commits for many callers at once.

Bringing a commit to the disk costs the same for one event as for sixty, and SQLite lets writers starve that contend for
its lock. So callers queue here, and each is answered only after the commit that holds its events has returned.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar, cast, final

from fullcourse.adapters.store.durable import NotKept, StoreAway

__all__ = ["GroupCommit", "Journal", "Told"]

_MOST: Final = 64
_LONGEST_S: Final = 0.005

_Answer = TypeVar("_Answer")


class Journal(Protocol):
    """What the thread calls, always from itself."""

    def open(self) -> None:
        """Open the connection; called first, and again after a commit that failed."""

    def begin(self) -> None:
        """Begin a transaction."""

    def commit(self) -> None:
        """Bring it to the disk."""

    def undo(self) -> None:
        """Take back what was not committed, and forget what was worked out from it."""

    def rest(self) -> None:
        """Do what may wait, between two transactions."""

    def close(self) -> None:
        """Let go of everything."""


Told = Callable[[_Answer | None, BaseException | None], None]
"""Is called, by the thread that writes, with an answer or with an error."""


class _Work(Generic[_Answer]):
    """What a caller wants done in a transaction, and what came of it."""

    __slots__ = ("answer", "do", "error", "finish", "prepare")

    def __init__(
        self, do: Callable[[], _Answer], prepare: Callable[[], object] | None, finish: Callable[[], None]
    ) -> None:
        self.do = do
        self.prepare = prepare
        self.finish = finish
        self.answer: _Answer | None = None
        self.error: BaseException | None = None


@final
class GroupCommit:
    """The thread that writes."""

    def __init__(self, journal: Journal, name: str) -> None:
        """Start it.

        Raises:
            Exception: What opening the journal raised.
        """
        self._journal = journal
        self._name = name
        self._waiting: queue.SimpleQueue[_Work[object] | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._is_closed = False
        done = _shut_lock()
        opened: _Work[object] = _Work(journal.open, None, done.release)
        self._thread = threading.Thread(target=self._run, args=(opened,), name="fullcourse-writer", daemon=True)
        self._thread.start()
        done.acquire()
        if opened.error is not None:
            self._is_closed = True
            raise opened.error

    def do(self, work: Callable[[], _Answer], prepare: Callable[[], object] | None = None) -> _Answer:
        """Have work done in a transaction, and return its answer once that is on the disk.

        Args:
            work: Called within the transaction; again, alone, where another piece of work failed beside it.
            prepare: Called once before the transaction, by the thread that writes: a caller who prepares alone
                comes later to the queue, and more commits hold fewer events each.

        Raises:
            NotKept: It could not be brought to the disk.
            Exception: What the work or its preparation raised; then nothing of it is kept.
        """
        done = _shut_lock()
        waiting = _Work(work, prepare, done.release)
        self._put(waiting)
        done.acquire()
        if waiting.error is not None:
            raise waiting.error
        return cast("_Answer", waiting.answer)

    def do_soon(
        self, work: Callable[[], _Answer], told: Told[_Answer], prepare: Callable[[], object] | None = None
    ) -> None:
        """Have work done as `do` has, without waiting for it.

        Args:
            work: As for `do`.
            told: Called once, by the thread that writes, after the commit that holds the work has returned, or with
                why it is not kept. It is quick, since all others wait for it, and what it raises is lost.
            prepare: As for `do`.

        Raises:
            StoreAway: It is closed; then `told` is never called.
        """

        def finish() -> None:
            with contextlib.suppress(Exception):  # who was to be told is gone: the work is kept all the same
                told(waiting.answer if waiting.error is None else None, waiting.error)

        waiting = _Work(work, prepare, finish)
        self._put(waiting)

    def _put(self, waiting: _Work[_Answer]) -> None:
        with self._door:
            if self._is_closed:
                raise StoreAway(f"{self._name} is closed. Open it again.")
            self._waiting.put(cast("_Work[object]", waiting))

    def waiting(self) -> int:
        """Return how many pieces of work wait, roughly: others come and go meanwhile."""
        return self._waiting.qsize()

    def close(self) -> None:
        """Finish what waits, and end the thread."""
        with self._door:
            if not self._is_closed:
                self._is_closed = True
                self._waiting.put(None)
        self._thread.join()

    def _run(self, opened: _Work[object]) -> None:
        try:
            self._journal.open()
        except BaseException as error:  # noqa: BLE001 - it is handed to whoever opens the store
            opened.error = error
            return
        finally:
            opened.finish()
        goes_on = True
        while goes_on:
            batch, goes_on = self._gather()
            if batch:
                self._transact(batch)
                self._journal.rest()
        self._journal.close()

    def _gather(self) -> tuple[list[_Work[object]], bool]:
        """Wait for one piece of work, and take with it what waits beside it."""
        batch: list[_Work[object]] = []
        work = self._waiting.get()
        until = time.monotonic() + _LONGEST_S
        while work is not None:
            batch.append(work)
            if len(batch) == _MOST or time.monotonic() > until:
                return batch, True
            try:
                work = self._waiting.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _transact(self, batch: list[_Work[object]]) -> None:
        try:
            ready = [work for work in batch if _is_prepared(work)]
            if ready and not self._try(ready):
                for work in ready:  # one of them failed and took the others with it: each for itself
                    work.error = None
                    self._try([work])
        except BaseException as error:  # noqa: BLE001 - nobody may wait for ever
            for work in batch:
                work.error = work.error or error
        finally:
            for work in batch:
                work.finish()

    def _try(self, batch: list[_Work[object]]) -> bool:
        """Do work in one transaction; return whether it is on the disk or every piece of it has its error."""
        try:
            self._journal.begin()
            for work in batch:
                work.answer = work.do()
        except Exception as error:  # noqa: BLE001 - it goes to the caller whose work it was
            self._journal.undo()
            if len(batch) > 1:
                return False
            batch[0].error = error
            return True
        try:
            self._journal.commit()
        except Exception as error:  # noqa: BLE001 - it goes to every caller of the transaction
            self._journal.undo()
            for work in batch:
                work.error = NotKept(
                    f"{self._name} could not bring the events to the disk ({error}). Nothing of the call counts as "
                    "kept: make room or mend the disk, and send the same again."
                )
        return True


def _shut_lock() -> threading.Lock:
    """Return a lock that somebody else opens: the quickest thing to wait for."""
    lock = threading.Lock()
    lock.acquire()
    return lock


def _is_prepared(work: _Work[object]) -> bool:
    """Prepare a piece of work; one that cannot be has its error, and disturbs no other."""
    if work.prepare is not None:
        try:
            work.prepare()
        except Exception as error:  # noqa: BLE001 - it goes to the caller whose work it was
            work.error = error
            return False
    return True
