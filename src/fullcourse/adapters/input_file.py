"""The bytes of a file that somebody hands in: the one way in which any command opens one.

What is larger than the limit is refused by its size at once, from a file and from standard input alike; it is never
read in part. A pipe may wait for ever and a device never end, so that both are refused by name. Messages do not repeat
the file's name, since files are often named after the patient.
"""

import stat
import sys
from pathlib import Path
from typing import BinaryIO, Final

from fullcourse.clinical.errors import InputError

__all__ = ["MAX_BYTES", "STANDARD_INPUT", "read_bytes", "refuse_no_file"]

MAX_BYTES: Final = 64 * 1024 * 1024
"""The largest file that is read."""

STANDARD_INPUT: Final = "-"

_RECORD: Final = "the record"


def read_bytes(
    path: str | Path, stream: BinaryIO | None = None, limit: int = MAX_BYTES, what: str = _RECORD, mend: str = ""
) -> bytes:
    """Return the bytes of a file or of standard input, never more than the limit.

    Args:
        path: A path, or ``-``.
        stream: What ``-`` means; standard input when None.
        limit: Most bytes that are read.
        what: What the file is, for messages, for example ``the dose log``.
        mend: What to hand in instead of what is too large.

    Raises:
        InputError: There is no such file, it cannot be read, or it is too large.
    """
    if str(path) == STANDARD_INPUT:
        data = (stream or sys.stdin.buffer).read(limit + 1)
        if len(data) > limit:
            raise _too_large(None, limit, what, mend)
        return data
    file = Path(path)
    try:
        size = _refuse(file, what)
        if size > limit:
            raise _too_large(size, limit, what, mend)
        with file.open("rb") as opened:
            data = opened.read(limit + 1)
    except FileNotFoundError:
        raise InputError("there is no such file. Check the path, or use - for standard input.") from None
    except PermissionError:
        raise InputError("the file may not be read by this user. Change its permissions.") from None
    except (OSError, ValueError):
        raise InputError("the file cannot be read. Check the path.") from None
    if len(data) > limit:
        raise _too_large(None, limit, what, mend)
    return data


def refuse_no_file(path: str | Path, what: str) -> None:
    """Refuse what is there and is no file: a folder, a pipe, a device, a socket. What is not there is left to others.

    Args:
        path: Of whatever another library opens.
        what: What the file is, for messages.

    Raises:
        InputError: It is no file.
    """
    try:
        _refuse(Path(path), what)
    except (OSError, ValueError):
        return


def _refuse(file: Path, what: str) -> int:
    """Return the size of a file in bytes; raises InputError where it is none."""
    status = file.stat()
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{what} is a folder. Name a file{', or - for standard input' if what == _RECORD else ''}.")
    if not stat.S_ISREG(status.st_mode):
        kind = "a pipe" if stat.S_ISFIFO(status.st_mode) else "a device or a socket"
        mend = (
            "Hand it in on standard input, with - for its name." if what == _RECORD else "Write it into a file first."
        )
        raise InputError(f"{what} is {kind}, and no file. {mend}")
    return status.st_size


def _too_large(size: int | None, limit: int, what: str, mend: str) -> InputError:
    held = f"{size / 1024**2:.0f} MiB" if size is not None else f"more than {limit / 1024**2:.0f} MiB"
    if what == _RECORD:
        says = (
            ", and one patient's record is far smaller. Hand in one patient's record; for many patients use a cohort."
        )
    else:
        says = f". {mend or 'Hand in a smaller one.'}"
    return InputError(f"{what} is {held}; at most {limit / 1024**2:.0f} MiB are read{says}")
