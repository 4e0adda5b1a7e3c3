"""Files that appear whole or not at all: read back after they were written, and never in the place of another."""

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from fullcourse.adapters.input_file import refuse_no_file
from fullcourse.clinical.errors import InputError

__all__ = ["put_in_place", "read_file", "refuse_identity", "write_whole"]


def refuse_identity(path: Path, patient: str) -> None:
    """Refuse a file name that holds a patient's id: names of files are seen by everybody.

    Raises:
        InputError: It does.
    """
    if patient and patient.casefold() in path.name.casefold():
        raise InputError("--out: the file would be named after the patient, and names are seen by all. Name it anew.")


def write_whole(path: Path, data: bytes, before: Callable[[], None] | None = None) -> None:
    """Write a file under another name, read it back, and give it its name.

    Args:
        path: Where it is to stand; nothing may stand there.
        data: What is in it.
        before: What is done when the file is safe on the disk and has not its name yet; where it fails, no file stays.

    Raises:
        InputError: Something stands there, or the disk does not keep what was written.
    """
    if path.exists() or path.is_symlink():
        raise InputError(f"{path.name} is there already, and is not overwritten. Name another file.")
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        _write(part, data)
        if part.read_bytes() != data:
            raise InputError(f"{path.name}: the disk did not keep what was written. Nothing stays; try another disk.")
        if before is not None:
            before()
        _name(part, path)
    except OSError as error:
        raise InputError(f"{path.name} cannot be written ({error.strerror}). No part of it stays.") from None
    finally:
        with contextlib.suppress(OSError):  # what cannot be removed was never there
            part.unlink(missing_ok=True)


def read_file(path: Path, limit: int) -> bytes:
    """Return the bytes of a file, never more than one beyond the limit.

    Raises:
        InputError: It cannot be read.
    """
    refuse_no_file(path, "the file")
    try:
        with path.open("rb") as opened:
            return opened.read(limit + 1)
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror}). Check the path.") from None


def _write(part: Path, data: bytes) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def put_in_place(part: Path, path: Path) -> None:
    """Bring a file to the disk and give it its name; another that came there in the meantime stays.

    Raises:
        InputError: Another file has the name, or the disk fails.
    """
    try:
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        _name(part, path)
    except OSError as error:
        raise InputError(f"{path.name} cannot be written ({error.strerror}). No part of it stays.") from None


def _name(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # unlike a rename it never takes the place of another
    except FileExistsError:
        raise InputError(f"{path.name} is there already, and is not overwritten. Name another file.") from None
    except OSError:  # a file system without links, as on many memory sticks
        part.rename(path)
    if os.name != "nt":
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
