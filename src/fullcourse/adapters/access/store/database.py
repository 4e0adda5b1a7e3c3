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

    @abstractmethod
    def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """Return what work reads, in one snapshot.

        Raises:
            NotKept: The database does not answer.
        """

    @abstractmethod
    def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """Return what work answers once all that it wrote is on the disk.

        Args:
            work: May be done a second time, where another piece of work failed beside it: it changes nothing but the
                database.

        Raises:
            NotKept: It could not be brought to the disk; nothing of it is kept.
            Exception: What the work raised; nothing of it is kept.
        """

    @abstractmethod
    def close(self) -> None:
        """Finish what was begun, and let go of it; closing twice is closing once."""
