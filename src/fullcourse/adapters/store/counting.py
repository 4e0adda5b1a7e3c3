"""Counts what became of events, for whoever watches a store that serves."""

import threading
from collections.abc import Iterable
from typing import final

from fullcourse.adapters.store.contract import Appended
from fullcourse.adapters.store.durable import StoreFigures

__all__ = ["AppendedCount"]


@final
class AppendedCount:
    """How many events became what, from all threads that append."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._door = threading.Lock()
        self._became = dict.fromkeys(Appended, 0)

    def add(self, became: Iterable[Appended]) -> None:
        """Count what became of the events of one call, after it was acknowledged."""
        with self._door:
            for what in became:
                self._became[what] += 1

    def figures(self, waiting: int = 0) -> StoreFigures:
        """Return them, beside how many pieces of work wait."""
        with self._door:
            counted = dict(self._became)
        return StoreFigures(counted[Appended.NEW], counted[Appended.SAME], counted[Appended.SET_ASIDE], waiting)
