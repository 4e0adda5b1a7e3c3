"""Which files this process has open, where the system tells."""

from pathlib import Path

import pytest

__all__ = ["is_open", "needs_open_files"]

_OPEN = Path("/proc/self/fd")

needs_open_files = pytest.mark.skipif(not _OPEN.is_dir(), reason="this system does not tell which files are open")


def is_open(path: Path) -> bool:
    """Return whether this process has a file open, under whatever name."""
    wanted = path.stat()
    for link in _OPEN.iterdir():
        try:
            there = link.stat()
        except OSError:  # the folder itself was among those that were listed
            continue
        if (there.st_dev, there.st_ino) == (wanted.st_dev, wanted.st_ino):
            return True
    return False
