"""A disk that is full while a register is read or screened: said, with what is needed, and nothing is lost by it.

What was written whole is kept, and the same command goes on from there.
"""

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from fullcourse.clinical.errors import InputError

__all__ = ["Room", "said_when_full"]

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SAYS_SO: Final = ("No space left", "File too large", "quota exceeded", "requested and ")
"""How libraries say it that keep the error's number to themselves; the last is NumPy's "9 requested and 4 written"."""


@dataclass(frozen=True, slots=True)
class Room:
    """What is said of the room that a command needs.

    Attributes:
        usual: How much it usually takes, where that cannot be told from what was written.
        mend: What to do.
    """

    usual: str
    mend: str


_KEPT: Final = Room(
    "How much more is needed is not known yet; a quarter of the size of the records is usual.",
    "Make room, and give the same command again: it goes on with what is whole. Or name another --out.",
)


@contextmanager
def said_when_full(folder: Path, reached: Callable[[], tuple[str, float]], room: Room = _KEPT) -> Iterator[None]:
    """Say that the disk is full, and how much is needed, in place of whatever a library says.

    Args:
        folder: For the parts.
        reached: Returns the step and the share of it that is done.
        room: What is said of the room that is needed.

    Raises:
        InputError: Nothing more can be written.
    """
    before = _size(folder)
    try:
        yield
    except (OSError, duckdb.IOException) as error:
        if not _is_of_room(error):
            raise
        raise InputError(f"{_why(folder, error)} {_needed(folder, before, room, *reached())} {room.mend}") from error


def _is_of_room(error: Exception) -> bool:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _NO_ROOM
    return any(words in str(error) for words in _SAYS_SO)


def _why(folder: Path, error: Exception) -> str:
    if getattr(error, "errno", None) == errno.EFBIG or "File too large" in str(error):
        return "A limit on the size of files is reached (ulimit -f)."
    free = shutil.disk_usage(folder if folder.exists() else folder.parent).free
    return f"There is no room left to write: the disk that holds '{folder.name}' has {_shown(free)} free."


def _needed(folder: Path, before: int, room: Room, step: str, share: float) -> str:
    written = _size(folder) - before
    if not step or share <= 0 or written <= 0:
        return room.usual
    more = written * (1 - share) / share
    return f"{step.capitalize()} is at {share:.0%} with {_shown(written)} written: about {_shown(more)} more for that."


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) if folder.exists() else 0


def _shown(size: float) -> str:
    """Return bytes as people read them."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"
