"""What was read of sessions and courses, for as long as nothing was written that could have changed it.

Who calls and whose course it is is asked with every call. A database that tells when it was written to need not be
asked again meanwhile: a session that was ended, a consent that was taken back or a course that went to another clinic
holds for the very next call. One to which others write too is asked every time.
"""

from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar, final

from sqlalchemy import Connection

from fullcourse.adapters.access.store.database import Database

__all__ = ["Remembered"]

Value = TypeVar("Value")

_MOST: Final = 20_000


@final
class Remembered(Generic[Value]):
    """Answers of one kind, each by its key; that nothing is there is not kept, since anybody may ask for anything."""

    def __init__(self, database: Database, most: int = _MOST) -> None:
        """Take the database that is asked, and how many answers are kept at most."""
        self._database, self._most = database, most
        self._kept: dict[Hashable, tuple[int, Value]] = {}

    def get(self, key: Hashable, read: Callable[[Connection], Value | None]) -> Value | None:
        """Return what work reads under a key, or read before.

        Args:
            key: Of all that the answer depends on beside the database.
            read: Reads it; None where nothing is there.

        Raises:
            NotKept: The database does not answer.
        """
        changes = self._database.changes  # asked first: a write between the two makes what is read be read again
        kept = self._kept.get(key)
        if kept is not None and kept[0] == changes:
            return kept[1]
        value = self._database.read(read)
        if value is not None and changes is not None:
            if len(self._kept) >= self._most:
                self._kept.clear()
            self._kept[key] = changes, value
        return value
