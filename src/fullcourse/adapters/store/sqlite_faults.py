"""What is known to be wrong with the SQLite library at hand, and why a store is safe from it all the same."""

from typing import Final

__all__ = ["known_fault"]

_MENDED: Final = (3, 51, 3)
_MENDED_IN_LINES: Final = {(3, 44): 6, (3, 50): 7}
"""Older lines that got the mend too, each with its first release that has it."""


def known_fault(version: tuple[int, int, int]) -> str:
    """Return one sentence on the fault of a version when its write-ahead log is reset; empty where it has none.

    Two connections that write, or move the log into the file, at one instant can damage a file (sqlite.org/wal.html,
    "The WAL-Reset Bug"). A store has one connection that does either, and its lock keeps a second program out.

    Args:
        version: Of the library.

    Example:
        >>> known_fault((3, 51, 3))
        ''
    """
    first_mended = _MENDED_IN_LINES.get(version[:2])
    if version >= _MENDED or (first_mended is not None and version[2] >= first_mended):
        return ""
    return (
        f"SQLite {'.'.join(map(str, version))} has a fault, mended in 3.51.3 (and in 3.44.6 and 3.50.7), by which two "
        "writers at one instant can damage a file when its log is reset: this store has one writer, and its lock "
        "keeps a second Fullcourse out, so the fault cannot be reached; a newer SQLite is better, and not urgent."
    )
