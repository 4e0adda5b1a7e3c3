"""The file that ``--out`` names."""

from pathlib import Path

from fullcourse.clinical.errors import InputError

__all__ = ["write_file"]


def write_file(out: str, content: bytes) -> None:
    """Write a file; raises InputError where it cannot be written."""
    try:
        Path(out).write_bytes(content)
    except OSError as error:
        raise InputError(
            f"--out: {Path(out).name} cannot be written ({error.strerror}). Check the folder, or name another file."
        ) from None
