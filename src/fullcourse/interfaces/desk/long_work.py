"""Work that takes longer than a page may wait: done by one thread beside the calls, and kept for the next who asks.

What is kept is bound to where the course's chain ends, and to an hour: no answer is ever of an older log. A piece that
fails is told and tried again by the next call, so that no page waits for what nobody does.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar, final

from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces.api.problems import Busy

__all__ = ["HOLDS", "MOST_KEPT", "MOST_WAITING", "LongWork", "Pending"]

HOLDS: Final = timedelta(hours=1)
"""So long an answer is shown: what the log says of days to come comes true meanwhile."""
MOST_KEPT: Final = 64
MOST_WAITING: Final = 16
"""So many pieces are waited for at once; who comes later is told to come again."""

_Answer = TypeVar("_Answer")
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """A piece that is not done yet.

    Attributes:
        before: How many are done before it.
        since: For how long it was asked for.
    """

    before: int
    since: timedelta


@dataclass(slots=True, eq=False)
class _Piece(Generic[_Answer]):
    bound: bytes
    at: datetime
    work: Callable[[], _Answer]
    answer: _Answer | None = None
    error: Exception | None = None
    is_done: threading.Event = field(default_factory=threading.Event)
    is_dropped: bool = False


@final
class LongWork(Generic[_Answer]):
    """Pieces of one kind of work."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._pieces: OrderedDict[_Key, _Piece[_Answer]] = OrderedDict()
        self._waiting: deque[_Piece[_Answer]] = deque()
        self._door = threading.Lock()
        self._at_work: _Piece[_Answer] | None = None
        self._is_working = False

    def ask(
        self, key: _Key, bound: bytes, now: datetime, work: Callable[[], _Answer], wait_s: float
    ) -> _Answer | Pending:
        """Return an answer, or that it is being worked out.

        Args:
            key: What is asked; the patient first.
            bound: Where the course's chain ends: what was worked out of another end is dropped.
            now: The moment.
            work: Works it out.
            wait_s: For so long the caller waits, seconds.

        Raises:
            Busy: Too many wait.
            FullcourseError: It cannot be worked out; the same each time.
        """
        with self._door:
            self._drop_old(now)
            piece = self._pieces.get(key)
            if piece is not None and piece.bound != bound:
                self._drop(key)
                piece = None
            piece = piece or self._begin(key, bound, now, work)
            self._pieces.move_to_end(key)
        if not piece.is_done.wait(wait_s):
            with self._door:
                return Pending(self._waiting_first(piece), max(now - piece.at, timedelta()))
        if piece.error is not None:
            if not isinstance(piece.error, FullcourseError):
                self._forget_piece(key, piece)
            raise piece.error
        return piece.answer  # type: ignore[return-value]  # what is done without an error has an answer

    def forget(self, patient: str) -> None:
        """Drop everything that is kept of a patient."""
        with self._door:
            for key in [key for key in self._pieces if key[0] == patient]:
                self._drop(key)

    def _begin(self, key: _Key, bound: bytes, now: datetime, work: Callable[[], _Answer]) -> "_Piece[_Answer]":
        if self._waiting_first(None) >= MOST_WAITING:
            raise Busy("Too much is being worked out just now. Come again in a minute.")
        piece = self._pieces[key] = _Piece(bound, now, work)
        while len(self._pieces) > MOST_KEPT:
            self._drop(next(iter(self._pieces)))
        self._waiting.append(piece)
        if not self._is_working:
            self._is_working = True
            threading.Thread(target=self._work_all, name="long work", daemon=True).start()
        return piece

    def _drop_old(self, now: datetime) -> None:
        for key in [key for key, it in self._pieces.items() if not it.at <= now < it.at + HOLDS]:
            self._drop(key)

    def _drop(self, key: _Key) -> None:
        self._pieces.pop(key).is_dropped = True

    def _forget_piece(self, key: _Key, piece: "_Piece[_Answer]") -> None:
        with self._door:
            if self._pieces.get(key) is piece:
                self._drop(key)

    def _waiting_first(self, piece: "_Piece[_Answer] | None") -> int:
        """Return how many pieces are done before one; how many there are, for none."""
        if piece is not None and piece is self._at_work:
            return 0
        before = 0 if self._at_work is None else 1
        for other in self._waiting:
            if other is piece:
                break
            before += not other.is_dropped
        return before

    def _work_all(self) -> None:
        while True:
            with self._door:
                while self._waiting and self._waiting[0].is_dropped:
                    self._waiting.popleft()
                if not self._waiting:
                    self._at_work, self._is_working = None, False
                    return
                piece = self._at_work = self._waiting.popleft()
            try:
                piece.answer = piece.work()
            except Exception as error:  # noqa: BLE001 - it is raised where it is asked for
                piece.error = error
            piece.is_done.set()
