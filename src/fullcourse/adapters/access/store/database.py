"""What every database of access can do: read, and write in a transaction that is on the disk when it returns."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

__all__ = ["Database"]

Answer = TypeVar("Answer")


class Database(ABC):
    """A file or a server."""

    is_remote: bool
    """Whether reading goes over a network, so that nobody may wait for it who serves others."""

    @property
    def changes(self) -> int | None:
        """Return a number that is another one after each write that could have changed who may do what.

        What was read after the number was asked holds as long as it stays. None where others write too, so that
        nobody can tell.
        """
        return None

    @abstractmethod
    def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """Return what work reads, in one snapshot.

        Raises:
            NotKept: The database does not answer.
        """

    @abstractmethod
    def write(self, work: Callable[[Connection], Answer], *, is_beside_rights: bool = False) -> Answer:
        """Return what work answers once all that it wrote is on the disk.

        Args:
            work: May be done a second time, where another piece of work failed beside it: it changes nothing but the
                database.
            is_beside_rights: Whether it cannot change who may do what: it writes no account, session, course, consent
                or emergency.

        Raises:
            NotKept: It could not be brought to the disk; nothing of it is kept.
            Exception: What the work raised; nothing of it is kept.
        """

    @abstractmethod
    def close(self) -> None:
        """Finish what was begun, and let go of it; closing twice is closing once."""
