"""Copies that are kept between runs, each under a seal: the SHA-256 of its name and its content, in its first line.

A copy counts only where its seal is whole, it belongs to this user, and nobody else may write to it; otherwise it is as
if there were none. The seal finds damage and edits. It is no secret: who can write as this user can write the software.
"""

import contextlib
import hashlib
import os
import stat
from pathlib import Path
from typing import Final

__all__ = ["MOST_BYTES", "read_copy", "write_copy"]

MOST_BYTES: Final = 64 * 1024 * 1024
"""The largest copy that is read."""

_OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_SEAL_LENGTH: Final = 64
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""No link is followed, and a pipe that stands under the name is not waited for."""


def read_copy(path: Path) -> bytes:
    """Return the content of a kept copy.

    Raises:
        OSError: There is none, or it cannot be read; FileNotFoundError where there is none.
        ValueError: It is not believed; the message says why, in words that follow "it".
    """
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("is not a file")
        if hasattr(os, "geteuid"):
            if status.st_uid != os.geteuid():
                raise ValueError("belongs to another user")
            if status.st_mode & _OTHERS_MAY_WRITE:
                raise ValueError("may be written by others than its owner")
        if status.st_size > MOST_BYTES:
            raise ValueError("is too large")
        sealed = file.read(MOST_BYTES + 1)
    content = sealed[_SEAL_LENGTH + 1 :]
    if sealed[: _SEAL_LENGTH + 1] != _seal(path.name, content):
        raise ValueError("is damaged, or was edited")
    return content


def write_copy(path: Path, content: bytes) -> None:
    """Write a copy through a draft, so that a reader sees all of it or nothing; no draft is left where that fails.

    Raises:
        OSError: It cannot be written: the disk is full, or the folder may not be written to.
    """
    import tempfile  # only a first run writes; the others need not wait for it

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix="draft-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_seal(path.name, content) + content)
        Path(draft).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        raise


def _seal(name: str, content: bytes) -> bytes:
    total = hashlib.sha256(f"{name}\0".encode())
    total.update(content)
    return f"{total.hexdigest()}\n".encode()
